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


def copy_in(statement: str, rows: Iterable[Sequence[str | None]]) -> int:
    """Feed `COPY … FROM STDIN` with rows of texts as PostgreSQL reads them, None for NULL; how many there were.

    Some at a time: memory stays flat however many there are.
    """
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for some in in_blocks(rows):
                copy.write(some)
        return int(cursor.rowcount)


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


ROWS_IN_A_BLOCK = 500
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def in_blocks(rows: Iterable[Sequence[str | None]]) -> Iterator[str]:
    """Rows as COPY's text format wants them, some at a time."""
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_IN_A_BLOCK)):
        yield _block(some)


def _block(rows: Sequence[Sequence[str | None]]) -> str:
    """Most blocks hold nothing to escape: a look at the whole is several times faster than one at each text."""
    try:
        block = "\n".join(map("\t".join, rows)) + "\n"  # type: ignore[arg-type]
    except TypeError:  # A NULL.
        return "".join(map(_line, rows))
    marks = sum(map(len, rows)) - len(rows)
    if "\\" in block or "\r" in block or block.count("\n") != len(rows) or block.count("\t") != marks:
        return "".join(map(_line, rows))
    return block


def _line(row: Sequence[str | None]) -> str:
    return "\t".join(["\\N" if text is None else text.translate(ESCAPES) for text in row]) + "\n"


def take_turns(what: str) -> None:
    """Let transactions that do the same thing do it one after the other, until each ends (an advisory lock)."""
    rows("SELECT pg_advisory_xact_lock(hashtext(%(what)s))", what=what)


def run(sql: str, **parameters: Any) -> int:
    """How many rows the statement touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
