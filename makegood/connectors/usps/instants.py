"""When a USPS event happened: from the local time, offset and GMT that USPS gives, each with its own trap.

- `eventTimestamp` is the local time of the place. USPS's published example marks it with a Z all the same
  (https://github.com/USPS/api-examples, "2023-08-02T07:31:00Z" for "7:31 am in RICHMOND, VA"), so a Z there is no zone.
- `GMTOffset` is "-05:00", also "-7:00".
- `GMTTimestamp` has seconds, but USPS fails to turn its day: "2024-11-25T18:31:00" at -06:00 comes with
  "2024-11-25T00:31:21Z", which is a day too early. It is believed only after its day is mended.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from makegood.parcels.carrier import UnreadableScan, ZoneUnknown
from makegood.parcels.instants import EASTERNMOST, WESTERNMOST, offset_of, told_at
from makegood.parcels.reading import Clocks, Part, text

DAY = timedelta(days=1)
SAME = timedelta(minutes=1)


def instant_of(event: Part, *, zone: ZoneInfo | None, clocks: Clocks) -> datetime:
    """The aware UTC instant of an event; `zone` is that of its place, if known, for events without an offset.

    Raises:
        UnreadableScan: naming `eventTimestamp`, `GMTTimestamp` or `GMTOffset`: not a time, or nothing says its zone.
    """
    local, gmt = (told_at(text(event, field), field=field) for field in ("eventTimestamp", "GMTTimestamp"))
    offset = offset_of(event, "GMTOffset")
    if gmt is not None:
        gmt = gmt.astimezone(UTC) if gmt.utcoffset() is not None else gmt.replace(tzinfo=UTC)
    if local is None:
        if gmt is None:
            raise UnreadableScan("eventTimestamp", "it is missing")
        return gmt
    if local.utcoffset() is not None and local.tzinfo is not UTC:
        return _noted(clocks, local.replace(tzinfo=None), local.astimezone(UTC))
    local = local.replace(tzinfo=None)
    if offset is not None:
        return _noted(clocks, local, _with_seconds((local - offset).replace(tzinfo=UTC), gmt, local))
    if gmt is not None:
        return _noted(clocks, local, _mended(gmt, local))
    if zone is not None:
        return _noted(clocks, local, local.replace(tzinfo=zone).astimezone(UTC))
    borrowed = clocks.borrowed(local)
    if borrowed is None:
        raise ZoneUnknown("eventTimestamp", local)
    return (local - borrowed).replace(tzinfo=UTC)


def _noted(clocks: Clocks, local: datetime, instant: datetime) -> datetime:
    clocks.note(local, instant)
    return instant


def _with_seconds(instant: datetime, gmt: datetime | None, local: datetime) -> datetime:
    """The instant by local time and offset, with the seconds that only GMT has where both agree to the minute.

    Where the "local" time equals GMT itself to the minute, it was GMT that was given twice.
    """
    if gmt is None:
        return instant
    if abs(gmt.replace(tzinfo=None) - local) < SAME:
        return gmt
    for days in (0, 1, -1):
        if abs(gmt + days * DAY - instant) < SAME:
            return gmt + days * DAY
    return instant


def _mended(gmt: datetime, local: datetime) -> datetime:
    """GMT with its day turned so that the local time is one that some place on earth could show."""
    for days in (0, 1, -1):
        mended = gmt + days * DAY
        if WESTERNMOST <= local - mended.replace(tzinfo=None) <= EASTERNMOST:
            return mended
    raise UnreadableScan("GMTTimestamp", f"it is days away from the local time {local.isoformat()}")
