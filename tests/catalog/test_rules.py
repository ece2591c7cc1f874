"""When a service gets something somewhere."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from makegood.catalog.rules import Timetable, arrival_date, leaving_date
from makegood.kit.calendars import Calendar

RENO = Calendar(zone=ZoneInfo("America/Los_Angeles"), holidays=frozenset({date(2026, 10, 12)}))
PARIS = Calendar(zone=ZoneInfo("Europe/Paris"), holidays=frozenset({date(2026, 7, 14)}))
AUCKLAND = Calendar(zone=ZoneInfo("Pacific/Auckland"))
UNTIL_THREE = Timetable(cutoff_time=time(15), transit_days=4)
EVERY_DAY = Calendar(zone=ZoneInfo("America/Los_Angeles"), rest_days=frozenset())


def reno(day, hour, minute=0):
    return datetime(2026, 10, day, hour, minute, tzinfo=RENO.zone)


def leaves(now):
    return leaving_date(timetable=UNTIL_THREE, origin=RENO, now=now)


def test_it_leaves_today_until_the_cut_off_and_tomorrow_from_it_on():
    assert leaves(reno(5, 14, 59)) == date(2026, 10, 5)
    assert leaves(reno(5, 15)) == date(2026, 10, 6)


def test_the_cut_off_is_the_places_own_hour_wherever_the_clock_was_read():
    assert leaves(reno(5, 14, 59).astimezone(PARIS.zone)) == date(2026, 10, 5)
    assert leaves(reno(5, 15).astimezone(AUCKLAND.zone)) == date(2026, 10, 6)


def test_nothing_leaves_on_a_weekend_or_holiday():
    assert leaves(reno(9, 16)) == date(2026, 10, 13)
    assert leaves(reno(10, 9)) == date(2026, 10, 13)
    assert leaves(reno(12, 9)) == date(2026, 10, 13)


def arrives(transit_days, *, now, origin=RENO, destination=PARIS):
    timetable = Timetable(cutoff_time=time(15), transit_days=transit_days)
    return arrival_date(timetable=timetable, origin=origin, destination=destination, now=now)


def test_transit_counts_the_destinations_business_days():
    assert [arrives(days, now=reno(8, 9)) for days in (0, 1, 2, 3)] == [
        date(2026, 10, 8),
        date(2026, 10, 9),
        date(2026, 10, 12),
        date(2026, 10, 13),
    ]


def test_what_takes_no_day_at_all_still_arrives_only_when_somebody_works():
    assert arrives(0, now=reno(10, 9), origin=EVERY_DAY, destination=RENO) == date(2026, 10, 13)


instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(instants, st.integers(0, 9), st.timedeltas(timedelta(), timedelta(days=9)))
def test_asking_later_never_arrives_sooner_and_more_days_never_either(now, days, wait):
    first = arrives(days, now=now)
    assert PARIS.is_business_day(first)
    assert first >= leaves(now) >= RENO.local(now).date()
    assert arrives(days, now=now + wait) >= first
    assert arrives(days + 1, now=now) >= first
