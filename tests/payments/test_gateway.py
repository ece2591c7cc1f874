"""What every gateway does alike: the double that moves no money, and Stripe over HTTP."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.payments.console_gateway import ConsoleGateway
from makegood.payments.gateway import BadSignature, Declined, KeyConflict, Rejected, Rejection
from makegood.payments.rules.events import (
    DisputeClosed,
    DisputeOpened,
    DisputeUpdated,
    PaymentAuthorised,
    PaymentCancelled,
    PaymentCaptured,
    PaymentFailed,
    PayoutPaid,
    RefundFailed,
    RefundUpdated,
)
from makegood.payments.rules.values import (
    Card,
    Decline,
    DisputeStatus,
    EntryKind,
    Evidence,
    PaymentStatus,
    RefundFailure,
    RefundReason,
    RefundStatus,
)
from tests.payments.gateways import NOON, PDF, Side, console, stripe, usd

ASKED = RefundReason.REQUESTED_BY_CUSTOMER
SIDES = {"console": console, "stripe": stripe}
EVIDENCE = Evidence(pdf=PDF, summary="It arrived on Tuesday.", carrier="USPS", tracking_number="9400")


@pytest.fixture(params=SIDES)
def side(request):
    with SIDES[request.param]() as opened:
        yield opened


def refund(side: Side, payment: str, minor: int, key: str, reason: RefundReason = ASKED):
    return side.gateway.refund(payment=payment, amount=usd(minor), reason=reason, key=key)


def rejected(call) -> Rejection:
    with pytest.raises(Rejected) as stopped:
        call()
    return stopped.value.rejection


def sums(side: Side, payment: str) -> tuple[int, int, int, int]:
    told = side.gateway.payment(payment)
    capturable, captured = told.capturable.amount_minor, told.captured.amount_minor
    return capturable, captured, told.refunded.amount_minor, told.disputed.amount_minor


def test_a_payment_says_what_it_is(side):
    told = side.gateway.payment(side.pay(usd(3840), order="100"))
    assert (told.status, told.authorised, told.captured) == (PaymentStatus.CAPTURED, usd(3840), usd(3840))
    assert (told.card, told.order_reference, told.decline) == (Card(brand="visa", last_four="4242"), "100", None)


def test_what_nobody_knows_is_not_found(side):
    gateway = side.gateway
    for call in (
        lambda: gateway.payment("pi_none"),
        lambda: gateway.read_refund("re_none"),
        lambda: gateway.dispute("du_none"),
        lambda: gateway.capture(payment="pi_none", amount=usd(1), key="1"),
        lambda: gateway.cancel(payment="pi_none", key="2"),
        lambda: refund(side, "pi_none", 1, "3"),
    ):
        assert rejected(call) is Rejection.NOT_FOUND


def test_part_of_what_was_authorised_is_captured_and_the_rest_released(side):
    payment = side.authorise(usd(3840))
    assert sums(side, payment) == (3840, 0, 0, 0)
    told = side.gateway.capture(payment=payment, amount=usd(2500), key="c1")
    assert told.status is PaymentStatus.CAPTURED
    assert sums(side, payment) == (0, 2500, 0, 0)
    assert rejected(lambda: refund(side, payment, 2501, "r0")) is Rejection.MORE_THAN_IS_LEFT
    refund(side, payment, 2500, "r1")
    assert sums(side, payment) == (0, 2500, 2500, 0)


def test_a_capture_is_made_once(side):
    payment = side.authorise(usd(3840))
    first = side.gateway.capture(payment=payment, amount=usd(2500), key="c1")
    assert side.gateway.capture(payment=payment, amount=usd(2500), key="c1") == first
    assert side.gateway.capture(payment=payment, amount=usd(2500), key="c2") == first
    with pytest.raises(KeyConflict):
        side.gateway.capture(payment=payment, amount=usd(2400), key="c1")
    assert rejected(lambda: side.gateway.capture(payment=payment, amount=usd(100), key="c3")) is Rejection.WRONG_STATE
    assert rejected(lambda: side.gateway.cancel(payment=payment, key="c4")) is Rejection.WRONG_STATE
    assert sums(side, payment) == (0, 2500, 0, 0)


def test_no_more_is_captured_than_was_authorised(side):
    payment = side.authorise(usd(3840))
    wrong = rejected(lambda: side.gateway.capture(payment=payment, amount=usd(3841), key="c1"))
    assert wrong is Rejection.MORE_THAN_IS_LEFT
    assert sums(side, payment) == (3840, 0, 0, 0)


def test_what_was_authorised_is_let_go(side):
    payment = side.authorise(usd(3840))
    told = side.gateway.cancel(payment=payment, key="x1")
    assert (told.status, told.capturable) == (PaymentStatus.CANCELLED, usd(0))
    assert side.gateway.cancel(payment=payment, key="x1") == told
    assert side.gateway.cancel(payment=payment, key="x2") == told
    late = rejected(lambda: side.gateway.capture(payment=payment, amount=usd(3840), key="c1"))
    assert late is Rejection.WRONG_STATE
    assert rejected(lambda: refund(side, payment, 1, "r1")) is Rejection.OTHER


def test_money_goes_back_in_parts_and_never_more_than_came(side):
    payment = side.pay(usd(3840))
    made = refund(side, payment, 1000, "r1")
    assert (made.status, made.amount, made.payment, made.key) == (RefundStatus.SUCCEEDED, usd(1000), payment, "r1")
    assert side.gateway.read_refund(made.reference) == made
    assert rejected(lambda: refund(side, payment, 2841, "r2")) is Rejection.MORE_THAN_IS_LEFT
    refund(side, payment, 2840, "r3", RefundReason.DUPLICATE)
    assert rejected(lambda: refund(side, payment, 1, "r4")) is Rejection.ALREADY_REFUNDED
    assert sums(side, payment) == (0, 3840, 3840, 0)


@pytest.mark.parametrize("minor", [0, -100])
def test_only_more_than_nothing_goes_back(side, minor):
    payment = side.pay(usd(3840))
    assert rejected(lambda: refund(side, payment, minor, "r1")) is Rejection.BAD_AMOUNT


def test_a_key_has_its_effect_once(side):
    payment, other = side.pay(usd(3840)), side.pay(usd(3840))
    made = refund(side, payment, 1000, "r1")
    assert [refund(side, payment, 1000, "r1") for _ in range(3)] == [made] * 3
    with pytest.raises(KeyConflict):
        refund(side, payment, 999, "r1")
    with pytest.raises(KeyConflict):
        refund(side, other, 1000, "r1")
    assert (sums(side, payment), sums(side, other)) == ((0, 3840, 1000, 0), (0, 3840, 0, 0))


def test_a_refund_that_takes_its_time_counts_at_once(side):
    payment = side.pay(usd(3840), refunds_arrive=False)
    made = refund(side, payment, 3000, "r1")
    assert made.status is RefundStatus.PENDING
    assert rejected(lambda: refund(side, payment, 841, "r2")) is Rejection.MORE_THAN_IS_LEFT
    side.settle_refund(made.reference)
    assert side.gateway.read_refund(made.reference).status is RefundStatus.SUCCEEDED
    assert refund(side, payment, 3000, "r1").status is RefundStatus.SUCCEEDED


def test_a_refund_that_comes_back_may_be_tried_another_way(side):
    payment = side.pay(usd(3840), refunds_arrive=False)
    made = refund(side, payment, 3840, "r1")
    side.fail_refund(made.reference, RefundFailure.CARD_EXPIRED_OR_CANCELLED)
    told = refund(side, payment, 3840, "r1")
    assert (told.status, told.failure) == (RefundStatus.FAILED, RefundFailure.CARD_EXPIRED_OR_CANCELLED)
    assert told.failure is not None
    assert told.failure.is_card_gone
    assert sums(side, payment) == (0, 3840, 0, 0)
    assert refund(side, payment, 3840, "r2").reference != made.reference
    assert sums(side, payment) == (0, 3840, 3840, 0)


def test_a_dispute_takes_the_money_and_gives_it_back(side):
    payment = side.pay(usd(3840))
    dispute = side.open_dispute(payment)
    told = side.gateway.dispute(dispute)
    assert (told.status, told.amount, told.payment) == (DisputeStatus.NEEDS_RESPONSE, usd(3840), payment)
    assert (told.reason, told.is_refundable, told.is_evidence_submitted) == ("product_not_received", False, False)
    assert told.evidence_due_at is not None
    assert told.evidence_due_at > told.created_at
    assert sums(side, payment) == (0, 3840, 0, 3840)
    assert rejected(lambda: refund(side, payment, 1, "r1")) is Rejection.DISPUTED
    side.decide(dispute, DisputeStatus.WON)
    assert sums(side, payment) == (0, 3840, 0, 0)
    assert refund(side, payment, 1, "r2").status is RefundStatus.SUCCEEDED


def test_evidence_is_submitted_once(side):
    dispute = side.open_dispute(side.pay(usd(3840)))
    told = side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1")
    assert (told.status, told.is_evidence_submitted) == (DisputeStatus.UNDER_REVIEW, True)
    assert side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1") == told
    assert sums(side, told.payment) == (0, 3840, 0, 3840)
    other = replace(EVIDENCE, summary="Something else.")
    assert side.gateway.submit_evidence(dispute=dispute, evidence=other, key="e2") == told
    assert rejected(lambda: side.gateway.accept_dispute(dispute=dispute, key="a1")) is Rejection.OTHER
    side.decide(dispute, DisputeStatus.LOST)
    assert side.gateway.dispute(dispute).status is DisputeStatus.LOST


def test_a_dispute_is_accepted_once(side):
    dispute = side.open_dispute(side.pay(usd(3840)))
    told = side.gateway.accept_dispute(dispute=dispute, key="a1")
    assert told.status is DisputeStatus.LOST
    assert side.gateway.accept_dispute(dispute=dispute, key="a1") == told
    assert side.gateway.accept_dispute(dispute=dispute, key="a2") == told
    late = rejected(lambda: side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1"))
    assert late is Rejection.OTHER


def test_an_inquiry_takes_no_money_and_a_refund_is_possible(side):
    payment = side.pay(usd(3840))
    dispute = side.open_dispute(payment, is_inquiry=True)
    told = side.gateway.dispute(dispute)
    assert (told.status, told.is_refundable) == (DisputeStatus.INQUIRY_NEEDS_RESPONSE, True)
    refund(side, payment, 3840, "r1")
    assert sums(side, payment) == (0, 3840, 3840, 0)
    side.decide(dispute, DisputeStatus.INQUIRY_CLOSED)
    assert side.gateway.dispute(dispute).status.is_closed


def test_a_chargeback_after_a_refund_takes_more_than_came(side):
    payment = side.pay(usd(3840))
    refund(side, payment, 3840, "r1")
    side.open_dispute(payment)
    assert sums(side, payment) == (0, 3840, 3840, 3840)


def test_the_books_say_what_happened_the_newest_first(side):
    before = side.pay(usd(100))
    since = side.now()
    payment = side.pay(usd(3840))
    made = refund(side, payment, 1000, "r1")
    dispute = side.open_dispute(payment)
    side.decide(dispute, DisputeStatus.WON)
    side.fail_refund(made.reference, RefundFailure.DECLINED)
    side.pay_out(usd(500))
    entries = list(side.gateway.entries(since=since))
    assert [(each.kind, each.amount.amount_minor, each.payment) for each in entries] == [
        (EntryKind.PAYOUT, -500, ""),
        (EntryKind.REFUND_FAILED, 1000, payment),
        (EntryKind.DISPUTE_REVERSED, 3840, payment),
        (EntryKind.DISPUTE, -3840, payment),
        (EntryKind.REFUND, -1000, payment),
        (EntryKind.CHARGE, 3840, payment),
    ]
    assert [each.source for each in entries[1:5]] == [made.reference, dispute, dispute, made.reference]
    assert all(each.net == each.amount - each.fee for each in entries)
    assert all(each.original == each.amount for each in entries)
    assert all(each.created_at >= since for each in entries)
    assert before not in {each.payment for each in entries}


def test_what_happens_is_told(side):
    held, let_go = side.authorise(usd(3840)), side.authorise(usd(100))
    side.gateway.capture(payment=held, amount=usd(2500), key="c1")
    side.gateway.cancel(payment=let_go, key="x1")
    made = refund(side, held, 500, "r1")
    dispute = side.open_dispute(held)
    side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1")
    side.decide(dispute, DisputeStatus.LOST)
    side.fail_refund(made.reference, RefundFailure.DECLINED)
    side.pay_out(usd(500))
    told = side.events()
    assert [type(each) for each in told] == [
        PaymentAuthorised,
        PaymentAuthorised,
        PaymentCaptured,
        PaymentCancelled,
        RefundUpdated,
        DisputeOpened,
        DisputeUpdated,
        DisputeClosed,
        RefundFailed,
        RefundUpdated,
        PayoutPaid,
    ]
    captured, failed, closed = told[2], told[8], told[7]
    assert isinstance(captured, PaymentCaptured)
    assert (captured.payment, captured.authorised, captured.captured) == (held, usd(3840), usd(2500))
    assert isinstance(failed, RefundFailed)
    assert (failed.refund.key, failed.refund.failure) == ("r1", RefundFailure.DECLINED)
    assert isinstance(closed, DisputeClosed)
    assert (closed.dispute.reference, closed.dispute.status) == (dispute, DisputeStatus.LOST)
    assert len({each.event_id for each in told}) == len(told)
    assert [each.created_at for each in told] == sorted(each.created_at for each in told)


def test_what_was_told_can_be_asked_for_again(side):
    side.pay(usd(100))
    since = side.now()
    payment = side.pay(usd(3840))
    refund(side, payment, 500, "r1")
    side.open_dispute(payment, is_inquiry=True)
    told = list(side.gateway.events(since=since))
    assert told == side.events()[:0:-1]
    assert [type(each) for each in told] == [DisputeOpened, RefundUpdated, PaymentCaptured]


def test_where_the_double_trusts_what_nobody_told_of_goes_back():
    gateway = ConsoleGateway(trusts=True, now=lambda: NOON)
    for key in ("r1", "r2", "r1"):
        made = gateway.refund(payment="pi_of_the_demo", amount=usd(1000), reason=ASKED, key=key)
        assert (made.status, made.amount) == (RefundStatus.SUCCEEDED, usd(1000))
    assert [type(each) for each in gateway.events(since=NOON)] == [RefundUpdated] * 2
    gateway.books.pay(reference="pi_told", amount=usd(500))
    with pytest.raises(Rejected):
        gateway.refund(payment="pi_told", amount=usd(501), reason=ASKED, key="r3")
    with pytest.raises(Rejected):
        ConsoleGateway(now=lambda: NOON).refund(payment="pi_none", amount=usd(1), reason=ASKED, key="r1")


def test_a_card_that_is_declined_pays_nothing():
    gateway, decline = ConsoleGateway(now=lambda: NOON), Decline(code="expired_card", text="Your card has expired.")
    with pytest.raises(Declined, match="expired_card"):
        gateway.books.fail_payment(reference="pi_1", amount=usd(500), decline=decline)
    (told,) = gateway.events(since=NOON)
    assert isinstance(told, PaymentFailed)
    assert gateway.payment("pi_1").decline == told.decline == decline
    assert gateway.payment("pi_1").captured == usd(0)


def test_what_is_not_signed_is_not_proven(side):
    with pytest.raises(BadSignature):
        side.gateway.read_event(headers={}, raw=b"{}")


REFUNDS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 1500)), max_size=8)


@pytest.mark.parametrize("name", SIDES)
@settings(max_examples=15)
@given(asked=REFUNDS)
def test_whatever_is_asked_no_more_goes_back_than_came(name, asked):
    """Keys asked again, with other sums too: what went back is what the gateway said yes to."""
    with SIDES[name]() as side:
        payment, agreed = side.pay(usd(2000)), {}
        for key, minor in asked:
            try:
                agreed[key] = refund(side, payment, minor, f"r{key}").amount.amount_minor
            except (Rejected, KeyConflict):
                continue
        _, captured, refunded, _ = sums(side, payment)
        assert refunded == sum(agreed.values()) <= captured
