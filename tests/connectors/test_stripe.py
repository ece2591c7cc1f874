"""Stripe by its SDK over HTTP, against a server as strict as it publishes and as faulty as life is."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import stripe as sdk

from makegood.connectors.stripe.errors import meaning_of
from makegood.connectors.stripe.evidence import LARGEST_PDF, LONGEST_TEXTS
from makegood.connectors.stripe.gateway import StripeGateway
from makegood.money.rules import Money
from makegood.payments.gateway import (
    KeyConflict,
    NotLetIn,
    Rejected,
    Rejection,
    Unreachable,
    UnreadableAnswer,
)
from makegood.payments.rules.values import Card, EntryKind, PaymentStatus, PendingReason, RefundReason, RefundStatus
from tests.payments.gateways import StripeSide, usd
from tests.payments.test_gateway import EVIDENCE, refund, rejected, sums
from tests.stripe_server.books import DAY
from tests.stripe_server.server import KEY, Fault, running


@pytest.fixture
def server():
    with running() as opened:
        yield opened


@pytest.fixture
def side(server):
    return StripeSide(server, timeout_seconds=0.3)


LOST = [Fault.ANSWER_LOST, Fault.ANSWER_SLOW, Fault.REQUEST_LOST, Fault.PROXY_PAGE, Fault.TOO_BUSY]


@pytest.mark.parametrize("fault", LOST)
def test_after_no_answer_nothing_is_known_and_the_same_key_is_asked_again(server, side, fault):
    payment = side.pay(usd(3840))
    server.breaks(fault)
    with pytest.raises(Unreachable):
        refund(side, payment, 1000, "r1")
    server.goes_on.set()
    assert refund(side, payment, 1000, "r1").status is RefundStatus.SUCCEEDED
    assert sums(side, payment) == (0, 3840, 1000, 0)


@pytest.mark.parametrize("fault", LOST)
def test_the_same_of_a_capture_and_a_cancellation(server, side, fault):
    held, let_go = side.authorise(usd(3840)), side.authorise(usd(3840))
    for _ in range(2):
        server.breaks(fault)
    with pytest.raises(Unreachable):
        side.gateway.capture(payment=held, amount=usd(2500), key="c1")
    with pytest.raises(Unreachable):
        side.gateway.cancel(payment=let_go, key="x1")
    server.goes_on.set()
    if server.books.get("payment_intent", held)["status"] == "succeeded":
        # However late it is asked again: Stripe has forgotten the key, and how the payment stands says it all.
        server.books.now += 2 * DAY
    assert side.gateway.capture(payment=held, amount=usd(2500), key="c1").captured == usd(2500)
    assert side.gateway.cancel(payment=let_go, key="x1").status is PaymentStatus.CANCELLED


@pytest.mark.parametrize("at", ["POST /v1/files", "POST /v1/disputes"])
@pytest.mark.parametrize("fault", LOST)
def test_the_same_of_evidence(server, side, fault, at):
    dispute = side.open_dispute(side.pay(usd(3840)))
    server.breaks(fault, at=at)
    with pytest.raises(Unreachable):
        side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1")
    server.goes_on.set()
    assert side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1").is_evidence_submitted
    assert len(server.books.all("file")) == 1


@pytest.mark.parametrize("fault", LOST)
def test_the_same_of_an_accepted_dispute(server, side, fault):
    dispute = side.open_dispute(side.pay(usd(3840)))
    server.breaks(fault)
    with pytest.raises(Unreachable):
        side.gateway.accept_dispute(dispute=dispute, key="a1")
    server.goes_on.set()
    assert side.gateway.accept_dispute(dispute=dispute, key="a1").status.is_closed


@pytest.mark.parametrize("fault", [Fault.BROKEN_BEFORE, Fault.BROKEN_AFTER])
def test_a_500_is_kept_by_stripe_and_found_out_all_the_same(server, side, fault):
    """What was done is found among the payment's refunds; what was not is done once Stripe forgets its 500."""
    payment = side.pay(usd(3840))
    server.breaks(fault)
    with pytest.raises(Unreachable):
        refund(side, payment, 1000, "r1")
    if fault is Fault.BROKEN_BEFORE:
        with pytest.raises(Unreachable):
            refund(side, payment, 1000, "r1")
        assert server.posted()[-1].is_replay
        server.books.now += DAY + 10
    assert refund(side, payment, 1000, "r1").status is RefundStatus.SUCCEEDED
    assert sums(side, payment) == (0, 3840, 1000, 0)


def test_after_a_500_how_things_stand_says_what_was_done(server, side):
    """Stripe keeps its 500 under the key for a day, although it has done what was asked."""
    held, let_go, paid, other = (
        side.authorise(usd(100)),
        side.authorise(usd(100)),
        side.pay(usd(100)),
        side.pay(usd(100)),
    )
    answered, accepted = side.open_dispute(paid), side.open_dispute(other)
    calls = (
        lambda: side.gateway.capture(payment=held, amount=usd(70), key="c1").status is PaymentStatus.CAPTURED,
        lambda: side.gateway.cancel(payment=let_go, key="x1").status is PaymentStatus.CANCELLED,
        lambda: side.gateway.submit_evidence(dispute=answered, evidence=EVIDENCE, key="e1").is_evidence_submitted,
        lambda: side.gateway.accept_dispute(dispute=accepted, key="a1").status.is_closed,
    )
    for call in calls:
        server.breaks(Fault.BROKEN_AFTER, at="POST /v1/payment_intents" if call in calls[:2] else "POST /v1/disputes")
        with pytest.raises(Unreachable):
            call()
        assert call()


def test_a_key_that_stripe_forgot_still_has_its_effect_once(server, side):
    payment = side.pay(usd(3840))
    server.breaks(Fault.ANSWER_LOST)
    with pytest.raises(Unreachable):
        refund(side, payment, 1000, "r1")
    server.books.now += 2 * DAY
    refund(side, payment, 1000, "r1")
    with pytest.raises(KeyConflict):
        refund(side, payment, 1001, "r1")
    assert sums(side, payment) == (0, 3840, 1000, 0)


def test_our_refund_is_found_behind_a_hundred_others(server, side):
    payment = side.pay(usd(50_000))
    made = refund(side, payment, 100, "r1")
    (ours,) = server.books.all("refund")
    of_others = {name: value for name, value in ours.items() if name not in {"id", "object", "created"}}
    for _ in range(120):
        server.books.make("re", "refund", **of_others | {"metadata": {}})
    server.books.now += 2 * DAY
    assert refund(side, payment, 100, "r1") == made
    assert len(server.posted()) == 1


def test_a_key_that_is_being_worked_on_is_asked_again_later(server):
    side = StripeSide(server)
    payment = side.pay(usd(3840))
    server.breaks(Fault.WORK_SLOW)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(refund, side, payment, 1000, "r1")
        assert server.is_waiting.wait(5)
        with pytest.raises(Unreachable, match="409"):
            refund(side, payment, 1000, "r1")
        server.goes_on.set()
        made = first.result()
    assert refund(side, payment, 1000, "r1") == made
    assert sums(side, payment) == (0, 3840, 1000, 0)


def test_many_at_once_send_no_more_back_than_came(server):
    side = StripeSide(server)
    payment, together = side.pay(usd(1000)), threading.Barrier(8)

    def ask(number):
        together.wait()
        try:
            return refund(side, payment, 300, f"r{number % 4}").amount.amount_minor
        except (Rejected, Unreachable):
            return 0

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert sums(side, payment) == (0, 1000, 900, 0)


def test_a_busy_stripe_says_for_how_long(server, side):
    payment = side.pay(usd(3840))
    server.breaks(Fault.TOO_BUSY)
    with pytest.raises(Unreachable) as stopped:
        refund(side, payment, 1000, "r1")
    assert stopped.value.wait == timedelta(seconds=2)


def test_nobody_there_is_told():
    gateway = StripeGateway(key=KEY, url="http://127.0.0.1:9")
    with pytest.raises(Unreachable):
        gateway.payment("pi_1")


def test_a_wrong_key_is_told_and_not_shown(server, caplog):
    gateway = StripeGateway(key="sk_test_wrong_and_secret", url=server.url)
    with caplog.at_level(logging.DEBUG), pytest.raises(NotLetIn, match="MAKEGOOD_STRIPE_KEY") as stopped:
        gateway.payment("pi_1")
    assert "secret" not in str(stopped.value)
    assert "sk_test" not in caplog.text


def test_what_is_asked_is_what_stripe_publishes(server, side):
    payment = side.pay(usd(3840))
    side.gateway.refund(payment=payment, amount=usd(1000), reason=RefundReason.DUPLICATE, key="r1")
    (call,) = server.posted()
    assert (call.key, call.said) == (
        "r1",
        {
            "payment_intent": payment,
            "amount": "1000",
            "reason": "duplicate",
            "metadata": {"makegood_key": "r1"},
        },
    )


def test_evidence_reaches_the_dispute(server, side):
    dispute = side.open_dispute(side.pay(usd(3840)))
    side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1")
    (file,) = server.books.all("file")
    assert server.books.get("dispute", dispute)["evidence"] == {
        "uncategorized_file": file["id"],
        "uncategorized_text": "It arrived on Tuesday.",
        "shipping_carrier": "USPS",
        "shipping_tracking_number": "9400",
    }
    assert file["size"] == len(EVIDENCE.pdf)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(EVIDENCE, pdf=b"<html>"),
        replace(EVIDENCE, pdf=EVIDENCE.pdf + b" " * LARGEST_PDF),
        replace(EVIDENCE, summary="x" * (LONGEST_TEXTS + 1)),
    ],
)
def test_evidence_that_stripe_would_not_take_is_refused(side, wrong):
    dispute = side.open_dispute(side.pay(usd(3840)))
    call = lambda: side.gateway.submit_evidence(dispute=dispute, evidence=wrong, key="e1")  # noqa: E731
    assert rejected(call) is Rejection.OTHER
    assert not side.gateway.dispute(dispute).is_evidence_submitted


def test_evidence_that_comes_too_late_is_refused(server, side):
    dispute = side.open_dispute(side.pay(usd(3840)))
    server.books.now += 30 * DAY
    with pytest.raises(Rejected):
        side.gateway.submit_evidence(dispute=dispute, evidence=EVIDENCE, key="e1")


def test_an_authorisation_that_ran_out_is_not_captured(server, side):
    payment = side.authorise(usd(3840))
    server.books.now += 8 * DAY
    late = rejected(lambda: side.gateway.capture(payment=payment, amount=usd(3840), key="c1"))
    assert late is Rejection.WRONG_STATE


def test_a_refund_that_waits_says_for_what(server, side):
    made = refund(side, side.pay(usd(3840), refunds_arrive=False), 100, "r1")
    assert made.pending_reason is PendingReason.PROCESSING
    server.books.get("refund", made.reference)["pending_reason"] = "insufficient_funds"
    assert side.gateway.read_refund(made.reference).pending_reason is PendingReason.OUR_BALANCE_TOO_LOW


def test_books_in_another_currency_keep_the_customers_sum(server, side):
    server.books.rates["jpy"] = ("usd", 2, 3)
    yen = Money(amount_minor=3000, currency="JPY")
    payment = side.pay(yen)
    side.gateway.refund(payment=payment, amount=yen, reason=RefundReason.DUPLICATE, key="r1")
    back, came = side.gateway.entries(since=side.now() - timedelta(days=1))
    assert (came.kind, came.amount, came.original) == (EntryKind.CHARGE, usd(2000), yen)
    assert (came.fee, came.net) == (usd(117), usd(1883))
    assert (back.kind, back.amount, back.original) == (EntryKind.REFUND, usd(-2000), -yen)


def test_books_are_read_in_pages(server, side):
    for _ in range(130):
        side.pay(usd(100))
    assert len(list(side.gateway.entries(since=side.now() - timedelta(days=1)))) == 130
    assert len([each for each in server.calls if each.path == "/v1/balance_transactions"]) == 2


@pytest.mark.parametrize("path", ["balance_transactions", "events"])
def test_a_page_that_does_not_come_is_told_while_it_is_read(server, side, path):
    for _ in range(110):
        side.pay(usd(100))
    read = side.gateway.entries if path == "balance_transactions" else side.gateway.events
    found = read(since=side.now() - timedelta(days=1))
    next(found)
    server.breaks(Fault.ANSWER_LOST, at=f"GET /v1/{path}")
    with pytest.raises(Unreachable):
        list(found)


def test_currencies_never_mix(server, side):
    payment = side.pay(usd(3840))
    dispute = side.open_dispute(payment)
    server.books.get("dispute", dispute)["currency"] = "eur"
    with pytest.raises(UnreadableAnswer):
        side.gateway.payment(payment)


def test_other_cards_say_their_brand(side):
    payment = side.pay(usd(100), payment_method="pm_card_mastercard")
    assert side.gateway.payment(payment).card == Card(brand="mastercard", last_four="4444")


@pytest.mark.parametrize("change", [{"status": "dreaming"}, {"currency": "xyz"}, {"amount": None}, {"created": "soon"}])
def test_what_is_not_as_published_is_unreadable(server, side, change):
    payment = side.pay(usd(3840))
    made = refund(side, payment, 100, "r1")
    server.books.get("payment_intent", payment).update(change)
    server.books.get("refund", made.reference).update(change)
    with pytest.raises(UnreadableAnswer):
        side.gateway.payment(payment)
    with pytest.raises(UnreadableAnswer):
        side.gateway.read_refund(made.reference)


@pytest.mark.parametrize(
    ("code", "rejection"),
    [("amount_too_large", Rejection.MORE_THAN_IS_LEFT), ("something_new", Rejection.OTHER)],
)
def test_codes_are_told_apart(code, rejection):
    meaning = meaning_of(sdk.InvalidRequestError("no", "amount", code, http_status=400))
    assert isinstance(meaning, Rejected)
    assert meaning.rejection is rejection
