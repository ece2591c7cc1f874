"""Many who cancel, merge, pay, refund and take back the same orders at the same moment: no cent goes twice."""

import os
from collections import Counter
from random import Random

import pytest
from django.db import connections, transaction

from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest, Units
from makegood.intake.actions import take_in_orders
from makegood.kit.errors import Refusal
from makegood.money.queries import faults_in_books
from makegood.money.rules import Money
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount
from makegood.orders.queries import faults_in_payments
from makegood.payments.drawing import draw
from makegood.payments.locks import lock_refund
from makegood.payments.models import Receipt, Refund
from makegood.payments.receiving import NewReceipt, receive
from makegood.payments.refunding import advance
from makegood.payments.rules.refunds import RefundState
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.committed import at_once
from tests.worlds import MONDAY, order_record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# As many as a machine of two cores bears in a few seconds; a minute of 32: MAKEGOOD_STRESS=32x200.
THREADS, TURNS = (int(each) for each in os.environ.get("MAKEGOOD_STRESS", "8x6").split("x"))
ORDERS = tuple(str(number) for number in range(100, 105))


@pytest.fixture
def shop(committed):
    worlds.open_shop()
    ada = worlds.customer()
    for reference in ORDERS:
        card = [{"tender": "card", "label": "Visa ending 4242", "amount_minor": 9_000}]
        take_in_orders([order_record(reference, lines={"BIRDS": 3, "TIDES": 1}, paid=card)], now=MONDAY)
    return ada


def test_two_who_cancel_the_same_unit_cancel_it_once_and_the_other_is_told(shop):
    wanted = ChangeRequest(kind=ChangeKind.CANCEL, units=(Units(line="TIDES", quantity=1),))
    answers = at_once(*[lambda: change_order(reference="100", request=wanted, by=worlds.HELPER, now=MONDAY)] * 4)
    refused = [each for each in answers if isinstance(each, Refusal)]
    assert (len(refused), Refund.objects.count()) == (3, 1)
    assert [*faults_in_books(), *faults_in_payments()] == []


def test_whoever_is_at_it_at_once_no_cent_goes_twice(shop):
    done: Counter[str] = Counter()

    def one(seed: int) -> None:
        rng = Random(seed)  # noqa: S311 -- a draw, not a secret
        for _ in range(TURNS):
            act = rng.choice(ACTS)
            try:
                act(shop, rng)
            except Refusal:
                done[f"{act.__name__} refused"] += 1
            else:
                done[act.__name__] += 1
            finally:
                # There are fewer connections than threads.
                connections.close_all()

    answers = at_once(*[lambda seed=seed: one(seed) for seed in range(THREADS)])
    assert [each for each in answers if each is not None] == []
    assert [*faults_in_books(), *faults_in_payments()] == []
    for receipt in Receipt.objects.all():
        gone = sum(row.amount_minor for row in receipt.refunds.exclude(state=RefundState.FAILED))
        assert gone <= receipt.amount_minor
    assert all(done[each.__name__] for each in (cancels, pays)), done


def cancels(_ada, rng: Random) -> None:
    units = (Units(line=rng.choice(["BIRDS", "TIDES"]), quantity=1),)
    request = ChangeRequest(kind=ChangeKind.CANCEL, units=units, stays_on_account=rng.random() < 0.5)
    change_order(reference=rng.choice(ORDERS), request=request, by=worlds.HELPER, now=MONDAY)


def merges(_ada, rng: Random) -> None:
    one, other = rng.sample(ORDERS, 2)
    request = ChangeRequest(kind=ChangeKind.MERGE, orders=(other,))
    change_order(reference=one, request=request, by=worlds.HELPER, now=MONDAY)


def pays(ada, rng: Random) -> None:
    money = Money(amount_minor=rng.randint(1, 500), currency="USD")
    new = NewReceipt(customer_id=ada.pk, kind="money_order", label="", money=money, received_at=MONDAY)
    with transaction.atomic():
        receive([new], now=MONDAY)
    with transaction.atomic():
        order = Order.objects.select_for_update().get(reference=rng.choice(ORDERS))
        OrderAccount.held(order).pay(now=MONDAY)


def draws(ada, rng: Random) -> None:
    amount = rng.choice([None, rng.randint(1, 900)])
    draw(customer_id=ada.pk, currency="USD", amount_minor=amount, to=None, key=str(rng.random()), by="test", now=MONDAY)


def hears(_ada, rng: Random) -> None:
    ids = list(Refund.objects.values_list("id", flat=True))
    if not ids:
        return
    with transaction.atomic():
        refund = lock_refund(rng.choice(ids))
        news = rng.choice([RefundState.SENT, RefundState.SETTLED, RefundState.FAILED])
        advance(refund, news, by="test", now=MONDAY, failure="card gone")


ACTS = (cancels, merges, pays, draws, hears)
