"""A claim made in words, and the records that may support it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from makegood.money.rules import Money


class ClaimKind(StrEnum):
    DATE = "date"
    TIME = "time"
    SUM = "sum"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What we may say because our records say it.

    `dates` come with the few words that tell where each is from ("promised delivery").
    `numbers` are order references, tracking numbers, postcodes, last digits of a card: whatever is copied, not counted.
    `counts` are units, parcels, years and percents. `names` are products, people, places and a carrier's own words:
    digits and weekdays inside them claim nothing.
    """

    dates: Mapping[date, str] = field(default_factory=dict)
    times: frozenset[time] = frozenset()
    sums: frozenset[Money] = frozenset()
    numbers: frozenset[str] = frozenset()
    counts: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A date, time, sum or number that a text states at `text[start:end]`, and the record that supports it."""

    start: int
    end: int
    text: str
    kind: ClaimKind
    supported: bool
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A claim as a finder sees it: where, what kind, and which record it agrees with, if any."""

    start: int
    end: int
    kind: ClaimKind
    record: str | None
