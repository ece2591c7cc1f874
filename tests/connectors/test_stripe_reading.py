"""What each of Stripe's words means, and that none it publishes is left out."""

import inspect
import typing

import pytest
import stripe

from makegood.connectors.stripe import reading
from makegood.connectors.stripe.reading import DISPUTES, FAILURES, PAYMENTS, PENDING, REFUNDS
from makegood.payments.rules.values import DisputeStatus, PaymentStatus, PendingReason, RefundFailure, RefundStatus

MADE = {"id": "re_1", "amount": 100, "currency": "usd", "payment_intent": "pi_1", "created": 1_790_000_000}


def published(of: type[stripe.StripeObject], field: str) -> set[str]:
    """What the SDK says that a field may hold."""
    hint, found = inspect.get_annotations(of)[field], set()
    for part in (hint, *typing.get_args(hint)):
        for inner in (part, *typing.get_args(part)):
            if typing.get_origin(inner) is typing.Literal:
                found |= set(typing.get_args(inner))
    return found


@pytest.mark.parametrize(
    ("of", "field", "table"),
    [
        (stripe.PaymentIntent, "status", PAYMENTS),
        (stripe.Dispute, "status", DISPUTES),
        (stripe.Refund, "pending_reason", PENDING),
    ],
)
def test_every_word_that_stripe_publishes_is_read(of, field, table):
    assert published(of, field) == set(table)


@pytest.mark.parametrize(
    ("table", "kind", "others"),
    [
        (PAYMENTS, PaymentStatus, set()),
        (REFUNDS, RefundStatus, set()),
        (DISPUTES, DisputeStatus, set()),
        (PENDING, PendingReason, set()),
        (FAILURES, RefundFailure, {RefundFailure.UNKNOWN}),
    ],
)
def test_every_meaning_has_a_word(table, kind, others):
    assert set(table.values()) | others == set(kind)


@pytest.mark.parametrize(("word", "status"), REFUNDS.items())
def test_a_refund_tells_its_state(word, status):
    said = {**MADE, "status": word, "failure_reason": "lost_or_stolen_card", "pending_reason": "charge_pending"}
    told = reading.refund(said)
    assert told.status is status
    assert told.failure is (RefundFailure.CARD_LOST_OR_STOLEN if status is RefundStatus.FAILED else None)
    assert told.pending_reason is (PendingReason.PAYMENT_NOT_SETTLED if status is RefundStatus.PENDING else None)
    assert (told.key, told.payment) == ("", "pi_1")


def test_a_failure_that_nobody_published_is_unknown():
    assert reading.refund({**MADE, "status": "failed", "failure_reason": "the_moon"}).failure is RefundFailure.UNKNOWN


@pytest.mark.parametrize(
    ("metadata", "order"),
    [({}, ""), (None, ""), ({"order_id": "7"}, "7"), ({"order": "7", "order_reference": "A7"}, "A7"), ({"a": "7"}, "")],
)
def test_the_order_stands_where_checkouts_write_it(metadata, order):
    assert reading.order_of({"metadata": metadata}) == order
