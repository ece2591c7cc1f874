"""What time it is for the business (law 4): one row in PostgreSQL that demo, stories and tests can move.

Sessions, links, tokens, rate limits, heartbeats and retries keep system time: `system_now`.
"""

from datetime import UTC, datetime

from django.db import DatabaseError, connection, transaction

from makegood.kit.errors import Conflict


class ClockWouldGoBack(Conflict):
    """The clock never goes back: promises already judged would be judged again."""

    slug, title = "clock-back", "The clock never goes back"

    def __init__(self, to: datetime) -> None:
        super().__init__(f"the clock can't go back to {to.isoformat()}; choose a later instant")


def now() -> datetime:
    """The business's instant, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT makegood_now()")
        (instant,) = cursor.fetchone()
    return instant.astimezone(UTC)  # type: ignore[no-any-return]


def system_now() -> datetime:
    """The machine's instant: for sessions, links, tokens, limits and heartbeats only."""
    return datetime.now(UTC)


def freeze(at: datetime) -> None:
    """Stop the clock at `at`, or move a stopped clock on to it.

    Raises:
        ClockWouldGoBack: `at` is before what the clock shows.
    """
    _set("UPDATE makegood_clock SET frozen_at = %s, \"offset\" = '0' WHERE id = 1", at, at)


def run_from(at: datetime) -> None:
    """Let the clock run on from `at`.

    Raises:
        ClockWouldGoBack: `at` is before what the clock shows.
    """
    _set('UPDATE makegood_clock SET frozen_at = NULL, "offset" = %s - clock_timestamp() WHERE id = 1', at, at)


def _set(sql: str, value: datetime, to: datetime) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [value])
    except DatabaseError as error:
        if "clock never goes back" in str(error):
            raise ClockWouldGoBack(to) from error
        raise


def is_frozen() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT frozen_at IS NOT NULL FROM makegood_clock WHERE id = 1")
        row = cursor.fetchone()
    return bool(row and row[0])
