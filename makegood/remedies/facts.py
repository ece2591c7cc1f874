"""What happens to remedies."""

from makegood.journal.facts import Fact
from makegood.policies.rules.values import RemedyKind


class RemedyFact(Fact, of="order"):
    grant_id: int
    order_id: int


class RemedyGranted(RemedyFact):
    """Somebody with the authority chose it; its steps are written down."""

    kind: RemedyKind


class StopDone(RemedyFact):
    """What something else took the place of can't leave any more, says who saw to it."""


class RefundDone(RemedyFact):
    """The money that goes back is with its customer, says whoever carried it: one refund of a grant."""


class TenderFact(Fact, of="tender"):
    tender_id: int


class CreditGiven(TenderFact):
    """A customer was given a credit to spend with us."""
