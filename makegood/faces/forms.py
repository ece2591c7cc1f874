"""What is typed into forms, read."""

from datetime import date, time

from makegood.kit.errors import InvalidField


def day_and_time(day: str, clock_time: str) -> tuple[date | None, time | None]:
    """A day, and a time on it, as a browser sends them; nothing where nothing was typed.

    Raises:
        InvalidField: there is no such day or time.
    """
    try:
        by_date = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise InvalidField("by_date", f"{day[:40]!r} is no day; write it as in 2026-12-24") from error
    try:
        by_time = time.fromisoformat(clock_time).replace(tzinfo=None) if clock_time else None
    except ValueError as error:
        raise InvalidField("by_time", f"{clock_time[:40]!r} is no time; write it as in 17:30") from error
    return by_date, by_time
