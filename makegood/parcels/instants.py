"""When an event happened, as far as a carrier's date, offset and place tell."""

import re
from datetime import UTC, datetime, timedelta

from makegood.kit.zones import zones_of
from makegood.parcels.carrier import UnreadableScan, ZoneUnknown
from makegood.parcels.reading import Clocks, Part, text

EASTERNMOST, WESTERNMOST = timedelta(hours=14), timedelta(hours=-12)
_DATE_AND_TIME = re.compile(r"20\d{2}-\d{2}-\d{2}[T ]\d.*")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})")


def told_at(value: str, *, field: str) -> datetime | None:
    """A date of this century with its time, aware or not; None for "".

    Raises:
        UnreadableScan: it is something else, or a date or a time alone.
    """
    if not value:
        return None
    try:
        told = datetime.fromisoformat(value) if _DATE_AND_TIME.fullmatch(value) else None
    except ValueError:
        told = None
    if told is None:
        raise UnreadableScan(field, f"{value!r} is not a date with a time")
    return told


def instant_of(
    value: str, *, field: str, clocks: Clocks, country: str, state: str = "", postal_code: str = ""
) -> datetime:
    """The aware UTC instant of a date with a time: by its own offset, else by the clock of its place.

    Raises:
        UnreadableScan: naming `field`: missing, not a date with a time, or nothing says its zone.
    """
    told = told_at(value, field=field)
    if told is None:
        raise UnreadableScan(field, "it is missing")
    if told.utcoffset() is not None:
        instant = told.astimezone(UTC)
        clocks.note(told.replace(tzinfo=None), instant)
        return instant
    return at_place(told, field=field, clocks=clocks, country=country, state=state, postal_code=postal_code)


def at_place(local: datetime, *, field: str, clocks: Clocks, country: str, state: str, postal_code: str) -> datetime:
    """The UTC instant at which a place's clock shows `local`.

    Raises:
        ZoneUnknown: the place is not known, or has several clocks, and none is lent.
    """
    zones = zones_of(country=country, state=state, postal_code=postal_code)
    instants = {local.replace(tzinfo=zone).astimezone(UTC) for zone in zones}
    if len(instants) == 1:
        (instant,) = instants
        clocks.note(local, instant)
        return instant
    offset = clocks.borrowed(local, allowed={local - each.replace(tzinfo=None) for each in instants})
    if offset is None:
        raise ZoneUnknown(field, local)
    return (local - offset).replace(tzinfo=UTC)


def offset_of(event: Part, field: str) -> timedelta | None:
    """How far from GMT an event's clock is, such as "-05:00" or "-7:00"; None where it does not say.

    Raises:
        UnreadableScan: it is no offset of a place on earth.
    """
    value = text(event, field)
    if not value:
        return None
    match = _OFFSET.fullmatch(value)
    if match is None:
        raise UnreadableScan(field, f"{value!r} is not an offset such as -05:00")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3])) * (-1 if match[1] == "-" else 1)
    if not WESTERNMOST <= offset <= EASTERNMOST:
        raise UnreadableScan(field, f"no place on earth is {value} from GMT")
    return offset
