"""Instants as people write them, and as the clocks of a place show them, whatever was stored."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

ZONES = available_timezones()


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone that is stored under an IANA name. One that nobody knows is UTC, so that one bad row breaks no page; the
    doors refuse such names.
    """
    return ZoneInfo(name if name in ZONES else "UTC")


def local_time(instant: datetime, zone: tzinfo) -> datetime:
    """An instant by the clocks of `zone`; one at the very edge of time, which no zone can show, stays as it is."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant


def local_day(instant: datetime, zone: tzinfo) -> date:
    """The day that an instant is in `zone`."""
    return local_time(instant, zone).date()


def instant_of(said: str, *, zone: str) -> datetime | None:
    """An instant, or the beginning of a day in `zone`; None where nothing is said.

    Raises:
        ValueError: it is neither; the words say how to write one.
    """
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError as error:
        raise ValueError(
            f"{said!r} is neither; write a day or an instant, as in 2026-10-02 or 2026-10-02T09:00Z"
        ) from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
