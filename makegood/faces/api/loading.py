"""Rows from files: read once, each checked as it is loaded, and loaded whole or not at all."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from makegood.faces.api.intake import KINDS, Kind, check_row, orders_with_history, scans_in_a_file
from makegood.kit import clock
from makegood.kit.json_lines import JsonLine, UnreadableFile, read_lines
from makegood.kit.rows import BadRows
from makegood.kit.tables import read_table

SHOWN = 1000
BATCH = 1000
Seen = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with one line; line 0 is the file as a whole."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.field}: {self.reason}" if self.field else f"{where}: {self.reason}"


@dataclass(slots=True)
class Report:
    """How an import went: what was taken in, or what is wrong. The first `SHOWN` errors are kept, all are counted."""

    kind: str
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[LineError] = field(default_factory=list)
    error_count: int = 0

    def add(self, error: LineError) -> None:
        self.error_count += 1
        if len(self.errors) < SHOWN:
            self.errors.append(error)

    def as_plain(self) -> dict[str, Any]:
        """For machines."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            "loaded": not self.error_count,
            **({} if self.error_count else self.counts),
            "error_count": self.error_count,
            "errors": [asdict(error) for error in self.errors],
        }

    def in_words(self) -> str:
        """For people."""
        if self.error_count:
            more = self.error_count - len(self.errors)
            tail = [f"… and {more:,} more"] if more else []
            ends = f"{self.error_count:,} to put right; nothing was loaded"
            return "\n".join([*(str(error) for error in self.errors), *tail, ends])
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        changed_nothing = not (self.counts["new"] or self.counts["changed"])
        return f"{self.rows:,} rows of {self.kind}: {counts}" + ("; nothing changed" if changed_nothing else "")


def import_rows(
    kind_name: str, files: Sequence[Path], *, seen: Seen = lambda _: None, history_before: datetime | None = None
) -> Report:
    """Load every row of the files in one transaction; once one is bad nothing is, and the rest is only checked.

    `seen` hears how many bytes were read. Orders placed before `history_before` are history.
    """
    report = Report(kind=kind_name)
    kind = _kind(kind_name, history_before)
    rows = _rows(kind, files, report, seen)
    if kind.is_streamed:
        _load_stream(kind, rows, report)
    else:
        _load(kind, rows, report)
    return report


def _kind(name: str, history_before: datetime | None) -> Kind:
    if name == "scans":
        return scans_in_a_file()
    return orders_with_history(history_before) if history_before else KINDS[name]


def _rows(kind: Kind, files: Iterable[Path], report: Report, seen: Seen) -> Iterator[tuple[str, int, Any]]:
    """Each sound row with its place; what is wrong goes into the report."""
    for file in files:
        try:
            for line in _lines(file, seen):
                row, wrong = (None, [("", line.wrong)]) if line.wrong else check_row(kind, line.plain)
                if wrong and line.number == 1:
                    _refuse_another_kind(kind, line.plain)
                for named, reason in wrong:
                    report.add(LineError(str(file), line.number, named, reason))
                if not wrong:
                    report.rows += 1
                    yield str(file), line.number, row
        except UnreadableFile as error:
            report.add(LineError(str(file), 0, "", str(error)))


def _refuse_another_kind(kind: Kind, plain: object) -> None:
    """Say of a whole file what would else be said of each of its rows.

    Raises:
        UnreadableFile: its first row has just the fields of another kind.
    """
    keys = set(plain) if isinstance(plain, dict) else set()
    for other in KINDS.values():
        fields = other.record.model_fields
        needed = {name for name, field in fields.items() if field.is_required()}
        if other.name != kind.name and needed <= keys <= set(fields) and not keys <= set(kind.record.model_fields):
            raise UnreadableFile(f"its rows are {other.name} by their fields, and not {kind.name}")


def _lines(file: Path, seen: Seen) -> Iterator[JsonLine]:
    """Rows of CSV are flat: they serve the kinds whose records are."""
    return read_table(file, seen=seen) if file.suffix.lower() == ".csv" else read_lines(file, seen=seen)


def _load(kind: Kind, rows: Iterator[tuple[str, int, Any]], report: Report) -> None:
    with transaction.atomic():
        now = clock.now()
        while batch := list(islice(rows, BATCH)):
            _load_batch(kind, batch, report, now=now)
        if report.error_count:
            transaction.set_rollback(True)


class _BadRow(Exception):
    """A row that can't be taken, of many that are taken together."""


def _load_stream(kind: Kind, rows: Iterable[tuple[str, int, Any]], report: Report) -> None:
    """All at once: the action reads to the end before it writes, and where a row is bad, it writes nothing."""

    def sound() -> Iterator[Any]:
        for _, _, row in rows:
            if not report.error_count:
                yield row
        if report.error_count:
            raise _BadRow

    with suppress(_BadRow):
        report.counts.update(kind.take_in(sound(), clock.now()))


def _load_batch(kind: Kind, batch: Sequence[tuple[str, int, Any]], report: Report, *, now: datetime) -> None:
    """A batch that can't be taken undoes itself, and is tried without its bad rows, and so are the next ones.

    So all that is wrong is told at once, whichever room finds it.
    """
    rows = list(batch)
    while rows:
        try:
            report.counts.update(kind.take_in([row for _, _, row in rows], now))
        except BadRows as bad:
            for error in bad.errors:
                file, line, _ = rows[error.index]
                report.add(LineError(file, line, error.field, error.reason))
            if not bad.errors:
                raise
            wrong = {error.index for error in bad.errors}
            rows = [row for index, row in enumerate(rows) if index not in wrong]
        else:
            return
