"""The lines that announce older words: “On … wrote:”, a block of From, Sent, Subject, “Original Message”.

They are told by their structure wherever that is enough: an address in brackets beside a day and an hour is what
programs write in any language. Words of one language decide only where a person could have written such a line.
"""

import re
from dataclasses import dataclass

from makegood.channels.mails.vocabulary import (
    ADDRESS,
    BETWEEN_DASHES,
    BRACKETED,
    BY_ADDRESS,
    COLONS,
    DATE,
    FIELD,
    FORM_MESSAGE,
    FORWARDED,
    HEADED,
    KIND_OF,
    NAMED_FIRST,
    OPENS,
    PERSONAL,
    QUOTES,
    RULED,
    SEPARATOR,
    TIME,
    WROTE,
)

HEADING_LINES = 4
HEADING_CHARS = 400
BLOCK_LINES = 14
LEAST_FIELDS = 4
# What programs say beside an address, a day and an hour: “Missatge de … del dia dt., 12 de maig …” is the longest.
MOST_WORDS = 16
# What they say where no day is told: “The Shop <help@shop.example> writes:”.
FEW_WORDS = 7


@dataclass(frozen=True, slots=True)
class Heading:
    """Lines [start, end) that announce older words. `is_sure`: also where those are not marked as quoted."""

    start: int
    end: int
    is_sure: bool


def heading_at(words: list[str], index: int) -> Heading | None:
    """The heading that begins at a line."""
    line = words[index]
    if SEPARATOR.fullmatch(line) or _is_between_dashes(line) or _is_ruled(words, index):
        return Heading(index, index + 1, is_sure=True)
    if (end := _block_end(words, index)) > index:
        return Heading(index, end, is_sure=True)
    return _wrote(words, index)


def is_headed(line: str) -> bool:
    """GroupWise's heading, `>>> The Shop <help@shop.example> 12/05/2026 08:33 >>>`: what follows it is not marked."""
    found = HEADED.fullmatch(line)
    return found is not None and ADDRESS.search(found[1]) is not None and _is_dated(found[1])


def _is_between_dashes(line: str) -> bool:
    found = BETWEEN_DASHES.fullmatch(line)
    return found is not None and WROTE.search(found[1]) is not None and _is_dated(found[1])


def _is_ruled(words: list[str], index: int) -> bool:
    """Words between dashes, in whatever language, or a line that speaks of forwarding, right above an older mail's
    head.
    """
    if RULED.fullmatch(words[index]) is None and FORWARDED.fullmatch(words[index]) is None:
        return False
    following = next((at for at in range(index + 1, min(index + 3, len(words))) if words[at].strip()), None)
    if following is None:
        return False
    if _block_end(words, following) > following:
        return True
    heading = _wrote(words, following)
    return heading is not None and heading.is_sure


def _is_dated(text: str) -> bool:
    return DATE.search(text) is not None and TIME.search(text) is not None


def _block_end(words: list[str], index: int) -> int:
    """Where a block of From, Sent, To, Subject that begins at `index` ends; `index` where there is none."""
    if kind_of(words[index]) is None:
        return _strange_block_end(words, index)
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
    if _is_block(kinds) and not _is_form(words, end):
        return end
    return _strange_block_end(words, index)


def _strange_block_end(words: list[str], index: int) -> int:
    """The same of a block whose words no list has: who wrote, by name and address, when to the minute, to whose address
    and one line more, right below each other. What somebody wrote into a form has one address, theirs.
    """
    end = index
    while end < min(index + BLOCK_LINES, len(words)) and FIELD.match(words[end]):
        end += 1
    lines = words[index:end]
    if len(lines) < LEAST_FIELDS or BRACKETED.search(lines[0]) is None or _is_form(words, end):
        return index
    is_addressed = any(ADDRESS.search(line) for line in lines[1:])
    return end if is_addressed and any(_is_dated(line) for line in lines[1:]) else index


def _is_block(kinds: dict[str, str]) -> bool:
    """Who wrote by an address, and when or to whom about what; or, without an address, on which day of which year, to
    the minute, and what about: parcels go from and to somewhere on a day, too.
    """
    if "from" not in kinds:
        return False
    if ADDRESS.search(kinds["from"]):
        return "sent" in kinds or {"to", "subject"} <= kinds.keys()
    return "subject" in kinds and _is_dated(kinds.get("sent", ""))


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
        if line.endswith(COLONS):
            return None if _begins_below(words, index, end) else _judged(joined, index, end + 1)
    return None


def _begins_below(words: list[str], index: int, end: int) -> bool:
    """Whether the lines below the first are a heading by themselves, so that what stands above is somebody's words;
    not where the writer's name and address stand above them, since programs break the line behind those.
    """
    for below in range(index + 1, end + 1):
        if not _is_whole(" ".join(words[below : end + 1])):
            continue
        above = " ".join(words[index:below]).strip()
        if ADDRESS.search(" ".join(words[below : end + 1])) or NAMED_FIRST.match(above) is None:
            return True
    return False


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
    says_wrote, is_quotation = WROTE.search(joined) is not None, QUOTES.match(joined) is not None
    if not (
        (has_address and (is_dated or is_quotation))
        or (says_wrote and (end == start + 1 or OPENS.match(joined) is not None))
    ):
        return None
    return Heading(start, end, is_sure=_is_programs(joined, says_wrote=says_wrote or is_quotation))


def _is_programs(joined: str, *, says_wrote: bool) -> bool:
    """Whether a heading is nobody's own sentence."""
    is_dated = _is_dated(joined)
    has_day = DATE.search(joined) is not None or TIME.search(joined) is not None
    count = len(re.findall(r"[^\W\d_]+", BRACKETED.sub(" ", joined)))
    if BRACKETED.search(joined):
        if says_wrote:
            return has_day or count <= FEW_WORDS
        return is_dated and count <= MOST_WORDS and PERSONAL.search(joined) is None
    if ADDRESS.search(joined):
        if is_dated and BY_ADDRESS.fullmatch(joined):
            return True
        return says_wrote and has_day and PERSONAL.search(joined) is None
    return says_wrote and is_dated and OPENS.match(joined) is not None and PERSONAL.search(joined) is None
