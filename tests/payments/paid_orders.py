"""Orders of the tests' bookshop that were paid by card at a gateway, and money of theirs that is to go back."""

from typing import Any

from django.db import transaction

from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.money.accounts import RUNNING
from makegood.money.queries import balance
from makegood.orders.hearing import hear
from makegood.orders.models import Allocation, Order
from makegood.orders.paying import OrderAccount, repay
from makegood.payments.models import Receipt, Refund
from makegood.payments.rules.events import GatewayEvent
from tests.worlds import order_record

CARD = {"tender": "card", "label": "Visa ending 4242"}
# Two books and their postage.
TOTAL = 2 * 1695 + 480


def paid(payment: str, reference: str = "100", *, minor: int = TOTAL, **more: Any) -> Order:
    """An order of two books, and what the shop says was paid for it by a payment of the gateway's."""
    told = [{**CARD, "amount_minor": minor, "payment": payment}]
    take_in_orders([order_record(reference, lines={"BIRDS": 2}, paid=told, **more)], now=clock.now())
    return Order.objects.get(reference=reference)


def give_back(order: Order, minor: int, *, key: str = "r1") -> Refund:
    """Let so much of what pays for an order go back."""
    with transaction.atomic():
        account = OrderAccount.held(order)
        receipt = account.release_from(account.of_order()[0].pk, minor)
        (refund,) = repay(order, [(receipt, minor)], key=key, by="helper:maya", now=clock.now())
    return refund


def tell(*events: GatewayEvent) -> None:
    """What a gateway pushes, each in a transaction of its own."""
    for event in events:
        with transaction.atomic():
            hear(event)


def receipt_of(order: Order) -> Receipt:
    """What pays for it, or did, and came first."""
    allocation = Allocation.objects.filter(order=order).select_related("receipt").order_by("receipt_id")[0]
    return allocation.receipt


def owed(order: Order) -> int:
    """What we owe its customer; below zero what they owe us."""
    return balance(RUNNING, order.currency, customer_id=order.customer_id).amount_minor


def sums(order: Order) -> tuple[int, int, int, int]:
    """Of what pays for it first: what pays for orders, went back, is with a bank, and is free."""
    receipt = receipt_of(order)
    return receipt.allocated_minor, receipt.back_minor, receipt.disputed_minor, receipt.free_minor
