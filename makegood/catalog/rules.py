"""When a service gets something somewhere, and by when a parcel has to leave to be in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from makegood.kit.calendars import Calendar


class DispatchMethod(StrEnum):
    """How a place hears what to send: it looks at the page, fetches the list as CSV, or its system is told."""

    PAGE = "page"
    CSV = "csv"
    WEBHOOK = "webhook"


class SubstituteKind(StrEnum):
    """What may stand in for a product: another edition of the same title, or another title."""

    EDITION = "edition"
    ALTERNATIVE = "alternative"


class ReservationState(StrEnum):
    HELD = "held"
    SHIPPED = "shipped"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """How one service runs between a place and a destination, and how many hours before its cut-off the place has to be
    asked; full days of them are business days there.
    """

    cutoff_time: time
    transit_days: int
    packing_hours: int = 0

    def ask_by(self, leaves_date: date, *, origin: Calendar) -> datetime:
        """Until when a parcel can be asked for that leaves on that day."""
        days, hours = divmod(self.packing_hours, 24)
        day = leaves_date
        for _ in range(days):
            day = origin.business_day_on_or_before(day - timedelta(days=1))
        return origin.at(day, self.cutoff_time) - timedelta(hours=hours)


def leaving_date(*, timetable: Timetable, origin: Calendar, now: datetime) -> date:
    """The day a parcel asked for at `now` leaves: the first business day for which that is early enough."""
    day = origin.business_day_on_or_after(origin.local(now).date())
    while timetable.ask_by(day, origin=origin) <= now:
        day = origin.business_day_on_or_after(day + timedelta(days=1))
    return day


def arrival_date(*, timetable: Timetable, origin: Calendar, destination: Calendar, now: datetime) -> date:
    """The day it arrives: `transit_days` business days of the destination after it leaves (0: the same day).

    A service that takes no day at all still only arrives on a day the destination works.
    """
    left = leaving_date(timetable=timetable, origin=origin, now=now)
    return destination.add_business_days(left, timetable.transit_days)


# How long before the cut-off a parcel has to be asked for where its place does not say how long it packs.
PACKING_HOURS = 4


@lru_cache(maxsize=16_384)
def last_leaving_date(*, timetable: Timetable, origin: Calendar, destination: Calendar, by_date: date) -> date:
    """The last day on which a parcel can leave to be there by `by_date`: a business day of the place it leaves."""
    day = by_date
    while day > date.min and (
        not origin.is_business_day(day) or destination.add_business_days(day, timetable.transit_days) > by_date
    ):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCall:
    """By when a parcel has to leave one place by one service to be there by a day, and by when it has to be asked for.

    `rate_minor` is what the service costs us, in `currency`.
    """

    place_id: int
    service_id: int
    ask_by: datetime
    leave_by: datetime
    currency: str
    rate_minor: int


def worry_at(call: LastCall, *, since: datetime) -> datetime:
    """When to worry about what was ordered at `since` and has not left: from when it should be packed; for what was
    ordered later than that, when it can't leave in time any more.
    """
    return call.ask_by if call.ask_by > since else call.leave_by


def expected_way(calls: Iterable[LastCall], *, since: datetime, currency: str) -> LastCall | None:
    """The way in which an order of `since` is meant to go, where the shop does not say it: the cheapest that was in
    time then, from the place where there is most time. None where none was: then the day was not reckoned with these
    services, and they say nothing about it.

    Rates in other currencies than the order's don't compare (law 6), and count after its own.
    """
    in_time = [call for call in calls if call.leave_by > since]
    return min(
        in_time,
        key=lambda call: (
            call.currency != currency,
            call.currency,
            call.rate_minor,
            -call.leave_by.timestamp(),
            call.place_id,
            call.service_id,
        ),
        default=None,
    )
