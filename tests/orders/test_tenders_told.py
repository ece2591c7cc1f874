"""What a shop tells anew of how an order was paid: each payment by itself, as its gateway gives it back."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.intake.actions import take_in_orders
from makegood.money.queries import faults_in_books
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount, repay
from makegood.orders.queries import faults_in_payments
from makegood.payments.models import Receipt, Tender
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


TWO = (visa(1000, "pi_1"), visa(TOTAL - 1000, "pi_2"))
BOTH = [("pi_1", 1000), ("pi_2", TOTAL - 1000)]


@pytest.mark.parametrize("first", [[], [{"tender": "cash", "amount_minor": TOTAL}], None])
def test_two_payments_by_one_card_that_are_told_later_are_two(first):
    tell(0, *first or [], unsaid=first is None)
    for minute in (1, 2):
        order = tell(minute, *TWO)
        assert came() == BOTH
        assert OrderAccount.held(order).due_minor == 0


def test_a_payment_more_by_a_card_that_paid_before_is_one_of_its_own():
    tell(0, TWO[0])
    tell(1, *TWO)
    assert came() == BOTH
    # More of the first, then less: that of the other stays.
    for minute, minor in ((2, 1400), (3, 900)):
        tell(minute, visa(minor, "pi_1"), TWO[1])
        assert came() == [("pi_1", minor), BOTH[1]]
    # Only the other was it, then.
    tell(4, TWO[1])
    assert came() == [BOTH[1]]


def test_money_more_by_a_card_whose_payment_is_known_comes_not_by_that_payment():
    tell(0, TWO[0])
    for minute, minor in ((1, 700), (2, 800), (3, 500)):
        tell(minute, TWO[0], visa(minor))
        assert came() == [("", minor), ("pi_1", 1000)]


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


def test_payments_that_are_named_later_than_their_sum_are_learnt_one_by_one():
    order = tell(0, visa(TOTAL))
    give_back(order, 500)
    for minute in (1, 2):
        tell(minute, *TWO)
        # What went back stays as it came.
        assert came() == [("", 500), ("pi_1", 1000), ("pi_2", TOTAL - 1500)]
    assert sum(row.free_minor for row in Receipt.objects.all()) == 0


def test_a_payment_that_a_gateway_named_stays_whatever_the_shop_calls_it():
    tell(0, visa(TOTAL))
    Receipt.objects.update(gateway_reference="pi_1")
    tell(1, visa(TOTAL, "a number of the shop's own"))
    assert came() == [("pi_1", TOTAL)]


def test_what_came_by_a_card_that_was_put_on_file_since_came_once():
    named = visa(TOTAL) | {"id": "v1"}
    order = tell(0, named)
    Tender.objects.create(customer=order.customer, reference="v1", kind="card", currency="USD")
    tell(1, named, {"tender": "cash", "amount_minor": 700})
    assert came() == [("", TOTAL), ("", 700)]


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(
    unnamed=st.integers(0, 5000),
    versions=st.lists(st.dictionaries(st.sampled_from(["pi_1", "pi_2", "pi_3"]), st.integers(1, 5000)), max_size=5),
)
def test_whatever_payments_a_shop_tells_they_are_what_came(unnamed, versions):
    with transaction.atomic():
        tell(0, *([visa(unnamed)] if unnamed else []))
        for minute, payments in enumerate(versions, start=1):
            order = tell(minute, *(visa(minor, number) for number, minor in payments.items()))
            assert came() == sorted(payments.items())
            assert OrderAccount.held(order).due_minor == max(order.charged_minor - sum(payments.values()), 0)
        transaction.set_rollback(True)
