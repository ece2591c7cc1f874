"""What Stripe's errors mean to us (https://docs.stripe.com/error-codes).

An answer of 500 and more, and one that says that a key is in use, tell nothing about what was done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import stripe

from makegood.payments.gateway import (
    Declined,
    GatewayError,
    KeyConflict,
    NotLetIn,
    Rejected,
    Rejection,
    Unreachable,
)
from makegood.payments.rules.values import Decline

REJECTIONS = {
    "amount_too_large": Rejection.MORE_THAN_IS_LEFT,
    "amount_too_small": Rejection.BAD_AMOUNT,
    "balance_insufficient": Rejection.WRONG_STATE,
    "charge_already_captured": Rejection.WRONG_STATE,
    "charge_already_refunded": Rejection.ALREADY_REFUNDED,
    "charge_disputed": Rejection.DISPUTED,
    "charge_expired_for_capture": Rejection.WRONG_STATE,
    "invalid_charge_amount": Rejection.BAD_AMOUNT,
    "parameter_invalid_integer": Rejection.BAD_AMOUNT,
    "payment_intent_unexpected_state": Rejection.WRONG_STATE,
    "refund_disputed_payment": Rejection.DISPUTED,
    "resource_missing": Rejection.NOT_FOUND,
}
# Refunds beyond what is left are told in words alone.
TOO_MUCH = "greater than"
LONGEST_WAIT = timedelta(hours=1)


@contextmanager
def translated() -> Iterator[None]:
    """Let what Stripe's SDK raises out as the kinds of the port."""
    try:
        yield
    except stripe.StripeError as error:
        raise meaning_of(error) from error


def meaning_of(error: stripe.StripeError) -> GatewayError:
    text = error.user_message or "no words"
    match error:
        case stripe.CardError():
            return Declined(Decline(code=_decline_code(error), text=text))
        case stripe.IdempotencyError():
            return KeyConflict(text)
        case stripe.AuthenticationError() | stripe.PermissionError():
            # Stripe's words name part of the key.
            return NotLetIn(
                f"Stripe does not let us in: the answer was {error.http_status}; look at MAKEGOOD_STRIPE_KEY"
            )
        case stripe.RateLimitError():
            return Unreachable(f"Stripe wants to be left alone: {text}", wait=_wait(error))
        case stripe.InvalidRequestError():
            return Rejected(_rejection(error), text)
        case stripe.APIConnectionError():
            return Unreachable(text)
    status = error.http_status or 0
    if status == 409 or status >= 500 or not status >= 400:
        return Unreachable(f"the answer was {status}: {text}"[:500])
    return Rejected(Rejection.OTHER, text)


def _decline_code(error: stripe.CardError) -> str:
    """The bank's reason where Stripe has it, else Stripe's own."""
    said = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
    return str(said.get("decline_code") or error.code or "card_declined")


def _rejection(error: stripe.InvalidRequestError) -> Rejection:
    if error.code:
        return REJECTIONS.get(error.code, Rejection.OTHER)
    is_too_much = error.param == "amount" and TOO_MUCH in (error.user_message or "")
    return Rejection.MORE_THAN_IS_LEFT if is_too_much else Rejection.OTHER


def _wait(error: stripe.StripeError) -> timedelta | None:
    said = str((error.headers or {}).get("retry-after", ""))
    return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT) if said.isdecimal() else None
