"""What happens to money."""

from makegood.journal.facts import Fact


class ReceiptFact(Fact, of="receipt"):
    receipt_id: int


class MoneyReceived(ReceiptFact):
    """Money came in by a tender, and it is the customer's until something is paid with it."""


class MoneyReturned(ReceiptFact):
    """The bank took back what had come in: a money order that was no good, a transfer recalled."""


class MoneyDisowned(ReceiptFact):
    """It was not theirs after all: somebody had said so of the wrong one, and it waits for its owner again."""


class RefundFact(Fact, of="refund"):
    refund_id: int


class RefundRequested(RefundFact):
    """Money is to go back."""


class RefundSent(RefundFact):
    """It is on its way: whoever carries it has taken it."""


class RefundSettled(RefundFact):
    """It is with the customer, as far as whoever carried it says."""


class RefundCameBack(RefundFact):
    """It did not arrive: the money is here again, and still the customer's."""


class DisputeFact(Fact, of="dispute"):
    dispute_id: int


class DisputeRaised(DisputeFact):
    """A customer's bank asks money back, or about it."""


class DisputeAnswered(DisputeFact):
    """One of us said what we answer; the gateway is still to be told."""


class DisputeMoved(DisputeFact):
    """It stands otherwise than before: it is being looked at, its date moved, a question became a dispute."""


class DisputeDecided(DisputeFact):
    """It was won, lost or let go."""


class CreditExpired(Fact, of="tender"):
    """A credit that we gave was not spent in time; what was left of it is ours again."""

    tender_id: int
