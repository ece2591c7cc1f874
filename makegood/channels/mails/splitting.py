"""A body's lines told apart: what the sender wrote, what is history, what is signature. Every line is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from makegood.channels.mails import bounds
from makegood.channels.mails.lines import MailLine
from makegood.channels.mails.signatures import signature_lines, warning_lines
from makegood.channels.mails.vocabulary import (
    ADDRESS,
    BETWEEN_DASHES,
    DATE,
    DIRECTION,
    FIELD,
    FORM_MESSAGE,
    KIND_OF,
    OPENS,
    RULE,
    SEPARATOR,
    TIME,
    WROTE,
)

HEADING_LINES = 4
HEADING_CHARS = 400
BLOCK_LINES = 14


class Belongs(Enum):
    VISIBLE = 1
    QUOTED = 2
    SIGNATURE = 3


@dataclass(frozen=True, slots=True)
class Split:
    visible: str
    quoted: str
    signature: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Lines [start, end) that announce older words. `is_sure`: also where those are not marked as quoted."""

    start: int
    end: int
    is_sure: bool


def split_lines(lines: Sequence[MailLine]) -> Split:
    """Each line is put into one of three texts.

    History is what `>` or the HTML marks, and what follows a heading ("On … wrote:", a block of From, Sent, Subject,
    "Original Message") with that heading. Where the words after it are marked, only those are history, and a
    person's answers between or below them stay visible; where they are not, all that follows is. A mail that would
    show nothing (forwarded without a word) shows its newest words.
    """
    if len(lines) > bounds.LINES:
        split = split_lines(lines[: bounds.LINES])
        rest = "\n".join(line.text for line in lines[bounds.LINES :])
        return Split(split.visible, f"{split.quoted}\n{rest}".strip("\n"), split.signature)
    words = [DIRECTION.sub("", line.text[: bounds.LINE_CHARS]) for line in lines]
    belongs = [_marked(line) for line in lines]
    forwarded = _put_history(lines, words, belongs)
    for run in _visible_runs(belongs):
        shown = [words[index] for index in run]
        for offset in signature_lines(shown):
            belongs[run[offset]] = Belongs.SIGNATURE
    first = next((run for run in _visible_runs(belongs)), [])
    for offset in warning_lines([words[index] for index in first]):
        belongs[first[offset]] = Belongs.SIGNATURE
    if forwarded is not None and not _joined(lines, belongs, Belongs.VISIBLE):
        _show_newest(lines, words, belongs, forwarded)
    return Split(*(_joined(lines, belongs, each) for each in Belongs))


def _marked(line: MailLine) -> Belongs:
    if line.is_quoted:
        return Belongs.QUOTED
    return Belongs.SIGNATURE if line.is_signature else Belongs.VISIBLE


def _joined(lines: Sequence[MailLine], belongs: list[Belongs], wanted: Belongs) -> str:
    """The lines of one kind; what stood apart is parted by an empty line."""
    kept: list[str] = []
    last = -1
    for index, line in enumerate(lines):
        if belongs[index] is not wanted:
            continue
        if last >= 0 and index != last + 1 and kept and kept[-1].strip():
            kept.append("")
        kept.append(line.text.rstrip())
        last = index
    return "\n".join(kept).strip("\n").rstrip()


def _visible_runs(belongs: list[Belongs]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index, each in enumerate(belongs):
        if each is not Belongs.VISIBLE:
            continue
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _put_history(lines: Sequence[MailLine], words: list[str], belongs: list[Belongs]) -> int | None:
    """Mark headings and what follows them; where unmarked history begins, None where there is none."""
    index = 0
    while index < len(lines):
        if lines[index].begins_history:
            return _all_from(index, words, belongs)
        if belongs[index] is not Belongs.VISIBLE or not words[index].strip():
            index += 1
            continue
        heading = heading_at(words, index)
        if heading is None:
            index += 1
            continue
        following = next((after for after in range(heading.end, len(lines)) if words[after].strip()), None)
        is_indented = following is not None and lines[following].is_indented
        is_marked = is_indented or (following is not None and lines[following].is_quoted)
        if not is_marked and heading.is_sure:
            return _all_from(heading.start, words, belongs)
        end = heading.end
        if is_indented:
            end = next(
                (at for at in range(end, len(lines)) if words[at].strip() and not lines[at].is_indented), len(lines)
            )
        if is_marked:
            belongs[heading.start : end] = [Belongs.QUOTED] * (end - heading.start)
        index = end
    return None


def _all_from(start: int, words: list[str], belongs: list[Belongs]) -> int:
    """Everything from `start` on is history, with the rule drawn above it."""
    above = start
    while above > 0 and (not words[above - 1].strip() or RULE.fullmatch(words[above - 1])):
        above -= 1
        if words[above].strip():
            start = above
    belongs[start:] = [Belongs.QUOTED] * (len(belongs) - start)
    return start


def heading_at(words: list[str], index: int) -> Heading | None:
    """The heading that begins at a line."""
    line = words[index]
    if SEPARATOR.fullmatch(line) or _is_between_dashes(line):
        return Heading(index, index + 1, is_sure=True)
    if (end := _block_end(words, index)) > index:
        return Heading(index, end, is_sure=True)
    return _wrote(words, index)


def _is_between_dashes(line: str) -> bool:
    found = BETWEEN_DASHES.fullmatch(line)
    return found is not None and WROTE.search(found[1]) is not None and _is_dated(found[1])


def _is_dated(text: str) -> bool:
    return DATE.search(text) is not None and TIME.search(text) is not None


def _block_end(words: list[str], index: int) -> int:
    """Where a block of From, Sent, To, Subject that begins at `index` ends; `index` where there is none."""
    if kind_of(words[index]) is None:
        return index
    kinds: dict[str, str] = {}
    end, strangers = index, 0
    for at in range(index, min(index + BLOCK_LINES, len(words))):
        kind = kind_of(words[at])
        if kind:
            kinds.setdefault(kind, words[at])
            end, strangers = at + 1, 0
        elif not words[at].strip():
            strangers += len(kinds) != 1
        else:
            strangers += 1
        if strangers > 2 or (_is_block(kinds) and not words[at].strip()):
            break
    return end if _is_block(kinds) and not _is_form(words, end) else index


def _is_block(kinds: dict[str, str]) -> bool:
    """Who wrote by an address, and when or to whom about what; or, without an address, when to the minute and what
    about: parcels go from and to somewhere on a day, too.
    """
    if "from" not in kinds:
        return False
    if ADDRESS.search(kinds["from"]):
        return "sent" in kinds or {"to", "subject"} <= kinds.keys()
    return "subject" in kinds and TIME.search(kinds.get("sent", "")) is not None


def _is_form(words: list[str], end: int) -> bool:
    """Whether a field follows that no mail's head has: what somebody wrote into a form."""
    following = next((at for at in range(end, min(end + 3, len(words))) if words[at].strip()), None)
    return following is not None and FORM_MESSAGE.match(words[following]) is not None


def kind_of(line: str) -> str | None:
    """Which field of a mail's head the line repeats."""
    found = FIELD.match(line)
    return KIND_OF.get(found[1].strip().lower().replace("\xa0", " ")) if found else None


def _wrote(words: list[str], index: int) -> Heading | None:
    """`On 3 May 2026 at 10:12, Anna <anna@example.com> wrote:`, over at most four lines."""
    joined = ""
    for end in range(index, min(index + HEADING_LINES, len(words))):
        line = words[end].strip().strip("*_ ")
        if not line or len(joined) + len(line) > HEADING_CHARS:
            return None
        # A body whose quoted-printable nobody undid breaks words with `=`.
        joined = joined[:-1] + line if joined.endswith("=") else f"{joined} {line}".strip()
        if line.endswith((":", "：")):
            begins_below = any(_is_whole(" ".join(words[below : end + 1])) for below in range(index + 1, end + 1))
            return None if begins_below else _judged(joined, index, end + 1)
    return None


def _is_whole(text: str) -> bool:
    """Whether lines are a heading by themselves, so that what stands above them is somebody's words."""
    text = text.strip().strip("*_ ")
    if not DATE.search(text) and not TIME.search(text):
        return False
    says = WROTE.search(text) is not None or ADDRESS.search(text) is not None
    return says and (OPENS.match(text) is not None or (_is_dated(text) and ADDRESS.search(text) is not None))


def _judged(joined: str, start: int, end: int) -> Heading | None:
    """The heading that lines are, if they are one: somebody's address, or a day and an hour, are what programs write;
    “On 3 May your colleague wrote:” is a person's, who goes on.
    """
    has_address, is_dated = ADDRESS.search(joined) is not None, _is_dated(joined)
    has_day = DATE.search(joined) is not None or TIME.search(joined) is not None
    says_wrote = WROTE.search(joined) is not None
    if OPENS.match(joined):
        if says_wrote:
            return Heading(start, end, is_sure=(has_address and has_day) or is_dated)
        if has_address and is_dated:
            return Heading(start, end, is_sure=joined.rstrip(":： ").endswith((">", ")")))
        return None
    if has_address and is_dated:  # who wrote comes first, or the language is none of ours
        return Heading(start, end, is_sure=says_wrote)
    if says_wrote and end == start + 1:
        return Heading(start, end, is_sure=has_address and has_day)
    return None


def _show_newest(lines: Sequence[MailLine], words: list[str], belongs: list[Belongs], start: int) -> None:
    """Show the newest of the old messages that says something."""
    index = start
    while index < len(lines):
        heading = heading_at(words, index) if words[index].strip() else None
        if heading or RULE.fullmatch(words[index]) or not words[index].strip():
            index = heading.end if heading else index + 1
            continue
        end = index
        while end < len(lines) and not (words[end].strip() and heading_at(words, end)):
            end += 1
        signed = set(signature_lines(words[index:end]))
        for at in range(index, end):
            belongs[at] = Belongs.SIGNATURE if at - index in signed else Belongs.VISIBLE
        return
