"""Reads: a situation as it is now, and what was granted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from makegood.catalog.models import Place
from makegood.catalog.queries import free_stock, services_to
from makegood.catalog.rules import Timetable, arrival_date, due_at, leaving_date
from makegood.kit.calendars import Calendar
from makegood.kit.holidays import calendar_of
from makegood.orders.models import Delivery, DeliveryUnits, Order
from makegood.orders.rules import shares
from makegood.parcels.models import Parcel
from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from makegood.promises.rules import PromiseState
from makegood.remedies.models import Authority, Grant, GrantUnits, Perk, RefundTask
from makegood.remedies.rules.plan import plan, plan_together
from makegood.remedies.rules.values import (
    AuthorityLimit,
    LostUnits,
    Remedy,
    RemedyKind,
    Route,
    Situation,
    StockAt,
    Treatment,
)
from makegood.staff.rules import Standpoint

# Business days a refund takes by hand: one to see to it, and up to seven for a card to show it.
REFUND_DAYS = 8


def situation_of(order: Order, *, now: datetime) -> Situation:
    """What is wrong with an order now, and what could be done: everything the planner may know."""
    granted = _granted_on(order)
    units = _lost_among(order, granted)
    stock = free_stock({unit.product_id for unit in units})
    refund_by_date = refund_date(now=now)
    return Situation(
        order_id=order.pk,
        currency=order.currency,
        units=tuple(units),
        postage_back_minor=_postage_back(order, units, granted),
        stock=tuple(
            StockAt(place_id=row.place_id, product_id=row.product_id, free=row.on_hand - row.held) for row in stock
        ),
        routes=tuple(_routes(units, {row.place_id: row.place for row in stock}, now=now)),
        limits=limits(),
        refund_by_date=refund_by_date,
        refund_due_at=due_at(by_date=refund_by_date, destination=_shop()),
        now=now,
    )


def options_for(order: Order, *, now: datetime) -> tuple[Remedy, ...]:
    """The remedies for an order, best first; none where nothing is wrong."""
    return plan(situation_of(order, now=now))


def options_together(orders: Iterable[Order], *, now: datetime) -> list[tuple[Order, tuple[Remedy, ...]]]:
    """The orders in which something is wrong, each with its remedies if the best is chosen for all of them at once.

    They share one stock, so that nothing is offered twice over; in the order in which they are made good.
    """
    rows = sorted(orders, key=lambda order: order.pk)
    plans = plan_together([situation_of(order, now=now) for order in rows])
    return [(order, remedies) for order, remedies in zip(rows, plans, strict=True) if remedies]


def refund_date(*, now: datetime) -> date:
    """By when a refund granted now is back, in the shop's business days."""
    shop = _shop()
    return shop.add_business_days(shop.local(now).date(), REFUND_DAYS)


def _shop() -> Calendar:
    return calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)


def deliveries_in_trouble(order: Order) -> list[Delivery]:
    """Deliveries whose parcel is in danger or whose promise broke before anything arrived; none that was called off."""
    parcels = {parcel.delivery_id: parcel for parcel in Parcel.objects.filter(delivery__order=order).order_by("id")}
    found = []
    for delivery in order.deliveries.select_related("promise").order_by("id"):
        parcel = parcels.get(delivery.pk)
        if delivery.promise.state == PromiseState.WITHDRAWN:
            continue
        is_in_danger = parcel is not None and Verdict(parcel.estimate.verdict) in IN_DANGER
        is_overdue = delivery.promise.state == PromiseState.BROKEN and (
            parcel is not None and parcel.estimate.verdict != Verdict.DELIVERED
        )
        if is_in_danger or is_overdue:
            found.append(delivery)
    return found


def lost_units(order: Order) -> list[LostUnits]:
    """Units in danger that nobody has made good, with what each costs us and what paying it back comes to."""
    return _lost_among(order, _granted_on(order))


def _lost_among(order: Order, granted: "_Granted") -> list[LostUnits]:
    deliveries = {delivery.pk: delivery for delivery in deliveries_in_trouble(order)}
    rows = list(
        DeliveryUnits.objects.filter(delivery__in=list(deliveries)).select_related("line__product").order_by("id")
    )
    found = []
    for row in rows:
        open_quantity = row.quantity - granted.made_good[row.pk]
        if open_quantity <= 0:
            continue
        line = row.line
        found.append(
            LostUnits(
                delivery_units_id=row.pk,
                delivery_id=row.delivery_id,
                line_id=line.pk,
                product_id=line.product_id,
                title=line.title,
                quantity=open_quantity,
                cost_each_minor=_cost_each(row, order.currency),
                refund_minor=shares(
                    total_minor=line.total_minor, quantity=line.quantity, already=granted.refunded[line.pk]
                ),
            )
        )
    return found


def _cost_each(row: DeliveryUnits, currency: str) -> int:
    """What a unit costs us; its price where its cost is unknown or in another currency (law 6)."""
    product = row.line.product
    if product.cost_minor is not None and product.currency == currency:
        return product.cost_minor
    return row.line.unit_price_minor


@dataclass(frozen=True, slots=True)
class _Granted:
    """What was granted on an order: units by the lost group that they make good, and those paid back by their line."""

    made_good: Counter[int]
    refunded: Counter[int]


def _granted_on(order: Order) -> _Granted:
    found = _Granted(made_good=Counter(), refunded=Counter())
    rows = GrantUnits.objects.filter(grant__order=order)
    for lost_id, line_id, treatment, quantity in rows.values_list("lost_id", "lost__line_id", "treatment", "quantity"):
        found.made_good[lost_id] += quantity
        if treatment == Treatment.REFUNDED:
            found.refunded[line_id] += quantity
    return found


def _postage_back(order: Order, units: Sequence[LostUnits], granted: _Granted) -> int:
    """The order's postage, if paying `units` back leaves nothing of the order that was brought or sent again.

    Whoever gets nothing pays nothing, delivery included (in the EU: Directive 2011/83/EU, art. 13 and 18).
    """
    if not units:
        return 0
    ordered = sum(line.quantity for line in order.lines.all())
    paid_back = sum(unit.quantity for unit in units) + granted.refunded.total()
    return order.postage_minor if paid_back == ordered else 0


def _routes(units: list[LostUnits], places: Mapping[int, Place], *, now: datetime) -> list[Route]:
    if not units:
        return []
    delivery = Delivery.objects.get(pk=units[0].delivery_id)
    found = []
    for service, rate_minor, transit_days in services_to(delivery.country):
        destination = calendar_of(
            country=delivery.country, zone=delivery.zone, works_saturdays=service.delivers_saturdays
        )
        timetable = Timetable(cutoff_time=service.cutoff_time, transit_days=transit_days)
        for place in places.values():
            origin = calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays)
            arrives = arrival_date(timetable=timetable, origin=origin, destination=destination, now=now)
            found.append(
                Route(
                    place_id=place.pk,
                    service_id=service.pk,
                    service_name=service.name,
                    leaves_date=leaving_date(timetable=timetable, origin=origin, now=now),
                    arrives_date=arrives,
                    due_at=due_at(by_date=arrives, destination=destination),
                    currency=service.currency,
                    rate_minor=rate_minor,
                )
            )
    return found


def limits() -> tuple[AuthorityLimit, ...]:
    """The table of authority."""
    return tuple(
        AuthorityLimit(
            standpoint=Standpoint(row.standpoint),
            remedy=RemedyKind(row.remedy),
            currency=row.currency,
            up_to_minor=row.up_to_minor,
        )
        for row in Authority.objects.order_by("id")
    )


def grants_of_order(order_id: int) -> QuerySet[Grant]:
    return (
        Grant.objects.filter(order_id=order_id)
        .prefetch_related(Prefetch("units", queryset=GrantUnits.objects.select_related("lost__line").order_by("id")))
        .order_by("id")
    )


def grants_of_orders(order_ids: Iterable[int]) -> list[Grant]:
    """What was granted for these orders, the oldest first."""
    return list(Grant.objects.filter(order__in=list(order_ids)).order_by("id"))


def refunds_of_orders(order_ids: Iterable[int]) -> list[RefundTask]:
    """Money to be paid back on these orders, done or not, the oldest first."""
    rows = RefundTask.objects.filter(order__in=list(order_ids)).select_related("order", "promise")
    return list(rows.order_by("id"))


def open_refunds(*, limit: int) -> list[RefundTask]:
    """Money that somebody still has to pay back, the earliest due first."""
    rows = RefundTask.objects.filter(done_at=None).select_related("customer", "order", "promise")
    return list(rows.order_by("promise__due_at", "id")[:limit])


def perk_of(*, key: str) -> Perk | None:
    return Perk.objects.filter(key=key).first()


def made_good_of_orders(order_ids: Iterable[int]) -> list[GrantUnits]:
    """Which lost units of these orders were made good, and how, the oldest first."""
    rows = GrantUnits.objects.filter(grant__order__in=list(order_ids)).select_related("grant", "lost__line")
    return list(rows.order_by("id"))


def orders_in_doubt(customer_id: int) -> list[Order]:
    """A customer's orders with a parcel in danger or a broken promise of delivery, made good since or not."""
    late = Delivery.objects.filter(customer_id=customer_id, promise__state=PromiseState.BROKEN)
    late = late.filter(promise__fulfilled_at=None)
    in_danger = Parcel.objects.in_danger().filter(customer_id=customer_id)
    found = Q(id__in=late.values("order_id")) | Q(id__in=in_danger.values("delivery__order_id"))
    rows = Order.objects.filter(found, customer_id=customer_id, cancelled_at=None).prefetch_related("lines")
    return list(rows.order_by("-placed_at", "-id"))


def all_grants() -> QuerySet[Grant]:
    """Grants with their units, in as many queries for a thousand as for one."""
    return Grant.objects.select_related("customer", "order").prefetch_related("units__lost__line")


def all_refunds() -> QuerySet[RefundTask]:
    return RefundTask.objects.select_related("customer", "order", "promise")


def all_perks() -> QuerySet[Perk]:
    return Perk.objects.select_related("customer")


def table_of_authority() -> QuerySet[Authority]:
    """Who may grant what alone, by whom and what."""
    return Authority.objects.order_by("standpoint", "remedy", "currency")


def promises_of_order(reference: str) -> Q:
    """Narrows promises to those made for an order: to deliver, and to pay back."""
    deliveries = Delivery.objects.filter(order__reference=reference).values("promise_id")
    refunds = RefundTask.objects.filter(order__reference=reference).values("promise_id")
    return Q(id__in=deliveries) | Q(id__in=refunds)


def orders_of_refund_promises(promise_ids: Iterable[int]) -> dict[int, str]:
    """Which order each promise to pay back was made for, by the promise's id."""
    rows = RefundTask.objects.filter(promise__in=list(promise_ids))
    return dict(rows.values_list("promise_id", "order__reference"))
