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
from makegood.replies.rules.cue_words import ASIDES, CUES, DENIALS, IF, REPORTED, THINGS_OF_WORDS


class CueKind(StrEnum):
    """What the words beside a cue are said of."""

    REFUNDED = "refunded"
    SENT = "sent"
    SENT_INSTEAD = "sent_instead"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    SCANNED = "scanned"
    MONEY = "money"  # Money back, done or to come.
    TO_COME = "to_come"  # Goods on their way, promised or possible.
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
    """The cues of one sentence of folded text, in order; of those that overlap the longest."""
    found: list[Cue] = []
    for cue in sorted(_all_in(text), key=lambda cue: (cue.start - cue.end, cue.start)):
        if all(cue.end <= other.start or other.end <= cue.start for other in found):
            found.append(cue)
    return tuple(sorted(found, key=lambda cue: cue.start))


def _all_in(text: str) -> Iterator[Cue]:
    is_question = text.rstrip(" \"'”»)").endswith("?")
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if _DENIED.search(before) or _DENIED_WITHIN.search(match[0]):
                continue
            if kind is CueKind.SENT and _OF_WORDS.match(text, match.end()):
                continue  # An e-mail or a photo was sent, and no goods.
            clause = _CLAUSE.split(before)[-1]
            is_said = not (is_question or _IF.search(clause) or _REPORTED.search(before))
            if kind in DEEDS and not is_said:
                continue
            yield Cue(*match.span(), kind, claims=kind in DEEDS)


_DENIED = re.compile(rf"(?<!\w){DENIALS}(?:\s+\S+)?\s+$", re.IGNORECASE)
_DENIED_WITHIN = re.compile(r"(?<!\w)(?:not|never|pas|jamais|nunca|no)(?!\w)|n't", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()]")
_IF = re.compile(rf"(?<!\w){IF}(?!\w)", re.IGNORECASE)
_REPORTED = re.compile(rf"(?<!\w){REPORTED}(?!\w)[^;:]*$", re.IGNORECASE)
_OF_WORDS = re.compile(rf"\s+(?:\S+\s+){{0,4}}?{THINGS_OF_WORDS}(?!\w)", re.IGNORECASE)


@cache
def _patterns() -> tuple[tuple[CueKind, re.Pattern[str]], ...]:
    found = []
    for name, lines in CUES.items():
        turns = "|".join(_pattern(line.strip()) for line in lines.strip().splitlines())
        found.append((CueKind(name), re.compile(rf"(?<!\w)(?:{turns})(?!\w)", re.IGNORECASE)))
    return tuple(found)


def _pattern(turn: str) -> str:
    """`~` is words like "already" that may stand between; `...` up to five words of any kind."""
    turn = turn.replace(" ~ ", rf"\s+(?:{ASIDES}\s+){{0,3}}").replace(" ... ", r"\s+(?:[^\s;:!?]+\s+){0,5}?")
    return turn.replace(" ", r"\s+")
