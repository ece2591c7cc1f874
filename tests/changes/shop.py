"""A shop whose orders change, and what its books then say."""

from datetime import timedelta

from django.db import transaction

from makegood.catalog.actions import put_products
from makegood.catalog.records import ProductRecord
from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest
from makegood.intake.actions import take_in_orders
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.queries import balance
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount
from makegood.payments.models import Refund, Tender
from makegood.payments.queries import balance_account
from makegood.payments.receiving import NewReceipt, receive
from makegood.policies.rules.values import ChangeKind
from makegood.remedies.refunding import RefundPart, refund_order
from tests import worlds
from tests.worlds import MONDAY, order_record

NOW = MONDAY + timedelta(hours=1)
PRICES = {"INK": 3100, "SNOW": 2240, "NORTH": 1860, "HAND": 2895, "LOGS": 2450, "MOSS": 2180}
CARD = {"tender": "card", "label": "Visa ending 4242"}


def usd(minor):
    return Money(amount_minor=minor, currency="USD")


def put(reference="100", *, lines, paid_minor=None, tender=None, postage_minor=480, **more):
    tender = tender or CARD
    paid = None if paid_minor is None else [{**tender, "amount_minor": paid_minor}] if paid_minor else []
    take_in_orders([order_record(reference, lines=lines, paid=paid, postage_minor=postage_minor, **more)], now=NOW)
    return Order.objects.get(reference=reference)


def change(reference="100", kind=ChangeKind.CANCEL, *, by=worlds.HELPER, key="", at=NOW, **more):
    return change_order(reference=reference, request=ChangeRequest(kind=kind, **more), by=by, key=key, now=at)


def owed(order):
    return balance(RUNNING, order.currency, customer_id=order.customer_id).amount_minor


def due(reference):
    return OrderAccount.held(Order.objects.get(reference=reference)).due_minor


def refunds():
    return [(row.tender, row.amount_minor, row.kind, row.state) for row in Refund.objects.order_by("id")]


def units_of(reference):
    order = Order.objects.get(reference=reference)
    return {
        (units.line.reference, units.quantity)
        for delivery in order.deliveries.filter(promise__state="open")
        for units in delivery.units.all()
    }


def gift_card(order, minor, *, reference="g1"):
    tender = Tender.objects.create(customer=order.customer, reference=reference, kind="gift_card", currency="USD")
    book(
        customer_id=order.customer_id,
        kind=TransferKind.OPENED,
        key=f"tender:{reference}",
        legs=[Leg(debit=Account(AccountKind.OPENING), credit=balance_account(tender), amount=usd(minor))],
        at=NOW,
    )
    return tender


def money_order(order, minor):
    new = NewReceipt(customer_id=order.customer_id, kind="money_order", label="", money=usd(minor), received_at=NOW)
    with transaction.atomic():
        (receipt,) = receive([new], now=NOW)
        OrderAccount.held(Order.objects.get(pk=order.pk)).pay(now=NOW)
    return receipt


def pay_back(order, *, line="", minor=0, postage_minor=0):
    refund_order(
        order_id=order.pk,
        parts=[RefundPart(line=line, amount_minor=minor)] if line else [],
        postage_minor=postage_minor,
        reason="as asked",
        by=worlds.LEAD,
        now=NOW,
    )


def put_books(reference, prices, *, postage_minor):
    lines = [{"id": sku, "sku": sku, "quantity": 1, "unit_price_minor": price} for sku, price in prices.items()]
    record = order_record(reference, paid=[], postage_minor=postage_minor).model_dump(mode="json")
    take_in_orders([type(order_record()).model_validate(record | {"lines": lines, "paid": []})], now=NOW)
    return Order.objects.get(reference=reference)


def put_shirts():
    put_products(
        [
            ProductRecord(sku=sku, title="Shirt", currency="USD", price_minor=price, family="shirt", is_on_sale=on_sale)
            for sku, price, on_sale in (("S", 2000, True), ("M", 2350, True), ("L", 1500, True), ("XL", 2000, False))
        ]
    )
