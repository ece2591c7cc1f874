"""What is free on an account, let pay for an order that is due, when its owner asks for it."""

from datetime import datetime

from django.db import transaction

from makegood.money.rules import Money
from makegood.orders.locks import lock_orders
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount
from makegood.payments.drawing import NothingFree


def pay_with_free(*, customer_id: int, reference: str, now: datetime) -> Money:
    """Pay what is due for an order with what is free in its currency, as far as that goes; how much.

    Asked twice, it pays once: where nothing is due any more, nothing is paid.

    Raises:
        Order.DoesNotExist: they have no such order.
        NothingFree: something is due, and nothing is free for it.
    """
    with transaction.atomic():
        order = next((each for each in lock_orders([reference]) if each.customer_id == customer_id), None)
        if order is None:
            raise Order.DoesNotExist
        waits = order.cancelled_at is None and order.merged_into_id is None and order.history_since is None
        account = OrderAccount.held(order)
        due = account.due_minor if waits else 0
        if due <= 0:
            return Money(amount_minor=0, currency=order.currency)
        account.pay(now=now)
        paid = due - account.due_minor
        if not paid:
            raise NothingFree(order.currency)
        return Money(amount_minor=paid, currency=order.currency)
