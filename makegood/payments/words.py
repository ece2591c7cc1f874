"""Why money did not arrive and what banks ask, as helpers read it."""

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.payments.models import Dispute
from makegood.payments.rules.values import GatewayRefund, RefundFailure


def failure_of(refund: GatewayRefund) -> str:
    """Why a refund came back to us, as the gateway says it."""
    if refund.failure is None:
        return _("it was called off at the gateway")
    words = {
        RefundFailure.CARD_EXPIRED_OR_CANCELLED: _("the card has expired or was cancelled"),
        RefundFailure.CARD_LOST_OR_STOLEN: _("the card was lost or stolen"),
        RefundFailure.DISPUTED: _("the customer’s bank had taken the money back already"),
        RefundFailure.OUR_BALANCE_TOO_LOW: _("there was too little left with the gateway"),
        RefundFailure.DECLINED: _("the customer’s bank did not take it"),
        RefundFailure.WITHDRAWN_BY_SHOP: _("it was called off at the gateway"),
        RefundFailure.UNKNOWN: _("the gateway does not say why"),
    }
    return words[refund.failure]


def no_gateway_to_answer() -> str:
    return _("No gateway is set up any more that could be told.")


def no_gateway() -> str:
    return _("No gateway is set up any more that could make it. Look there first, whether it has been made.")


def asked_back(dispute: Dispute) -> str:
    """What a bank asks, in a line; the reason is the gateway's word, as in product_not_received."""
    words = {
        "money": Money(amount_minor=dispute.amount_minor, currency=dispute.currency),
        "reason": dispute.reason.replace("_", " "),
    }
    return _("A bank asks %(money)s back: %(reason)s") % words
