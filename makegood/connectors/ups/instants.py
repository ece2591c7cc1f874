"""When a UPS event happened.

UPS gives the local time of the place, "20210210" and "071356", and most of the time the same in GMT, sometimes with the
offset "-05:00" between them (https://github.com/UPS-API/api-documentation/blob/main/Tracking.yaml). GMT comes in three
shapes: "20210210" or "2021-02-10", and "135004", "13:50:04" or, without its zero as in UPS's own example, "74700".
"""

import re
from datetime import UTC, datetime, timedelta

from makegood.kit.zones import instant_at
from makegood.parcels.carrier import UnreadableScan
from makegood.parcels.reading import Part, text

EASTERNMOST, WESTERNMOST = timedelta(hours=14), timedelta(hours=-12)
_DATE = re.compile(r"(20\d{2})-?(\d{2})-?(\d{2})")
_TIME = re.compile(r"(\d{1,2}):?(\d{2}):?(\d{2})")
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})")

Fields = tuple[str, str]
"""The names of a date and of its time, as in ("gmtDate", "gmtTime")."""


def instant_of(event: Part, *, local: Fields, gmt: Fields, address: Part) -> datetime:
    """The aware UTC instant of an event: by GMT, else by its offset, else by the clock of its place.

    Raises:
        UnreadableScan: naming the field: not a date, not a time, GMT a day off, or nothing says the zone.
    """
    told, zulu = _moment(event, local), _moment(event, gmt)
    if zulu is not None:
        if told is not None and not WESTERNMOST <= told - zulu <= EASTERNMOST:
            raise UnreadableScan(gmt[0], f"it is too far from the local time {told.isoformat()}")
        return zulu.replace(tzinfo=UTC)
    if told is None:
        raise UnreadableScan(local[0], "it is missing")
    if offset := text(event, "gmtOffset"):
        return (told - _offset(offset)).replace(tzinfo=UTC)
    instant = instant_at(
        told,
        country=text(address, "countryCode") or text(address, "country"),
        state=text(address, "stateProvince"),
        postal_code=text(address, "postalCode"),
    )
    if instant is None:
        raise UnreadableScan(local[0], f"{told.isoformat()} is a local time and nothing says in which zone")
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


def _offset(value: str) -> timedelta:
    match = _OFFSET.fullmatch(value)
    if match is None:
        raise UnreadableScan("gmtOffset", f"{value!r} is not an offset such as -05:00")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3])) * (-1 if match[1] == "-" else 1)
    if not WESTERNMOST <= offset <= EASTERNMOST:
        raise UnreadableScan("gmtOffset", f"no place on earth is {value} from GMT")
    return offset
