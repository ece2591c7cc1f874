"""When a DHL event happened.

The Unified API gives "2018-03-02T07:53:47", the time of the place, and with some divisions an offset. The MyDHL API
gives a date, a time and mostly a `GMTOffset` ("+09:00"). A time without an offset is resolved by the
country of its place (in the USA by its ZIP), and for a parcel whose events have none by the one country that it starts
and ends in; it is refused where that has several clocks.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from makegood.kit.zones import instant_at
from makegood.parcels.carrier import UnreadableScan

_TIMESTAMP = re.compile(r"20\d{2}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


def instant_of(value: str, *, field: str, countries: Sequence[str], postal_code: str = "") -> datetime:
    """The aware UTC instant of `value`; `countries` are where it may have happened, all of one clock.

    `postal_code` tells clocks apart in the USA.

    Raises:
        UnreadableScan: naming `field`: missing, not a date with a time, or nothing says its zone.
    """
    if not value:
        raise UnreadableScan(field, "it is missing")
    try:
        told = datetime.fromisoformat(value) if _TIMESTAMP.fullmatch(value) else None
    except ValueError:
        told = None
    if told is None:
        raise UnreadableScan(field, f"{value!r} is not a date with a time")
    if told.utcoffset() is not None:
        return told.astimezone(UTC)
    instants = {instant_at(told, country=country, postal_code=postal_code) for country in countries}
    instant = instants.pop() if len(instants) == 1 else None
    if instant is None:
        raise UnreadableScan(field, f"{value} is a local time and nothing says in which zone")
    return instant
