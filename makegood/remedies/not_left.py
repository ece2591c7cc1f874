"""What is known of deliveries that have not left: where they lie, and by when they can be promised anew."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from makegood.catalog.models import Place, Service, Stock
from makegood.catalog.queries import LastCalls, services_by_country
from makegood.catalog.rules import Timetable, leaving_date
from makegood.kit.currencies import CURRENCIES
from makegood.kit.holidays import calendar_of
from makegood.kit.instants import local_day, zone_named
from makegood.money.rules import Money
from makegood.orders.delivering import expected_way
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.orders.rules import Address
from makegood.parcels.models import Dispatch, DispatchState, DispatchUnits, Parcel
from makegood.parcels.queries import first_of_all, not_left
from makegood.promises.rules import PromiseState, due_on
from makegood.remedies.models import GrantStep
from makegood.remedies.rules.steps.states import StepKind
from makegood.remedies.rules.values import LaterDay, NotLeft, StockAt

# A new day is promised with so many of the place's business days to spare: one broken twice is worse than a late one.
SPARE_DAYS = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries that have not left, by their ids, and by order what places keep aside for them: stopping frees it."""

    known: Mapping[int, NotLeft] = field(default_factory=dict)
    kept_aside: Mapping[int, Sequence[StockAt]] = field(default_factory=dict)


def waiting_among(deliveries: Iterable[Delivery], going: Mapping[int, Address], *, now: datetime) -> Waiting:
    """What is known of those of these deliveries that have not left; they come with their orders and promises."""
    rows = not_left(deliveries)
    if not rows:
        return Waiting()
    asked = Dispatch.objects.filter(delivery__in=rows, state=DispatchState.REQUESTED).select_related("service")
    dispatches = {each.delivery_id: each for each in asked}
    places = {place.pk: place for place in Place.objects.all()}
    lie_in = _where_they_lie(rows, dispatches, places)
    services = services_by_country({going[each.pk].country for each in rows})
    due = _postage_due(rows)
    known = {}
    for delivery in rows:
        dispatch, place_id = dispatches.get(delivery.pk), lie_in.get(delivery.pk)
        lanes = services[going[delivery.pk].country]
        if dispatch:
            lanes = [lane for lane in lanes if lane[0].pk == dispatch.service_id]
        origins = [places[place_id]] if place_id else list(places.values())
        known[delivery.pk] = NotLeft(
            promised_date=local_day(delivery.promise.due_at, zone_named(delivery.zone)),
            place_id=place_id,
            new_day=_new_day(delivery, going[delivery.pk], origins, lanes, now=now),
            is_kept_aside=dispatch is not None,
            postage_due=due.get(delivery.pk),
        )
    return Waiting(known, _kept_aside(dispatches.values()))


def _postage_due(rows: Sequence[Delivery]) -> dict[int, Money]:
    """What sending each of these as it was meant to go was to cost us, by their ids. Where the rest of its order goes
    still, and in the place of what was lost, nothing was due for it.
    """
    orders = {each.order_id for each in rows}
    others = Delivery.objects.filter(order__in=orders, is_replacement=False, promise__state=PromiseState.OPEN)
    others = others.exclude(pk__in=[each.pk for each in rows]).exclude(units=None)
    with_others = {each.order_id for each in not_left(others)}
    firsts, calls, found = first_of_all(rows), LastCalls(), {}
    for delivery in rows:
        is_own = delivery.pk in firsts if delivery.is_replacement else delivery.order_id not in with_others
        way = expected_way(delivery, calls=calls) if is_own else None
        if way is not None and way.currency in CURRENCIES:
            found[delivery.pk] = Money(amount_minor=way.rate_minor, currency=way.currency)
    return found


def _where_they_lie(
    rows: Sequence[Delivery], dispatches: Mapping[int, Dispatch], places: Mapping[int, Place]
) -> dict[int, int]:
    """The place of each, as far as anybody knows: the one that was asked, the one that the rest of the order left from,
    or the only one that there is.
    """
    rest = Parcel.objects.filter(delivery__order__in={each.order_id for each in rows}, place__isnull=False)
    beside = dict(rest.order_by("label_at", "id").values_list("delivery__order_id", "place_id"))
    only = next(iter(places)) if len(places) == 1 else None
    found = {}
    for delivery in rows:
        dispatch = dispatches.get(delivery.pk)
        place_id = dispatch.place_id if dispatch else beside.get(delivery.order_id, only)
        if place_id is not None:
            found[delivery.pk] = place_id
    return found


def free_anywhere(product_ids: Collection[int]) -> dict[int, int]:
    """Of those of these products that are counted, how many are free, wherever they lie."""
    counted = Stock.objects.filter(product__in=product_ids).values_list("product_id")
    return dict(counted.annotate(free=Sum(F("on_hand") - F("held"))))


def promised_later(product_ids: Collection[int]) -> dict[int, Counter[int]]:
    """How many of these products were promised for a later day and lie there still, by product and then order.

    What a place keeps aside for its new day is not free, so that it is no part of them.
    """
    asked = Dispatch.objects.filter(state=DispatchState.REQUESTED, delivery=OuterRef("delivery"))
    agreed = GrantStep.objects.filter(kind=StepKind.NEW_DATE, promise=OuterRef("delivery__promise"))
    left = Parcel.objects.filter(delivery=OuterRef("delivery"))
    open_ones = DeliveryUnits.objects.filter(
        Exists(agreed),
        ~Exists(left),
        ~Exists(asked),
        Q(instead__in=product_ids) | Q(instead=None, line__product__in=product_ids),
        delivery__promise__state=PromiseState.OPEN,
    )
    found: dict[int, Counter[int]] = {product_id: Counter() for product_id in product_ids}
    for product_id, order_id, quantity in open_ones.annotate(
        goes_as=Coalesce("instead_id", "line__product_id")
    ).values_list("goes_as", "delivery__order_id", "quantity"):
        found[product_id][order_id] += quantity
    return found


def _kept_aside(dispatches: Iterable[Dispatch]) -> dict[int, list[StockAt]]:
    found: dict[int, list[StockAt]] = {}
    units = DispatchUnits.objects.filter(dispatch__in=[each.pk for each in dispatches]).order_by("id")
    for order_id, place_id, product_id, quantity in units.values_list(
        "dispatch__order_id", "dispatch__place_id", "product_id", "quantity"
    ):
        found.setdefault(order_id, []).append(StockAt(place_id=place_id, product_id=product_id, free=quantity))
    return found


def _new_day(
    delivery: Delivery,
    address: Address,
    origins: Sequence[Place],
    lanes: Sequence[tuple[Service, int, int]],
    *,
    now: datetime,
) -> LaterDay | None:
    """When it is there from the slowest of these places by the cheapest service; None where none goes there."""
    own = delivery.order.currency
    cheapest = min(lanes, key=lambda lane: (lane[0].currency != own, lane[0].currency, lane[1], lane[2]), default=None)
    if cheapest is None or not origins:
        return None
    service, _, transit_days = cheapest
    there = calendar_of(country=address.country, zone=address.zone, works_saturdays=service.delivers_saturdays)
    days = []
    for place in origins:
        origin = calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays)
        timetable = Timetable(
            cutoff_time=service.cutoff_time, transit_days=transit_days, packing_hours=place.packing_hours or 0
        )
        leaves = leaving_date(timetable=timetable, origin=origin, now=origin.after_business_days(now, SPARE_DAYS))
        days.append(there.add_business_days(leaves, transit_days))
    by_date = max(days)
    return LaterDay(delivery_id=delivery.pk, by_date=by_date, due_at=due_on(by_date=by_date, destination=there))
