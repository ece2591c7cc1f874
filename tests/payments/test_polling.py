"""Asking a gateway what it told: what no push brought is made up for, once."""

from datetime import timedelta

import pytest

from makegood.orders.hearing import hear
from makegood.payments.models import GatewayHearing, Refund
from makegood.payments.polling import EVERY, GatewayPoller
from makegood.payments.rules.values import RefundReason
from tests.payments.gateways import usd
from tests.payments.paid_orders import TOTAL, paid, sums
from tests.stripe_server.server import Fault
from tests.worlds import HOUR, MINUTE, MONDAY

pytestmark = pytest.mark.usefixtures("shop")


def poller(side, receive=hear):
    return GatewayPoller(side.gateway, receive)


def refunded(side, key="theirs"):
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    side.gateway.refund(payment=payment, amount=usd(300), reason=RefundReason.DUPLICATE, key=key)
    return order


def test_what_was_never_pushed_is_taken_in_once(side):
    order = refunded(side)
    polling, at = poller(side), side.now() + MINUTE
    assert polling.poll(at=at) == at + EVERY
    assert sums(order) == (TOTAL - 300, 300, 0, 0)
    assert polling.poll(at=at + MINUTE) == at + EVERY
    polling.poll(at=at + HOUR)
    assert Refund.objects.count() == 1
    assert GatewayHearing.objects.get().heard_until == at + HOUR


def test_what_was_pushed_is_known(stripe_side, client):
    refunded(stripe_side)
    taken = []
    for event in stripe_side.books.events:
        raw, headers = stripe_side.server.signed(event)
        pushed = {"headers": {"Stripe-Signature": headers["Stripe-Signature"]}, "content_type": "application/json"}
        assert client.post("/inlets/stripe", raw, **pushed).status_code == 200
    poller(stripe_side, taken.append).poll(at=MONDAY + MINUTE)
    assert taken == []


def test_one_that_can_not_be_taken_in_holds_up_no_other_and_is_asked_for_again(side):
    order = refunded(side)
    fails = [True]

    def receive(event):
        if fails and hasattr(event, "captured"):
            raise RuntimeError("the database is full")
        hear(event)

    polling, at = poller(side, receive), side.now() + MINUTE
    polling.poll(at=at)
    assert sums(order)[1] == 300
    (row,) = GatewayHearing.objects.all()
    assert row.heard_until < at
    fails.clear()
    polling.poll(at=at + HOUR)
    row.refresh_from_db()
    assert row.heard_until == at + HOUR


def test_a_gateway_that_is_away_is_asked_again_in_an_hour_about_all_of_it(stripe_side):
    order = refunded(stripe_side)
    stripe_side.server.breaks(Fault.PROXY_PAGE, at="GET /v1/events")
    polling = poller(stripe_side)
    polling.poll(at=MONDAY + MINUTE)
    row = GatewayHearing.objects.get()
    assert (row.heard_until, row.last_error_at) == (MONDAY + MINUTE - EVERY, MONDAY + MINUTE)
    polling.poll(at=MONDAY + timedelta(days=2))
    row.refresh_from_db()
    assert (row.last_error, sums(order)[1]) == ("", 300)
