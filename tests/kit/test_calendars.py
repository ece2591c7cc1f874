"""Business days and hours of one place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.calendars import Calendar
from makegood.kit.holidays import calendar_of

NEW_YORK = ZoneInfo("America/New_York")
COLUMBUS_DAY = date(2026, 10, 12)
OFFICE = Calendar(zone=NEW_YORK, holidays=frozenset({COLUMBUS_DAY}))
FRIDAY, SATURDAY, TUESDAY = date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 13)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def test_weekends_and_holidays_are_no_business_days():
    assert [OFFICE.is_business_day(day) for day in (FRIDAY, SATURDAY, COLUMBUS_DAY, TUESDAY)] == [
        True,
        False,
        False,
        True,
    ]


def test_the_next_business_day_skips_weekend_and_holiday():
    assert OFFICE.business_day_on_or_after(SATURDAY) == TUESDAY
    assert OFFICE.business_day_on_or_after(FRIDAY) == FRIDAY


def test_one_business_day_after_a_day_of_rest_is_the_first_business_day():
    assert [OFFICE.add_business_days(SATURDAY, n) for n in (0, 1, 2)] == [TUESDAY, TUESDAY, date(2026, 10, 14)]
    assert [OFFICE.add_business_days(FRIDAY, n) for n in (0, 1, 2)] == [FRIDAY, TUESDAY, date(2026, 10, 14)]


def test_days_are_not_taken_away():
    with pytest.raises(ValueError, match="-1"):
        OFFICE.add_business_days(FRIDAY, -1)


def test_hours_are_those_of_the_place_through_a_change_of_clocks():
    friday = datetime(2026, 10, 30, 16, tzinfo=NEW_YORK)
    assert OFFICE.after_business_days(friday, 1) == datetime(2026, 11, 2, 16, tzinfo=NEW_YORK)
    assert OFFICE.after_business_days(friday, 1).astimezone(UTC) - friday.astimezone(UTC) == timedelta(days=3, hours=1)


def test_what_begins_on_a_day_of_rest_begins_at_the_next_midnight():
    saturday = datetime(2026, 10, 10, 15, tzinfo=NEW_YORK)
    assert OFFICE.after_business_days(saturday, 1) == datetime(2026, 10, 14, tzinfo=NEW_YORK)


def test_a_wall_time_shown_twice_is_the_first():
    assert OFFICE.at(date(2026, 11, 1), time(1, 30)).astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@given(days, st.integers(0, 30))
def test_adding_days_counts_business_days_one_by_one(day, count):
    later = OFFICE.add_business_days(day, count)
    between = [day + timedelta(days=n) for n in range((later - day).days + 1)]
    passed = sum(OFFICE.is_business_day(each) for each in between if each > day or not OFFICE.is_business_day(day))
    assert OFFICE.is_business_day(later)
    assert passed == (count if OFFICE.is_business_day(day) else max(count, 1))


def test_a_real_country_has_its_holidays():
    france = calendar_of(country="FR", zone="Europe/Paris")
    assert not france.is_business_day(date(2026, 7, 14))
    assert france.is_business_day(date(2026, 7, 15))


def test_a_place_may_work_on_saturdays():
    assert calendar_of(country="US", zone="America/New_York", works_saturdays=True).is_business_day(SATURDAY)
    assert not calendar_of(country="US", zone="America/New_York").is_business_day(SATURDAY)


def test_a_country_nobody_lists_has_no_holidays():
    assert calendar_of(country="XX", zone="UTC").holidays == frozenset()
