"""format=flowed (RFC 3676): paragraphs that a mailer broke into lines, made whole again."""


def unflow(text: str, *, joins_without_space: bool = False) -> str:
    """`joins_without_space`: DelSp=yes, where the space at a line's end was put there by the mailer."""
    lines: list[str] = []
    flowing, depth = False, 0
    for line in text.split("\n"):
        marks = len(line) - len(line.lstrip(">"))
        words = line[marks:].removeprefix(" ")
        is_signature = words == "-- "
        if flowing and marks == depth and not is_signature:
            lines[-1] += words
        else:
            lines.append(">" * marks + (" " if marks else "") + words)
        depth = marks
        flowing = words.endswith(" ") and not is_signature
        if flowing and joins_without_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
