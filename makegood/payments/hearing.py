"""What a gateway tells by itself of refunds and disputes, taken in: at least once, in any order, and written only."""

from makegood.payments.queries import refunds_told
from makegood.payments.rules.values import GatewayRefund
from makegood.payments.sending import record


def hear_refund(said: GatewayRefund) -> bool:
    """Take in how far a refund is that we know; whether we know it. In the caller's transaction."""
    known = refunds_told(said)
    for refund in known:
        record(refund.pk, said)
    return bool(known)
