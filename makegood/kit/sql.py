"""SQL that matters is written as SQL, in a file beside the room that runs it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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


def copy_in(statement: str, blocks: Iterable[str]) -> int:
    """Feed `COPY … FROM STDIN` with what `block` or `in_blocks` has written; how many rows there were.

    A block at a time: memory stays flat however many there are.
    """
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for each in blocks:
                copy.write(each)
        return int(cursor.rowcount)


def array(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads it, to be cast: `%(ids)s::bigint[]`. Far quicker than a list of thousands of values.

    Numbers, texts and aware instants; no NULL, and no NUL characters.
    """
    texts = list(map(str, values))
    if not texts:
        return "{}"
    # Few need escaping: a look at the whole is several times faster than one at each.
    joined = '","'.join(texts)
    if "\\" in joined or joined.count('"') != 2 * (len(texts) - 1):
        joined = '","'.join(text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return f'{{"{joined}"}}'


ROWS_IN_A_BLOCK = 500
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def in_blocks(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows of texts as PostgreSQL reads them, in COPY's text format, some at a time."""
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_IN_A_BLOCK)):
        yield block(some)


def block(rows: Sequence[Sequence[str]]) -> str:
    """Some rows in COPY's text format; where some may be NULL, an empty text can stand for it (`WITH (NULL '')`).

    Most hold nothing to escape: a look at the whole is several times faster than one at each text.
    """
    written = "\n".join(map("\t".join, rows)) + "\n"
    marks = sum(map(len, rows)) - len(rows)
    if "\\" in written or "\r" in written or written.count("\n") != len(rows) or written.count("\t") != marks:
        return "".join(map(_line, rows))
    return written


def _line(row: Sequence[str]) -> str:
    return "\t".join([text.translate(ESCAPES) for text in row]) + "\n"


def give_back() -> None:
    """Give this thread's connection back before somebody outside is called, so that who waits for them holds nothing.

    Within a transaction there is nothing to give back yet.
    """
    if not connection.in_atomic_block:
        connection.close()


def take_turns(what: str) -> None:
    """Let transactions that do the same thing do it one after the other, until each ends (an advisory lock)."""
    rows("SELECT pg_advisory_xact_lock(hashtext(%(what)s))", what=what)


@contextmanager
def held(what: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock by name over several transactions; those who hold it `shared` go beside each other.

    It belongs to the connection, so one that breaks lets go of it.
    """
    kind = "_shared" if shared else ""
    rows(f"SELECT pg_advisory_lock{kind}(hashtext(%(what)s))", what=what)
    try:
        yield
    finally:
        rows(f"SELECT pg_advisory_unlock{kind}(hashtext(%(what)s))", what=what)


def run(sql: str, **parameters: Any) -> int:
    """How many rows the statement touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
