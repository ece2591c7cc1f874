"""Reads."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from makegood.customers.queries import references_of
from makegood.kit import sql
from makegood.orders.models import Allocation, Delivery, DeliveryUnits, Order, OrderChange
from makegood.payments.models import Receipt, Refund
from makegood.promises.rules import PromiseState

HERE = Path(__file__).parent


def orders_of(customer_id: int) -> QuerySet[Order]:
    """A customer's orders, the newest first, with their lines."""
    rows = Order.objects.filter(customer_id=customer_id).select_related("merged_into").prefetch_related("lines")
    return rows.order_by("-placed_at", "-id")


def order_of(*, customer_id: int, reference: str) -> Order:
    """One order, if it is this customer's.

    Raises:
        Order.DoesNotExist: there is none, or it is somebody else's.
    """
    rows = Order.objects.select_related("merged_into").prefetch_related("lines")
    return rows.get(customer_id=customer_id, reference=reference)


def merged_into(order_ids: Iterable[int]) -> list[Order]:
    """The orders that travel with one of these, the oldest first."""
    return list(Order.objects.filter(merged_into__in=list(order_ids)).order_by("placed_at", "id"))


# A delivery whose units a newer version took out stays only where a case knows it.
HOLDS_UNITS = Exists(DeliveryUnits.objects.filter(delivery=OuterRef("pk")))


def orders_matching(words: str, *, limit: int) -> list[Order]:
    """Orders by their own number or their customer's name, the newest first."""
    found = Order.objects.filter(Q(reference__iexact=words) | Q(customer__name__icontains=words))
    return list(found.select_related("customer").order_by("-placed_at", "-id")[:limit])


def deliveries_of_orders(order_ids: Iterable[int]) -> QuerySet[Delivery]:
    """The deliveries of several orders with their promises, revisions and units, as they were made."""
    return (
        Delivery.objects.filter(HOLDS_UNITS, order__in=list(order_ids))
        .select_related("promise", "order")
        .prefetch_related("units__line", "promise__revisions")
        .order_by("id")
    )


def destination_zones(order_ids: Iterable[int]) -> dict[int, str]:
    """By whose clocks the days and hours of these orders are told: those of where each goes."""
    rows = Delivery.objects.filter(HOLDS_UNITS, order__in=list(order_ids)).order_by("-id")
    return dict(rows.values_list("order_id", "zone"))


def changes_of_orders(order_ids: Collection[int]) -> list[OrderChange]:
    """What was changed here of each of these orders, in order."""
    return list(OrderChange.objects.filter(order__in=order_ids).order_by("order_id", "number"))


def let_go_of_orders(order_ids: Iterable[int]) -> list[Delivery]:
    """Deliveries of these orders that hold nothing any more: another took their place, and what happened stays so."""
    rows = Delivery.objects.filter(~HOLDS_UNITS, order__in=list(order_ids)).select_related("promise")
    return list(rows.prefetch_related("units__line", "promise__revisions").order_by("id"))


def promised_deliveries(promise_ids: Iterable[int]) -> dict[int, Delivery]:
    """What each promise to deliver was made for, with its order and promise, by the promise's id."""
    rows = Delivery.objects.filter(promise__in=list(promise_ids)).select_related("order", "promise")
    return {delivery.promise_id: delivery for delivery in rows}


def orders_by_id(ids: Iterable[int]) -> list[Order]:
    """These orders with their lines, the oldest first."""
    return list(Order.objects.filter(id__in=list(ids)).prefetch_related("lines").order_by("placed_at", "id"))


def all_orders() -> QuerySet[Order]:
    """Orders with their customers."""
    return Order.objects.select_related("customer", "merged_into")


def orders_told() -> QuerySet[Order]:
    """Orders with their lines and deliveries, in as many queries for a thousand as for one."""
    return all_orders().prefetch_related(
        "lines__product",
        "deliveries__promise",
        "deliveries__units__line__product",
        "deliveries__units__instead",
        "allocations__receipt__tender",
    )


def deliveries_of_promises(promise_ids: Iterable[int]) -> dict[int, int]:
    """Which delivery each promise to deliver is for, by the promise's id."""
    return dict(Delivery.objects.filter(promise__in=list(promise_ids)).values_list("promise_id", "id"))


def orders_with_references(references: Iterable[str]) -> dict[str, Order]:
    """The orders of exactly these numbers."""
    wanted = [reference.strip() for reference in references]
    return {row.reference: row for row in Order.objects.filter(reference__in=wanted).select_related("customer")}


def unsent_orders(*, customer_id: int, currency: str, but: int) -> list[Order]:
    """A customer's other orders in a currency of which nothing has left, been cancelled or moved elsewhere."""
    rows = Order.objects.filter(customer_id=customer_id, currency=currency, cancelled_at=None, merged_into=None)
    rows = rows.filter(history_since=None, deliveries__promise__state=PromiseState.OPEN).exclude(pk=but).distinct()
    return list(rows.prefetch_related("lines").order_by("-placed_at", "-id")[:20])


def faults_in_payments() -> list[str]:
    """What does not agree between orders, what pays for them, and the books, in a line each; nothing where all does."""
    return [str(fault) for (fault,) in sql.tuples(sql.load(HERE, "faults"))]


def unpaid_orders(customer_ids: Iterable[int]) -> QuerySet[Order]:
    """Orders of these customers that something is due for, the oldest first; `allocated` is what pays for each.

    What was over when it was told to us, was cancelled or went into another order waits for no money.
    """
    paying = Allocation.objects.filter(order=OuterRef("pk"), customer=OuterRef("customer")).order_by()
    sums = Subquery(paying.values("order").annotate(total=Sum("amount_minor")).values("total"))
    rows = Order.objects.filter(
        customer__in=list(customer_ids), cancelled_at=None, history_since=None, merged_into=None
    )
    rows = rows.annotate(allocated=Coalesce(sums, 0)).filter(charged_minor__gt=F("allocated"))
    return rows.order_by("placed_at", "id")


def orders_due(customer_id: int) -> list[tuple[Order, int]]:
    """A customer's orders that something is due for, the oldest first, each with how much: minor units."""
    rows = unpaid_orders([customer_id])
    return [(row, row.charged_minor - int(getattr(row, "allocated"))) for row in rows]  # noqa: B009  an annotation


def due_for(order: Order) -> int:
    """What is still to be paid for one order; nothing where nobody waits for it."""
    row = unpaid_orders([order.customer_id]).filter(pk=order.pk).first()
    return 0 if row is None else row.charged_minor - int(getattr(row, "allocated"))  # noqa: B009  likewise


def due_of(customer_id: int) -> dict[str, int]:
    """What is to be paid for a customer's orders in all, by currency."""
    rows = unpaid_orders([customer_id]).order_by().values_list("currency")
    return {currency: int(due) for currency, due in rows.annotate(due=Sum(F("charged_minor") - F("allocated")))}


def paid_by(receipt_ids: Iterable[int]) -> QuerySet[Allocation]:
    """What these receipts pay for, with the orders."""
    rows = Allocation.objects.filter(receipt__in=list(receipt_ids), amount_minor__gt=0)
    return rows.select_related("order").order_by("id")


def receipts_of_order(reference: str) -> QuerySet[Allocation, int]:
    """What pays for an order, or did, by the receipts' ids."""
    return Allocation.objects.filter(order__reference=reference).values_list("receipt_id", flat=True)


def payments_of_orders(order_ids: Iterable[int]) -> dict[int, list[Allocation]]:
    """What pays for each of these orders, or did, with the money that came in; orders without any are missing."""
    rows = Allocation.objects.filter(order__in=list(order_ids)).select_related("receipt").order_by("receipt_id")
    found: dict[int, list[Allocation]] = {}
    for row in rows:
        found.setdefault(row.order_id, []).append(row)
    return found


def orders_of_receipts(receipt_ids: Iterable[int]) -> dict[int, list[Order]]:
    """The orders that each of these receipts pays for, or did, the oldest first; receipts without any are missing."""
    rows = Allocation.objects.filter(receipt__in=list(receipt_ids)).select_related("order")
    found: dict[int, list[Order]] = {}
    for row in rows.order_by("order__placed_at", "order_id"):
        found.setdefault(row.receipt_id, []).append(row.order)
    return found


def deliveries_of_receipts(receipt_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Each of these receipts with the deliveries of the orders that it pays for, or did."""
    orders = orders_of_receipts(receipt_ids)
    rows = Delivery.objects.filter(order__in={each.pk for those in orders.values() for each in those}).order_by("id")
    of_order: dict[int, list[int]] = {}
    for pk, order_id in rows.values_list("id", "order_id"):
        of_order.setdefault(order_id, []).append(pk)
    return [(receipt, each) for receipt, those in orders.items() for o in those for each in of_order.get(o.pk, ())]


MOST_OF_AMOUNTS = 200


def unpaid_of_amounts(amounts: Collection[tuple[str, int]]) -> dict[tuple[str, int], list[Order]]:
    """Orders that are due with just so much, all of them or of the newest few of that price, by currency and sum."""
    currencies, sums = {currency for currency, _ in amounts}, {minor for _, minor in amounts}
    rows = Order.objects.filter(charged_minor__in=sums, currency__in=currencies, cancelled_at=None, history_since=None)
    newest = list(rows.order_by("-placed_at").select_related("customer")[:MOST_OF_AMOUNTS])
    paying = Allocation.objects.filter(order__in=newest, amount_minor__gt=0).values_list("order_id", flat=True)
    paid = set(paying)
    found: dict[tuple[str, int], list[Order]] = {}
    for row in newest:
        if row.pk not in paid:
            found.setdefault((row.currency, row.charged_minor), []).append(row)
    return found


def names_in_books(customer_id: int) -> Mapping[str, Mapping[str, str]]:
    """What the shop calls what a customer's books are about, by the beginnings of the keys of its transfers, and
    whose they are, under "customer".
    """
    found: dict[str, dict[str, str]] = {}
    if customer := references_of([customer_id]).get(customer_id):
        found["customer"] = {"customer": customer}
    for pk, reference in Order.objects.filter(customer_id=customer_id).values_list("id", "reference"):
        found[f"order:{pk}"] = {"order": reference}
    receipts = Receipt.objects.filter(customer_id=customer_id)
    called = {row.pk: row.reference or row.label or str(row.pk) for row in receipts}
    found |= {f"receipt:{pk}": {"receipt": name} for pk, name in called.items()}
    for key, receipt_id in Refund.objects.filter(customer_id=customer_id).values_list("key", "receipt_id"):
        found.setdefault(f"refund:{key}", {"receipt": called[receipt_id]})
    return found
