"""Stripe's webhooks (https://docs.stripe.com/webhooks): the SDK proves them, and what they say becomes a value.

A webhook holds its object as it was when the event was made. Of what is told under two names one is read: a refund by
`refund.*`, not by its charge.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import stripe

from makegood.connectors.stripe import reading
from makegood.connectors.stripe.amounts import money_of
from makegood.connectors.stripe.reading import Said
from makegood.payments.gateway import BadSignature, UnreadableAnswer
from makegood.payments.rules.events import (
    DisputeClosed,
    DisputeOpened,
    DisputeUpdated,
    GatewayEvent,
    OtherEvent,
    PaymentAuthorised,
    PaymentCancelled,
    PaymentCaptured,
    PaymentFailed,
    PayoutFailed,
    PayoutPaid,
    RefundFailed,
    RefundUpdated,
)
from makegood.payments.rules.values import Decline

HEADER = "stripe-signature"
# How old a signature may be, and how far ahead of our clock: Stripe signs each delivery anew.
TOLERANCE_SECONDS = 300
ID = re.compile(r"[\w-]{1,255}", re.ASCII)
Made = dict[str, Any]
NO_WORDS = Decline(code="unknown", text="")


def proven(*, headers: Mapping[str, str], raw: bytes, secret: str) -> GatewayEvent:
    """The event in a webhook's body.

    Raises:
        BadSignature: not signed with `secret`, or too long ago.
        UnreadableAnswer: it is signed, and no event as Stripe publishes them.
    """
    signature = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    if not secret:
        raise BadSignature("there is no secret to prove it by")
    try:
        stripe.WebhookSignature.verify_header(raw, signature, secret, tolerance=TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise BadSignature("it is not signed with our secret, or was signed more than five minutes ago") from error
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer("the event is not JSON") from error
    return reading.read(event_of, said)


def event_of(said: Said) -> GatewayEvent:
    """An event as Stripe's Event object holds it."""
    if not ID.fullmatch(said["id"]):
        raise ValueError("its id is none")
    made: Made = {"event_id": said["id"], "created_at": reading.instant(said["created"])}
    kind = str(said["type"])
    reader = READERS.get(kind)
    return reader(made, said["data"]["object"]) if reader else OtherEvent(**made, kind=kind)


def _authorised(made: Made, said: Said) -> GatewayEvent:
    return PaymentAuthorised(
        **made,
        payment=said["id"],
        authorised=money_of(said["amount"], said["currency"]),
        order_reference=reading.order_of(said),
    )


def _captured(made: Made, said: Said) -> GatewayEvent:
    return PaymentCaptured(
        **made,
        payment=said["id"],
        authorised=money_of(said["amount"], said["currency"]),
        captured=money_of(said["amount_received"], said["currency"]),
        order_reference=reading.order_of(said),
    )


def _failed(made: Made, said: Said) -> GatewayEvent:
    return PaymentFailed(
        **made,
        payment=said["id"],
        amount=money_of(said["amount"], said["currency"]),
        decline=reading.decline_of(said) or NO_WORDS,
        order_reference=reading.order_of(said),
    )


def _cancelled(made: Made, said: Said) -> GatewayEvent:
    return PaymentCancelled(
        **made,
        payment=said["id"],
        authorised=money_of(said["amount"], said["currency"]),
        order_reference=reading.order_of(said),
    )


def _payout_paid(made: Made, said: Said) -> GatewayEvent:
    amount = money_of(said["amount"], said["currency"])
    return PayoutPaid(**made, payout=said["id"], amount=amount, arrives_at=reading.instant(said["arrival_date"]))


def _payout_failed(made: Made, said: Said) -> GatewayEvent:
    amount = money_of(said["amount"], said["currency"])
    return PayoutFailed(**made, payout=said["id"], amount=amount, failure=str(said.get("failure_code") or ""))


READERS: Mapping[str, Callable[[Made, Said], GatewayEvent]] = {
    "payment_intent.amount_capturable_updated": _authorised,
    "payment_intent.succeeded": _captured,
    "payment_intent.payment_failed": _failed,
    "payment_intent.canceled": _cancelled,
    "refund.created": lambda made, said: RefundUpdated(**made, refund=reading.refund(said)),
    "refund.updated": lambda made, said: RefundUpdated(**made, refund=reading.refund(said)),
    "refund.failed": lambda made, said: RefundFailed(**made, refund=reading.refund(said)),
    "charge.dispute.created": lambda made, said: DisputeOpened(**made, dispute=reading.dispute(said)),
    "charge.dispute.updated": lambda made, said: DisputeUpdated(**made, dispute=reading.dispute(said)),
    "charge.dispute.closed": lambda made, said: DisputeClosed(**made, dispute=reading.dispute(said)),
    "payout.paid": _payout_paid,
    "payout.failed": _payout_failed,
}
