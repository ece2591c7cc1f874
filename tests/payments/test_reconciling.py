"""The gateway's books beside ours: what one has and the other doesn't, and other sums."""

from datetime import timedelta

import pytest

from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.payments.gateway import PORT
from makegood.payments.models import Refund
from makegood.payments.reconciling import GatewayAway, NothingToReconcile, look, reconcile
from makegood.payments.rules.reconciling import DifferenceKind
from makegood.payments.rules.values import DisputeStatus, RefundFailure, RefundReason
from tests import worlds
from tests.payments.gateways import StripeSide, usd
from tests.payments.paid_orders import TOTAL, give_back, paid, tell
from tests.stripe_server.server import Fault
from tests.worlds import MONDAY

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "system_now", lambda: MONDAY)


def differing():
    return {
        (each.kind, each.ours and each.ours.amount_minor, each.theirs and each.theirs.amount_minor)
        for each in reconcile(since=MONDAY - timedelta(days=3))
    }


def at_the_gateway(side, payment, minor):
    return side.gateway.refund(payment=payment, amount=usd(minor), reason=RefundReason.DUPLICATE, key="x").reference


def test_what_both_know_is_the_same(side):
    order = paid(side.pay(usd(TOTAL)))
    give_back(order, 1000)
    worlds.work()
    payment = side.pay(usd(TOTAL))
    paid(payment, "200")
    at_the_gateway(side, payment, 300)
    lost, won = side.pay(usd(TOTAL)), side.pay(usd(TOTAL))
    paid(lost, "300"), paid(won, "400")
    side.open_dispute(lost)
    side.decide(side.open_dispute(won), DisputeStatus.WON)
    side.pay_out(usd(500))
    tell(*side.events())
    assert differing() == set()


def test_what_nobody_told_us_is_unknown(side):
    side.pay(usd(2500))
    payment = side.pay(usd(TOTAL))
    paid(payment)
    at_the_gateway(side, payment, 300)
    side.open_dispute(payment)
    assert differing() == {
        (DifferenceKind.UNKNOWN_CHARGE, None, 2500),
        (DifferenceKind.UNKNOWN_REFUND, None, 300),
        (DifferenceKind.UNKNOWN_DISPUTE, None, TOTAL),
    }


def test_another_sum_is_told_with_both(side):
    paid(side.pay(usd(TOTAL)), minor=TOTAL - 100)
    assert differing() == {(DifferenceKind.OTHER_CHARGE, TOTAL - 100, TOTAL)}


def test_a_payment_for_two_orders_is_their_sum(side):
    payment = side.pay(usd(2 * TOTAL))
    paid(payment, "100")
    assert differing() == {(DifferenceKind.OTHER_CHARGE, TOTAL, 2 * TOTAL)}
    paid(payment, "200")
    assert differing() == set()


def test_a_refund_that_came_back_and_was_not_told_differs(side):
    order = paid(side.pay(usd(TOTAL)))
    refund = give_back(order, 1000)
    worlds.work()
    refund.refresh_from_db()
    side.fail_refund(refund.gateway_reference, RefundFailure.DECLINED)
    assert differing() == {(DifferenceKind.OTHER_REFUND, 1000, 0)}
    tell(*side.events())
    assert differing() == set()


def test_a_refund_of_ours_that_is_not_there_is_missing(side):
    order = paid(side.pay(usd(TOTAL)))
    refund = give_back(order, 1000)
    worlds.work()
    Refund.objects.filter(pk=refund.pk).update(gateway_reference="re_of_nobody")
    assert differing() == {
        (DifferenceKind.MISSING_REFUND, 1000, None),
        (DifferenceKind.UNKNOWN_REFUND, None, 1000),
    }


def test_without_a_gateway_or_its_answer_there_is_nothing_to_compare(side, monkeypatch):
    with pytest.raises(InvalidField, match="since"):
        reconcile(since=MONDAY - timedelta(days=400))
    monkeypatch.setattr(PORT, "is_polled", True)
    if isinstance(side, StripeSide):
        side.server.breaks(Fault.PROXY_PAGE, at="GET /v1/balance_transactions")
        with pytest.raises(GatewayAway):
            reconcile(since=MONDAY - timedelta(days=3))
    monkeypatch.setattr(PORT, "gateway", None)
    with pytest.raises(NothingToReconcile):
        reconcile(since=MONDAY)


def test_a_look_is_taken_where_a_gateway_outside_is_set_up(stripe_side, monkeypatch):
    assert look() is None
    monkeypatch.setattr(PORT, "is_polled", True)
    stripe_side.pay(usd(2500))
    seen = look()
    (difference,) = seen.differences
    assert str(difference) == "unknown charge: pi_00000001, nothing here, 25.00 USD at the gateway"
    stripe_side.server.breaks(Fault.PROXY_PAGE, at="GET /v1/balance_transactions")
    assert look().problem.startswith("the answer was 502")
