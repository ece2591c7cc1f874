"""Rows that come in, and what is wrong with those that can't be taken."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """What is wrong with one row: its place in what was sent (from 0), the field's path, and the way out."""

    index: int
    field: str
    reason: str


class BadRows(Exception):
    """Some rows can't be taken, so none was."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"row {e.index}: {e.field}: {e.reason}" for e in self.errors[:5]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many rows were new, changed something, or were known already."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(new=self.new + other.new, changed=self.changed + other.changed, same=self.same + other.same)
