"""What a turn of phrase says to be done, or to come: "we have refunded", "it was delivered", "it will be with you".

A cue says what the date or the sum beside it must be on record as; one that says a thing to be done is a claim by
itself, whether it comes with a date or not. Denials, conditions, questions and what the customer told us claim nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from makegood.replies.rules.claims import Topic
from makegood.replies.rules.cue_words import (
    ASIDES,
    ASKING,
    CONFIRMING,
    CUES,
    DENIALS,
    HOPING,
    IF,
    JOINING,
    MODALS,
    NOT_SAYING,
    OF,
    ONLY_RIGHT_BEFORE,
    OURS,
    PERHAPS,
    PRESUPPOSING,
    PRONOUNS,
    REPORTED,
    SORRY,
    STILL_TO_COME,
    SUBJECTS,
    THINGS,
)


class CueKind(StrEnum):
    """What the words beside a cue are said of."""

    REFUNDED = "refunded"
    SENT = "sent"
    SENT_INSTEAD = "sent_instead"
    ARRIVED = "arrived"
    ARRIVED_INSTEAD = "arrived_instead"
    CANCELLED = "cancelled"
    ARRANGED = "arranged"  # A refund is under way.
    CREDITED = "credited"  # A voucher, a credit for the next order.
    CORRECTED = "corrected"  # An address.
    SCANNED = "scanned"
    MONEY = "money"  # Money back, done or to come.
    PROMISED = "promised"  # Goods or money that were to come, whether they will or not.
    TO_COME = "to_come"  # Goods on their way, or possible.
    WITH_YOU = "with_you"  # Goods or money to come: whatever was spoken of.
    PRICE = "price"
    WROTE = "wrote"


# Which deed each kind of cue claims to be done.
DEEDS = {
    CueKind.REFUNDED: Topic.REFUND,
    CueKind.SENT: Topic.DEPARTURE,
    CueKind.SENT_INSTEAD: Topic.REPLACEMENT,
    CueKind.ARRIVED: Topic.ARRIVAL,
    CueKind.ARRIVED_INSTEAD: Topic.REPLACEMENT_ARRIVAL,
    CueKind.CANCELLED: Topic.CANCELLATION,
    CueKind.ARRANGED: Topic.REFUND_ARRANGED,
    CueKind.CREDITED: Topic.CREDIT,
    CueKind.CORRECTED: Topic.ADDRESS,
}
# What some turns say, by what they say it of; None is nothing that is named, or goods. Of the rest they say nothing.
_BY_THING: Mapping[str, Mapping[str | None, CueKind]] = {
    "sent": {
        None: CueKind.SENT,
        "new": CueKind.SENT_INSTEAD,
        "money": CueKind.REFUNDED,
        "credit": CueKind.CREDITED,
    },
    "arrived": {
        None: CueKind.ARRIVED,
        "new": CueKind.ARRIVED_INSTEAD,
        "money": CueKind.REFUNDED,
        "credit": CueKind.CREDITED,
    },
    "handled": {"money": CueKind.REFUNDED, "credit": CueKind.CREDITED, "cancellation": CueKind.CANCELLED},
    "arranged": {"money": CueKind.ARRANGED},
    "changed": {"address": CueKind.CORRECTED},
}
# What a deed that is said to be done now, and is still to come, is a cue of.
_LATER = {CueKind.REFUNDED: CueKind.MONEY, CueKind.ARRANGED: CueKind.MONEY}


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
    for name, pattern in _patterns():
        for match in pattern.finditer(text):
            if _is_denied(text, match):
                continue
            start, end, kind = _of_its_thing(text, match, name)
            if kind is None:
                continue
            if kind in DEEDS and _NOW.match(match[0]) and _STILL_TO_COME.match(text, end):
                yield Cue(start, end, _LATER.get(kind, CueKind.TO_COME), claims=False)
            elif kind not in DEEDS or _is_said(text, match, kind):
                yield Cue(start, end, kind, claims=kind in DEEDS)


def _of_its_thing(text: str, match: re.Match[str], name: str) -> tuple[int, int, CueKind | None]:
    """The place of a turn with what it is said of, and the kind of cue that it is then; None where it is none.

    Its thing is the subject before it, where that is not the writer, or what comes right after it; goods count least.
    """
    start, end = match.span()
    kinds = _BY_THING.get(name)
    if kinds is None:
        return start, end, CueKind(name)
    is_ours = _OURS.match(match[0]) or _WE.search(text, max(0, start - _LOOK_BACK), start)
    subject = None if is_ours else _subject_before(text, start)
    if subject and subject.lastgroup in kinds:
        return subject.start(), end, kinds[subject.lastgroup]
    after = _THING_AFTER.match(text, end)
    if after and after.lastgroup in kinds:
        return start, after.end(), kinds[after.lastgroup]
    is_of_words = after is not None and after.lastgroup == "words" and subject is None
    of_words_before = subject is not None and subject.lastgroup == "words"
    return start, end, None if is_of_words or of_words_before else kinds.get(None)


def _subject_before(text: str, end: int) -> re.Match[str] | None:
    """The last thing in the clause before a place that is not merely said of another: "the refund for your order"."""
    start = _clause_before(text, end)
    found = [
        match for match in _THING.finditer(text, start, end) if not _SAID_OF_ANOTHER.search(text, start, match.start())
    ]
    return found[-1] if found else None


def _clause_before(text: str, end: int) -> int:
    """Where the clause begins that a place is in; one that begins with "that" goes on with whatever is before it."""
    earliest = max(0, end - _LOOK_BACK)
    places = (place.end() for place in _CLAUSE.finditer(text, earliest, end + 1))
    start = max((place for place in places if place <= end), default=earliest)
    return max(earliest, *(text.rfind(mark, 0, start) + 1 for mark in ";:")) if _GOES_ON.match(text, start) else start


def _is_denied(text: str, match: re.Match[str]) -> bool:
    before = (
        None if _WE_SAID.match(match[0]) else _DENIED.search(text, max(0, match.start() - _LOOK_BACK), match.start())
    )
    return bool(before or _DENIED_WITHIN.search(match[0]))


def _is_said(text: str, match: re.Match[str], kind: CueKind) -> bool:
    """Whether a deed is said to be done, and not asked, supposed, reported or to come: all this within its clause.

    What we did ourselves is said unless such words stand right before it, or govern the "that" that it follows: "once
    we have refunded you", "once the bank confirms that we have refunded you".
    """
    before = text[_clause_before(text, match.start()) : match.start()]
    if _NOT_YET.search(before) or _GOVERNED.search(before):
        return False
    if _OURS.match(match[0]) or _WE.search(before):
        return not (_UNSAID_RIGHT_BEFORE.search(before) or _INVERTED.search(before) or _MODAL.search(before))
    is_question = text.rstrip(" \"'”»)").endswith("?") and "¿" not in text[match.end() :]
    asks = _ASKS.match(before) or not _CLAUSE.search(text, match.end())
    if is_question and asks and not _PRESUPPOSED.search(before):
        return False
    if kind is CueKind.ARRIVED and _PERHAPS.search(before):
        return False
    supposed = _IF.search(before) or _UNSAID_RIGHT_BEFORE.search(before) or _CONJUNCTION.search(before + match[0])
    return not (supposed or _MODAL.search(before) or _HAD_IT.search(before) or _REPORTED.search(before))


# No further back than so many characters is a clause read: else a sentence without an end would take for ever.
_LOOK_BACK = 600


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}")


_DENIED = re.compile(rf"(?:(?<!\w){DENIALS}|n't|(?<!\w)not (?:a|an|one)(?: single)?)(?:\s+se)?(?:\s+[^\s,;:]+)?\s+$")
_DENIED_WITHIN = re.compile(r"(?<!\w)(?:not|never|pas|jamais|nunca|no)(?!\w)|n't")
# A mark, or a joining word before a subject of its own.
_CLAUSE = re.compile(rf"[,:](?!\d)|[;()]|\s-\s|(?<!\w){JOINING}\s+(?={SUBJECTS}(?!\w))")
# "That we refunded you": what is told in the clause before it.
_GOES_ON = re.compile(r"\s*(?:that|que|qu')(?!\w)")
_NOT_YET = _words(rf"(?:will|shall)(?:\s+\w+)?\s+$|'ll\s+$|(?<!\w){HOPING}\s+to\s+$")
_NOW = _words(r"(?:is|are|est|sont|etes|esta|estan|queda|quedan|\w+'(?:s|re))(?!\w)")
_STILL_TO_COME = re.compile(rf"\s+(?:[^\s,;:.]+\s+){{0,2}}?{STILL_TO_COME}(?:(?<=')|(?!\w))")
_OURS = re.compile(rf"{OURS}(?!\w)")
_WE_SAID = re.compile(r"(?:we|i)(?:'ve)?(?!\w)")
_WE = _words(rf"(?:we|i)\s+(?:{ASIDES}\s+){{0,2}}$")
_INVERTED = _words(r"(?:have|had|did)\s+(?:(?:we|i)\s+)?$")  # "Have we refunded you?", "nor have we refunded".
_LEAD = rf"(?:{PRONOUNS}(?:\s+|(?<=')))*(?:{ASIDES}\s+){{0,2}}$"
_UNSAID_RIGHT_BEFORE = re.compile(
    rf"(?:(?<!\w)(?:{IF}|{ONLY_RIGHT_BEFORE}|{REPORTED}(?:[^;:()]*\s(?:that|que|qu'))?)(?:\s+that|\s+que|\s+qu')?"
    rf"(?:\s+|(?<='))|^\s*¿\s*){_LEAD}",
)
# Of the clause that a deed is in, what comes after the last "that".
_THAT = r"(?:that\s+|que\s+|qu')"
_IN_IT = rf"(?:(?!{_THAT})[^,;:()\s]+\s+){{0,6}}"
_ONE = r"(?:(?:the|our|your|my|a|la|le|les|notre|votre|el|su|nuestr[oa])\s+|l')?(?!you\s)[\w']+"
_WITHOUT_THAT = r"(?:(?:it|they|you|we|i|this|(?:the|your|our)\s+\w+)\s+)?"
_GOVERNED = re.compile(
    rf"{NOT_SAYING}\s+(?:{_THAT}{_IN_IT}|{_WITHOUT_THAT})$"
    rf"|(?<!\w)(?:{IF}|once|after|until|before)\s*{_ONE}\s+{CONFIRMING}\s+{_THAT}{_IN_IT}$"
)
_MODAL = _words(rf"{MODALS}\s+$")
_HAD_IT = re.compile(r"^\W*(?:had|hubiera)\s+(?:\S+\s+){1,4}$")
_PERHAPS = _words(rf"{PERHAPS}(?!\w)\s*{_IN_IT}$")
_PRESUPPOSED = _words(rf"{PRESUPPOSING}\s+{_THAT}{_IN_IT}$")
_ASKS = re.compile(rf"\W*{ASKING}(?!\w)")
_IF = _words(rf"{IF}(?:(?<=')|(?!\w))")
# "After it was delivered"; but "after the weekend it was delivered" says so.
_CONJUNCTION = _words(rf"(?:after|before|once)\s+{SUBJECTS}\b(?!.*(?<!\w){SUBJECTS}(?!\w))")
_REPORTED = _words(rf"(?:{REPORTED}|{SORRY})(?!\w)")
_NAMED_THINGS = "|".join(
    f"(?P<{name}>{''.join(line.strip() for line in words.strip().splitlines())})" for name, words in THINGS.items()
).replace(" ", r"\s+")
_THING = re.compile(rf"(?<!\w)(?:{_NAMED_THINGS})(?!\w)")
_THING_AFTER = re.compile(rf"\s+(?:[^\s;:!?]*[^\s;:!?,.]\s+){{0,5}}?(?:[ld]')?(?:{_NAMED_THINGS})(?!\w)")
_SAID_OF_ANOTHER = re.compile(rf"(?<!\w){OF}\s*(?:[^\s,;:]+\s+){{0,2}}$")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for name, lines in CUES.items():
        turns = "|".join(_pattern(line.strip()) for line in lines.strip().splitlines())
        found.append((name, re.compile(rf"(?<!\w)(?:{turns})(?!\w)")))
    return tuple(found)


def _pattern(turn: str) -> str:
    """`~` is words like "already" that may stand between; `...` up to five words of any kind."""
    turn = turn.replace(" ~ ", rf"\s+(?:{ASIDES}\s+){{0,3}}").replace(" ... ", r"\s+(?:[^\s;:!?]+\s+){0,5}?")
    return turn.replace(" ", r"\s+")
