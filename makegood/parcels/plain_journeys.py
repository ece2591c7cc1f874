"""Parcels that went as parcels go, believed by the thousand: what the rule would say of them, written in one statement.

Of a million scans most tell one of two stories: it came, or it is on its way. Whatever else is told is left to
`rules.verdicts.assess`, and `tests/parcels/test_plain_journeys.py` holds both to the same words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from makegood.kit import sql
from makegood.kit.calendars import Calendar
from makegood.parcels.rules.clocks import CLOCKS
from makegood.parcels.rules.contradictions import LABELLED_LATE
from makegood.parcels.rules.journeys import ORDINARY
from makegood.parcels.rules.scans import DELIVERIES, SHOP_CODE, ScanKind
from makegood.parcels.rules.verdicts import IN_DANGER, SETTLED, calm_estimate

HERE = Path(__file__).parent
PLAIN = ORDINARY | DELIVERIES | {ScanKind.LABEL, ScanKind.NOTICE, ScanKind.DELAYED}
# Whoever was scanned last before so many days has been silent for longer than any first step.
DAYS_BACK = 60
NO_PLACE = 0


class Told(NamedTuple):
    """A plain story, as tell_plainly.sql tells it; `since` is its deciding scan's instant, as PostgreSQL writes it."""

    parcel_id: int
    customer_id: int
    promise_id: int
    was: str
    was_percent: int
    state: str
    percent: int
    since: str

    @property
    def in_danger(self) -> bool:
        """Plain stories are calm ones."""
        return False


class PlainJourneys:
    """What the rule needs to know of carriers and places, ready for the statement.

    `calendars` holds the business days of each place, and under None the shop's own.
    """

    def __init__(self, calendars: Mapping[int | None, Calendar], *, now: datetime) -> None:
        self.now = now
        self._known = _constant() | _calm() | _workdays(calendars, now=now)

    def tell(self, parcel_ids: Sequence[int]) -> list[Told]:
        """Put those of these parcels whose story is plain into makegood_plain; which. They must be locked."""
        rows = sql.tuples(sql.load(HERE, "tell_plainly"), parcels=sql.array(parcel_ids), now=self.now, **self._known)
        return [Told._make(row) for row in rows]


def _constant() -> dict[str, object]:
    return {
        "plain": [kind.value for kind in PLAIN],
        "moves": [kind.value for kind in ORDINARY | DELIVERIES],
        "shop": SHOP_CODE,
        "not_plain": [state.value for state in IN_DANGER],
        "labelled_late": LABELLED_LATE,
        "final_kinds": [kind.value for kind in DELIVERIES],
        "final_percents": [SETTLED[kind][2] for kind in DELIVERIES],
    }


def _calm() -> dict[str, object]:
    """For each carrier and kind of scan: the first step of silence, what is believed before it, and how surely."""
    rows = [(carrier, kind, clock) for carrier, clock in CLOCKS.items() for kind in ORDINARY]
    in_time = [calm_estimate(kind, clock, is_late=False) for _, kind, clock in rows]
    late = [calm_estimate(kind, clock, is_late=True) for _, kind, clock in rows]
    return {
        "carriers": [carrier for carrier, _, _ in rows],
        "kinds": [kind.value for _, kind, _ in rows],
        "steps": [days for _, _, days in in_time],
        "states": [state.value for state, _, _ in in_time],
        "percents": [percent for _, percent, _ in in_time],
        "late_states": [state.value for state, _, _ in late],
        "late_percents": [percent for _, percent, _ in late],
    }


def _workdays(calendars: Mapping[int | None, Calendar], *, now: datetime) -> dict[str, object]:
    """Which day comes so many business days after each of the last ones, in each place."""
    counts = sorted({calm_estimate(kind, clock, is_late=False)[2] for clock in CLOCKS.values() for kind in ORDINARY})
    rows = [
        (place or NO_PLACE, calendar.zone.key, day, count, later, is_rest)
        for place, calendar in calendars.items()
        for day, is_rest in _days(calendar, now=now)
        for count in counts
        if _is_of_one_length(calendar, later := calendar.add_business_days(day, count + is_rest))
    ]
    names = ("places", "zones", "days", "counts", "later_days", "rests")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _days(calendar: Calendar, *, now: datetime) -> Iterator[tuple[date, bool]]:
    """Each of the last days whose hours don't matter or mean one instant each, and whether it is a day of rest."""
    today = calendar.local(now).date()
    for back in range(DAYS_BACK + 1):
        day = today - timedelta(days=back)
        is_rest = not calendar.is_business_day(day)
        if is_rest or _is_of_one_length(calendar, day):
            yield day, is_rest


def _is_of_one_length(calendar: Calendar, day: date) -> bool:
    """Whether the clocks of the place are not put on or back that day: PostgreSQL reads such hours otherwise."""
    return calendar.at(day, time.min).utcoffset() == calendar.at(day + timedelta(days=1), time.min).utcoffset()
