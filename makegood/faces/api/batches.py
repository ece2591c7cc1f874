"""Many rows in one call: all or none, or whatever can be taken, with a verdict on each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from ninja import Schema

from makegood.faces.api.intake import Counts, Kind, check_row, counts_of
from makegood.kit.rows import BadRows, RowError, RowResult, UpsertResult, key_of
from makegood.parcels.scanning import ScansTaken

# How often a batch is tried again without the rows that were found bad, before it is taken in halves.
ROUNDS = 8


class RowFaultOut(Schema):
    field: str
    reason: str


class RowOut(Schema):
    """What became of one row: `index` is its place in what was sent, from 0. Rows of one id are told alike.

    A row of scans is `taken` or `refused`, since it may hold many; the counts tell how many scans were new.
    """

    index: int
    id: str | None
    verdict: RowResult
    errors: list[RowFaultOut]


class BatchOut(Schema):
    """How many rows were new, changed something, were known already, or were refused; and each by itself."""

    new: int
    changed: int
    same: int
    refused: int
    rows: list[RowOut]


class ScansBatchOut(Schema):
    """How many scans were new, known already, or wait for their parcel; how many rows were refused; and each row."""

    new: int
    same: int
    unmatched: int
    refused: int
    rows: list[RowOut]


@dataclass(slots=True)
class Batch:
    """Rows on their way in: those that are sound, by their place, and what is wrong with the others."""

    kind: Kind
    rows: Sequence[object]
    sound: dict[int, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def __post_init__(self) -> None:
        for index, plain in enumerate(self.rows):
            row, wrong = check_row(self.kind, plain)
            if wrong:
                self.errors += [RowError(index=index, field=named, reason=reason) for named, reason in wrong]
            else:
                self.sound[index] = row

    def answer(self, taken: Sequence[UpsertResult | ScansTaken]) -> dict[str, Any]:
        """What is told of it."""
        faults: dict[int, list[RowError]] = {}
        for error in self.errors:
            faults.setdefault(error.index, []).append(error)
        counts: Counts = {}
        for each in taken:
            for name, count in counts_of(each).items():
                counts[name] = counts.get(name, 0) + count
        news = {
            key: verdict
            for each in reversed(taken)
            if isinstance(each, UpsertResult)
            for key, verdict in each.news.items()
        }
        rows = list(self._told(faults, news))
        return {**dict.fromkeys(self.kind.counts, 0), **counts, "refused": len(faults), "rows": rows}

    def _told(self, faults: dict[int, list[RowError]], news: dict[str, RowResult]) -> Iterator[RowOut]:
        taken = RowResult.SAME if self.kind.key else RowResult.TAKEN
        for index, plain in enumerate(self.rows):
            name = _name(self.kind, plain)
            wrong = [RowFaultOut(field=each.field, reason=each.reason) for each in faults.get(index, ())]
            verdict = RowResult.REFUSED if wrong else news.get(name or "", taken)
            yield RowOut(index=index, id=name, verdict=verdict, errors=wrong)


def _name(kind: Kind, plain: object) -> str | None:
    """What a row calls itself, if it does."""
    if not kind.key or not isinstance(plain, dict):
        return None
    parts = [part for named in kind.key if isinstance(part := plain.get(named), str)]
    return key_of(*parts) if len(parts) == len(kind.key) else None


def take_in_all(kind: Kind, rows: Sequence[object], *, now: datetime) -> dict[str, Any]:
    """Take all rows in, or none.

    Raises:
        BadRows: at least one can't be taken.
    """
    batch = Batch(kind, rows)
    if batch.errors:
        raise BadRows(batch.errors)
    return batch.answer([kind.put(list(batch.sound.values()), now)])


def take_in_what_can_be(kind: Kind, rows: Sequence[object], *, now: datetime) -> dict[str, Any]:
    """Take in the rows that can be taken, together in one transaction, and refuse the others one by one."""
    batch = Batch(kind, rows)
    with transaction.atomic():
        taken = _take(batch, list(batch.sound), now=now)
    return batch.answer(taken)


def _take(batch: Batch, indexes: Sequence[int], *, now: datetime) -> list[UpsertResult | ScansTaken]:
    """Take in the rows at `indexes`. Most actions name all bad rows at once, so that it takes one more try; where they
    come one at a time, halves keep the tries to few for each bad row.
    """
    for _ in range(ROUNDS):
        if not indexes:
            return []
        try:
            return [batch.kind.put([batch.sound[index] for index in indexes], now)]
        except BadRows as bad:
            bad_rows = [RowError(index=indexes[e.index], field=e.field, reason=e.reason) for e in bad.errors]
        batch.errors += bad_rows
        refused = {error.index for error in bad_rows}
        indexes = [index for index in indexes if index not in refused]
    half = len(indexes) // 2 + 1
    return [*_take(batch, indexes[:half], now=now), *_take(batch, indexes[half:], now=now)]
