"""Calendars of real places, from the `holidays` library."""

from functools import lru_cache

import holidays as public_holidays

from makegood.kit.calendars import SATURDAY, SUNDAY, Calendar
from makegood.kit.instants import zone_named

YEARS = tuple(range(2015, 2041))


@lru_cache(maxsize=1024)
def calendar_of(*, country: str, zone: str, works_saturdays: bool = False) -> Calendar:
    """The business days of an ISO 3166 country, seen in an IANA zone; a country nobody lists has no holidays."""
    try:
        days = frozenset(public_holidays.country_holidays(country, years=YEARS))
    except NotImplementedError:
        days = frozenset()
    return Calendar(
        zone=zone_named(zone),
        rest_days=frozenset({SUNDAY}) if works_saturdays else frozenset({SATURDAY, SUNDAY}),
        holidays=days,
    )
