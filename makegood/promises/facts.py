"""What happens to promises."""

from datetime import datetime

from makegood.journal.facts import Fact
from makegood.promises.rules import PromiseKind


class PromiseFact(Fact, of="promise"):
    promise_id: int
    kind: PromiseKind
    due_at: datetime


class PromiseMade(PromiseFact):
    """We said we would."""


class PromiseRevised(PromiseFact):
    """We gave a new date; `due_at` is the new one. The reason given is kept with the revision."""

    was_due_at: datetime


class PromiseAtRisk(PromiseFact):
    """It may not be kept: there is still time to do something."""


class PromiseKept(PromiseFact):
    kept_at: datetime


class PromiseBroken(PromiseFact):
    """It fell due and was not kept."""


class PromiseMadeGood(PromiseFact):
    """It was not kept, and what was promised was sent again or paid back: nothing is owed any more."""


class PromiseWithdrawn(PromiseFact):
    """It no longer stands, and the customer was told or asked for it."""
