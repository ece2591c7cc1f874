"""Orders as they stand now, as changes and the shop's policy see them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, Sum

from makegood.catalog.models import PostageRate as RateRow
from makegood.catalog.models import Product, Stock
from makegood.changes.kinds.registry import KINDS
from makegood.changes.rules.values import ChangeRequest, LineNow, OrderNow, Outcome, PostageRate, Shop, Sold
from makegood.orders.models import Allocation, Order, OrderChange
from makegood.orders.settling import OrderSnapshot, snapshots_of
from makegood.parcels.models import Parcel
from makegood.parcels.queries import packed_deliveries
from makegood.payments.models import Tender
from makegood.payments.queries import held_by
from makegood.payments.rules.tenders import TenderKind, kind_of, rule_of
from makegood.policies.rules.situations import (
    ChangeSituation,
    CustomerSituation,
    OrderedLine,
    OrderSituation,
    OrderStatus,
    RequestedChange,
    RequestedItem,
)
from makegood.policies.rules.values import ChangeKind
from makegood.standing.queries import customer_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An order with all that a change of it looks at."""

    order: Order
    snapshot: OrderSnapshot
    now: OrderNow
    status: OrderStatus
    delivered_at: datetime | None
    is_packed: bool
    changes: tuple[OrderChange, ...]
    allocations: tuple[Allocation, ...]


def seen(order_ids: Collection[int]) -> dict[str, Seen]:
    """Orders as they stand, by their references, in as many queries for any number."""
    packed = packed_deliveries(order_ids)
    orders = Order.objects.filter(id__in=order_ids).select_related("customer")
    snapshots = snapshots_of(orders, packed=packed)
    changes: dict[int, list[OrderChange]] = {}
    for change in OrderChange.objects.filter(order__in=order_ids).order_by("order_id", "number"):
        changes.setdefault(change.order_id, []).append(change)
    allocations: dict[int, list[Allocation]] = {}
    for row in Allocation.objects.filter(order__in=order_ids).select_related("receipt__tender").order_by("id"):
        allocations.setdefault(row.order_id, []).append(row)
    scanned = set(
        Parcel.objects.filter(delivery__order__in=order_ids, scans__isnull=False).values_list("delivery_id", flat=True)
    )
    return {
        reference: _seen(
            snapshot,
            changes=changes.get(snapshot.order.pk, ()),
            allocations=allocations.get(snapshot.order.pk, ()),
            packed=packed,
            scanned=scanned,
        )
        for reference, snapshot in snapshots.items()
    }


def _seen(
    snapshot: OrderSnapshot,
    *,
    changes: Sequence[OrderChange],
    allocations: Sequence[Allocation],
    packed: Collection[int],
    scanned: Collection[int],
) -> Seen:
    order = snapshot.order
    originals = [each for each in snapshot.deliveries if not each.is_replacement and each.units.all()]
    arrived = [each.promise.fulfilled_at for each in originals if each.promise.fulfilled_at]
    is_packed = any(each.pk in packed for each in originals)
    if order.cancelled_at is not None:
        status = OrderStatus.CANCELLED
    elif originals and len(arrived) == len(originals):
        status = OrderStatus.DELIVERED
    elif any(each.pk in scanned for each in originals):
        status = OrderStatus.SHIPPED
    else:
        status = OrderStatus.PROCESSED if is_packed else OrderStatus.PENDING
    return Seen(
        order=order,
        snapshot=snapshot,
        now=_order_now(snapshot, changes),
        status=status,
        delivered_at=max(arrived) if status is OrderStatus.DELIVERED else None,
        is_packed=is_packed,
        changes=tuple(changes),
        allocations=tuple(allocations),
    )


def _order_now(snapshot: OrderSnapshot, changes: Iterable[OrderChange]) -> OrderNow:
    order = snapshot.order
    is_over = order.cancelled_at is not None or order.merged_into_id is not None
    there: Counter[str] = Counter()
    for delivery in snapshot.deliveries:
        if delivery.promise.fulfilled_at and delivery.promise.made_good_at is None and not delivery.is_replacement:
            for units in delivery.units.all():
                there[units.line.reference] += units.quantity
    back: Counter[str] = Counter()
    for change in changes:
        if KINDS[ChangeKind(change.kind)].waits_for_goods:
            back.update({each["line"]: each["quantity"] for each in change.request["units"]})
    lines = sorted(snapshot.lines.values(), key=lambda each: each.pk)
    return OrderNow(
        reference=order.reference,
        currency=order.currency,
        postage_minor=order.postage_minor,
        ship_to=order.ship_to,
        is_cancelled=order.cancelled_at is not None,
        lines=tuple(
            LineNow(
                reference=line.reference,
                sku=line.product.sku,
                title=line.title,
                family=line.product.family,
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                discount_minor=line.discount_minor,
                tax_minor=line.tax_minor,
                open_quantity=0 if is_over else max(line.quantity - snapshot.settled[line.reference], 0),
                there=max(there[line.reference] - back[line.reference], 0),
                sent_back=back[line.reference],
            )
            for line in lines
        ),
    )


def shop_for(skus: Collection[str], *, others: Iterable[OrderNow] = ()) -> Shop:
    """What changes look up of the shop, for these SKUs."""
    products = {row.sku: row for row in Product.objects.filter(sku__in=skus)}
    stock = Stock.objects.filter(product__sku__in=skus).values_list("product__sku")
    free = dict(stock.annotate(free=Sum(F("on_hand") - F("held"))))
    return Shop(
        sold={
            sku: Sold(
                sku=sku,
                title=row.title,
                family=row.family,
                currency=row.currency,
                price_minor=row.price_minor,
                is_on_sale=row.is_on_sale,
                free=free.get(sku),
            )
            for sku, row in products.items()
        },
        rates=tuple(
            PostageRate(
                country=row.country,
                currency=row.currency,
                first_minor=row.first_minor,
                each_more_minor=row.each_more_minor,
                free_from_minor=row.free_from_minor,
            )
            for row in RateRow.objects.order_by("id")
        ),
        others=tuple(others),
    )


def situation_for(
    order: Seen, request: ChangeRequest, outcome: Outcome, tender: Tender | None, *, now: datetime
) -> ChangeSituation:
    """What the shop's policy looks at."""
    return ChangeSituation(
        order=_order_situation(order, outcome.touched),
        change=_requested(order, request, outcome, tender),
        customer=customer_known(order.order.customer_id, now=now),
        now=now,
        zone=settings.SHOP_ZONE,
    )


def situation_whatever(
    order: Seen, kind: ChangeKind, *, reason: str, customer: CustomerSituation, now: datetime
) -> ChangeSituation:
    """What the policy looks at where a change of this kind is thought of, and not yet of what: no units are named,
    and a tender that would do.
    """
    is_other = KINDS[kind].pays_otherwise
    return ChangeSituation(
        order=_order_situation(order, ()),
        change=RequestedChange(kind=kind, reason=reason, tender_kind=TenderKind.CARD, tender_is_original=not is_other),
        customer=customer,
        now=now,
        zone=settings.SHOP_ZONE,
    )


def _order_situation(order: Seen, touched_parts: Iterable[tuple[LineNow, Sold | None]]) -> OrderSituation:
    touched = {part.reference for part, _ in touched_parts}
    paying = [row for row in order.allocations if row.amount_minor]
    return OrderSituation(
        status=order.status,
        placed_at=order.order.placed_at,
        delivered_at=order.delivered_at,
        is_packed=order.is_packed,
        currency=order.now.currency,
        total_minor=order.now.total_minor,
        subtotal_minor=sum(line.unit_price_minor * line.quantity for line in order.now.lines),
        discount_minor=sum(line.discount_minor for line in order.now.lines),
        postage_minor=order.now.postage_minor,
        paid_minor=sum(row.amount_minor for row in paying),
        tender_kinds=tuple(dict.fromkeys(kind_of(row.receipt.kind) for row in paying)),
        payment_count=len(order.allocations),
        earlier=tuple(ChangeKind(change.kind) for change in order.changes),
        lines=tuple(
            OrderedLine(
                price_minor=line.total_minor,
                quantity=line.quantity,
                is_settled=not line.open_quantity and not line.there,
                is_in_change=line.reference in touched,
            )
            for line in order.now.lines
        ),
    )


def _requested(order: Seen, request: ChangeRequest, outcome: Outcome, tender: Tender | None) -> RequestedChange:
    originals = {row.receipt.tender_id for row in order.allocations if row.receipt.tender_id}
    return RequestedChange(
        kind=request.kind,
        reason=request.reason,
        tender_kind=kind_of(tender.kind) if tender else "",
        # Where none is named money goes back to where it came from.
        tender_is_original=tender is None or tender.pk in originals,
        tender_balance_minor=held_by([tender])[tender.pk].amount_minor
        if tender and rule_of(tender.kind).holds_balance
        else 0,
        price_difference_minor=outcome.difference_minor,
        items=tuple(_items(outcome)),
    )


def _items(outcome: Outcome) -> Iterable[RequestedItem]:
    wanted: Counter[str] = Counter()
    for part, sold in outcome.touched:
        wanted[sold.sku if sold else ""] += part.quantity
    for sold, quantity in outcome.added:
        wanted[sold.sku] += quantity
    for part, sold in outcome.touched:
        yield RequestedItem(
            price_minor=part.total_minor,
            current_price_minor=part.total_minor,
            new_price_minor=sold.price_minor * part.quantity if sold else 0,
            quantity=part.quantity,
            is_same_product=sold is None or sold.sku == part.sku or bool(sold.family and sold.family == part.family),
            is_available=sold is None or sold.is_available(wanted[sold.sku]),
        )
    for sold, quantity in outcome.added:
        yield RequestedItem(
            price_minor=sold.price_minor * quantity,
            current_price_minor=sold.price_minor * quantity,
            new_price_minor=sold.price_minor * quantity,
            quantity=quantity,
            is_available=sold.is_available(wanted[sold.sku]),
        )
