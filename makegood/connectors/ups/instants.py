"""When a UPS event happened.

UPS gives the local time of the place, "20210210" and "071356", and most of the time the same in GMT, sometimes with the
offset "-05:00" between them (https://github.com/UPS-API/api-documentation/blob/main/Tracking.yaml). GMT comes in three
shapes: "20210210" or "2021-02-10", and "135004", "13:50:04" or, without its zero as in UPS's own example, "74700".
"""

import re
from datetime import UTC, datetime

from makegood.parcels.carrier import UnreadableScan
from makegood.parcels.instants import EASTERNMOST, WESTERNMOST, at_place, offset_of
from makegood.parcels.reading import Clocks, Part, text

_DATE = re.compile(r"(20\d{2})-?(\d{2})-?(\d{2})")
_TIME = re.compile(r"(\d{1,2}):?(\d{2}):?(\d{2})")

Fields = tuple[str, str]
"""The names of a date and of its time, as in ("gmtDate", "gmtTime")."""


def instant_of(event: Part, *, local: Fields, gmt: Fields, address: Part, clocks: Clocks) -> datetime:
    """The aware UTC instant of an event: by GMT, else by its offset, else by the clock of its place.

    Raises:
        UnreadableScan: naming the field: not a date, not a time, GMT a day off, or nothing says the zone.
    """
    told, zulu = _moment(event, local), _moment(event, gmt)
    if zulu is not None:
        if told is not None and not WESTERNMOST <= told - zulu <= EASTERNMOST:
            raise UnreadableScan(gmt[0], f"it is too far from the local time {told.isoformat()}")
        return _noted(clocks, told, zulu.replace(tzinfo=UTC))
    if told is None:
        raise UnreadableScan(local[0], "it is missing")
    if (offset := offset_of(event, "gmtOffset")) is not None:
        return _noted(clocks, told, (told - offset).replace(tzinfo=UTC))
    return at_place(
        told,
        field=local[0],
        clocks=clocks,
        country=text(address, "countryCode") or text(address, "country"),
        state=text(address, "stateProvince"),
        postal_code=text(address, "postalCode"),
    )


def _noted(clocks: Clocks, local: datetime | None, instant: datetime) -> datetime:
    if local is not None:
        clocks.note(local, instant)
    return instant


def _moment(event: Part, fields: Fields) -> datetime | None:
    """A date and its time, naive; None where there is no date. A date without its time is refused."""
    date, time = text(event, fields[0]), text(event, fields[1])
    if not date:
        return None
    day, hour = _DATE.fullmatch(date), _TIME.fullmatch(time)
    if day is None:
        raise UnreadableScan(fields[0], f"{date!r} is not a date as in 20210210")
    if hour is None:
        raise UnreadableScan(fields[1], f"{time!r} is not a time as in 071356" if time else "it is missing")
    try:
        return datetime(*(int(each) for each in (*day.groups(), *hour.groups())))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        raise UnreadableScan(fields[0], f"there is no {date} {time}") from None
