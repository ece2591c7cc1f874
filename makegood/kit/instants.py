"""Instants as people write them."""

from datetime import datetime
from zoneinfo import ZoneInfo


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
