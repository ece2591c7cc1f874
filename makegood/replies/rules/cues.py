"""What a turn of phrase says to be done, or to come: "we have refunded", "it was delivered", "it will be with you".

A cue says what the date or the sum beside it must be on record as; one that says a thing to be done is a claim by
itself, whether it comes with a date or not. Denials, conditions, questions and what the customer told us claim nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from makegood.replies.rules.claims import Topic
from makegood.replies.rules.cue_words import (
    ASIDES,
    ASKING,
    CUES,
    DENIALS,
    IF,
    JOINING,
    ONLY_RIGHT_BEFORE,
    OURS,
    PRONOUNS,
    REPORTED,
    SORRY,
    SUBJECTS,
    THINGS_OF_WORDS,
)


class CueKind(StrEnum):
    """What the words beside a cue are said of."""

    REFUNDED = "refunded"
    SENT = "sent"
    SENT_INSTEAD = "sent_instead"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    SCANNED = "scanned"
    MONEY = "money"  # Money back, done or to come.
    PROMISED = "promised"  # Goods or money that were to come, whether they will or not.
    TO_COME = "to_come"  # Goods on their way, or possible.
    WITH_YOU = "with_you"  # Goods or money to come: whatever was spoken of.
    PRICE = "price"


# Which deed each kind of cue claims to be done.
DEEDS = {
    CueKind.REFUNDED: Topic.REFUND,
    CueKind.SENT: Topic.DEPARTURE,
    CueKind.SENT_INSTEAD: Topic.REPLACEMENT,
    CueKind.ARRIVED: Topic.ARRIVAL,
    CueKind.CANCELLED: Topic.CANCELLATION,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """A turn of phrase at a place. `claims`: it says that the thing is done, and is a claim by itself."""

    start: int
    end: int
    kind: CueKind
    claims: bool


def cues_in(text: str) -> tuple[Cue, ...]:
    """The cues of one sentence of folded text, in order; of those that overlap the longest, and money paid first."""
    # Every pattern here is of small letters, which is twice as fast as telling it to ignore their size.
    found: list[Cue] = []
    for cue in sorted(_all_in(text.lower()), key=lambda cue: (cue.kind is not CueKind.REFUNDED, cue.start - cue.end)):
        if all(cue.end <= other.start or other.end <= cue.start for other in found):
            found.append(cue)
    return tuple(sorted(found, key=lambda cue: cue.start))


def _all_in(text: str) -> Iterator[Cue]:
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            if _is_denied(text, match):
                continue
            if kind is CueKind.SENT and _OF_WORDS.match(text, match.end()):
                continue  # An e-mail or a photo was sent, and no goods.
            if kind in DEEDS and not _is_said(text, match):
                continue
            yield Cue(*match.span(), kind, claims=kind in DEEDS)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    before = None if _WE_SAID.match(match[0]) else _DENIED.search(text, 0, match.start())
    return bool(before or _DENIED_WITHIN.search(match[0]))


def _is_said(text: str, match: re.Match[str]) -> bool:
    """Whether a deed is said to be done, and not asked, supposed, reported or to come: all this within its clause.

    What we did ourselves is said unless such words stand right before it: "once we have refunded you".
    """
    starts = [boundary.end() for boundary in _CLAUSE.finditer(text, 0, match.start() + 1)]
    start = max((place for place in starts if place <= match.start()), default=0)
    before = text[start : match.start()]
    if _NOT_YET.search(before):
        return False
    if _OURS.match(match[0]) or _WE.search(before):
        return not (_UNSAID_RIGHT_BEFORE.search(before) or _INVERTED.search(before))
    is_question = text.rstrip(" \"'”»)").endswith("?") and "¿" not in text[match.end() :]
    if is_question and (_ASKS.match(before) or not _CLAUSE.search(text, match.end())):
        return False
    supposed = _IF.search(before) or _UNSAID_RIGHT_BEFORE.search(before) or _CONJUNCTION.search(before + match[0])
    return not (supposed or _REPORTED.search(before))


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}")


_DENIED = re.compile(rf"(?:(?<!\w){DENIALS}|n't)(?:\s+[^\s,;:]+)?\s+$")
_DENIED_WITHIN = re.compile(r"(?<!\w)(?:not|never|pas|jamais|nunca|no)(?!\w)|n't")
# A mark, or a joining word before a subject of its own.
_CLAUSE = re.compile(rf"[,;:()]|\s-\s|(?<!\w){JOINING}\s+(?={SUBJECTS}(?!\w))")
_NOT_YET = _words(r"(?:will|shall)(?:\s+\w+)?\s+$|'ll\s+$")
_OURS = re.compile(rf"{OURS}(?!\w)")
_WE_SAID = re.compile(r"(?:we|i)(?:'ve)?(?!\w)")
_WE = _words(rf"(?:we|i)\s+(?:{ASIDES}\s+){{0,2}}$")
_INVERTED = _words(r"(?:have|had|did)\s+(?:(?:we|i)\s+)?$")  # "Have we refunded you?", "nor have we refunded".
_LEAD = rf"(?:{PRONOUNS}(?:\s+|(?<=')))*(?:{ASIDES}\s+){{0,2}}$"
_UNSAID_RIGHT_BEFORE = re.compile(
    rf"(?:(?<!\w)(?:{IF}|{ONLY_RIGHT_BEFORE}|{REPORTED}(?:[^,;:()]*\s(?:that|que|qu'))?)(?:\s+that|\s+que|\s+qu')?"
    rf"(?:\s+|(?<='))|^\s*¿\s*){_LEAD}",
)
_ASKS = re.compile(rf"\W*{ASKING}(?!\w)")
_IF = _words(rf"{IF}(?:(?<=')|(?!\w))")
# "After it was delivered"; but "after the weekend it was delivered" says so.
_CONJUNCTION = _words(rf"(?:after|before|once)\s+{SUBJECTS}\b(?!.*(?<!\w){SUBJECTS}(?!\w))")
_REPORTED = _words(rf"(?:{REPORTED}|{SORRY})(?!\w)")
_OF_WORDS = re.compile(rf"\s+(?:\S+\s+){{0,4}}?{THINGS_OF_WORDS}(?!\w)")


@cache
def _patterns() -> tuple[tuple[CueKind, re.Pattern[str]], ...]:
    found = []
    for name, lines in CUES.items():
        turns = "|".join(_pattern(line.strip()) for line in lines.strip().splitlines())
        found.append((CueKind(name), re.compile(rf"(?<!\w)(?:{turns})(?!\w)")))
    return tuple(found)


def _pattern(turn: str) -> str:
    """`~` is words like "already" that may stand between; `...` up to five words of any kind."""
    turn = turn.replace(" ~ ", rf"\s+(?:{ASIDES}\s+){{0,3}}").replace(" ... ", r"\s+(?:[^\s;:!?]+\s+){0,5}?")
    return turn.replace(" ", r"\s+")
