"""Taking orders in, and splitting deliveries."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from makegood.catalog.models import Product
from makegood.catalog.rules import due_at as due_on
from makegood.customers.models import Customer
from makegood.journal.actions import announce
from makegood.kit.holidays import calendar_of
from makegood.kit.rows import BadRows, RowError, Taken
from makegood.orders import rules
from makegood.orders.facts import OrderCancelled, OrderPlaced
from makegood.orders.models import Delivery, DeliveryUnits, Line, Order
from makegood.orders.records import OrderRecord
from makegood.promises.actions import NewPromise, make_promise, make_promises, withdraw_promise
from makegood.promises.rules import Kind, State

SHOP = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Orders taken in, with what parcels need: their lines by reference and their deliveries in order."""

    order: Order
    record: OrderRecord
    lines: Mapping[str, Line]
    deliveries: Sequence[Delivery]
    is_new: bool
    is_changed: bool = False


def put_orders(records: Sequence[OrderRecord], *, now: datetime) -> tuple[Taken, list[Known]]:
    """Take orders in, each with one delivery for every parcel it names and one for the units that are in none.

    Known orders may be cancelled, and gain tenders and parcels; their lines, address and date stand. What is known
    of each stands in the place of its record.

    Raises:
        BadRows: an unknown customer or product, or a known order with other content.
    """
    with transaction.atomic():
        rows = Order.objects.select_for_update().filter(reference__in={r.id for r in records}).order_by("id")
        known = {order.reference: order for order in rows}
        _refuse_bad(records, known)
        fresh = [record for record in records if record.id not in known]
        made = _make(fresh, now=now)
        old = [record for record in records if record.id in known]
        changed = {record.id for record in old if _update(known[record.id], record, now=now)}
        taken_in = {each.record.id: each for each in made}
        taken_in |= {record.id: _as_known(known[record.id], record, is_changed=record.id in changed) for record in old}
    taken = Taken(new=len(made), changed=len(changed), same=len(old) - len(changed))
    return taken, [taken_in[record.id] for record in records]


def digest_of(record: OrderRecord) -> str:
    """What stands of an order once it is taken in; parcels, tenders and cancellation may follow."""
    return hashlib.sha256(record.model_dump_json(exclude={"parcels", "paid", "cancelled_at"}).encode()).hexdigest()


def _refuse_bad(records: Sequence[OrderRecord], known: Mapping[str, Order]) -> None:
    customers = set(
        Customer.objects.filter(reference__in={r.customer for r in records}).values_list("reference", flat=True)
    )
    skus = {line.sku for record in records for line in record.lines}
    products = set(Product.objects.filter(sku__in=skus).values_list("sku", flat=True))
    errors = []
    seen: set[str] = set()
    for index, record in enumerate(records):
        if record.id in seen:
            errors.append(RowError(index=index, field="id", reason=f"order {record.id} comes twice"))
        seen.add(record.id)
        if record.customer not in customers:
            reason = f"{record.customer!r} is unknown; import the customer first"
            errors.append(RowError(index=index, field="customer", reason=reason))
        errors += [
            RowError(index=index, field=f"lines.{place}.sku", reason=f"{line.sku!r} is unknown; import it first")
            for place, line in enumerate(record.lines)
            if line.sku not in products
        ]
        if record.id in known and known[record.id].digest != digest_of(record):
            reason = f"order {record.id} is known with other lines, address or date, and those can't be changed here"
            errors.append(RowError(index=index, field="id", reason=reason))
    if errors:
        raise BadRows(errors)


def _make(records: Sequence[OrderRecord], *, now: datetime) -> list[Known]:
    customers = {c.reference: c for c in Customer.objects.filter(reference__in={r.customer for r in records})}
    skus = {line.sku for record in records for line in record.lines}
    products = {p.sku: p for p in Product.objects.filter(sku__in=skus)}
    orders = Order.objects.bulk_create(
        [
            Order(
                reference=r.id,
                customer=customers[r.customer],
                placed_at=r.placed_at,
                currency=r.currency,
                postage_minor=r.postage_minor,
                paid=[tender.model_dump() for tender in r.paid],
                digest=digest_of(r),
            )
            for r in records
        ],
        batch_size=1000,
    )
    lines = Line.objects.bulk_create(
        [
            Line(
                order=order,
                customer_id=order.customer_id,
                reference=each.id,
                product=products[each.sku],
                title=each.title or products[each.sku].title,
                **each.model_dump(include={"quantity", "unit_price_minor", "discount_minor", "tax_minor"}),
            )
            for order, record in zip(orders, records, strict=True)
            for each in record.lines
        ],
        batch_size=1000,
    )
    lines_of: dict[int, dict[str, Line]] = {}
    for line in lines:
        lines_of.setdefault(line.order_id, {})[line.reference] = line
    deliveries = _make_deliveries(list(zip(orders, records, strict=True)), lines_of, now=now)
    announce([OrderPlaced(customer_id=order.customer_id, order_id=order.pk) for order in orders], now=now)
    made = [
        Known(order=o, record=r, lines=lines_of[o.pk], deliveries=deliveries[o.pk], is_new=True)
        for o, r in zip(orders, records, strict=True)
    ]
    for each in made:
        if each.record.cancelled_at:
            _cancel(each.order, cancelled_at=each.record.cancelled_at, now=now)
    return made


def _make_deliveries(
    orders: Sequence[tuple[Order, OrderRecord]], lines_of: Mapping[int, Mapping[str, Line]], *, now: datetime
) -> dict[int, list[Delivery]]:
    """One delivery a parcel, in the record's order, and a last one for units in no parcel, each with its promise."""
    groups = [(order, record, group) for order, record in orders for group in groups_of(record)]
    promises = make_promises(
        [
            NewPromise(
                customer_id=order.customer_id,
                kind=Kind.DELIVER,
                due_at=(due := due_of(record.deliver_by_date, record.ship_to.country, record.ship_to.zone)),
                at_risk_at=rules.worry_at(due_at=due) if is_unpacked else None,
            )
            for order, record, (_, is_unpacked) in groups
        ],
        by=SHOP,
        now=now,
    )
    deliveries = Delivery.objects.bulk_create(
        [
            Delivery(
                order=order,
                customer_id=order.customer_id,
                promise=promise,
                by_date=record.deliver_by_date,
                name=record.ship_to.name,
                address_lines=record.ship_to.lines,
                postcode=record.ship_to.postcode,
                country=record.ship_to.country,
                zone=record.ship_to.zone,
            )
            for (order, record, _), promise in zip(groups, promises, strict=True)
        ],
        batch_size=1000,
    )
    DeliveryUnits.objects.bulk_create(
        [
            DeliveryUnits(
                delivery=delivery, customer_id=order.customer_id, line=lines_of[order.pk][line], quantity=quantity
            )
            for (order, _, (group, _)), delivery in zip(groups, deliveries, strict=True)
            for line, quantity in group.items()
        ],
        batch_size=1000,
    )
    found: dict[int, list[Delivery]] = {order.pk: [] for order, _ in orders}
    for delivery in deliveries:
        found[delivery.order_id].append(delivery)
    return found


def groups_of(record: OrderRecord) -> list[tuple[dict[str, int], bool]]:
    """The order's units by parcel, and what is in none (marked True)."""
    groups: list[tuple[dict[str, int], bool]] = []
    left = {line.id: line.quantity for line in record.lines}
    for parcel in record.parcels:
        group: dict[str, int] = {}
        for units in parcel.units:
            group[units.line] = group.get(units.line, 0) + units.quantity
            left[units.line] -= units.quantity
        groups.append((group, False))
    unpacked = {line: quantity for line, quantity in left.items() if quantity}
    return [*groups, (unpacked, True)] if unpacked else groups


def due_of(by_date: date, country: str, zone: str) -> datetime:
    """When a date promised there falls due."""
    return due_on(by_date=by_date, destination=calendar_of(country=country, zone=zone))


def _as_known(order: Order, record: OrderRecord, *, is_changed: bool) -> Known:
    lines = {line.reference: line for line in order.lines.all()}
    return Known(
        order=order,
        record=record,
        lines=lines,
        deliveries=list(order.deliveries.order_by("id")),
        is_new=False,
        is_changed=is_changed,
    )


def _update(order: Order, record: OrderRecord, *, now: datetime) -> bool:
    """Take a known order's tenders and cancellation over; whether anything changed."""
    changed = False
    paid = [tender.model_dump() for tender in record.paid]
    if paid != order.paid:
        order.paid, changed = paid, True
        order.save(update_fields=["paid"])
    if record.cancelled_at and order.cancelled_at is None:
        _cancel(order, cancelled_at=record.cancelled_at, now=now)
        changed = True
    return changed


def _cancel(order: Order, *, cancelled_at: datetime, now: datetime) -> None:
    order.cancelled_at = cancelled_at
    order.save(update_fields=["cancelled_at"])
    for delivery in order.deliveries.select_related("promise").order_by("id"):
        if delivery.promise.state == State.OPEN:
            withdraw_promise(promise_id=delivery.promise_id, now=now)
    announce([OrderCancelled(customer_id=order.customer_id, order_id=order.pk)], now=now)


def split_delivery(*, delivery: Delivery, units: Mapping[int, int], now: datetime) -> Delivery:
    """Let `units` (line id to quantity) leave a delivery as one of their own, with its date and a promise of their own.

    All units: the delivery itself.

    Raises:
        NotThatMany: the delivery does not hold them.
    """
    with transaction.atomic():
        rows = {row.line_id: row for row in delivery.units.select_for_update().order_by("id")}
        left = rules.remainder(whole={line: row.quantity for line, row in rows.items()}, part=units)
        if not left:
            return delivery
        promise = make_promise(
            customer_id=delivery.customer_id,
            kind=Kind.DELIVER,
            due_at=delivery.promise.due_at,
            at_risk_at=delivery.promise.at_risk_at,
            by=delivery.promise.made_by,
            now=now,
        )
        part = Delivery.objects.get(pk=delivery.pk)
        part.pk, part.promise, part.split_from = None, promise, delivery
        part.save(force_insert=True)
        _move_units(rows, to=part, units=units)
    return part


def _move_units(rows: Mapping[int, DeliveryUnits], *, to: Delivery, units: Mapping[int, int]) -> None:
    for line_id, quantity in units.items():
        row = rows[line_id]
        if row.quantity == quantity:
            row.delivery = to
            row.save(update_fields=["delivery"])
            continue
        row.quantity -= quantity
        row.save(update_fields=["quantity"])
        DeliveryUnits.objects.create(delivery=to, customer_id=to.customer_id, line_id=line_id, quantity=quantity)


def promise_replacement(
    *, lost: Delivery, units: Iterable[tuple[int, int]], by_date: date, due_at: datetime, by: str, now: datetime
) -> Delivery:
    """A delivery of its own for units sent again to where `lost` was going, with its own promise."""
    promise = make_promise(customer_id=lost.customer_id, kind=Kind.DELIVER, due_at=due_at, by=by, now=now)
    again = Delivery.objects.get(pk=lost.pk)
    again.pk, again.promise, again.split_from, again.is_replacement = None, promise, lost, True
    again.by_date = by_date
    again.save(force_insert=True)
    DeliveryUnits.objects.bulk_create(
        [
            DeliveryUnits(delivery=again, customer_id=lost.customer_id, line_id=line_id, quantity=quantity)
            for line_id, quantity in units
        ]
    )
    return again
