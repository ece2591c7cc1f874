"""Orders with everything about them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query, Schema

from makegood.changes.queries import statuses_of
from makegood.faces.api.callers import READ, READ_OWN, Call
from makegood.faces.api.dispatches import AddressOut
from makegood.faces.api.filters import ByCustomer
from makegood.faces.api.history import FactOut, with_customers
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.parcels import ParcelOut, PromisedOut, UnitsOut
from makegood.faces.api.remedies import RemedyOut, remedies_for
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import BY_ID, Ref, RowWith, of
from makegood.faces.api.versions import edited_row
from makegood.journal.queries import all_facts
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.orders.queries import all_orders, orders_told
from makegood.parcels.models import Parcel
from makegood.parcels.queries import ordering_keys_of, parcels_told
from makegood.policies.rules.situations import OrderStatus


class LineOut(Schema):
    id: str = of("reference")
    sku: str = of("product.sku")
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
    units: Annotated[list[UnitsOut], BY_ID]
    promise: PromisedOut
    parcel: str | None

    @staticmethod
    def resolve_replaces(delivery: Any) -> int | None:
        return delivery.split_from_id if delivery.is_replacement else None

    @staticmethod
    def resolve_ship_to(delivery: Any) -> Any:
        return delivery


class TenderOut(Schema):
    tender: str
    amount_minor: int
    label: str


class PaymentOut(Schema):
    """How much of which receipt pays for an order."""

    receipt: int = of("receipt_id")
    tender: str = of("receipt.name")
    tender_id: str | None
    kind: str = of("receipt.kind")
    label: str = of("receipt.label")
    amount_minor: int

    @staticmethod
    def resolve_tender_id(row: Any) -> str | None:
        return row.receipt.tender.reference if row.receipt.tender else None


class OrderOut(Schema):
    """`charged_minor` is what the customer owes for it in all, as booked; `payments` pay for it,
    `paid_minor` in all, and `due_minor` is still to be paid. `paid` is how the shop said that it was paid.

    `history_since`: it was over when it was told to us. How it ended we don't know, unless that was told too. Nothing
    comes of it by itself, and its customer is answered like any other.
    """

    id: str = of("reference")
    customer: Ref
    status: OrderStatus
    placed_at: datetime
    currency: str
    postage_minor: int
    postage_tax_minor: int
    total_minor: int
    paid: list[TenderOut] | None
    charged_minor: int
    paid_minor: int
    due_minor: int
    payments: list[PaymentOut]
    cancelled_at: datetime | None
    merged_into: Ref | None
    history_since: datetime | None
    version_at: datetime | None
    lines: Annotated[list[LineOut], BY_ID]
    deliveries: Annotated[list[DeliveryOut], BY_ID]
    parcels: list[ParcelOut]

    @staticmethod
    def resolve_total_minor(order: Any) -> Any:
        return order.postage_minor + sum(line.total_minor for line in order.lines.all())

    @staticmethod
    def resolve_paid_minor(order: Any) -> Any:
        return sum(each.amount_minor for each in order.allocations.all())

    @staticmethod
    def resolve_due_minor(order: Any) -> Any:
        return order.charged_minor - sum(each.amount_minor for each in order.allocations.all())

    @staticmethod
    def resolve_payments(order: Any) -> Any:
        rows = [each for each in order.allocations.all() if each.amount_minor]
        return sorted(rows, key=lambda each: (-each.amount_minor, each.receipt_id))


class OrderNowOut(OrderOut):
    """One order, and what can be done about it now, best first."""

    remedies: list[RemedyOut]


def with_parcels(orders: Sequence[Order]) -> list[RowWith]:
    """With their parcels, read once for all; they come from `orders_told`."""
    rows = parcels_told().filter(delivery__order__in=[order.pk for order in orders]).order_by("label_at", "id")
    by_order: dict[int, list[Parcel]] = {}
    for parcel in rows:
        by_order.setdefault(parcel.delivery.order_id, []).append(parcel)
    by_delivery = {parcel.delivery_id: parcel.reference for parcel in rows}
    statuses = statuses_of([order.pk for order in orders])
    return [
        RowWith(
            order,
            status=statuses[order.pk],
            parcels=by_order.get(order.pk, []),
            deliveries=[RowWith(each, parcel=by_delivery.get(each.pk)) for each in order.deliveries.all()],
        )
        for order in orders
    ]


@router.get("/orders", response=Page[OrderOut], auth=READ_OWN)
def orders(request: Call, wanted: Query[ByCustomer], paging: Query[Paging]) -> Any:
    """Orders, the newest first."""
    rows = wanted.filter(request.auth.sees(orders_told()))
    return page_of(rows, paging, keys=("-placed_at", "-id"), shape=with_parcels)


@router.get("/orders/{reference}", response=OrderNowOut, auth=READ_OWN)
@edited_row(Order, reference="reference")
def order(request: Call, reference: str) -> Any:
    """One order, with what can be done about it now."""
    row = request.auth.sees(orders_told()).get(reference=reference)
    remedies = remedies_for(row, by=request.auth.actor, now=clock.now())
    return RowWith(with_parcels([row])[0], remedies=remedies)


@router.get("/orders/{reference}/history", response=Page[FactOut], auth=READ)
def order_history(request: Call, reference: str, paging: Query[Paging]) -> Any:
    """What happened to an order, its promises and its parcels, the oldest first: which fields changed, by name."""
    keys = ordering_keys_of(all_orders().get(reference=reference))
    return page_of(all_facts().filter(ordering_key__in=keys), paging, shape=with_customers)
