"""Rows as CSV (RFC 4180): read one at a time, and written so that no spreadsheet takes a cell for a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from makegood.kit.json_lines import JsonLine, UnreadableFile, readable

# What a spreadsheet begins a formula with, also after white space it drops (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 100_000


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its head; a cell that would begin a formula begins with an apostrophe instead."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe(str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def safe(cell: str) -> str:
    """The cell as a spreadsheet shows it, whatever somebody wrote into it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def read_table(path: Path, *, seen: Callable[[int], None] = lambda _: None) -> Iterator[JsonLine]:
    """Each row of a file as an object by its head's names, without cells that are empty.

    Raises:
        UnreadableFile: missing, a folder, locked, in another encoding, or without any row.
    """
    with readable(), path.open(encoding="utf-8-sig", newline="") as file:
        yield from rows_of(_counted(file, seen))


def _counted(file: TextIO, seen: Callable[[int], None]) -> Iterator[str]:
    for line in file:
        seen(len(line.encode()))
        yield line


def rows_of(lines: Iterable[str]) -> Iterator[JsonLine]:
    """Each row after the head; a comma, a semicolon or a tab parts the cells, as the head has it.

    Raises:
        UnreadableFile: there is no row, or no head.
    """
    csv.field_size_limit(LONGEST_CELL)
    text = iter(lines)
    head = next(text, "")
    delimiter = max(",;\t", key=head.count)
    try:
        names = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
    except csv.Error as error:
        raise UnreadableFile(f"its first line names no columns: {error}") from error
    if not any(names):
        raise UnreadableFile("it is empty; the first line names the columns")
    rows, is_empty = csv.reader(text, delimiter=delimiter), True
    try:
        for cells in rows:
            number, is_empty = rows.line_num + 1, is_empty and not any(map(str.strip, cells))
            if len(cells) > len(names):
                yield JsonLine(
                    number, wrong=f"it has {len(cells)} cells, and the first line names {len(names)} columns"
                )
            elif any(cell.strip() for cell in cells):
                yield JsonLine(number, plain={n: c.strip() for n, c in zip(names, cells, strict=False) if c.strip()})
    except csv.Error as error:
        is_empty = False
        yield JsonLine(rows.line_num + 1, wrong=f"it is not CSV: {error}")
    if is_empty:
        raise UnreadableFile("it is empty below its first line, which names the columns")
