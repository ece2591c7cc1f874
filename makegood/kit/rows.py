"""Rows that come in, and what is wrong with those that can't be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from makegood.kit.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """What is wrong with one row: its place in what was sent (from 0), the field's path, and the way out."""

    index: int
    field: str
    reason: str


class BadRows(Invalid):
    """Some rows can't be taken, so none was."""

    slug, title = "bad-rows", "Some rows can't be taken, so none was"

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"row {e.index}: {e.field}: {e.reason}" for e in self.errors[:5]))

    @property
    def detail(self) -> str:
        return self.title  # Each row says for itself what is wrong with it.

    @property
    def fields(self) -> Sequence[Mapping[str, object]]:
        return [{"index": each.index, "field": each.field, "reason": each.reason} for each in self.errors]


class RowResult(StrEnum):
    """What became of one row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertResult:
    """How many rows were new, changed something, or were known already.

    `news` names those that were new or changed something, by their key; whatever it does not name was the same.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    news: Mapping[str, RowResult] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, total: int, *, new: Sequence[str] = (), changed: Sequence[str] = ()) -> "UpsertResult":
        """What came of so many rows, of which these, by their keys, were new or changed something."""
        news = {**dict.fromkeys(changed, RowResult.CHANGED), **dict.fromkeys(new, RowResult.NEW)}
        return cls(new=len(new), changed=len(changed), same=total - len(new) - len(changed), news=news)

    def __add__(self, other: "UpsertResult") -> "UpsertResult":
        # What was new and then changed is new to whoever asks.
        return UpsertResult(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            same=self.same + other.same,
            news={**other.news, **self.news},
        )


def key_of(*parts: str) -> str:
    """The key of a row that several fields name, such as the stock of one product in one place."""
    return "/".join(parts)
