"""A newer version of an order settles: its lines, and the address and day of what has not left."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.utils import translation
from django.utils.translation import gettext as _

from makegood.catalog.models import Product
from makegood.customers.records import AddressRecord
from makegood.journal.actions import announce
from makegood.orders.charging import left_of, take_told
from makegood.orders.delivering import (
    GOES_BY,
    SHOP,
    Group,
    drop_delivery,
    due_of,
    go_to,
    make_deliveries,
)
from makegood.orders.facts import OrderChanged
from makegood.orders.models import Delivery, DeliveryUnits, Order, OrderLine
from makegood.orders.records import LineRecord, OrderRecord
from makegood.orders.rules import VersionRelation
from makegood.promises.actions import correct_due_date

LINE_FIELDS = ("quantity", "unit_price_minor", "discount_minor", "tax_minor")


class OrderSnapshot:
    """A known order as it stands, read once: its lines, what is settled of them, and the delivery of the rest.

    What is packed has left, and what was sent otherwise or paid back before it left is owed no more: both are settled,
    and a newer version changes neither. A delivery that was let go (`drop_delivery`) holds nothing, and takes nothing
    up again: its promise has had its day.
    """

    def __init__(
        self, order: Order, lines: Iterable[OrderLine], deliveries: Sequence[Delivery], *, packed: Collection[int]
    ) -> None:
        self.order = order
        self.lines = {line.reference: line for line in lines}
        self.deliveries = deliveries
        originals = [each for each in deliveries if not each.is_replacement and each.units.all()]
        self.rest: list[Delivery] = []
        self.settled: Counter[str] = Counter()
        for delivery in sorted(originals, key=lambda each: each.pk):
            if delivery.pk not in packed and delivery.promise.made_good_at is None:
                self.rest.append(delivery)
                continue
            for units in delivery.units.all():
                self.settled[units.line.reference] += units.quantity

    def rename(self, names: Mapping[str, str]) -> None:
        """Let lines go by what their shop calls them from now on."""
        for reference, named in names.items():
            row = self.lines.pop(reference)
            row.reference = named
            row.save(update_fields=["reference"])
            self.lines[named] = row
            self.settled[named] = self.settled.pop(reference, 0)


def snapshots_of(orders: Collection[Order], *, packed: Collection[int]) -> dict[str, OrderSnapshot]:
    """These orders as they stand, by their references, read for all of them together."""
    lines: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
    for line in OrderLine.objects.filter(order__in=lines).select_related("product").order_by("id"):
        lines[line.order_id].append(line)
    deliveries: dict[int, list[Delivery]] = {order.pk: [] for order in orders}
    rows = Delivery.objects.filter(order__in=deliveries).select_related("promise").prefetch_related("units__line")
    for delivery in rows.order_by("id"):
        deliveries[delivery.order_id].append(delivery)
    return {
        order.reference: OrderSnapshot(order, lines[order.pk], deliveries[order.pk], packed=packed) for order in orders
    }


def stands_against(standing: OrderSnapshot, record: OrderRecord, *, told: OrderRecord) -> Iterator[tuple[str, str]]:
    """Each field of a newer version that can't be taken, and why: what is settled stays, and money keeps its kind.

    `record` is what it comes to (`rebasing`); the fields are those of what was `told`.
    """
    order = standing.order
    if record.customer != order.customer.reference:
        yield "customer", f"order {record.id} was placed by {order.customer.reference!r}, and that can't be changed"
    if record.currency != order.currency:
        yield "currency", f"order {record.id} was placed in {order.currency}, and that can't be changed"
    lines = {line.id: line for line in record.lines}
    places = {line.id: f"lines.{place}" for place, line in enumerate(told.lines)}
    for reference, count in sorted(standing.settled.items()):
        settled = f"{count} of line {reference} are packed, sent otherwise or paid back already"
        if reference not in lines:
            yield "lines", f"{settled}, so that it can't be taken out"
            continue
        line, place = lines[reference], places.get(reference, "lines")
        if line.quantity < count:
            yield f"{place}.quantity", f"{settled}; it can't have fewer"
        if line.sku != standing.lines[reference].product.sku:
            yield f"{place}.sku", f"{settled}; another product needs a line of its own"


def settle(
    standing: OrderSnapshot,
    record: OrderRecord,
    *,
    products: Mapping[str, Product],
    digest: str | None,
    by: str = "",
    now: datetime,
) -> bool:
    """Make a known order what its newer version says; whether anything is different now.

    Cancellation and parcels are taken in by themselves, whichever version tells of them. No `digest`: it is not its
    shop's word but a change made here, `by` somebody; the shop's last version stays known, and what it costs the caller
    books.
    """
    order = standing.order
    before, was_paid = left_of(order, standing.lines.values()), order.paid
    lines = _settle_lines(standing, record, products)
    _settle_rest(standing, record, now=now)
    fields = {*_settle_order(order, record, digest=digest), *(["lines"] if any(lines.values()) else [])}
    if digest is not None:
        after = left_of(order, standing.lines.values())
        take_told(order, before=before, after=after, was_paid=was_paid, key=f"told/{uuid4()}", now=now)
    fields |= _settle_address_and_day(standing, record, now=now)
    if take_addresses(order, record, VersionRelation.NEWER):
        fields.add("ship_to")
    if fields and record.version_at:
        changed = OrderChanged(
            customer_id=order.customer_id,
            order_id=order.pk,
            version_at=record.version_at,
            by=by,
            fields=tuple(sorted(fields)),
            **lines,
        )
        announce([changed], now=now)
    return bool(fields)


def _settle_order(order: Order, record: OrderRecord, *, digest: str | None) -> list[str]:
    """Take over what is of the order as a whole; which of it is different."""
    told: dict[str, Any] = {
        "placed_at": record.placed_at,
        "postage_minor": record.postage_minor,
        "postage_tax_minor": record.postage_tax_minor,
    }
    if record.paid is not None:
        told["paid"] = [tender.as_told() for tender in record.paid]
    fields = [name for name, value in told.items() if getattr(order, name) != value]
    for name in fields:
        setattr(order, name, told[name])
    if digest is not None:
        order.version_at, order.digest = record.version_at, digest
    order.postage_off_minor = min(order.postage_off_minor, order.postage_minor)
    order.save(update_fields=["version_at", "digest", "postage_off_minor", *fields])
    return fields


def _settle_lines(
    standing: OrderSnapshot, record: OrderRecord, products: Mapping[str, Product]
) -> dict[str, tuple[str, ...]]:
    """Add, change and remove lines; which, by their ids."""
    told, discounts = {line.id: line for line in record.lines}, record.discounts()
    added = [line for line in record.lines if line.id not in standing.lines]
    for line in added:
        row = new_line(standing.order, line, products, discount_minor=discounts[line.id])
        row.save(force_insert=True)
        standing.lines[line.id] = row
    changed = []
    for reference, row in standing.lines.items():
        if reference in told and _fill(row, told[reference], products, discount_minor=discounts[reference]):
            row.save()
            changed.append(reference)
    removed = [reference for reference in standing.lines if reference not in told]
    for reference in removed:
        row = standing.lines.pop(reference)
        DeliveryUnits.objects.filter(line=row).delete()
        row.delete()
    return {
        "lines_added": tuple(sorted(line.id for line in added)),
        "lines_removed": tuple(sorted(removed)),
        "lines_changed": tuple(sorted(changed)),
    }


def new_line(order: Order, line: LineRecord, products: Mapping[str, Product], *, discount_minor: int) -> OrderLine:
    """A line that an order did not have, not written yet, with its own discount and its share of the order's."""
    row = OrderLine(order=order, customer_id=order.customer_id, reference=line.id)
    _fill(row, line, products, discount_minor=discount_minor)
    return row


def _fill(row: OrderLine, line: LineRecord, products: Mapping[str, Product], *, discount_minor: int) -> bool:
    """Make a line what its record says; whether it was something else."""
    product = products[line.sku]
    told = {name: getattr(line, name) for name in LINE_FIELDS}
    told |= {"product_id": product.pk, "title": line.title or product.title, "discount_minor": discount_minor}
    was = {name: getattr(row, name) for name in told}
    for name, value in told.items():
        setattr(row, name, value)
    # What went back of it stays so, though it comes to less now: nothing is left of it then.
    row.taken_off_minor = min(row.taken_off_minor, row.total_minor)
    return was != told


def _settle_rest(standing: OrderSnapshot, record: OrderRecord, *, now: datetime) -> None:
    """Let the delivery of what is not settled yet hold just that; make one, or let it go, where need be."""
    order = standing.order
    wanted = {line.id: line.quantity - standing.settled[line.id] for line in record.lines}
    left = {standing.lines[reference].pk: quantity for reference, quantity in wanted.items() if quantity}
    if left and not standing.rest:
        together = {reference: quantity for reference, quantity in wanted.items() if quantity}
        group = Group(order=order, record=record, units=together, parcel=None, ship_to=record.ship_to)
        standing.rest = list(make_deliveries([group], {order.pk: standing.lines}, now=now)[order.pk].values())
        return
    held = [_keep_units(delivery, left) for delivery in standing.rest]
    if more := {line: quantity for line, quantity in left.items() if quantity}:
        # In the oldest of them that holds something still, so that what was split stays so.
        place = next((place for place, units in enumerate(held) if units), 0)
        _add_units(standing.rest[place], held[place], more)
    for delivery, units in zip(standing.rest, held, strict=True):
        if not units:
            drop_delivery(delivery, now=now)
    standing.rest = [delivery for delivery, units in zip(standing.rest, held, strict=True) if units]


def _keep_units(delivery: Delivery, left: dict[int, int]) -> dict[int, DeliveryUnits]:
    """Let a delivery hold of its units what is `left` of their lines (ids), and take that from it; what it holds."""
    held = {}
    for row in DeliveryUnits.objects.filter(delivery=delivery).order_by("id"):
        kept = min(row.quantity, left.get(row.line_id, 0))
        left[row.line_id] = left.get(row.line_id, 0) - kept
        if not kept:
            row.delete()
            continue
        held[row.line_id] = row
        if kept != row.quantity:
            row.quantity = kept
            row.save(update_fields=["quantity"])
    return held


def _add_units(delivery: Delivery, held: dict[int, DeliveryUnits], more: Mapping[int, int]) -> None:
    for line_id, quantity in more.items():
        row = held.get(line_id)
        if row is None:
            held[line_id] = DeliveryUnits.objects.create(
                delivery=delivery, customer_id=delivery.customer_id, line_id=line_id, quantity=quantity
            )
        else:
            row.quantity += quantity
            row.save(update_fields=["quantity"])


def addresses_told(record: OrderRecord) -> dict[str, dict[str, Any]]:
    """The parcels that a record names, each with where it goes (None: where the order goes) and by which version."""
    at = record.version_at.astimezone(UTC).isoformat() if record.version_at else ""
    return {
        parcel.id: {"ship_to": parcel.ship_to.model_dump() if parcel.ship_to else None, "version_at": at}
        for parcel in record.parcels
    }


def take_addresses(order: Order, record: OrderRecord, turn: VersionRelation) -> bool:
    """Keep where an order goes now, and each of its parcels; whether one of them goes elsewhere than before.

    Of each parcel the newest version that names it counts, in whatever order they come.
    """
    before, kept = _where(order), (order.ship_to, dict(order.parcel_addresses))
    for parcel, told in addresses_told(record).items():
        if order.parcel_addresses.get(parcel, told)["version_at"] <= told["version_at"]:
            order.parcel_addresses[parcel] = told
    if turn is VersionRelation.NEWER:
        order.ship_to = record.ship_to.model_dump()
    if kept != (order.ship_to, order.parcel_addresses):
        order.save(update_fields=["ship_to", "parcel_addresses"])
    return before != _where(order)


def _where(order: Order) -> tuple[dict[str, Any], dict[str, Any]]:
    own = {parcel: told["ship_to"] for parcel, told in order.parcel_addresses.items() if told["ship_to"]}
    return order.ship_to, own


def _settle_address_and_day(standing: OrderSnapshot, record: OrderRecord, *, now: datetime) -> set[str]:
    """Send what has not left where the newer version says, by its day; which of both is different."""
    fields: set[str] = set()
    for delivery in standing.rest:
        was, due_at = _goes(delivery), due_of(record, record.ship_to)
        keeps = delivery.by_date if _is_agreed_otherwise(delivery, due_at) else None
        go_to(delivery, record, record.ship_to)
        delivery.by_date = keeps or delivery.by_date
        if was[0] != delivery.by_date:
            fields.add("deliver_by_date")
        if was[1:] != _goes(delivery)[1:]:
            fields.add("ship_to")
        delivery.save(update_fields=list(GOES_BY))
        if keeps:
            continue
        correct_due_date(
            promise_id=delivery.promise_id,
            due_at=due_at,
            reason=_reason(standing, record),
            by=SHOP,
            now=now,
        )
    return fields


def _is_agreed_otherwise(delivery: Delivery, due_at: datetime) -> bool:
    """Whether its customer has accepted another day in place of the one that the shop's record still names."""
    for revision in delivery.promise.revisions.order_by("-id"):
        if revision.revised_by == SHOP:
            return False
        if revision.was_due_at == due_at:
            return True
    return False


def _goes(delivery: Delivery) -> tuple[object, ...]:
    return tuple(getattr(delivery, name) for name in GOES_BY if name != "version_at")


def _reason(standing: OrderSnapshot, record: OrderRecord) -> str:
    if record.deliver_by_reason:
        return record.deliver_by_reason
    with translation.override(standing.order.customer.language):
        return _("your order was changed.")


def hear_older(order: Order, record: OrderRecord, boxes: Mapping[str, int], *, now: datetime) -> list[int]:
    """What an older version still tells: parcels it names went where and by when it says; the deliveries put right.

    `boxes`: deliveries of known parcels, by the parcels' references. A parcel goes by the oldest version that names it.
    """
    named = {boxes[parcel.id]: parcel.ship_to for parcel in record.parcels if parcel.id in boxes}
    right = []
    for delivery in order.deliveries.all():
        if not delivery.is_replacement and delivery.pk in named and _is_older(record, delivery):
            go_by_record(delivery, record, named[delivery.pk], now=now)
            right.append(delivery.pk)
    return right


def _is_older(record: OrderRecord, delivery: Delivery) -> bool:
    return bool(record.version_at and delivery.version_at and record.version_at < delivery.version_at)


def go_by_record(delivery: Delivery, record: OrderRecord, ship_to: AddressRecord | None, *, now: datetime) -> None:
    """Let what is packed go where (`ship_to`, or where the order goes) and by when the version says that it left under.

    Nobody was told another day.
    """
    to = ship_to or record.ship_to
    go_to(delivery, record, to)
    delivery.save(update_fields=list(GOES_BY))
    correct_due_date(promise_id=delivery.promise_id, due_at=due_of(record, to), reason="", by=SHOP, now=now)
