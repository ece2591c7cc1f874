"""One line of a body, and what is known of it before its words are read."""

import re
from dataclasses import dataclass

# `>`, or the initials of whoever wrote before it (`AC> `).
QUOTE_MARK = re.compile(r"[ \t]{0,8}(?:[A-Z]{1,3})?>")


@dataclass(frozen=True, slots=True)
class MailLine:
    """`is_quoted`: marked as somebody else's words, by `>` or the HTML. `begins_history`: from here on all is old.

    `is_indented`: set off by a `blockquote` that says not of whom it is: programs indent addresses and lists so too.
    """

    text: str
    is_quoted: bool = False
    is_signature: bool = False
    begins_history: bool = False
    is_indented: bool = False


def plain_lines(text: str) -> list[MailLine]:
    return [MailLine(line, is_quoted=QUOTE_MARK.match(line) is not None) for line in text.split("\n")]
