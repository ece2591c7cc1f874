"""Reads: money that goes back, with the order and the grant that it goes back for, if it does for any."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from makegood.orders.models import Delivery, Order, OrderRefund
from makegood.payments.models import Refund
from makegood.payments.queries import all_refunds
from makegood.payments.rules.refunds import OPEN, RefundRoute, RefundState
from makegood.remedies.models import GrantStep, GrantUnits
from makegood.remedies.rules.values import Treatment

# A bank that can't place a sum sends it back within so long.
COMES_BACK_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """A refund with what it is for: it may be for no order, and for no grant."""

    refund: Refund
    order: Order | None
    grant_id: int | None


def with_reasons(refunds: Iterable[Refund]) -> list[RefundSeen]:
    """These refunds with what each is for, in as many queries for a thousand as for one."""
    rows = list(refunds)
    ids = [row.pk for row in rows]
    orders = {row.refund_id: row.order for row in OrderRefund.objects.filter(refund__in=ids).select_related("order")}
    grants = grants_of_refunds(ids)
    return [RefundSeen(row, orders.get(row.pk), grants.get(row.pk)) for row in rows]


def grants_of_refunds(refund_ids: Iterable[int]) -> dict[int, int]:
    """Which grant each refund carries out, by the refund's id; those that are no step of one are missing."""
    return dict(GrantStep.objects.filter(refund__in=list(refund_ids)).values_list("refund_id", "grant_id"))


def deliveries_of_refunds(refund_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Each of these refunds with the deliveries that it is for: what its grant makes good, or all of its order."""
    granted = grants_of_refunds(refund_ids)
    units = GrantUnits.objects.filter(grant__in=granted.values(), treatment=Treatment.REFUNDED)
    lost: dict[int, list[int]] = {}
    for grant_id, delivery_id in units.order_by("lost__delivery_id").values_list("grant_id", "lost__delivery_id"):
        lost.setdefault(grant_id, []).append(delivery_id)
    found = [(pk, each) for pk, grant_id in granted.items() for each in dict.fromkeys(lost.get(grant_id, ()))]
    others = OrderRefund.objects.filter(refund__in=[pk for pk in refund_ids if pk not in granted])
    orders = dict(others.values_list("refund_id", "order_id"))
    deliveries = Delivery.objects.filter(order__in=orders.values()).order_by("id").values_list("id", "order_id")
    return found + [(pk, each) for pk, order in orders.items() for each, of in deliveries if of == order]


def refunds_of_orders(order_ids: Iterable[int]) -> dict[int, list[RefundSeen]]:
    """Money that goes back on each of these orders, settled or not, the oldest first; orders without it are missing."""
    ids = OrderRefund.objects.filter(order__in=list(order_ids)).values("refund_id")
    found: dict[int, list[RefundSeen]] = {}
    for each in with_reasons(all_refunds().filter(id__in=ids).order_by("id")):
        if each.order is not None:
            found.setdefault(each.order.pk, []).append(each)
    return found


def refunds_of_money(order_ids: Iterable[int], receipt_ids: Iterable[int]) -> list[RefundSeen]:
    """Money that goes back on these orders, or of what came in by these receipts, the oldest first, each once."""
    ids = OrderRefund.objects.filter(order__in=list(order_ids)).values("refund_id")
    rows = all_refunds().filter(Q(id__in=ids) | Q(receipt__in=list(receipt_ids)))
    return with_reasons(rows.order_by("id"))


def refunds_of_customer(customer_id: int) -> list[RefundSeen]:
    """Money that goes back to a customer, settled or not, the oldest first; for no order: what they draw of theirs."""
    return with_reasons(all_refunds().filter(customer_id=customer_id).order_by("id"))


def refunds_of_grants(grant_ids: Iterable[int]) -> list[Refund]:
    """The money that these grants pay back, as it was granted."""
    steps = GrantStep.objects.filter(grant__in=list(grant_ids)).exclude(refund=None)
    return list(all_refunds().filter(id__in=steps.values("refund_id")).order_by("id"))


def open_refunds(*, limit: int) -> Sequence[RefundSeen]:
    """Money that is not with its customer yet, the earliest due first."""
    rows = all_refunds().filter(state__in=OPEN).prefetch_related("came_back").order_by("promise__due_at", "id")
    return with_reasons(rows[:limit])


def settled_refunds(*, limit: int, now: datetime) -> Sequence[RefundSeen]:
    """Money that was sent lately and can still come back, the newest first; what went to our own balances can't."""
    rows = all_refunds().filter(state=RefundState.SETTLED, done_at__gt=now - COMES_BACK_WITHIN)
    rows = rows.exclude(route=RefundRoute.AT_ONCE).prefetch_related("came_back").order_by("-done_at", "-id")
    return with_reasons(rows[:limit])


def refunds_of_order(reference: str) -> Q:
    """Narrows refunds to those of one order."""
    return Q(id__in=OrderRefund.objects.filter(order__reference=reference).values("refund_id"))
