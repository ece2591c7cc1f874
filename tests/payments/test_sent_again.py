"""What came back and is sent another way reads as one matter: for helpers, programs and the customer."""

import re

import pytest
from django.db import transaction
from django.test import Client

from makegood.faces.statements import statements_shown
from makegood.kit import clock
from makegood.orders.paying import OrderAccount
from makegood.payments.drawing import draw
from makegood.payments.filing import put_tenders
from makegood.payments.models import Refund
from makegood.payments.records import TenderOnFileRecord
from makegood.payments.refunding import fail
from makegood.remedies.actions import finish_refund
from makegood.remedies.refunds import refunds_of_orders
from tests import worlds
from tests.faces.api.conftest import Program
from tests.payments.conftest import shop
from tests.payments.paid_orders import give_back, paid
from tests.worlds import HELPER

__all__ = ["shop"]
pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def order(shop):
    """Paid by card, with a bank account on file."""
    put_tenders(
        [
            TenderOnFileRecord.model_validate(
                {"id": "bank", "customer": "ada", "kind": "bank_transfer", "label": "Account 77", "currency": "USD"}
            )
        ],
        now=clock.now(),
    )
    return paid("")


def came_back(order, minor, key="r1"):
    """Sent, said to be there, and back after all."""
    refund = give_back(order, minor, key=key)
    done(refund)
    fail(refund.pk, by="helper:2", failure="the card is gone", now=clock.now())
    return refund


def done(refund):
    finish_refund(refund_id=refund.pk, by=HELPER, note="", now=clock.now())


def drawn(order, minor=None):
    (refund,) = draw(
        customer_id=order.customer_id,
        currency="USD",
        amount_minor=minor,
        to="bank",
        key=f"d{Refund.objects.count()}",
        by="helper:2",
        now=clock.now(),
    )
    return refund


def again_of(*refunds):
    return [Refund.objects.get(pk=each.pk).sent_again_as_id for each in refunds]


def test_what_is_drawn_is_tied_to_all_that_came_back_of_it(order):
    first, second = came_back(order, 1000), came_back(order, 500, key="r2")
    refund = drawn(order)
    assert (refund.amount_minor, again_of(first, second)) == (1500, [refund.pk, refund.pk])


def test_what_comes_back_again_goes_on_as_the_newest(order):
    first = came_back(order, 1000)
    second = drawn(order)
    done(second)
    fail(second.pk, by="helper:2", failure="the account is closed", now=clock.now())
    assert Refund.objects.get(pk=first.pk).is_with_us
    third = drawn(order)
    assert again_of(first, second, third) == [third.pk, third.pk, None]


def test_what_stays_here_is_tied_to_nothing(order):
    first, second = came_back(order, 1000), came_back(order, 500, key="r2")
    part = drawn(order, 1000)
    assert again_of(first, second) == [part.pk, None]
    assert [Refund.objects.get(pk=each.pk).is_with_us for each in (first, second)] == [False, True]


def test_what_has_paid_for_something_since_is_tied_to_nothing(order):
    refund = came_back(order, 1000)
    other = worlds.take_in(worlds.order_record("200", paid=[]))
    with transaction.atomic():
        account = OrderAccount.held(other)
        account.release_from(refund.receipt_id, 400)
    assert drawn(order).receipt_id == refund.receipt_id
    assert again_of(refund) == [None]


def test_customers_helpers_and_programs_read_one_matter(order):
    refund = came_back(order, 1000)
    again = drawn(order)
    ((seen,),) = refunds_of_orders([order.pk]).values()
    assert (seen.refund.pk, seen.refund.carried_by.pk, seen.refund.is_with_us) == (refund.pk, again.pk, False)
    (account,) = statements_shown(order.customer, now=clock.now())
    assert [each.text for each in account.going_back] == [
        "10.00\u00a0USD to your Account 77, in place of what did not arrive"
    ]
    done(again)
    (account,) = statements_shown(order.customer, now=clock.now())
    assert [line.detail for line in account.lines[-2:]] == [
        "It goes to your Account 77 instead.",
        "In place of money that went to your Visa ending 4242 and did not arrive.",
    ]
    desk = Client()
    desk.force_login(worlds.helper())
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", desk.get("/desk/refunds").content.decode()))
    assert "in place of 10.00 USD to Visa ending 4242, which came back on 5 Oct" in text
    assert [each["sent_again_as"] for each in Program().items("/refunds")] == [again.pk, None]
