"""Whom to ask about next where a carrier does not tell us by itself, and how often it lets itself be asked.

A carrier counts calls; we count parcels. What it allows is spent on parcels in danger first and on those nearest to
their promise next, but every fifth place goes to whoever has waited longest: so nobody is forgotten, however many are
in danger.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from makegood.parcels.rules.verdicts import IN_DANGER, Verdict

SETTLED = frozenset({Verdict.DELIVERED, Verdict.RETURNED})
"""Nothing more is to be learnt by asking; a customer who says that it never came makes it unsettled again."""

GIVEN_UP_AFTER = timedelta(days=90)
"""So long after its label a parcel is asked about no more: DHL deletes most numbers by then
(https://support-developer.dhl.com/support/solutions/folders/47000779436/page/2), and other carriers soon after."""

NEAR = timedelta(days=2)
LONG_PAST = timedelta(days=21)
"""A promise that passed longer ago has been made good by now, so its parcel no longer goes before others."""

OVERDUE_AFTER = timedelta(hours=1)
"""How long after it was due a parcel may wait before a helper is shown that the budget does not reach."""

FAIR_SHARE = 5
"""Every so-manieth place goes to whoever has waited longest."""

KEPT_FOR_DANGER_PERCENT = 20
"""So much of a quota only parcels in danger may spend, so that those of the evening find some left."""

QUOTA_FROM = timedelta(minutes=10)
"""A limit over a shorter time is a pace: nothing can be kept back of it."""


class Urgency(IntEnum):
    """How soon a parcel is worth a call; the smaller goes first."""

    DANGER = 0
    NEAR = 1
    CALM = 2


PATIENCE = {
    Urgency.DANGER: timedelta(hours=4),
    Urgency.NEAR: timedelta(hours=6),
    Urgency.CALM: timedelta(hours=24),
}
"""How long after we asked, or made the label, we ask again: at most six times a day, where DHL allows each parcel ten
(https://support-developer.dhl.com/en/support/solutions/articles/47001248773)."""


@dataclass(frozen=True, slots=True)
class PollLimit:
    """At most so many calls within any stretch of so many seconds.

    Raises:
        ValueError: not a positive number of both.
    """

    calls: int
    seconds: int

    def __post_init__(self) -> None:
        if self.calls < 1 or self.seconds < 1:
            raise ValueError(f"a limit is some calls in some seconds, not {self.calls} in {self.seconds}")

    @property
    def is_quota(self) -> bool:
        return self.seconds >= QUOTA_FROM.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A parcel that is due to be asked about, and since when."""

    parcel_id: int
    number: str
    urgency: Urgency
    promised_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyRule:
    """How urgent are parcels in one of `states` (None: any) promised `within` from now or earlier (None: whenever)."""

    urgency: Urgency
    states: frozenset[Verdict] | None = None
    within: timedelta | None = None


URGENCIES = (
    UrgencyRule(urgency=Urgency.CALM, within=-LONG_PAST),
    UrgencyRule(urgency=Urgency.DANGER, states=IN_DANGER),
    UrgencyRule(urgency=Urgency.NEAR, within=NEAR),
)
"""The first that holds decides, and where none does a parcel is calm. PostgreSQL asks by this table too."""


def one_a_number(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Of parcels under one number the most urgent: the carrier is asked about a number, once for all of them."""
    found: dict[str, Waiting] = {}
    for one in sorted(waiting, key=_urgency_of):
        found.setdefault(one.number, one)
    return tuple(found.values())


def _urgency_of(one: Waiting) -> tuple[Urgency, datetime, datetime, int]:
    return one.urgency, one.promised_at, one.due_at, one.parcel_id


def choose(waiting: Iterable[Waiting], *, places: int, given: int) -> tuple[Waiting, ...]:
    """Who gets the next `places`, after `given` places were given before.

    The most urgent first, among them whoever's promise is nearest or longest past; every fifth place of all that are
    ever given goes to whoever has waited longest. Of n who wait, none waits for more than 5 n places.
    """
    everybody = tuple(waiting)
    urgent = sorted(everybody, key=_urgency_of, reverse=True)
    patient = sorted(everybody, key=lambda one: (one.due_at, one.parcel_id), reverse=True)
    chosen: dict[int, Waiting] = {}
    for place in range(given, given + min(places, len(everybody))):
        queue = patient if (place + 1) % FAIR_SHARE == 0 else urgent
        one = queue.pop()
        while one.parcel_id in chosen:
            one = queue.pop()
        chosen[one.parcel_id] = one
    return tuple(chosen.values())


def without_reserve(limit: PollLimit) -> PollLimit:
    """What of a limit everybody may spend; the rest of a quota is kept for parcels in danger."""
    if not limit.is_quota:
        return limit
    return PollLimit(max(1, limit.calls * (100 - KEPT_FOR_DANGER_PERCENT) // 100), limit.seconds)


def opens_at(limit: PollLimit, filled_by: datetime | None, *, now: datetime) -> datetime:
    """When the next call keeps within `limit`: now, or when the call that fills it has become old enough.

    `filled_by` is when the newest call but `limit.calls - 1` was made; None where there were fewer.
    """
    return now if filled_by is None else max(now, filled_by + timedelta(seconds=limit.seconds))


def pause(failures: int) -> timedelta:
    """How long to leave a carrier alone after so many failures in a row: from half a minute to half an hour."""
    return min(timedelta(seconds=30 << min(failures - 1, 10)), timedelta(minutes=30))
