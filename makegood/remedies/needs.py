"""By when customers need what they ordered: said by them, or by whoever helps them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit.errors import InvalidField
from makegood.kit.instants import local_day, zone_named
from makegood.orders.locks import lock_orders
from makegood.orders.models import Order
from makegood.remedies.facts import NeedSaid
from makegood.remedies.models import NeedStated
from makegood.remedies.rules.values import Need
from makegood.staff.rules import Actor

# Longer ahead nobody plans a parcel; it is a year mistyped.
FARTHEST = timedelta(days=400)


def state_needs(
    *, references: Collection[str], by_date: date | None, by_time: time | None = None, by: Actor, now: datetime
) -> list[NeedStated]:
    """Keep by when orders are needed where they go, or that no day matters any more: of all of them, or of none. The
    same word again is kept once.

    Raises:
        Order.DoesNotExist: there is not one of each name.
        InvalidField: the day lies in the past, or more than a year ahead; or there is a time without a day.
    """
    if by_time is not None and by_date is None:
        raise InvalidField("by_date", "say the day too, on which this is the time")
    with transaction.atomic():
        orders = lock_orders(references)
        if len(orders) != len(set(references)):
            raise Order.DoesNotExist
        if by_date is not None:
            for order in orders:
                _refuse_past(order, by_date, now=now)
        stands = last_needs([order.pk for order in orders])
        news = [order for order in orders if not _says(stands.get(order.pk), by_date, by_time)]
        for order in news:
            stands[order.pk] = NeedStated.objects.create(
                order=order,
                customer_id=order.customer_id,
                by_date=by_date,
                by_time=by_time,
                said_at=now,
                said_by=str(by),
            )
        announce([_said(stands[order.pk]) for order in news], now=now)
    return [stands[order.pk] for order in orders]


def _says(stands: NeedStated | None, by_date: date | None, by_time: time | None) -> bool:
    return stands is not None and (stands.by_date, stands.by_time) == (by_date, by_time)


def _said(row: NeedStated) -> NeedSaid:
    return NeedSaid(
        customer_id=row.customer_id,
        order_id=row.order_id,
        by_date=row.by_date.isoformat() if row.by_date else "",
        by_time=row.by_time.isoformat("minutes") if row.by_time else "",
        said_by=row.said_by,
    )


def _refuse_past(order: Order, by_date: date, *, now: datetime) -> None:
    today = local_day(now, zone_named(order.ship_to["zone"]))
    if by_date < today:
        raise InvalidField("by_date", f"{by_date} is over where it goes; say a day from {today} on")
    if by_date > today + FARTHEST:
        raise InvalidField("by_date", f"{by_date} is more than a year ahead; say a day until {today + FARTHEST}")


def last_needs(order_ids: Iterable[int]) -> dict[int, NeedStated]:
    """The last word on each of these orders, also where it takes back what was said before."""
    rows = NeedStated.objects.filter(order__in=list(order_ids)).order_by("order_id", "-id").distinct("order_id")
    return {row.order_id: row for row in rows}


def needs_of(orders: Iterable[Order]) -> Mapping[int, Need]:
    """By when each of these orders is needed, where somebody said so, in the zone that it goes to."""
    by_id = {order.pk: order for order in orders}
    found = {}
    for order_id, row in last_needs(by_id).items():
        if row.by_date is not None:
            zone = zone_named(by_id[order_id].ship_to["zone"])
            by_at = datetime.combine(row.by_date, row.by_time or time.max, tzinfo=zone)
            found[order_id] = Need(by_at=by_at, by_date=row.by_date)
    return found
