"""What happens to remedies."""

from makegood.journal.facts import Fact
from makegood.policies.rules.values import RemedyKind


class RemedyFact(Fact, of="order"):
    grant_id: int
    order_id: int


class RemedyGranted(RemedyFact):
    """Somebody with the authority chose it; its steps are written down."""

    kind: RemedyKind


class RemedyUndone(RemedyFact):
    """What was to go in the place of what was ordered stays."""

    undone_by: str


class StopDone(RemedyFact):
    """What something else took the place of can't leave any more, says who saw to it."""


class RefundDone(RemedyFact):
    """The money that goes back is with its customer, says whoever carried it: one refund of a grant."""


class NeedSaid(Fact, of="order"):
    """Somebody said by when they need what was ordered: a day where it goes, as in 2026-12-24, and a time as in 17:30
    if they said one. Both are empty where no day matters any more.
    """

    order_id: int
    by_date: str
    by_time: str
    said_by: str


class TenderFact(Fact, of="tender"):
    tender_id: int


class CreditGiven(TenderFact):
    """A customer was given a credit to spend with us."""
