"""Whoever packs says what is not there: the stock is put right, and the units wait for a way to be made good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from makegood.catalog.actions import count_back, count_short
from makegood.catalog.models import Place
from makegood.catalog.queries import all_places
from makegood.journal.actions import announce
from makegood.kit.errors import AlreadyResolved, Conflict, InvalidField
from makegood.kit.rows import RowError
from makegood.orders.delivering import join_delivery, split_delivery
from makegood.orders.models import Delivery, DeliveryUnits, Order, OrderLine
from makegood.parcels.dispatching import stop_dispatch
from makegood.parcels.facts import ShortageTakenBack, UnitsShort
from makegood.parcels.locks import lock_requested_dispatches, lock_to_pack
from makegood.parcels.models import Dispatch, Parcel, Shortage
from makegood.parcels.queries import not_left, short_among
from makegood.parcels.records import ShortageRecord
from makegood.promises.actions import clear_risk, mark_at_risk
from makegood.promises.rules import PromiseState


class FewerSaid(Conflict):
    """More units were said to be missing before."""

    slug, title = "fewer-said", "More were said to be missing before"

    def __init__(self, total: int) -> None:
        super().__init__(f"quantity: {total} were said to be missing before; take that back first")


class NotThatManyToPack(Conflict):
    """So many units of the line do not wait to be packed there."""

    slug, title = "not-that-many-to-pack", "Not so many of it wait to be packed"

    def __init__(self, line: str, waiting: int) -> None:
        super().__init__(f"quantity: of line {line}, {waiting} more wait to be packed there")


class SomethingFollowed(Conflict):
    """Something was done about it already, so that it can't be taken back any more."""

    slug, title = "something-followed", "Something was done about it already"

    def __init__(self) -> None:
        super().__init__("these units left, or something takes their place already")


def say_short(
    *, order_id: int, line: str, quantity: int, place: str | None = None, by: str, now: datetime
) -> list[Shortage]:
    """Of a line, so many units in all are not there where they are packed: the same word again changes nothing.

    Nobody holds what could not be found, so that none of it is free in that place any more. What a place was asked to
    send of it is not sent as it was asked for.

    Raises:
        InvalidField: the order has no such line, or nobody knows the place.
        FewerSaid: more were said to be missing before.
        NotThatManyToPack: so many do not wait to be packed there.
    """
    with transaction.atomic():
        lock_to_pack(order_id)
        row = OrderLine.objects.filter(order=order_id, reference=line).select_related("order").first()
        if row is None:
            raise InvalidField("line", f"order {Order.objects.get(id=order_id).reference} has no line {line!r}")
        standing = list(Shortage.objects.filter(line=row, taken_back_at=None).order_by("id"))
        said = sum(each.quantity for each in standing)
        if quantity < said:
            raise FewerSaid(said)
        if quantity > said:
            where = _place_named(place, order_id)
            parts = _to_be_packed(row, quantity - said, where)
            standing += [_write_down(units, count, where, by=by, now=now) for units, count in parts]
            # Last of all, as promises are locked after everything else.
            mark_at_risk(promise_ids=[each.delivery.promise_id for each in standing], now=now)
    return standing


def _place_named(reference: str | None, order_id: int) -> Place:
    """Raises:
    InvalidField: there is none of that name, or none is named and it could be any.
    """
    if reference is not None:
        named = all_places().filter(reference=reference).first()
        if named is None:
            raise InvalidField("place", f"{reference!r} is unknown")
        return named
    asked = {each.place_id for each in lock_requested_dispatches(order_id)}
    places = all_places().filter(id__in=asked) if asked else all_places()
    found = list(places[:2])
    if len(found) != 1:
        raise InvalidField("place", "say in which place it is packed")
    return found[0]


def _to_be_packed(line: OrderLine, quantity: int, place: Place) -> list[tuple[DeliveryUnits, int]]:
    """So many units that wait to be packed there, by the groups that hold them."""
    waiting = list(_waiting(line, place))
    if sum(units.quantity for units in waiting) < quantity:
        raise NotThatManyToPack(line.reference, sum(units.quantity for units in waiting))
    parts, left = [], quantity
    for units in waiting:
        count = min(left, units.quantity)
        if count:
            parts.append((units, count))
            left -= count
    return parts


def _waiting(line: OrderLine, place: Place) -> Iterator[DeliveryUnits]:
    """What is asked of this place first, then what no place was asked for; what was short before waits no more."""
    rows = DeliveryUnits.objects.filter(line=line).select_related("delivery__promise", "line__product", "instead")
    by_delivery = {units.delivery_id: units for units in rows.order_by("id")}
    deliveries = [units.delivery for units in by_delivery.values() if units.delivery.promise.is_owed]
    short = short_among(deliveries)
    dispatches = dict(Dispatch.objects.filter(delivery__in=deliveries).values_list("delivery_id", "place_id"))
    there = [each for each in not_left(deliveries) if each.pk not in short]
    there = [each for each in there if dispatches.get(each.pk, place.pk) == place.pk]
    for delivery in sorted(there, key=lambda each: (each.pk not in dispatches, each.pk)):
        yield by_delivery[delivery.pk]


def _write_down(units: DeliveryUnits, count: int, place: Place, *, by: str, now: datetime) -> Shortage:
    """What we asked a place for waits whole, since it does not leave as it was asked for; of the rest a part alone."""
    delivery, product_id = units.delivery, units.sends_id
    found = units.quantity - count
    if stop_dispatch(delivery, now=now):
        part = delivery
        counted_off = count_short(place_id=place.pk, product_id=product_id, leaves_free=found)
    else:
        part = split_delivery(delivery=delivery, units={units.line_id: count}, now=now)
        counted_off = count_short(place_id=place.pk, product_id=product_id)
    row = Shortage.objects.create(
        customer_id=delivery.customer_id,
        order_id=delivery.order_id,
        delivery=part,
        line_id=units.line_id,
        product_id=product_id,
        place=place,
        quantity=count,
        counted_off=counted_off,
        said_at=now,
        said_by=by,
    )
    announce([UnitsShort(**_said_of(row), quantity=count)], now=now)
    return row


def _said_of(row: Shortage) -> dict[str, int]:
    return {
        "customer_id": row.customer_id,
        "shortage_id": row.pk,
        "order_id": row.order_id,
        "delivery_id": row.delivery_id,
        "place_id": row.place_id,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidShort:
    """What came of several words: how many said something new, and what can't be taken."""

    new: int
    same: int
    refused: tuple[RowError, ...]


def say_each_short(records: Sequence[ShortageRecord], *, place: Place, by: str, now: datetime) -> SaidShort:
    """Take the words of a place that can be taken, each by itself, and say what is wrong with the others."""
    new, refused = 0, []
    for index, record in enumerate(records):
        try:
            with transaction.atomic():
                order = Order.objects.get(reference=record.order)
                before = Shortage.objects.filter(order=order).count()
                say_short(
                    order_id=order.pk,
                    line=record.line,
                    quantity=record.quantity,
                    place=place.reference,
                    by=by,
                    now=now,
                )
                new += Shortage.objects.filter(order=order).count() > before
        except Order.DoesNotExist:
            refused.append(RowError(index=index, field="order", reason=f"{record.order!r} is unknown"))
        except InvalidField as bad:
            refused.append(RowError(index=index, field=bad.field, reason=bad.reason))
        except (FewerSaid, NotThatManyToPack) as bad:
            refused.append(RowError(index=index, field="quantity", reason=str(bad).removeprefix("quantity: ")))
    return SaidShort(new=new, same=len(records) - new - len(refused), refused=tuple(refused))


def take_back_shortage(*, shortage_id: int, by: str, now: datetime) -> Shortage:
    """They are there after all: the count of the place is as before, and they are packed with the rest.

    Raises:
        Shortage.DoesNotExist: there is none.
        AlreadyResolved: it was taken back before.
        SomethingFollowed: they left, or something takes their place.
    """
    with transaction.atomic():
        lock_to_pack(Shortage.objects.values_list("order_id", flat=True).get(id=shortage_id))
        row = Shortage.objects.select_related("delivery__promise").get(id=shortage_id)
        if row.taken_back_at is not None:
            raise AlreadyResolved("it was taken back before")
        if not row.delivery.promise.is_owed or Parcel.objects.filter(delivery=row.delivery_id).exists():
            raise SomethingFollowed
        row.taken_back_at, row.taken_back_by = now, by
        row.save(update_fields=["taken_back_at", "taken_back_by"])
        count_back(place_id=row.place_id, product_id=row.product_id, quantity=row.counted_off)
        if not Dispatch.objects.filter(delivery=row.delivery_id).exists():
            _pack_with_the_rest(row.delivery, now=now)
        announce([ShortageTakenBack(**_said_of(row))], now=now)
    return row


def _pack_with_the_rest(part: Delivery, *, now: datetime) -> None:
    """What was split for it goes back to what it was split from, where that waits still."""
    clear_risk(promise_ids=[part.promise_id])
    if part.split_from_id is None:
        return
    rows = Delivery.objects.filter(id=part.split_from_id, by_date=part.by_date, is_replacement=False)
    whole = rows.exclude(units=None).select_related("promise").first()
    if whole is not None and whole.promise.state == PromiseState.OPEN and not_left([whole]):
        join_delivery(part, to=whole, now=now)
