"""SQL that matters is written as SQL, in a file beside the room that runs it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
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


def tuples(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """The result as plain tuples, for many rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def copy_in(statement: str, lines: Iterable[str]) -> None:
    """Feed `COPY … FROM STDIN` with lines of `copy_line`, some at a time: memory stays flat however many there are."""
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for some in _in_blocks(lines):
            copy.write(some)


def array(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads it, to be cast: `%(ids)s::bigint[]`. Far quicker than a list of thousands of values.

    Numbers, texts and aware instants; no NULL, and no NUL characters.
    """
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


LINES_IN_A_BLOCK = 500


def _in_blocks(lines: Iterable[str]) -> Iterator[str]:
    waiting = iter(lines)
    while block := "".join(islice(waiting, LINES_IN_A_BLOCK)):
        yield block


ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(fields: Sequence[str]) -> str:
    """One row as COPY's text format wants it. The fields are texts as PostgreSQL reads them."""
    line = "\t".join(fields)
    if "\\" not in line and "\n" not in line and "\r" not in line and line.count("\t") == len(fields) - 1:
        return line + "\n"
    return "\t".join([field.translate(ESCAPES) for field in fields]) + "\n"


def copy_line_with_nulls(fields: Sequence[str | None]) -> str:
    """The same where None is NULL."""
    return "\t".join(["\\N" if field is None else field.translate(ESCAPES) for field in fields]) + "\n"


def take_turns(what: str) -> None:
    """Let transactions that do the same thing do it one after the other, until each ends (an advisory lock)."""
    rows("SELECT pg_advisory_xact_lock(hashtext(%(what)s))", what=what)


def run(sql: str, **parameters: Any) -> int:
    """How many rows the statement touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
