"""What orders cost and what pays for them: booked as they come in, and to the cent whatever is told anew."""

from datetime import timedelta

import pytest
from django.db import transaction

from makegood.intake.actions import take_in_orders
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.queries import balance, balances, faults_in_books
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.models import Allocation, Order, OrderRefund
from makegood.orders.paying import OrderAccount, repay
from makegood.orders.queries import faults_in_payments
from makegood.payments.models import Receipt, Tender
from makegood.payments.queries import balance_account, held_by
from makegood.payments.receiving import NewReceipt, convert, receive, take_back
from makegood.payments.refunding import NotSoMuchLeft, finish_by_hand
from tests import worlds
from tests.worlds import MONDAY, order_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()
    yield
    assert [*faults_in_books(), *faults_in_payments()] == []


def usd(minor):
    return Money(amount_minor=minor, currency="USD")


def put(*, paid=None, version=None, **more):
    record = order_record(
        paid=paid, version_at=None if version is None else MONDAY + timedelta(minutes=version), **more
    )
    take_in_orders([record], now=MONDAY + timedelta(hours=1))
    return Order.objects.get(reference=record.id)


def owed(order):
    """What we owe its customer; below zero what they owe us."""
    return balance(RUNNING, order.currency, customer_id=order.customer_id).amount_minor


def pays(order):
    rows = Allocation.objects.filter(order=order).order_by("receipt_id")
    return [(row.receipt.name, row.amount_minor, row.receipt.free_minor) for row in rows]


def test_an_order_that_says_nothing_of_its_payment_is_paid_in_a_way_that_nobody_knows():
    order = put(lines={"BIRDS": 2})
    assert order.charged_minor == order.postage_minor + sum(line.total_minor for line in order.lines.all())
    assert pays(order) == [("", order.charged_minor, 0)]
    assert owed(order) == 0
    kinds = {held.account.kind: held.amount.amount_minor for held in balances(customer_id=order.customer_id)}
    assert (
        kinds[AccountKind.SALES] + kinds.get(AccountKind.POSTAGE, 0) + kinds.get(AccountKind.TAX, 0)
        == (kinds[AccountKind.RECEIVED])
    )


def test_tenders_that_are_told_anew_are_booked_as_the_difference():
    total = put(lines={"BIRDS": 2}, version=0).charged_minor
    card = {"tender": "card", "label": "Visa ending 4242", "amount_minor": total - 500}
    gift = {"tender": "gift_card", "label": "Gift card 7", "amount_minor": 500}
    order = put(lines={"BIRDS": 2}, paid=[card, gift], version=1)
    assert pays(order) == [("", 0, 0), ("Visa ending 4242", total - 500, 0), ("Gift card 7", 500, 0)]
    assert owed(order) == 0
    order = put(lines={"BIRDS": 2}, paid=[{**card, "amount_minor": total}], version=2)
    assert pays(order)[1:] == [("Visa ending 4242", total, 0), ("Gift card 7", 0, 0)]
    assert owed(order) == 0
    # Back to the first: nothing is booked twice or forgotten.
    order = put(lines={"BIRDS": 2}, paid=[card, gift], version=3)
    assert pays(order)[1:] == [("Visa ending 4242", total - 500, 0), ("Gift card 7", 500, 0)]
    assert owed(order) == 0


def test_two_payments_by_one_card_are_two_since_each_goes_back_by_itself():
    total = put(lines={"BIRDS": 1}, id="200").charged_minor
    card = {"tender": "card", "label": "Visa ending 4242"}
    paid = [{**card, "amount_minor": 1000, "payment": "pi_1"}]
    paid.append({**card, "amount_minor": total - 1000, "payment": "pi_2"})
    for version in (0, 1):
        order = put(lines={"BIRDS": 1}, paid=paid, version=version, postage_tax_minor=version)
        rows = Receipt.objects.filter(kind="card").order_by("id")
        assert [(row.gateway_reference, row.amount_minor) for row in rows] == [("pi_1", 1000), ("pi_2", total - 1000)]
        assert OrderAccount.held(order).due_minor == 0


def test_what_was_paid_too_much_is_the_customers_and_pays_for_their_next_order():
    total = put(lines={"BIRDS": 1}, paid=[]).charged_minor
    order = put(lines={"BIRDS": 1}, paid=[{"tender": "money_order", "amount_minor": total + 700}])
    assert owed(order) == 700
    assert pays(order) == [("money_order", total, 700)]
    later = put(id="200", lines={"BIRDS": 1}, paid=[])
    assert OrderAccount.held(later).due_minor == total - 700
    assert owed(order) == 700 - total


def test_money_goes_back_once_however_often_it_is_asked_and_never_more_than_there_is():
    total = put(lines={"BIRDS": 2}, paid=[]).charged_minor
    card = {"tender": "card", "label": "Visa ending 4242", "amount_minor": total}
    order = put(lines={"BIRDS": 2}, paid=[card])
    with transaction.atomic():
        account = OrderAccount.held(order)
        (receipt,) = account.of_order()
        account.release_from(receipt.pk, 300)
        for _ in range(2):
            (refund,) = repay(order, [(receipt, 300)], key="once", by="test", now=MONDAY)
        with pytest.raises(NotSoMuchLeft):
            repay(order, [(receipt, 1)], key="more", by="test", now=MONDAY)
    assert OrderRefund.objects.filter(order=order).count() == 1
    finish_by_hand(refund, by="helper:maya", note=" sent ", now=MONDAY)
    receipt.refresh_from_db()
    assert (receipt.back_minor, receipt.allocated_minor, refund.state, refund.note) == (
        300,
        total - 300,
        "settled",
        "sent",
    )
    assert owed(order) == -300


def test_money_that_goes_to_a_gift_card_of_ours_is_there_at_once():
    order = put(lines={"BIRDS": 2})
    gift = Tender.objects.create(customer=order.customer, reference="g1", kind="gift_card", currency="USD")
    with transaction.atomic():
        account = OrderAccount.held(order)
        (receipt,) = account.of_order()
        account.release_from(receipt.pk, 450)
        (refund,) = repay(order, [(receipt, 450)], key="gift", by="test", now=MONDAY, to=gift)
    assert (refund.kind, refund.state, refund.promise_id) == ("payout", "settled", None)
    assert held_by([gift]) == {gift.pk: usd(450)}


def test_a_credit_that_we_gave_pays_for_what_is_due_by_itself():
    order = put(lines={"BIRDS": 1})
    credit = Tender.objects.create(customer=order.customer, reference="c1", kind="store_credit", currency="USD")
    goodwill = Account(AccountKind.GOODWILL)
    book(
        customer_id=order.customer_id,
        kind=TransferKind.CREDIT_GIVEN,
        key="c1",
        legs=[Leg(debit=goodwill, credit=balance_account(credit), amount=usd(1000))],
        at=MONDAY,
    )
    later = put(id="200", lines={"BIRDS": 1}, paid=[])
    assert OrderAccount.held(later).due_minor == later.charged_minor - 1000
    assert held_by([credit])[credit.pk] == usd(0)


def test_money_in_another_currency_counts_at_the_rate_that_is_recorded():
    order = put(lines={"BIRDS": 1}, paid=[])
    euros = Money(amount_minor=2000, currency="EUR")
    (receipt,) = receive(
        [NewReceipt(customer_id=order.customer_id, kind="money_order", label="", money=euros, received_at=MONDAY)],
        now=MONDAY,
    )
    receipt = convert(receipt.pk, to="USD", rate="1.0842", now=MONDAY)
    assert (receipt.amount_minor, receipt.currency, receipt.original_minor) == (2168, "USD", 2000)
    assert balance(RUNNING, "EUR", customer_id=order.customer_id).amount_minor == 0
    assert owed(order) == 2168 - order.charged_minor


def test_what_the_bank_takes_back_is_owed_again_and_booked_apart_where_it_had_gone_back_already():
    total = put(lines={"BIRDS": 1}, paid=[]).charged_minor
    order = put(lines={"BIRDS": 1}, paid=[{"tender": "money_order", "amount_minor": total}])
    with transaction.atomic():
        account = OrderAccount.held(order)
        (receipt,) = account.of_order()
        account.release_from(receipt.pk, 200)
        (refund,) = repay(order, [(receipt, 200)], key="back", by="test", now=MONDAY)
        finish_by_hand(refund, by="helper:maya", note="", now=MONDAY)
        receipt.refresh_from_db()
        account.let_go()
        take_back(receipt, note="no good", now=MONDAY)
    held = {each.account.kind: each.amount.amount_minor for each in balances(customer_id=order.customer_id)}
    assert held[AccountKind.RECEIVED] == 0
    assert held[AccountKind.TAKEN_BACK] == -200
    assert owed(order) == -total - 200
    assert Receipt.objects.get(pk=receipt.pk).free_minor == 0
