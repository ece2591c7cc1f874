"""Parcels' histories as carriers tell them: made up, the same for every run, in the order in which they are heard."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from makegood.parcels.rules.scans import Scan, ScanKind

K = ScanKind
CITIES = (
    "RENO, NV",
    "DENVER, CO",
    "OMAHA, NE",
    "CHICAGO, IL",
    "COLUMBUS, OH",
    "NEWARK, NJ",
    "ALBANY, NY",
    "BOSTON, MA",
)
WORDS = {
    K.LABEL: "Shipping Label Created, USPS Awaiting Item",
    K.ACCEPTED: "USPS in possession of item",
    K.MOVED: "Arrived at USPS Regional Facility",
    K.NOTICE: "In Transit to Next Facility",
    K.OUT_FOR_DELIVERY: "Out for Delivery, Expected Delivery by 9:00pm",
    K.DELIVERED: "Delivered, In/At Mailbox",
}
# How a box fares, and how many of a hundred do: (per cent, what follows the way there). The last of these fall silent;
# the rest is still on its way, and was scanned within the last days.
ENDINGS: tuple[tuple[int, tuple[ScanKind, ...]], ...] = (
    (60, (K.OUT_FOR_DELIVERY, K.DELIVERED)),
    (5, (K.OUT_FOR_DELIVERY, K.ATTEMPTED, K.OUT_FOR_DELIVERY, K.DELIVERED)),
    (2, (K.OUT_FOR_DELIVERY, K.ATTEMPTED, K.HELD)),
    (2, (K.OUT_FOR_DELIVERY, K.REFUSED, K.RETURNING, K.MOVED, K.RETURNED)),
    (1, (K.DAMAGED,)),
    (1, (K.LOST,)),
    (2, (K.UNKNOWN, K.MOVED, K.OUT_FOR_DELIVERY, K.DELIVERED)),
    (3, ()),
)
LATE_OF_A_HUNDRED, SAID_TWICE_OF_A_HUNDRED = 5, 1


def number_of(place: int) -> str:
    """The tracking number of the parcel that fill_parcels.sql writes at this place."""
    return f"94001{place:017d}"


def label_at_of(place: int, *, now: datetime) -> datetime:
    """When fill_parcels.sql has that parcel's label made."""
    return now - timedelta(minutes=60 + place * 7919 % 30000)


class _Event(NamedTuple):
    place: int
    kind: ScanKind
    happened_at: datetime
    city: str


def heard(*, parcels: int, scans: int, now: datetime) -> list[Scan]:
    """So many scans of so many parcels as they are heard: by instant, some hours late, one of a hundred said twice.

    Each is made when it is heard, as a connector makes it: what is read together lies together in memory.
    """
    chance = random.Random(7)  # noqa: S311  the same for every run
    told: list[tuple[datetime, int, _Event]] = []
    distinct = scans - scans * SAID_TWICE_OF_A_HUNDRED // 100
    for event in _all(parcels, distinct, chance, now=now):
        late = timedelta(hours=chance.randrange(1, 72)) if chance.randrange(100) < LATE_OF_A_HUNDRED else timedelta()
        told.append((event.happened_at + late, len(told), event))
    for _, _, event in chance.choices(told, k=scans - distinct):
        told.append((event.happened_at + timedelta(hours=chance.randrange(1, 48)), len(told), event))
    told.sort(key=lambda each: each[:2])
    return [_scan_of(event) for _, _, event in told]


def _scan_of(event: _Event) -> Scan:
    return Scan(
        carrier="usps",
        number=number_of(event.place),
        code=event.kind.value.upper(),
        kind=event.kind,
        happened_at=datetime.fromtimestamp(event.happened_at.timestamp(), UTC),
        place=event.city,
        words=WORDS.get(event.kind, "Status Updated"),
    )


def _all(parcels: int, scans: int, chance: random.Random, *, now: datetime) -> Iterator[_Event]:
    """Each parcel gets its share, so that together they are exactly `scans`."""
    for place in range(1, parcels + 1):
        share = scans * place // parcels - scans * (place - 1) // parcels
        yield from _history(place, share, chance, now=now)


def _history(place: int, count: int, chance: random.Random, *, now: datetime) -> Iterator[_Event]:
    ending = _ending(chance.randrange(100))
    ends = () if ending is None else ending[: count - 2]
    way = [K.NOTICE if chance.randrange(8) == 0 else K.MOVED for _ in range(count - 2 - len(ends))]
    kinds = (K.LABEL, K.ACCEPTED, *way, *ends)
    at = label_at_of(place, now=now)
    # Nothing is said before its instant: those that left last have been told of more quickly.
    each = (now - at) / (count + 1)
    for kind in kinds:
        at += each if ending is None else min(timedelta(minutes=chance.randrange(20, 1200)), each)
        city = CITIES[(place + chance.randrange(3)) % len(CITIES)]
        yield _Event(place, kind, at.replace(microsecond=0), city)


@cache
def _ending(chance: int) -> tuple[ScanKind, ...] | None:
    """What follows the way there; None where the way has no end yet."""
    for per_cent, kinds in ENDINGS:
        if chance < per_cent:
            return kinds
        chance -= per_cent
    return None
