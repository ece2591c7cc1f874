"""Making deliveries with their promises, splitting them, and letting them go."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError

from makegood.catalog import rules as travelling
from makegood.catalog.queries import LastCalls
from makegood.catalog.rules import LastCall
from makegood.customers.records import AddressRecord
from makegood.kit.bulk import store_new
from makegood.kit.holidays import calendar_of
from makegood.orders import rules
from makegood.orders.locks import lock_units
from makegood.orders.models import Delivery, DeliveryUnits, Order, OrderLine
from makegood.orders.records import OrderRecord
from makegood.orders.rules import Address
from makegood.promises.actions import (
    NewPromise,
    call_off,
    make_promise,
    make_promises,
    make_promises_good,
    promise_anew,
)
from makegood.promises.rules import PromiseKind, due_on

SHOP = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Units (line reference to quantity) that go together as a record says, in the parcel of that id; None: in none."""

    order: Order
    record: OrderRecord
    units: Mapping[str, int]
    parcel: str | None
    ship_to: AddressRecord


def groups_of(order: Order, record: OrderRecord) -> list[Group]:
    """The order's units by parcel, in the record's order, and a last group of what is in none."""
    groups: list[Group] = []
    left = {line.id: line.quantity for line in record.lines}
    for parcel in record.parcels:
        units: dict[str, int] = {}
        for row in parcel.units:
            units[row.line] = units.get(row.line, 0) + row.quantity
            left[row.line] -= row.quantity
        ship_to = parcel.ship_to or record.ship_to
        groups.append(Group(order=order, record=record, units=units, parcel=parcel.id, ship_to=ship_to))
    unpacked = {line: quantity for line, quantity in left.items() if quantity}
    if unpacked:
        groups.append(Group(order=order, record=record, units=unpacked, parcel=None, ship_to=record.ship_to))
    return groups


def make_deliveries(
    groups: Sequence[Group], lines_of: Mapping[int, Mapping[str, OrderLine]], *, now: datetime
) -> dict[int, dict[str | None, Delivery]]:
    """A delivery with its promise for each group, by its order and its group's parcel.

    `lines_of`: each order's lines by reference, by its id.
    """
    deliveries = [
        go_to(Delivery(order=group.order, customer_id=group.order.customer_id), group.record, group.ship_to)
        for group in groups
    ]
    calls = LastCalls()
    promises = make_promises(
        [
            NewPromise(
                customer_id=delivery.customer_id,
                kind=PromiseKind.DELIVER,
                due_at=(due := due_of(group.record, group.ship_to)),
                at_risk_at=None if has_left_or_ended else worry_at(delivery, due_at=due, calls=calls),
                awaits_news=group.order.history_since is not None,
            )
            for group, delivery in zip(groups, deliveries, strict=True)
            for has_left_or_ended in (group.parcel is not None or group.order.history_since is not None,)
        ],
        by=SHOP,
        now=now,
    )
    for delivery, promise in zip(deliveries, promises, strict=True):
        delivery.promise = promise
    store_new(deliveries)
    store_new(
        [
            DeliveryUnits(
                delivery_id=delivery.pk,
                customer_id=delivery.customer_id,
                line_id=lines_of[delivery.order_id][line].pk,
                quantity=quantity,
            )
            for group, delivery in zip(groups, deliveries, strict=True)
            for line, quantity in group.units.items()
        ]
    )
    made: dict[int, dict[str | None, Delivery]] = {group.order.pk: {} for group in groups}
    for group, delivery in zip(groups, deliveries, strict=True):
        made[group.order.pk][group.parcel] = delivery
    return made


def expected_way(delivery: Delivery, *, calls: LastCalls) -> LastCall | None:
    """How a delivery that has not left is meant to travel, and by when it has to leave; None where nothing says so."""
    return calls.expected(
        country=delivery.country,
        zone=delivery.zone,
        by_date=delivery.by_date,
        since=delivery.order.placed_at,
        currency=delivery.order.currency,
    )


def worry_at(delivery: Delivery, *, due_at: datetime, calls: LastCalls) -> datetime:
    """When to start worrying about a delivery that has not left."""
    way = expected_way(delivery, calls=calls)
    return travelling.worry_at(way, since=delivery.order.placed_at) if way else rules.worry_at(due_at=due_at)


# Where a delivery goes, and all that it takes over from the record it goes by.
ADDRESS = ("name", "address_lines", "postcode", "country", "zone")
GOES_BY = ("by_date", *ADDRESS, "version_at")


def go_to(delivery: Delivery, record: OrderRecord, ship_to: AddressRecord) -> Delivery:
    """Let a delivery, not written yet, go there by the day that this version of its order says."""
    delivery.by_date, delivery.version_at = record.deliver_by_date, record.version_at
    return address(delivery, Address.from_plain(ship_to.model_dump()))


def address(delivery: Delivery, to: Address) -> Delivery:
    """Let a delivery, not written yet, go there."""
    delivery.name, delivery.address_lines = to.name, list(to.lines)
    delivery.postcode, delivery.country, delivery.zone = to.postcode, to.country, to.zone
    return delivery


def address_of(delivery: Delivery) -> Address:
    """Where a delivery goes."""
    return Address(
        name=delivery.name,
        lines=tuple(delivery.address_lines),
        postcode=delivery.postcode,
        country=delivery.country,
        zone=delivery.zone,
    )


def due_of(record: OrderRecord, ship_to: AddressRecord) -> datetime:
    """When the date that a record promises falls due there."""
    destination = calendar_of(country=ship_to.country, zone=ship_to.zone)
    return due_on(by_date=record.deliver_by_date, destination=destination)


def drop_delivery(delivery: Delivery, *, now: datetime) -> None:
    """Let a delivery go of which nothing is left, and its promise with it."""
    delivery.units.all().delete()
    call_off(promise_ids=[delivery.promise_id], now=now)
    Delivery.objects.filter(split_from=delivery, is_replacement=False).update(split_from=None)
    # Where a case knows it, it stays: empty, with its withdrawn promise.
    with suppress(ProtectedError):
        delivery.delete()


def split_delivery(*, delivery: Delivery, units: Mapping[int, int], now: datetime) -> Delivery:
    """Let `units` (line id to quantity) leave a delivery as one of their own, with its date and a promise of their own.

    All units: the delivery itself. Of what was made good nothing is owed, whichever part leaves all the same.

    Raises:
        NotThatMany: the delivery does not hold them.
    """
    with transaction.atomic():
        rows = {row.line_id: row for row in lock_units(delivery)}
        left = rules.remainder(whole={line: row.quantity for line, row in rows.items()}, part=units)
        if not left:
            return delivery
        promise = make_promise(
            customer_id=delivery.customer_id,
            kind=PromiseKind.DELIVER,
            due_at=delivery.promise.due_at,
            at_risk_at=delivery.promise.at_risk_at,
            by=delivery.promise.made_by,
            now=now,
        )
        part = Delivery.objects.get(pk=delivery.pk)
        part.pk, part.promise, part.split_from = None, promise, delivery
        part.save(force_insert=True)
        _move_units(rows, to=part, units=units)
        if delivery.promise.made_good_at is not None:
            make_promises_good(promise_ids=[promise.pk], now=now)
    return part


def _move_units(rows: Mapping[int, DeliveryUnits], *, to: Delivery, units: Mapping[int, int]) -> None:
    for line_id, quantity in units.items():
        row = rows[line_id]
        if row.quantity == quantity:
            row.delivery = to
            row.save(update_fields=["delivery"])
            continue
        less_minor = rules.share_minor(total_minor=row.less_minor, quantity=row.quantity, count=quantity)
        row.quantity, row.less_minor = row.quantity - quantity, row.less_minor - less_minor
        row.save(update_fields=["quantity", "less_minor"])
        DeliveryUnits.objects.create(
            delivery=to,
            customer_id=to.customer_id,
            line_id=line_id,
            quantity=quantity,
            instead_id=row.instead_id,
            less_minor=less_minor,
        )


def join_delivery(part: Delivery, *, to: Delivery, now: datetime) -> None:
    """Let what was split from a delivery go with it again, and let the part go."""
    with transaction.atomic():
        there = {row.line_id: row for row in lock_units(to)}
        for row in lock_units(part):
            beside = there.get(row.line_id)
            if beside is None:
                row.delivery = to
                row.save(update_fields=["delivery"])
                continue
            beside.quantity += row.quantity
            beside.save(update_fields=["quantity"])
        drop_delivery(part, now=now)


def take_along(part: Delivery, *, other: Delivery, units: Mapping[int, int]) -> None:
    """Let `units` (line id to quantity) of another delivery, which was made good, leave with a part that is about to.

    A row moves as it is, with what was made good of it, and takes up what the part has of its line. One of which only
    some leave stays, since what was made good of it can't be divided.
    """
    there = {row.line_id: row for row in lock_units(part)}
    for row in lock_units(other):
        if units.get(row.line_id) == row.quantity:
            beside = there.get(row.line_id)
            if beside is not None:
                beside.delete()
                row.quantity += beside.quantity
            row.delivery = part
            row.save(update_fields=["delivery", "quantity"])
    part.split_from = other
    part.save(update_fields=["split_from"])


def deliver_later(
    delivery: Delivery, *, by_date: date, due_at: datetime, reason: str, by: str, now: datetime
) -> Delivery:
    """Let a delivery that has not left come by a later day, which its customer accepts; the delivery that stands.

    Where the first day has passed it is another delivery: what was promised for that day stays broken.

    Raises:
        PromiseClosed: nobody waits for it any more.
    """
    promise = promise_anew(promise_id=delivery.promise_id, due_at=due_at, reason=reason, by=by, now=now)
    if promise.pk == delivery.promise_id:
        delivery.by_date = by_date
        delivery.save(update_fields=["by_date"])
        return delivery
    later = Delivery.objects.get(pk=delivery.pk)
    later.pk, later.promise, later.by_date = None, promise, by_date
    if not later.is_replacement:
        # What it was split from has a day of its own. What it replaces it still does.
        later.split_from = None
    later.save(force_insert=True)
    for units in lock_units(delivery):
        units.delivery = later
        units.save(update_fields=["delivery"])
    return later


@dataclass(frozen=True, slots=True, kw_only=True)
class SentUnits:
    """So many of a line go: as it was ordered, or as the product `instead_id`, for which `less_minor` went back."""

    line_id: int
    quantity: int
    instead_id: int | None = None
    less_minor: int = 0


def promise_replacement(
    *,
    lost: Delivery,
    to: Address,
    units: Iterable[SentUnits],
    by_date: date,
    due_at: datetime,
    by: str,
    now: datetime,
) -> Delivery:
    """A delivery of its own for units sent again in the place of `lost`, to where its order goes now."""
    promise = make_promise(customer_id=lost.customer_id, kind=PromiseKind.DELIVER, due_at=due_at, by=by, now=now)
    again = Delivery.objects.get(pk=lost.pk)
    again.pk, again.promise, again.split_from, again.is_replacement = None, promise, lost, True
    again.by_date, again.address_corrected_at = by_date, None
    address(again, to)
    again.save(force_insert=True)
    DeliveryUnits.objects.bulk_create(
        [
            DeliveryUnits(
                delivery=again,
                customer_id=lost.customer_id,
                line_id=each.line_id,
                quantity=each.quantity,
                instead_id=each.instead_id,
                less_minor=each.less_minor,
            )
            for each in units
        ]
    )
    return again
