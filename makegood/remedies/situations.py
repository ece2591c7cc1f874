"""Situations of orders as they are now, read for any number of orders in as many queries as for one."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db.models import Sum

from makegood.catalog.models import Place, Product, Service, Stock
from makegood.catalog.models import Substitute as StandIn
from makegood.catalog.queries import free_stock, services_by_country, substitutes_of
from makegood.catalog.rules import SubstituteKind, Timetable, arrival_date, leaving_date
from makegood.kit.calendars import Calendar
from makegood.kit.currencies import CURRENCIES
from makegood.kit.holidays import calendar_of
from makegood.money.rules import Money
from makegood.orders.models import Allocation, Delivery, DeliveryUnits, Order, OrderLine, OrderRefund
from makegood.orders.rules import Address, share_minor, shares
from makegood.parcels.addresses import addresses_now
from makegood.parcels.queries import latest_deliveries
from makegood.parcels.rules.verdicts import Verdict
from makegood.payments.rules.refunds import RefundState
from makegood.policies.queries import shop_authority
from makegood.policies.rules.grant_situations import ClaimingCustomer
from makegood.promises.rules import due_on
from makegood.remedies.claims import claims_of
from makegood.remedies.conditions import conditions_of
from makegood.remedies.models import GrantUnits
from makegood.remedies.needs import needs_of
from makegood.remedies.not_left import free_anywhere, promised_later, waiting_among
from makegood.remedies.rules.authority import Claims
from makegood.remedies.rules.tenders import Tender, in_order
from makegood.remedies.rules.trouble import DeliveryCondition, trouble_of
from makegood.remedies.rules.values import (
    FreeAnywhere,
    LostUnits,
    NotLeft,
    Route,
    Situation,
    StockAt,
    Substitute,
    Treatment,
)
from makegood.staff.rules import Actor

# Where nothing is wrong, nothing is granted.
NOBODY_CLAIMS = Claims(customer=ClaimingCustomer())
# Business days a refund takes by hand: one to see to it, and up to seven for a card to show it.
REFUND_DAYS = 8


@dataclass(frozen=True, slots=True)
class _Granted:
    """What was granted on an order: units by the lost group they make good, and how many were paid back, by line."""

    made_good: Counter[int] = field(default_factory=Counter)
    refunded: Counter[int] = field(default_factory=Counter)


def situations_of(orders: Iterable[Order], *, now: datetime, by: Actor | None = None) -> list[Situation]:
    """What is wrong with each order now, and what could be done: everything the planner may know, in that order. `by`:
    who would grant it, where that is known.
    """
    rows = list(orders)
    granted = _granted_on(rows)
    deliveries, conditions = _in_trouble(rows, now=now)
    delivered = latest_deliveries(each for each, known in conditions.items() if known.verdict is Verdict.NOT_RECEIVED)
    authority = shop_authority(now=now)
    going = addresses_now(delivery for those in deliveries.values() for delivery in those)
    waiting = waiting_among((each for those in deliveries.values() for each in those), going, now=now)
    units = _lost_among(rows, deliveries, granted, going, waiting.known)
    claims = claims_of({order.customer_id for order in rows if units[order.pk]}, by=by, now=now)
    stock = list(free_stock({each for found in units.values() for unit in found for each in _products_of(unit)}))
    free = _free_anywhere([unit.product_id for found in units.values() for unit in found if unit.not_left])
    countries = {address.country for address in going.values()}
    services = services_by_country(countries) if stock or waiting.kept_aside else {}
    places = {place.pk: place for place in Place.objects.all()} if waiting.kept_aside else {}
    lines = OrderLine.objects.filter(order__in=[order.pk for order in rows])
    ordered = dict(lines.values_list("order_id").annotate(Sum("quantity")))
    refund_by_date = refund_date(now=now)
    tenders = _tenders_of(rows)
    needs = needs_of(rows)
    found = []
    for order in rows:
        lost = units[order.pk]
        products = {unit.product_id for unit in lost}
        could_go = {each for unit in lost for each in _products_of(unit)}
        there = _there(stock, waiting.kept_aside.get(order.pk, ()), could_go)
        places |= {row.place_id: row.place for row in stock}
        destinations = {unit.goes_to: going[unit.goes_to] for unit in lost}
        found.append(
            Situation(
                order_id=order.pk,
                currency=order.currency,
                units=tuple(lost),
                postage_back=_postage_back(order, ordered[order.pk], lost, granted[order.pk]),
                stock=there,
                routes=tuple(
                    route
                    for goes_to, address in destinations.items()
                    for route in _routes(
                        goes_to,
                        address,
                        services,
                        [places[each] for each in {row.place_id: 0 for row in there}],
                        now=now,
                    )
                ),
                trouble=trouble_of({each.pk: conditions[each.pk] for each in deliveries[order.pk]}, delivered),
                claims=claims.get(order.customer_id, NOBODY_CLAIMS),
                authority=authority,
                refund_by_date=refund_by_date,
                refund_due_at=due_on(by_date=refund_by_date, destination=_shop()),
                now=now,
                tenders=tenders[order.pk],
                free_anywhere=free(order.pk, products),
                need=needs.get(order.pk),
            )
        )
    return found


def _free_anywhere(product_ids: Collection[int]) -> Callable[[int, Collection[int]], tuple[FreeAnywhere, ...]]:
    """For an order, what is free of those of its products that have not left and are counted: what other orders are
    promised for a later day is theirs.
    """
    counted = free_anywhere(product_ids) if product_ids else {}
    promised = promised_later(counted) if counted else {}

    def of_order(order_id: int, products: Collection[int]) -> tuple[FreeAnywhere, ...]:
        return tuple(
            FreeAnywhere(product_id=each, free=counted[each] - promised[each].total() + promised[each][order_id])
            for each in sorted(counted)
            if each in products
        )

    return of_order


def _there(stock: Iterable[Stock], kept_aside: Iterable[StockAt], products: Collection[int]) -> tuple[StockAt, ...]:
    """What is free of these products, and what would be if the order's own were no longer kept aside."""
    free: Counter[tuple[int, int]] = Counter()
    for row in stock:
        if row.product_id in products:
            free[row.place_id, row.product_id] += row.on_hand - row.held
    for own in kept_aside:
        free[own.place_id, own.product_id] += own.free
    return tuple(
        StockAt(place_id=place_id, product_id=product_id, free=count)
        for (place_id, product_id), count in sorted(free.items())
    )


def refund_date(*, now: datetime) -> date:
    """By when a refund granted now is back, in the shop's business days."""
    shop = _shop()
    return shop.add_business_days(shop.local(now).date(), REFUND_DAYS)


def _shop() -> Calendar:
    return calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)


def _in_trouble(
    orders: Sequence[Order], *, now: datetime
) -> tuple[dict[int, list[Delivery]], dict[int, DeliveryCondition]]:
    """The deliveries of each order that can be made good: those in trouble, or where none is, those that wait; and the
    condition of each delivery.

    None of an order in a currency that nobody knows, stored before the doors refused those: it can't be counted in.
    """
    found: dict[int, list[Delivery]] = {order.pk: [] for order in orders}
    counted = [order.pk for order in orders if order.currency in CURRENCIES]
    rows = list(Delivery.objects.filter(order__in=counted).select_related("order", "promise").order_by("id"))
    conditions = conditions_of(rows, now=now)
    in_trouble = [each for each in rows if conditions[each.pk].is_in_trouble]
    for delivery in in_trouble or [each for each in rows if conditions[each.pk].can_be_made_good]:
        found[delivery.order_id].append(delivery)
    return found, conditions


def _lost_among(
    orders: Sequence[Order],
    deliveries: Mapping[int, Sequence[Delivery]],
    granted: Mapping[int, _Granted],
    going: Mapping[int, Address],
    waiting: Mapping[int, NotLeft],
) -> dict[int, list[LostUnits]]:
    by_id = {order.pk: order for order in orders}
    found: dict[int, list[LostUnits]] = {order.pk: [] for order in orders}
    ids = [delivery.pk for those in deliveries.values() for delivery in those]
    first = _first_to_go_there(deliveries, going)
    rows = list(
        DeliveryUnits.objects.filter(delivery__in=ids).select_related("line__product", "instead").order_by("id")
    )
    substitutes = substitutes_of({each for row in rows for each in (row.line.product_id, row.sends_id)})
    less_by_line = Counter[int]()
    for row in rows:
        less_by_line[row.line_id] += row.less_minor
    for row in rows:
        line, so_far = row.line, granted[row.line.order_id]
        currency = by_id[line.order_id].currency
        open_quantity = row.quantity - so_far.made_good[row.pk]
        if open_quantity <= 0:
            continue
        # Where a newer version made it cheaper after some was paid back, the rest brings back no more than is left.
        left_minor = line.total_minor - line.taken_off_minor + less_by_line[line.pk]
        table = shares(total_minor=line.total_minor, quantity=line.quantity, already=so_far.refunded[line.pk])
        less_minor = share_minor(total_minor=row.less_minor, quantity=row.quantity, count=open_quantity)
        worth = _worth_of(row, currency)
        found[line.order_id].append(
            LostUnits(
                delivery_units_id=row.pk,
                delivery_id=row.delivery_id,
                line_id=line.pk,
                product_id=row.sends_id,
                title=row.title,
                goes_to=first[row.delivery_id],
                quantity=open_quantity,
                cost_each=Money(amount_minor=_cost_each(row, currency), currency=currency),
                refunds=tuple(Money(amount_minor=min(minor, left_minor), currency=currency) for minor in table),
                worth=worth,
                given=max(worth, _price_of(row.instead, worth)) if row.instead else None,
                less=Money(amount_minor=less_minor, currency=currency) if less_minor else None,
                substitutes=tuple(_substitutes(row, substitutes, worth)),
                not_left=waiting.get(row.delivery_id),
            )
        )
    return found


def _worth_of(row: DeliveryUnits, currency: str) -> Money:
    """What a unit of what was ordered is worth: the more of its list price and what was asked for it."""
    asked = Money(amount_minor=row.line.unit_price_minor, currency=currency)
    return max(asked, _price_of(row.line.product, asked))


def _price_of(product: Product, otherwise: Money) -> Money:
    """Its list price; in another currency it does not compare (law 6)."""
    if product.currency != otherwise.currency:
        return otherwise
    return Money(amount_minor=product.price_minor, currency=product.currency)


def _substitutes(row: DeliveryUnits, known: Mapping[int, Sequence[StandIn]], worth: Money) -> Iterator[Substitute]:
    """What may go in the place of what was sent, the preferred first; what was ordered, where that was not it."""
    seen = {row.sends_id}
    if row.instead_id is not None:
        seen.add(row.line.product_id)
        yield _substitute(row.line.product, worth, is_edition=True, price=worth)
    for each in (*known.get(row.line.product_id, ()), *known.get(row.sends_id, ())):
        if each.stands_in_id not in seen and each.stands_in.currency == worth.currency:
            seen.add(each.stands_in_id)
            # Of what went in its place only the same title: another one they were not asked about.
            is_edition = each.kind == SubstituteKind.EDITION and each.product_id == row.line.product_id
            yield _substitute(each.stands_in, worth, is_edition=is_edition, price=_price_of(each.stands_in, worth))


def _substitute(product: Product, worth: Money, *, is_edition: bool, price: Money) -> Substitute:
    cost_minor = price.amount_minor if product.cost_minor is None else product.cost_minor
    return Substitute(
        product_id=product.pk,
        title=product.title,
        is_edition=is_edition,
        price=price,
        cost_each=Money(amount_minor=cost_minor, currency=worth.currency),
    )


def _products_of(unit: LostUnits) -> Iterator[int]:
    """All that may be sent for it."""
    yield unit.product_id
    yield from (each.product_id for each in unit.substitutes)


def _first_to_go_there(deliveries: Mapping[int, Sequence[Delivery]], going: Mapping[int, Address]) -> dict[int, int]:
    """For each delivery the first of its order's that would go to the same address now."""
    found: dict[int, int] = {}
    for those in deliveries.values():
        first: dict[Address, int] = {}
        for delivery in those:
            found[delivery.pk] = first.setdefault(going[delivery.pk], delivery.pk)
    return found


def _cost_each(row: DeliveryUnits, currency: str) -> int:
    """What a unit costs us; its price where its cost is unknown or in another currency (law 6)."""
    product = row.sends
    if product.currency == currency and product.cost_minor is not None:
        return product.cost_minor
    if row.instead and product.currency == currency:
        return product.price_minor
    return row.line.unit_price_minor


def _granted_on(orders: Sequence[Order]) -> dict[int, _Granted]:
    found = {order.pk: _Granted() for order in orders}
    rows = GrantUnits.objects.filter(grant__order__in=list(found))
    for order_id, lost_id, line_id, treatment, quantity in rows.values_list(
        "grant__order_id", "lost_id", "lost__line_id", "treatment", "quantity"
    ):
        found[order_id].made_good[lost_id] += quantity
        if treatment == Treatment.REFUNDED:
            found[order_id].refunded[line_id] += quantity
    return found


def _tenders_of(orders: Sequence[Order]) -> dict[int, tuple[Tender, ...]]:
    """How each order was paid, in the order in which money goes back."""
    ids = [order.pk for order in orders]
    back: Counter[tuple[int, int]] = Counter()
    gone = OrderRefund.objects.filter(order__in=ids).exclude(refund__state=RefundState.FAILED)
    for order_id, receipt_id, minor in gone.values_list("order_id", "refund__receipt_id", "refund__amount_minor"):
        back[order_id, receipt_id] += minor
    found: dict[int, list[Tender]] = {each: [] for each in ids}
    for row in Allocation.objects.filter(order__in=ids).select_related("receipt"):
        receipt, currency = row.receipt, row.receipt.currency
        took_minor = row.amount_minor + back[row.order_id, receipt.pk]
        if not took_minor:
            continue
        found[row.order_id].append(
            Tender(
                receipt_id=receipt.pk,
                kind=receipt.kind,
                name=receipt.name,
                took=Money(amount_minor=took_minor, currency=currency),
                left=Money(amount_minor=row.amount_minor, currency=currency),
            )
        )
    return {order_id: in_order(tenders) for order_id, tenders in found.items()}


def _postage_back(order: Order, ordered: int, units: Sequence[LostUnits], granted: _Granted) -> Money:
    """What has not gone back yet of the order's postage as it stands, if paying `units` back leaves nothing of the
    order that was brought or sent again.

    Whoever gets nothing pays nothing, delivery included (in the EU: Directive 2011/83/EU, art. 13 and 18).
    """
    paid_back = sum(unit.quantity for unit in units) + granted.refunded.total()
    is_all = bool(units) and paid_back == ordered
    left_minor = order.postage_minor - order.postage_off_minor
    # Where nothing is lost that can be counted, nothing goes back in whatever currency.
    currency = order.currency if order.currency in CURRENCIES else settings.SHOP_CURRENCY
    return Money(amount_minor=left_minor if is_all else 0, currency=currency)


def _routes(
    goes_to: int,
    address: Address,
    services: Mapping[str, Sequence[tuple[Service, int, int]]],
    places: Sequence[Place],
    *,
    now: datetime,
) -> list[Route]:
    found = []
    for service, rate_minor, transit_days in services.get(address.country, ()):
        # Stored before the doors knew currencies: what it costs can't be counted, so nothing is offered by it.
        if service.currency not in CURRENCIES:
            continue
        destination = calendar_of(
            country=address.country, zone=address.zone, works_saturdays=service.delivers_saturdays
        )
        for place in places:
            timetable = Timetable(
                cutoff_time=service.cutoff_time, transit_days=transit_days, packing_hours=place.packing_hours or 0
            )
            origin = calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays)
            leaves = leaving_date(timetable=timetable, origin=origin, now=now)
            arrives = arrival_date(timetable=timetable, origin=origin, destination=destination, now=now)
            found.append(
                Route(
                    goes_to=goes_to,
                    place_id=place.pk,
                    place_name=place.name,
                    service_id=service.pk,
                    service_name=service.name,
                    leaves_date=leaves,
                    choose_by=timetable.ask_by(leaves, origin=origin),
                    arrives_date=arrives,
                    due_at=due_on(by_date=arrives, destination=destination),
                    rate=Money(amount_minor=rate_minor, currency=service.currency),
                )
            )
    return found
