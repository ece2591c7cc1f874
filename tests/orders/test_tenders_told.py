"""What a shop tells anew of how an order was paid: each payment by itself, as its gateway gives it back."""

import pytest
from django.db import transaction

from makegood.intake.actions import take_in_orders
from makegood.money.queries import faults_in_books
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount, repay
from makegood.orders.queries import faults_in_payments
from makegood.payments.models import Receipt
from tests import worlds
from tests.worlds import MONDAY, order_record

pytestmark = pytest.mark.django_db
TOTAL = 2 * 1695 + 480


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()
    yield
    assert [*faults_in_books(), *faults_in_payments()] == []


def visa(minor, payment=""):
    return {"tender": "card", "label": "Visa ending 4242", "amount_minor": minor, "payment": payment}


def tell(minute, *paid, unsaid=False):
    """The shop's version of that minute of an order of two books, with what paid for it."""
    version_at = MONDAY + minute * worlds.MINUTE
    record = order_record(lines={"BIRDS": 2}, paid=None if unsaid else list(paid), version_at=version_at)
    take_in_orders([record], now=MONDAY + worlds.HOUR)
    return Order.objects.get()


def came():
    """Each receipt that something came by: its payment, and how much."""
    rows = Receipt.objects.filter(amount_minor__gt=0).order_by("gateway_reference", "id")
    return [(row.gateway_reference, row.amount_minor) for row in rows]


def give_back(order, minor):
    with transaction.atomic():
        account = OrderAccount.held(order)
        receipt = account.release_from(account.of_order()[0].pk, minor)
        repay(order, [(receipt, minor)], key="back", by="test", now=MONDAY)


def test_a_payment_that_is_named_later_than_its_sum_is_learnt():
    tell(0, visa(TOTAL))
    receipt = Receipt.objects.get()
    order = tell(1, visa(TOTAL, "pi_1"))
    assert [(row.pk, row.gateway_reference) for row in Receipt.objects.all()] == [(receipt.pk, "pi_1")]
    # Told again without, it is not forgotten.
    tell(2, visa(TOTAL))
    assert came() == [("pi_1", TOTAL)]
    give_back(order, 500)
    tell(3, visa(TOTAL, "pi_1"))
    assert came() == [("pi_1", TOTAL)]


def test_a_payment_that_a_gateway_named_stays_whatever_the_shop_calls_it():
    tell(0, visa(TOTAL))
    Receipt.objects.update(gateway_reference="pi_1")
    tell(1, visa(TOTAL, "a number of the shop's own"))
    assert came() == [("pi_1", TOTAL)]
