"""What a bank keeps is with it while it decides, pays for nothing once it has decided, and is asked of nobody."""

from datetime import timedelta

import pytest
from django.db import transaction

from makegood.faces.statements import statements_shown
from makegood.kit import clock
from makegood.money.queries import faults_in_books
from makegood.orders.models import Order
from makegood.orders.queries import due_for, faults_in_payments
from makegood.orders.statement import account_statements
from makegood.payments.hearing import hear_dispute
from makegood.payments.models import Receipt
from makegood.payments.rules.values import DisputeStatus, GatewayDispute
from tests import worlds

pytestmark = pytest.mark.django_db
TOTAL = 2175


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()
    yield
    assert [*faults_in_books(), *faults_in_payments()] == []


def ordered(reference="100", payment="pi_1", **more):
    paid = [{"tender": "card", "label": "Visa ending 4242", "amount_minor": TOTAL, "payment": payment}]
    return worlds.take_in(worlds.order_record(reference, paid=paid, **more))


def decide(dispute, status):
    clock.freeze(clock.now() + timedelta(days=1))
    said = GatewayDispute(
        payment="pi_1",
        amount=dispute.money,
        reference=dispute.reference,
        status=status,
        reason="product_not_received",
        evidence_due_at=None,
        is_evidence_submitted=False,
        is_refundable=False,
        created_at=dispute.opened_at,
    )
    with transaction.atomic():
        hear_dispute(said, told_at=clock.now())
    worlds.settle()


def stands(order):
    order.refresh_from_db()
    (account,) = account_statements(customer_id=order.customer_id)
    sums = [account.balance, account.due, account.free, account.at_bank]
    return [each.amount_minor for each in sums], due_for(order), order.charged_minor


def test_while_it_is_open_the_money_is_at_the_bank_and_the_order_counts_as_paid():
    order = ordered()
    worlds.disputed("pi_1", amount_minor=TOTAL)
    assert stands(order) == ([-TOTAL, 0, 0, TOTAL], 0, TOTAL)


def test_lost_it_is_nobodys_to_pay_and_said_so():
    order = ordered()
    decide(worlds.disputed("pi_1", amount_minor=TOTAL), DisputeStatus.LOST)
    assert stands(order) == ([0, 0, 0, 0], 0, 0)
    receipt = Receipt.objects.get()
    assert (receipt.allocated_minor, receipt.free_minor, receipt.disputed_minor) == (0, 0, TOTAL)
    (shown,) = statements_shown(order.customer, now=clock.now())
    assert shown.headline == "Nothing is owed on either side."
    assert [line.text for line in shown.lines][-2:] == [
        "You asked your bank for money back",
        "Your bank decided for you about order 100",
    ]
    assert [line.owed for line in shown.lines][-2:] == ["at your bank", "settled"]


def test_what_comes_next_pays_for_what_comes_next():
    order = ordered()
    decide(worlds.disputed("pi_1", amount_minor=TOTAL), DisputeStatus.LOST)
    worlds.pays("MO-1", customer="ada", amount_minor=500)
    assert stands(order)[0] == [500, 0, 500, 0]


def test_won_it_pays_as_before():
    order = ordered()
    decide(worlds.disputed("pi_1", amount_minor=TOTAL), DisputeStatus.WON)
    assert stands(order) == ([0, 0, 0, 0], 0, TOTAL)


def test_a_part_that_is_lost_leaves_the_rest_paid():
    order = ordered()
    decide(worlds.disputed("pi_1", amount_minor=1000), DisputeStatus.LOST)
    assert stands(order) == ([0, 0, 0, 0], 0, TOTAL - 1000)


def test_of_an_order_that_its_shop_cancelled_nothing_is_charged_any_more():
    order = ordered(version_at=worlds.MONDAY)
    dispute = worlds.disputed("pi_1", amount_minor=TOTAL)
    at = clock.now()
    worlds.take_in(worlds.order_record("100", version_at=at, cancelled_at=at, paid=order.paid))
    decide(dispute, DisputeStatus.LOST)
    assert stands(order) == ([0, 0, 0, 0], 0, 0)


def test_what_came_back_before_and_is_taken_again_is_owed():
    order = ordered()
    decide(worlds.disputed("pi_1", amount_minor=TOTAL + 100), DisputeStatus.LOST)
    assert stands(order)[0] == [-100, 0, 0, 0]
    assert Order.objects.filter(charged_minor__gt=0).count() == 0
