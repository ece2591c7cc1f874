"""When a service gets something somewhere."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from makegood.kit.calendars import Calendar


class DispatchMethod(StrEnum):
    """How a place hears what to send: it looks at the page, fetches the list as CSV, or its system is told."""

    PAGE = "page"
    CSV = "csv"
    WEBHOOK = "webhook"


class ReservationState(StrEnum):
    HELD = "held"
    SHIPPED = "shipped"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """How one service runs between a place and a destination."""

    cutoff_time: time
    transit_days: int


def leaving_date(*, timetable: Timetable, origin: Calendar, now: datetime) -> date:
    """The day a parcel asked for at `now` leaves: today before the cut-off on a business day, else the next one."""
    local = origin.local(now)
    today = local.date()
    if origin.is_business_day(today) and local.time() < timetable.cutoff_time:
        return today
    return origin.business_day_on_or_after(today + timedelta(days=1))


def arrival_date(*, timetable: Timetable, origin: Calendar, destination: Calendar, now: datetime) -> date:
    """The day it arrives: `transit_days` business days of the destination after it leaves (0: the same day).

    A service that takes no day at all still only arrives on a day the destination works.
    """
    left = leaving_date(timetable=timetable, origin=origin, now=now)
    return destination.add_business_days(left, timetable.transit_days)
