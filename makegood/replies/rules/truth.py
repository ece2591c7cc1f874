"""The truth check: which dates, times, sums and numbers a text states, and whether our records support each.

It fails closed: a digit that is no part of a name and no record explains is an unsupported claim.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from makegood.replies.rules.claims import Claim, ClaimKind, Found, Records
from makegood.replies.rules.dates import dates_in
from makegood.replies.rules.lexicon import MONTHS, fold, plain
from makegood.replies.rules.numbers import numbers_in, times_in
from makegood.replies.rules.relative_dates import relative_dates_in
from makegood.replies.rules.sums import sums_in

# Stands where something was read already; no pattern takes it for a letter, a digit or a space.
_READ = "\0"
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"“”«»]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_OPEN_QUOTE, _CLOSE_QUOTE = r"[“”«\"‘‹]\s?", r"\s?[”“»\"’›]"


def check(text: str, *, records: Records, language: str, today: date) -> tuple[Claim, ...]:
    """Every claim in `text`, in order, each with the record that supports it.

    Of claims that overlap, the longest is meant; of equally long ones, one that a record supports. What a loser leaves
    uncovered is read again, so no digit goes unread. Addresses and recorded names claim nothing.
    """
    unread = _without_names(fold(text), records=records, today=today)
    claims: list[Claim] = []
    while found := _meant(_all_in(unread, records=records, language=language, today=today)):
        for claim in found:
            claims.append(_claim(claim, text))
            unread = _blank(unread, claim.start, claim.end)
    return tuple(sorted(claims, key=lambda claim: claim.start))


def unsupported(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """What must be put right before the words may be sent."""
    return tuple(claim for claim in claims if not claim.supported)


def _all_in(text: str, *, records: Records, language: str, today: date) -> Iterator[Found]:
    yield from dates_in(text, records=records, today=today)
    yield from relative_dates_in(text, records=records, today=today)
    yield from times_in(text, records=records)
    yield from sums_in(text, records=records)
    yield from numbers_in(text, records=records, language=language)


def _meant(found: Iterable[Found]) -> list[Found]:
    meant: list[Found] = []
    for claim in sorted(found, key=_length_then_support):
        if all(claim.end <= other.start or other.end <= claim.start for other in meant):
            meant.append(claim)
    return meant


def _length_then_support(claim: Found) -> tuple[int, bool, bool, int]:
    return claim.start - claim.end, claim.record is None, claim.kind is ClaimKind.NUMBER, claim.start


def _claim(found: Found, text: str) -> Claim:
    return Claim(
        start=found.start,
        end=found.end,
        text=text[found.start : found.end],
        kind=found.kind,
        supported=found.record is not None,
        record=found.record,
    )


def _without_names(text: str, *, records: Records, today: date) -> str:
    for match in _ADDRESS.finditer(text):
        text = _blank(text, *match.span())
    for name in sorted(records.names, key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in fold(name).split())
        if not words:
            continue
        pattern = rf"(?:{_OPEN_QUOTE})(?P<quoted>{words})(?:{_CLOSE_QUOTE})|(?<!\w){words}(?!\w)"
        plain_too = not _claims_by_itself(fold(name), today)
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if plain_too or match["quoted"]:
                text = _blank(text, *match.span())
    return text


@lru_cache(maxsize=4096)
def _claims_by_itself(name: str, today: date) -> bool:
    """Whether a name outside quotes would read as a date, a sum or a number: a book called "Friday", or "1984"."""
    if plain(name) in MONTHS:
        return True
    found = _all_in(name, records=Records(), language="en", today=today)
    whole = (claim for claim in found if (claim.start, claim.end) == (0, len(name)))
    return any(claim.kind is not ClaimKind.NUMBER or not re.search(r"[A-Za-z]", name) for claim in whole)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + _READ * (end - start) + text[end:]
