"""SQL that matters is written as SQL, in a file beside the room that runs it."""

from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection


@cache
def load(folder: Path, name: str) -> str:
    """The text of `folder`/sql/`name`.sql."""
    return (folder / "sql" / f"{name}.sql").read_text()


def rows(sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """The result as one dictionary a row; parameters are named as in `%(limit)s`."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        if cursor.description is None:
            return []
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def take_turns(what: str) -> None:
    """Let transactions that do the same thing do it one after the other, until each ends (an advisory lock)."""
    rows("SELECT pg_advisory_xact_lock(hashtext(%(what)s))", what=what)


def run(sql: str, **parameters: Any) -> int:
    """How many rows the statement touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
