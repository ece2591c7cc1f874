"""What a gateway tells of orders: refunds that somebody made there, and payments that the shop had not told of."""

import pytest
from django.db import transaction

from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.money.queries import faults_in_books
from makegood.orders.hearing import PaidMeanwhile, hear
from makegood.orders.models import Allocation
from makegood.orders.paying import OrderAccount
from makegood.payments.models import Receipt, Refund
from makegood.payments.rules.values import RefundFailure, RefundReason
from tests import worlds
from tests.payments.conftest import shop, side
from tests.payments.gateways import usd
from tests.payments.paid_orders import CARD, TOTAL, give_back, owed, paid, receipt_of, sums, tell
from tests.worlds import order_record

__all__ = ["shop", "side"]
pytestmark = pytest.mark.usefixtures("shop")


def refunds():
    return [(row.amount_minor, row.state, row.requested_by) for row in Refund.objects.order_by("id")]


def at_the_gateway(side, payment, minor):
    """Somebody refunds in the gateway's own pages: our key is not there."""
    said = side.gateway.refund(payment=payment, amount=usd(minor), reason=RefundReason.DUPLICATE, key="their own")
    return said.reference


def test_a_refund_made_at_the_gateway_takes_what_is_free_first(side):
    payment = side.pay(usd(TOTAL + 500))
    order = paid(payment, minor=TOTAL + 500)
    at_the_gateway(side, payment, 400)
    for _ in range(2):
        tell(*side.events())
    assert sums(order) == (TOTAL, 400, 0, 100)
    assert refunds() == [(400, "settled", f"gateway:{side.gateway.code}")]
    # Nobody asks for it once more.
    worlds.settle()
    assert side.gateway.payment(payment).refunded == usd(400)
    assert owed(order) == 100


def test_beyond_what_is_free_orders_are_paid_no_more_and_cost_what_they_did(side):
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    at_the_gateway(side, payment, 1000)
    tell(*side.events())
    assert sums(order) == (TOTAL - 1000, 1000, 0, 0)
    order.refresh_from_db()
    assert (order.charged_minor, OrderAccount.held(order).due_minor, owed(order)) == (TOTAL, 1000, -1000)


def test_a_payment_for_two_orders_gives_back_of_both(side):
    payment = side.pay(usd(2 * TOTAL))
    first, second = paid(payment, "100"), paid(payment, "200")
    at_the_gateway(side, payment, TOTAL + 300)
    for _ in range(2):
        tell(*side.events())
    assert (sums(first), sums(second)) == ((0, TOTAL, 0, 0), (TOTAL - 300, 300, 0, 0))
    assert sorted(each[0] for each in refunds()) == [300, TOTAL]


def test_ours_and_theirs_are_told_apart(side):
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    give_back(order, 700)
    at_the_gateway(side, payment, 300)
    tell(*side.events())
    worlds.work()
    tell(*reversed(side.events()))
    assert refunds() == [(700, "settled", "helper:maya"), (300, "settled", f"gateway:{side.gateway.code}")]
    assert sums(order) == (TOTAL - 1000, 1000, 0, 0)


def test_a_refund_of_ours_that_another_of_our_shops_made_is_theirs(side):
    """A key like ours on a refund that is not ours: of this payment, but of another sum."""
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    ours = give_back(order, 700)
    side.gateway.refund(
        payment=payment, amount=usd(250), reason=RefundReason.DUPLICATE, key=f"makegood-refund-{ours.pk}"
    )
    tell(*side.events())
    ours.refresh_from_db()
    assert (ours.state, ours.gateway_reference) == ("requested", "")
    assert [each[0] for each in refunds()] == [700, 250]


def test_one_that_failed_before_we_heard_of_it_changes_nothing_whatever_comes_later(side):
    payment = side.pay(usd(TOTAL), refunds_arrive=False)
    order = paid(payment)
    side.fail_refund(at_the_gateway(side, payment, 1000), RefundFailure.DECLINED)
    tell(*reversed(side.events()))
    assert sums(order) == (TOTAL, 0, 0, 0)
    assert (owed(order), refunds()) == (0, [(1000, "failed", f"gateway:{side.gateway.code}")])


def test_more_than_we_know_of_is_taken_in_as_far_as_there_is(side):
    payment = side.pay(usd(TOTAL))
    order = paid(payment, minor=2000)
    at_the_gateway(side, payment, TOTAL)
    tell(*side.events())
    assert sums(order) == (0, 2000, 0, 0)


def test_a_refund_of_a_payment_that_we_do_not_know_is_nobodys(side):
    at_the_gateway(side, side.pay(usd(TOTAL)), 1000)
    tell(*side.events())
    assert refunds() == []


def test_who_pays_with_it_at_that_very_moment_is_waited_for(side, monkeypatch):
    payment = side.pay(usd(TOTAL))
    paid(payment)
    at_the_gateway(side, payment, 1000)
    monkeypatch.setattr("makegood.orders.hearing.lock_orders_paid_by", lambda _: [])
    with pytest.raises(PaidMeanwhile):
        tell(*side.events())
    assert refunds() == []


def test_a_payment_that_the_shop_told_is_known(side):
    order = paid(side.pay(usd(TOTAL), order="100"))
    tell(*side.events())
    assert (Receipt.objects.count(), sums(order)) == (1, (TOTAL, 0, 0, 0))


def test_a_payment_of_an_unpaid_order_pays_for_it(side):
    take_in_orders([order_record(lines={"BIRDS": 2}, paid=[])], now=clock.now())
    payment = side.pay(usd(TOTAL), order="100")
    for _ in range(2):
        tell(*side.events())
    allocation = Allocation.objects.get()
    assert (allocation.amount_minor, allocation.receipt.kind, allocation.receipt.gateway_reference) == (
        TOTAL,
        "card",
        payment,
    )
    assert owed(allocation.order) == 0
    # The shop names it later: it is the same money.
    order = paid(payment, version_at=clock.now())
    assert (Receipt.objects.count(), receipt_of(order).label, sums(order)) == (1, CARD["label"], (TOTAL, 0, 0, 0))
    # And what it tells anew without naming it leaves it there: the gateway has the money.
    other = {"deliver_by_date": worlds.BY + worlds.DAY, "version_at": clock.now() + worlds.DAY}
    take_in_orders([order_record(lines={"BIRDS": 2}, paid=[], **other)], now=clock.now())
    assert owed(order) == 0


def test_a_payment_that_the_shop_told_without_its_name_gets_it(side):
    """Whether it says which card it was, or nothing at all."""
    for reference, more in (("100", {"paid": [{**CARD, "amount_minor": TOTAL}]}), ("200", {"paid": None})):
        take_in_orders([order_record(reference, lines={"BIRDS": 2}, **more)], now=clock.now())
        payment = side.pay(usd(TOTAL), order=reference)
        tell(*side.events())
        receipt = Receipt.objects.get(gateway_reference=payment)
        assert receipt.amount_minor == TOTAL
    assert Receipt.objects.count() == 2


def test_a_payment_that_is_not_what_an_order_costs_counts_for_nothing_where_all_of_it_counts_as_paid(side):
    take_in_orders([order_record(lines={"BIRDS": 2}, paid=None)], now=clock.now())
    side.pay(usd(TOTAL - 1), order="100")
    tell(*side.events())
    assert not Receipt.objects.exclude(gateway_reference="").exists()


def test_a_payment_of_nobody_we_know_is_left_to_reconciliation(side):
    side.pay(usd(TOTAL), order="999")
    side.pay(usd(TOTAL))
    tell(*side.events())
    assert not Receipt.objects.exists()


def test_what_can_not_be_taken_in_leaves_nothing_behind(side, monkeypatch):
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    at_the_gateway(side, payment, 1000)
    (event,) = [each for each in side.events() if hasattr(each, "refund")][:1]
    with transaction.atomic():
        hear(event)
        transaction.set_rollback(True)
    assert (refunds(), sums(order), faults_in_books()) == ([], (TOTAL, 0, 0, 0), [])
