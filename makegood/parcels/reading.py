"""How a carrier's JSON is read: part by part, each refused by its name, the good ones kept.

Nothing here knows a carrier; connectors say which field holds what.
"""

import html
import re
from bisect import bisect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from makegood.parcels.carrier import Parsed, RefusedScan, UnreadableScan, ZoneUnknown, storable
from makegood.parcels.rules.numbers import BadTrackingNumber, check_told
from makegood.parcels.rules.scans import Scan

LONGEST_TEXT = 300
LONGEST_MARKED_UP = 4 * LONGEST_TEXT
AT_HOME = frozenset({"US", "USA", "UNITED STATES", "UNITED STATES OF AMERICA"})

Part = Mapping[str, object]

_NOT_SHOWN = re.compile(r"<!--.*?(-->|$)|<(script|style)\b[^>]*>.*?(</\2\s*>|$)", re.IGNORECASE | re.DOTALL)
_IN_A_LINE = re.compile(r"</?(a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u)\b[^<>]*(>|$)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!?][^<>]*(>|$)", re.IGNORECASE)


@dataclass(slots=True)
class Clocks:
    """How far from UTC the clocks were that a parcel's events were read from, for those that don't say it.

    `is_lent`: whether an event whose zone nobody tells is read by the clock of the event nearest to it.
    """

    told: list[tuple[datetime, timedelta]] = field(default_factory=list)
    is_lent: bool = False
    # What was told by its local time, and of one time as it was told: many events may ask.
    _in_order: list[tuple[datetime, int]] = field(default_factory=list, init=False)

    def note(self, local: datetime, instant: datetime) -> None:
        """That a clock showed the naive `local` at the aware UTC `instant`."""
        self.told.append((local, local - instant.replace(tzinfo=None)))

    def borrowed(self, local: datetime, *, allowed: Collection[timedelta] = ()) -> timedelta | None:
        """The offset of the clock nearest to `local`, or of those `allowed` (if any) the one nearest to it."""
        if not (self.is_lent and self.told):
            return None
        offset = self._nearest(local)
        return min(allowed, key=lambda each: abs(each - offset)) if allowed else offset

    def _nearest(self, local: datetime) -> timedelta:
        """The offset that was told nearest to `local`, of two as near the one that was told first."""
        if len(self._in_order) != len(self.told):
            self._in_order = sorted((at, index) for index, (at, _) in enumerate(self.told))
        after = bisect(self._in_order, (local, -1))
        near = self._in_order[after : after + 1]
        if after:
            earlier = bisect(self._in_order, (self._in_order[after - 1][0], -1))
            near.append(self._in_order[earlier])
        _, index = min((abs(at - local), index) for at, index in near)
        return self.told[index][1]


def text(source: Part, field: str) -> str:
    """A field as text without markup, at most 300 characters; "" where it is missing or null.

    Raises:
        UnreadableScan: it is neither text nor a whole number.
    """
    value = source.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableScan(field, "it is not text")
    try:
        return without_markup(storable(str(value)))[:LONGEST_TEXT]
    except ValueError:
        raise UnreadableScan(field, "the number is too long") from None


def without_markup(words: str) -> str:
    """Words as a reader of the page would see them: carriers write links and breaks of lines into their sentences."""
    if "<" not in words and "&" not in words:
        return words
    # What was escaped twice is unescaped twice, so that no markup is made anew by unescaping the last time.
    shown = html.unescape(html.unescape(words[:LONGEST_MARKED_UP]))
    shown = _TAG.sub(" ", _IN_A_LINE.sub("", _NOT_SHOWN.sub(" ", shown)))
    return storable(" ".join(shown.split()))


def part(source: Part, field: str) -> Part:
    """An object inside another; empty where it is missing or null.

    Raises:
        UnreadableScan: it is something else.
    """
    value = source.get(field)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise UnreadableScan(field, "it is not an object")
    return value


def entries(source: Part, field: str) -> Sequence[object]:
    """A list inside an object.

    Raises:
        UnreadableScan: it is missing, or no list.
    """
    value = source.get(field)
    if not isinstance(value, list):
        raise UnreadableScan(field, "it is not a list" if value is not None else "it is missing")
    return value


def whole(body: object) -> Part:
    """A body that is an object.

    Raises:
        UnreadableScan: it is anything else.
    """
    if not isinstance(body, Mapping):
        raise UnreadableScan("body", "it is not an object")
    return body


def own_number(number: str, *, carrier: str, field: str) -> str:
    """The tracking number normalised, unless `carrier` can't have issued it.

    Raises:
        UnreadableScan: it is missing, another carrier's, or mistyped.
    """
    if not number:
        raise UnreadableScan(field, "it is missing")
    try:
        return check_told(number, carrier)
    except BadTrackingNumber as bad:
        raise UnreadableScan(field, bad.reason) from bad


def place(*, city: str = "", state: str = "", postal_code: str = "", country: str = "") -> str:
    """Such as "RENO, NV 89502" or "TORONTO, ON M5V 2T6, CA"; "" for no place. The USA is not named."""
    where = ", ".join(each for each in (city, " ".join(each for each in (state, postal_code) if each)) if each)
    return where if country.upper() in AT_HOME else ", ".join(each for each in (where, country) if each)


def read_events(events: Sequence[object], *, field: str, number: str, read: Callable[[Part, Clocks], Scan]) -> Parsed:
    """The scans of one parcel's events; those that can't be read are refused by their index.

    An event whose local time nobody can place (a label, a notice) is read by the clock of the event next to it: wrong
    by some hours at most, where refusing it would lose it.
    """
    clocks = Clocks()
    found: dict[int, Scan | UnreadableScan] = {}
    for index, event in enumerate(events):
        found[index] = _read(event, field, lambda each: read(each, clocks))
    lent = Clocks(told=clocks.told, is_lent=True)
    for index, event in enumerate(events):
        if clocks.told and isinstance(found[index], ZoneUnknown):
            found[index] = _read(event, field, lambda each: read(each, lent))
    return Parsed(
        scans=tuple(each for each in found.values() if isinstance(each, Scan)),
        refused=tuple(
            RefusedScan(number=number, index=index, field=each.field, reason=each.reason)
            for index, each in found.items()
            if not isinstance(each, Scan)
        ),
    )


def _read(event: object, field: str, read: Callable[[Part], Scan]) -> Scan | UnreadableScan:
    try:
        return read(_object(event, field))
    except UnreadableScan as problem:
        return problem


def read_results(
    results: Sequence[object],
    *,
    field: str,
    number_of: Callable[[Part], str],
    read: Callable[[Part], Parsed],
    stands_alone: bool = True,
) -> Parsed:
    """What is told of several parcels: those that can't be read are refused whole by their index, the others stand.

    Raises:
        UnreadableScan: there is only one, and it can't be read: the body says nothing (`stands_alone`).
    """
    scans: list[Scan] = []
    refused: list[RefusedScan] = []
    for index, result in enumerate(results):
        try:
            parsed = read(_object(result, field))
        except UnreadableScan as problem:
            if stands_alone and len(results) == 1:
                raise
            number = _shown(result, number_of)
            refused.append(RefusedScan(number=number, index=index, field=problem.field, reason=problem.reason))
        else:
            scans += parsed.scans
            refused += parsed.refused
    return Parsed(scans=tuple(scans), refused=tuple(refused))


def refuse_errors(errors: object, *, field: str) -> None:
    """Raise what a carrier's list of errors says, `[{"code": …, "message": …}]`, or an object of the same form.

    Raises:
        UnreadableScan: there is an error.
    """
    if isinstance(errors, list):
        errors = errors[0] if errors else None
    if errors is None:
        return
    if not isinstance(errors, Mapping):
        raise UnreadableScan(field, "the carrier gave an error without a reason")
    words = [text(errors, "code"), text(errors, "message")]
    raise UnreadableScan(field, ": ".join(word for word in words if word) or "the carrier gave no reason")


def _object(entry: object, field: str) -> Part:
    if not isinstance(entry, Mapping):
        raise UnreadableScan(field, "an entry is not an object")
    return entry


def _shown(result: object, number_of: Callable[[Part], str]) -> str:
    """The number of a result that was refused, as far as it can be shown at all."""
    try:
        return number_of(result) if isinstance(result, Mapping) else ""
    except UnreadableScan:
        return ""
