"""The one exception: what is wrong, and the way out, in one line for a person."""

import re


class PostgresUnusable(Exception):
    """PostgreSQL can't run here; the message names the thing and what to do about it."""


def last_words(output: str) -> str:
    """What a failed PostgreSQL program said at the end, as one line; its complaints first, where it made any."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    complaints = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|HINT|error|hint):", line)]
    said = (complaints or lines)[-4:]
    return " | ".join(said) or "it said nothing"
