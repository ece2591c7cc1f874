"""Orders with everything about them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ninja import Query, Schema

from makegood.faces.api.callers import READ, READ_OWN, Call
from makegood.faces.api.dispatches import AddressOut, address_out
from makegood.faces.api.filters import Wanted
from makegood.faces.api.history import FactOut, facts_out
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.parcels import ParcelOut, PromisedOut, UnitsOut, parcels_out, promised_out, units_out
from makegood.faces.api.remedies import RemedyOut, remedies_out
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.journal.queries import all_facts
from makegood.kit import clock
from makegood.orders.models import Delivery, Order, OrderLine
from makegood.orders.queries import all_orders, orders_told
from makegood.parcels.queries import ordering_keys_of, parcels_told

TAGS = ["orders"]


class LineOut(Schema):
    id: str
    sku: str
    title: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    tax_minor: int
    total_minor: int


class DeliveryOut(Schema):
    """Units that go to one address by one date. `replaces`: the delivery it makes good; `parcel` once it has left."""

    id: int
    by_date: date
    is_replacement: bool
    replaces: int | None
    ship_to: AddressOut
    units: list[UnitsOut]
    promise: PromisedOut
    parcel: str | None


class TenderOut(Schema):
    tender: str
    amount_minor: int
    label: str


class OrderOut(Schema):
    id: str
    customer: str
    placed_at: datetime
    currency: str
    postage_minor: int
    total_minor: int
    paid: list[TenderOut]
    cancelled_at: datetime | None
    version_at: datetime | None
    lines: list[LineOut]
    deliveries: list[DeliveryOut]
    parcels: list[ParcelOut]


class OrderNowOut(OrderOut):
    """One order, and what can be done about it now, best first."""

    remedies: list[RemedyOut]


def orders_out(orders: Sequence[Order]) -> list[OrderOut]:
    """As the API shows them; their parcels are read once for all."""
    by_order: dict[int, list[ParcelOut]] = {order.pk: [] for order in orders}
    by_delivery: dict[int, str] = {}
    rows = list(parcels_told().filter(delivery__order__in=list(by_order)).order_by("label_at", "id"))
    for parcel, shown in zip(rows, parcels_out(rows), strict=True):
        by_order[parcel.delivery.order_id].append(shown)
        by_delivery[parcel.delivery_id] = parcel.reference
    return [_out(order, by_order[order.pk], by_delivery) for order in orders]


def _out(order: Order, parcels: list[ParcelOut], by_delivery: dict[int, str]) -> OrderOut:
    lines = sorted(order.lines.all(), key=lambda line: line.pk)
    return OrderOut(
        id=order.reference,
        customer=order.customer.reference,
        placed_at=order.placed_at,
        currency=order.currency,
        postage_minor=order.postage_minor,
        total_minor=order.postage_minor + sum(line.total_minor for line in lines),
        paid=[TenderOut(**tender) for tender in order.paid],
        cancelled_at=order.cancelled_at,
        version_at=order.version_at,
        lines=[_line(line) for line in lines],
        deliveries=[
            _delivery(each, by_delivery.get(each.pk)) for each in sorted(order.deliveries.all(), key=lambda row: row.pk)
        ],
        parcels=parcels,
    )


def _line(line: OrderLine) -> LineOut:
    return LineOut(
        id=line.reference,
        sku=line.product.sku,
        title=line.title,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_minor=line.discount_minor,
        tax_minor=line.tax_minor,
        total_minor=line.total_minor,
    )


def _delivery(delivery: Delivery, parcel: str | None) -> DeliveryOut:
    return DeliveryOut(
        id=delivery.pk,
        by_date=delivery.by_date,
        is_replacement=delivery.is_replacement,
        replaces=delivery.split_from_id if delivery.is_replacement else None,
        ship_to=address_out(delivery),
        units=[units_out(row) for row in sorted(delivery.units.all(), key=lambda row: row.pk)],
        promise=promised_out(delivery.promise),
        parcel=parcel,
    )


class OrdersWanted(Wanted):
    customer: str | None = None


@router.get("/orders", response=Page[OrderOut], auth=READ_OWN, tags=TAGS)
def orders(request: Call, wanted: Query[OrdersWanted], paging: Query[Paging]) -> Any:
    """Orders, the newest first."""
    rows = wanted.narrow(request.auth.sees(orders_told()), customer="customer__reference")
    return page_of(rows, keys=("-placed_at", "-id"), paging=paging, shape=orders_out)


@router.get("/orders/{reference}", response=OrderNowOut, auth=READ_OWN, tags=TAGS)
@edited_row(Order, reference="reference")
def order(request: Call, reference: str) -> Any:
    """One order, with what can be done about it now."""
    found = request.auth.sees(orders_told()).get(reference=reference)
    remedies = remedies_out(found, by=request.auth.actor, now=clock.now())
    return OrderNowOut(**dict(orders_out([found])[0]), remedies=remedies)


@router.get("/orders/{reference}/history", response=Page[FactOut], auth=READ, tags=TAGS)
def order_history(request: Call, reference: str, paging: Query[Paging]) -> Any:
    """What happened to an order, its promises and its parcels, the oldest first: which fields changed, by name."""
    keys = ordering_keys_of(all_orders().get(reference=reference))
    return page_of(all_facts().filter(ordering_key__in=keys), keys=("id",), paging=paging, shape=facts_out)
