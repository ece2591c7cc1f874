"""What payments do when something happens to money."""

from collections.abc import Sequence

from makegood.payments.disputing import say
from makegood.payments.facts import DisputeAnswered, RefundRequested
from makegood.payments.queries import waiting_for_gateway
from makegood.payments.sending import send


def is_for_gateway(facts: Sequence[RefundRequested]) -> list[bool]:
    """Which refunds a gateway makes."""
    waiting = waiting_for_gateway([fact.refund_id for fact in facts])
    return [fact.refund_id in waiting for fact in facts]


def send_refund(fact: RefundRequested) -> None:
    """An outside call: it keeps its own account in the refund's state, and is safe to repeat."""
    send(fact.refund_id)


def answer_dispute(fact: DisputeAnswered) -> None:
    """An outside call: it keeps its own account in the dispute's row, and is safe to repeat."""
    say(fact.dispute_id)
