"""What there is to tell of orders that were cancelled here, and of money that came in and does not fit what is due."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from makegood.cases.grant_letters import refunds_to_tell
from makegood.cases.news import head_of
from makegood.cases.rules import SubjectKind
from makegood.cases.subjects import heard_of, not_heard
from makegood.customers.links import Purpose, link_for
from makegood.customers.models import Customer
from makegood.money.rules import Money
from makegood.orders.models import Allocation, Order, OrderChange, OrderRefund
from makegood.orders.queries import orders_due, orders_of_receipts, paid_by, payments_of_orders
from makegood.payments.models import Receipt
from makegood.payments.queries import all_refunds
from makegood.policies.rules.values import ChangeKind
from makegood.replies.letters.money import SumOf
from makegood.replies.letters.money_left import Left, MoneyLeft
from makegood.replies.letters.money_short import MoneyShort
from makegood.replies.letters.order_cancelled import OrderCancelled
from makegood.replies.rules.values import ItemTruth, NewsKind


def cancelling_changes(order_ids: Iterable[int]) -> dict[int, OrderChange]:
    """By which change each of these orders was cancelled here; those that their shop cancelled are missing."""
    rows = OrderChange.objects.filter(order__in=list(order_ids), kind=ChangeKind.CANCEL, after__lines=[])
    return {row.order_id: row for row in rows.select_related("order").order_by("number")}


def told_as_cancelled(refund_ids: Iterable[int]) -> dict[int, datetime | None]:
    """Refunds of orders that were cancelled here, by their ids: when a letter said so; None where it is still to."""
    rows = OrderRefund.objects.filter(refund__in=list(refund_ids)).exclude(change=None)
    of_change = {refund: (order, change) for refund, order, change in rows.values_list("refund", "order", "change")}
    changes = cancelling_changes({order for order, _ in of_change.values()})
    heard = heard_of(SubjectKind.ORDER, changes)
    return {
        refund: heard.get(order, {}).get(NewsKind.ORDER_CANCELLED)
        for refund, (order, change) in of_change.items()
        if order in changes and changes[order].pk == change
    }


def cancelled_letter(customer: Customer, order: Order, change: OrderChange, *, now: datetime) -> OrderCancelled:
    refunds = all_refunds().filter(id__in=OrderRefund.objects.filter(change=change).values("refund_id")).order_by("id")
    titles = {line["id"]: line["title"] or line["sku"] for line in change.before["lines"]}
    return OrderCancelled(
        head=head_of(customer),
        link=_link(customer),
        order_references=(order.reference,),
        items=tuple(
            ItemTruth(name=titles[each["line"]], quantity=each["quantity"]) for each in change.request["units"]
        ),
        refunds=refunds_to_tell(refunds, now=now),
        stays=tuple(
            SumOf(money=Money(amount_minor=row.free_minor, currency=row.currency), label=row.label)
            for row in (each.receipt for each in payments_of_orders([order.pk]).get(order.pk, ()))
            if row.free_minor
        ),
    )


def left_untold(customer_id: int, receipt_ids: Iterable[int]) -> list[Receipt]:
    """Those of these of which something is left that pays for nothing. While something is due in another currency, it
    waits for somebody who says at which rate it counts; and what paid for a cancelled order is told with that.
    """
    rows = _untold(NewsKind.MONEY_LEFT, receipt_ids)
    due_in = {order.currency for order, _ in orders_due(customer_id)}
    orders = orders_of_receipts(row.pk for row in rows)
    cancelled = cancelling_changes({order.pk for those in orders.values() for order in those})
    told_there = {pk for pk, those in orders.items() if any(order.pk in cancelled for order in those)}
    return [row for row in rows if row.free_minor and due_in <= {row.currency} and row.pk not in told_there]


def short_untold(customer_id: int, receipt_ids: Iterable[int]) -> tuple[list[Receipt], list[tuple[Order, int]]]:
    """Those of these that pay for a part of an order of which something is still due, and those orders."""
    due = {order.pk: (order, minor) for order, minor in orders_due(customer_id)}
    rows = {row.pk: row for row in _untold(NewsKind.MONEY_SHORT, receipt_ids)}
    paying = [each for each in paid_by(rows) if each.order_id in due]
    short = sorted({each.receipt_id for each in paying})
    return [rows[each] for each in short], [due[each] for each in dict.fromkeys(row.order_id for row in paying)]


def _untold(news: NewsKind, receipt_ids: Iterable[int]) -> list[Receipt]:
    fresh = not_heard(news, SubjectKind.RECEIPT, receipt_ids)
    return list(Receipt.objects.filter(id__in=fresh).order_by("id"))


def left_letter(customer: Customer, receipts: Sequence[Receipt]) -> MoneyLeft:
    paying: dict[int, list[Allocation]] = {}
    for row in paid_by(each.pk for each in receipts):
        paying.setdefault(row.receipt_id, []).append(row)
    return MoneyLeft(
        head=head_of(customer),
        link=_link(customer),
        order_references=_references(each.order for those in paying.values() for each in those),
        receipts=tuple(
            Left(
                came=_came(each),
                left=Money(amount_minor=each.free_minor, currency=each.currency),
                order_references=_references(row.order for row in paying.get(each.pk, ())),
            )
            for each in receipts
        ),
    )


def short_letter(customer: Customer, receipts: Sequence[Receipt], due: Sequence[tuple[Order, int]]) -> MoneyShort:
    return MoneyShort(
        head=head_of(customer),
        link=_link(customer),
        order_references=_references(order for order, _ in due),
        received=tuple(_came(each) for each in receipts),
        due=tuple((order.reference, Money(amount_minor=minor, currency=order.currency)) for order, minor in due),
    )


def _came(receipt: Receipt) -> SumOf:
    return SumOf(money=Money(amount_minor=receipt.amount_minor, currency=receipt.currency), label=receipt.label)


def _references(orders: Iterable[Order]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(order.reference for order in orders))


def _link(customer: Customer) -> str:
    return link_for(customer, "/account/statement", purpose=Purpose.LETTER)
