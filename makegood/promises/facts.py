"""What happens to promises."""

from dataclasses import dataclass
from datetime import datetime

from makegood.journal.facts import Fact
from makegood.promises.rules import PromiseKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFact(Fact):
    promise_id: int
    kind: PromiseKind
    due_at: datetime

    @property
    def ordering_key(self) -> str:
        return f"promise:{self.promise_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade(PromiseFact):
    """We said we would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRevised(PromiseFact):
    """We gave a new date; `due_at` is the new one. The reason given is kept with the revision."""

    was_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAtRisk(PromiseFact):
    """It may not be kept: there is still time to do something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept(PromiseFact):
    kept_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken(PromiseFact):
    """It fell due and was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMadeGood(PromiseFact):
    """It was not kept, and what was promised was sent again or paid back: nothing is owed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseWithdrawn(PromiseFact):
    """It no longer stands, and the customer was told or asked for it."""
