"""Business days of one place, as a frozen value that pure rules can take."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from makegood.kit.instants import local_time

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A place's zone, its weekly rest days (0 is Monday) and its holidays, as far as they were looked up."""

    zone: ZoneInfo
    rest_days: frozenset[int] = field(default=frozenset({SATURDAY, SUNDAY}))
    holidays: frozenset[date] = field(default=frozenset())

    def is_business_day(self, day: date) -> bool:
        return day.weekday() not in self.rest_days and day not in self.holidays

    def local(self, instant: datetime) -> datetime:
        return local_time(instant, self.zone)

    def at(self, day: date, wall_time: time) -> datetime:
        """The instant at which this place's clocks show `wall_time` on `day` (the first, where they show it twice)."""
        return datetime.combine(day, wall_time, tzinfo=self.zone)

    def business_day_on_or_after(self, day: date) -> date:
        return next(candidate for candidate in _days_from(day) if self.is_business_day(candidate))

    def business_day_on_or_before(self, day: date) -> date:
        while not self.is_business_day(day):
            day -= timedelta(days=1)
        return day

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`; for 0, `day` itself or the next business day."""
        if count < 0:
            raise ValueError(f"count must not be negative, not {count}")
        return _added(self, day, count)

    def after_business_days(self, instant: datetime, count: int) -> datetime:
        """`instant` moved on by `count` business days, to the same local time; a day of rest ends at midnight.

        A label made on Friday at 16:00 is two business days old on Tuesday at 16:00.
        """
        local = self.local(instant)
        if not self.is_business_day(local.date()):
            local = self.at(self.business_day_on_or_after(local.date()), time.min)
        later = self.add_business_days(local.date(), count)
        return self.at(later, local.time())


@lru_cache(maxsize=16_384)
def _added(calendar: Calendar, day: date, count: int) -> date:
    """Asked for the same few days by every parcel that left a place."""
    later = calendar.business_day_on_or_after(day)
    if later != day:
        count = max(count - 1, 0)
    for _ in range(count):
        later = calendar.business_day_on_or_after(later + timedelta(days=1))
    return later


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=1)
