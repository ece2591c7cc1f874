"""Refunds by a gateway: asked for once whatever goes wrong on the way, and known as far as it tells."""

from typing import Any

import pytest

from makegood.cases.models import Case
from makegood.journal.actions import Away
from makegood.payments.facts import RefundCameBack, RefundSent, RefundSettled
from makegood.payments.gateway import PORT, UnreadableAnswer
from makegood.payments.models import Refund
from makegood.payments.queries import key_of
from makegood.payments.refunding import GatewaySendsIt, RefundDoneBefore, fail, finish_by_hand
from makegood.payments.rules.values import RefundFailure, RefundReason
from makegood.promises.models import Promise
from tests import worlds
from tests.payments.gateways import StripeSide, usd
from tests.payments.paid_orders import TOTAL, give_back, owed, paid, sums, tell
from tests.stripe_server.books import DAY
from tests.stripe_server.server import Fault
from tests.worlds import MONDAY, facts

pytestmark = pytest.mark.usefixtures("shop")


def fresh(refund):
    return Refund.objects.select_related("transfer", "promise").get(pk=refund.pk)


def told_of(refund):
    return [type(each) for each in facts(RefundSent, RefundSettled, RefundCameBack)]


def test_what_goes_back_to_a_card_is_asked_of_its_gateway_and_there_when_it_says_so(side):
    order = paid(side.pay(usd(TOTAL)))
    refund = give_back(order, 1695)
    assert (refund.route, refund.state, owed(order)) == ("gateway", "requested", 0)
    worlds.work()
    row = fresh(refund)
    assert (row.state, row.done_by, row.done_at) == ("settled", f"gateway:{side.gateway.code}", MONDAY)
    assert side.gateway.read_refund(row.gateway_reference).key == key_of(refund.pk)
    assert side.gateway.payment(row.receipt.gateway_reference).refunded == usd(1695)
    assert Promise.objects.get(pk=row.promise_id).state == "kept"
    # They owe us again what went back, until their order costs less.
    assert (owed(order), sums(order)) == (-1695, (TOTAL - 1695, 1695, 0, 0))
    assert told_of(refund) == [RefundSettled]


def test_a_refund_that_takes_its_time_is_sent_and_then_settled(side):
    order = paid(side.pay(usd(TOTAL), refunds_arrive=False))
    refund = give_back(order, 1000)
    worlds.work()
    assert fresh(refund).state == "sent"
    assert owed(order) == -1000
    side.settle_refund(fresh(refund).gateway_reference)
    for _ in range(2):
        tell(*side.events())
    assert fresh(refund).state == "settled"
    assert told_of(refund) == [RefundSent, RefundSettled]


def test_news_in_any_order_ends_the_same(side):
    order = paid(side.pay(usd(TOTAL), refunds_arrive=False))
    refund = give_back(order, 1000)
    worlds.work()
    side.settle_refund(fresh(refund).gateway_reference)
    side.fail_refund(fresh(refund).gateway_reference, RefundFailure.CARD_EXPIRED_OR_CANCELLED)
    tell(*reversed(side.events()))
    row = fresh(refund)
    assert (row.state, row.failure) == ("failed", "the card has expired or was cancelled")
    assert (owed(order), sums(order)) == (0, (TOTAL - 1000, 0, 0, 1000))
    assert told_of(refund) == [RefundSent, RefundCameBack]


def test_what_settled_can_still_come_back_and_goes_back_another_way(side):
    order = paid(side.pay(usd(TOTAL)))
    refund = give_back(order, 1000)
    worlds.work()
    side.fail_refund(fresh(refund).gateway_reference, RefundFailure.CARD_LOST_OR_STOLEN)
    tell(*side.events())
    assert fresh(refund).state == "failed"
    assert (owed(order), sums(order)) == (0, (TOTAL - 1000, 0, 0, 1000))
    assert side.gateway.payment(fresh(refund).receipt.gateway_reference).refunded == usd(0)


def test_what_the_push_tells_before_the_answer_came_is_told_once(stripe_side):
    order = paid(stripe_side.pay(usd(TOTAL)))
    refund = give_back(order, 1000)
    stripe_side.server.breaks(Fault.ANSWER_LOST, at="POST /v1/refunds")
    with pytest.raises(Away):
        worlds.work()
    tell(*stripe_side.events())
    assert fresh(refund).state == "settled"
    worlds.work()
    assert told_of(refund) == [RefundSettled]
    assert len(stripe_side.books.all("refund")) == 1


@pytest.mark.parametrize(
    "fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.BROKEN_AFTER, Fault.TOO_BUSY, Fault.PROXY_PAGE]
)
def test_money_goes_once_whatever_happens_to_the_call(stripe_side, fault):
    order = paid(stripe_side.pay(usd(TOTAL)))
    refund = give_back(order, 1000)
    stripe_side.server.breaks(fault, at="POST /v1/refunds")
    with pytest.raises(Away):
        worlds.work()
    assert fresh(refund).state == "requested"
    worlds.work()
    assert (fresh(refund).state, owed(order)) == ("settled", -1000)
    assert [each["amount"] for each in stripe_side.books.all("refund")] == [1000]


def test_what_stripe_broke_on_and_did_not_do_goes_once_its_key_is_forgotten(stripe_side):
    refund = give_back(paid(stripe_side.pay(usd(TOTAL))), 1000)
    stripe_side.server.breaks(Fault.BROKEN_BEFORE, at="POST /v1/refunds")
    for _ in range(3):
        with pytest.raises(Away):
            worlds.work()
    assert stripe_side.books.all("refund") == []
    stripe_side.books.now += DAY + 1
    worlds.work()
    assert (fresh(refund).state, len(stripe_side.books.all("refund"))) == ("settled", 1)


def test_whoever_dies_after_the_call_finds_the_refund_when_it_is_asked_for_again(side):
    order = paid(side.pay(usd(TOTAL)))
    refund = give_back(order, 1000)
    # As a worker leaves it that is killed between the gateway's answer and its writing it down.
    said = side.gateway.refund(
        payment=refund.receipt.gateway_reference,
        amount=usd(1000),
        reason=RefundReason.REQUESTED_BY_CUSTOMER,
        key=key_of(refund.pk),
    )
    if isinstance(side, StripeSide):
        side.books.now += 3 * DAY
    worlds.work()
    assert fresh(refund).gateway_reference == said.reference
    assert side.gateway.payment(refund.receipt.gateway_reference).refunded == usd(1000)


def test_what_was_refunded_already_is_refused_for_good_and_free_again(side):
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    refund = give_back(order, 1000)
    side.gateway.refund(payment=payment, amount=usd(TOTAL), reason=RefundReason.DUPLICATE, key="by hand")
    worlds.work()
    row = fresh(refund)
    assert row.state == "failed"
    assert row.failure
    assert (owed(order), sums(order)) == (0, (TOTAL - 1000, 0, 0, 1000))
    assert Promise.objects.get(pk=row.promise_id).state == "withdrawn"


def test_a_payment_that_the_gateway_does_not_know_is_refused_for_good(side):
    refund = give_back(paid("pi_of_somebody"), 1000)
    worlds.work()
    assert fresh(refund).state == "failed"


def test_more_than_was_captured_is_refused_for_good(stripe_side):
    payment = stripe_side.authorise(usd(TOTAL))
    order = paid(payment)
    stripe_side.gateway.capture(payment=payment, amount=usd(1000), key="c1")
    refund = give_back(order, 1695)
    worlds.work()
    assert fresh(refund).state == "failed"
    less = give_back(order, 900, key="r2")
    worlds.work()
    assert fresh(less).state == "settled"


def test_a_card_that_takes_no_refund_is_told_as_it_is(monkeypatch, stripe_side):
    order = paid(stripe_side.pay(usd(TOTAL), payment_method="pm_card_refundFail"))
    refund = give_back(order, 1000)
    worlds.work()
    stripe_side.fail_refund(fresh(refund).gateway_reference, RefundFailure.DECLINED)
    tell(*stripe_side.events())
    assert (fresh(refund).state, fresh(refund).failure) == ("failed", "the customer’s bank did not take it")


def test_a_wrong_key_waits_until_it_is_put_right(monkeypatch, stripe_side):
    refund = give_back(paid(stripe_side.pay(usd(TOTAL))), 1000)
    right = PORT.gateway
    monkeypatch.setattr(PORT, "gateway", type(right)(key="sk_test_wrong", url=stripe_side.server.url))
    with pytest.raises(Away, match="MAKEGOOD_STRIPE_KEY"):
        worlds.work()
    monkeypatch.setattr(PORT, "gateway", right)
    worlds.work()
    assert fresh(refund).state == "settled"


def test_an_answer_that_makes_no_sense_changes_nothing(monkeypatch, stripe_side):
    refund = give_back(paid(stripe_side.pay(usd(TOTAL))), 1000)
    respond = stripe_side.server.respond

    def nonsense(method: str, *asked: Any) -> Any:
        answer = respond(method, *asked)
        return ((200, {"object": "refund", "id": "re_1"}), False) if method == "POST" else answer

    monkeypatch.setattr(stripe_side.server, "respond", nonsense)
    with pytest.raises(UnreadableAnswer):
        worlds.work()
    monkeypatch.setattr(stripe_side.server, "respond", respond)
    assert fresh(refund).state == "requested"
    worlds.work()
    assert fresh(refund).state == "settled"


def test_a_gateway_that_is_not_set_up_any_more_leaves_the_refund_to_a_person(monkeypatch, side):
    refund = give_back(paid(side.pay(usd(TOTAL))), 1000)
    with pytest.raises(GatewaySendsIt):
        finish_by_hand(fresh(refund), by="helper:maya", note="", now=MONDAY)
    monkeypatch.setattr(PORT, "gateway", None)
    worlds.work()
    row = fresh(refund)
    assert (row.route, row.state) == ("by_hand", "requested")
    assert "Look there first" in row.note
    finish_by_hand(row, by="helper:maya", note="by transfer", now=MONDAY)
    with pytest.raises(RefundDoneBefore):
        finish_by_hand(fresh(refund), by="helper:maya", note="", now=MONDAY)


def test_whoever_waits_for_money_that_came_back_is_on_the_list_of_those_who_wait(side):
    refund = give_back(paid(side.pay(usd(TOTAL))), 1000)
    worlds.settle()
    assert not Case.objects.exclude(attention="none").exists()
    side.fail_refund(fresh(refund).gateway_reference, RefundFailure.DECLINED)
    tell(*side.events())
    worlds.settle()
    case = Case.objects.get()
    assert (case.case_type, case.attention) == ("delivery", "waiting")
    words = f"{usd(1000)} to Visa ending 4242 did not arrive: the customer’s bank did not take it"
    assert case.notes.get().body == words


def test_nobody_says_by_hand_that_a_refund_of_a_gateway_did_not_arrive(side):
    refund = give_back(paid(side.pay(usd(TOTAL))), 1000)
    for _ in range(2):
        with pytest.raises(GatewaySendsIt):
            fail(refund.pk, by="helper:maya", failure="they say so", now=MONDAY)
        worlds.settle()
    assert fresh(refund).state == "settled"
