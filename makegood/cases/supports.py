"""What our records support of a customer's matter: the other side of the truth check, read from the database alone."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from django.conf import settings

from makegood.cases.models import Case
from makegood.channels.models import Message
from makegood.channels.rules import Direction
from makegood.customers.models import Customer
from makegood.money.rules import Money, sum_of
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Dispatch, Parcel
from makegood.promises.models import Promise
from makegood.promises.rules import ANSWER_TIME, DUE_TIME, PromiseState
from makegood.remedies.models import Grant, Perk, RefundTask
from makegood.remedies.planner import Plan
from makegood.remedies.queries import options_for, options_together
from makegood.replies.rules.claims import Records
from makegood.standing.queries import standing_of

# Of so many orders in danger at once the sums of any selection are known (255 of them); of more, the sum of all.
ORDERS_TOGETHER = 8


class Supports:
    """Collects what may be said, each date with the words that tell where it is from."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.dates: dict[date, str] = {}
        self.sums: set[Money] = set()
        self.numbers: set[str] = set()
        self.counts: set[int] = set()
        self.names: set[str] = set()

    def day(self, day: date | None, source: str) -> None:
        if day is not None:
            self.dates.setdefault(day, source)

    def instant(self, instant: datetime | None, source: str, zone: ZoneInfo | None = None) -> None:
        if instant is not None:
            self.day(instant.astimezone(zone or self.zone).date(), source)

    def money(self, amounts: Iterable[int], currency: str) -> None:
        self.sums |= {Money(amount_minor=amount, currency=currency) for amount in amounts if amount}

    def records(self) -> Records:
        return Records(
            dates=self.dates,
            times=frozenset({DUE_TIME, ANSWER_TIME}),
            sums=frozenset(self.sums),
            numbers=frozenset(self.numbers),
            counts=frozenset(self.counts),
            names=frozenset(self.names),
        )


def records_for(customer: Customer, *, case: Case | None, now: datetime) -> Records:
    """Everything about this customer that words may rely on: orders, parcels, promises, remedies, perks."""
    found = Supports(ZoneInfo(customer.zone))
    found.instant(now, "today")
    found.names |= {customer.name, *customer.name.split(), settings.SHOP_NAME}
    if case is not None:
        found.numbers.add(str(case.pk))
    _orders(found, customer, now=now)
    _parcels(found, customer)
    _promises(found, customer)
    _remedies(found, customer)
    _words(found, customer)
    _standing(found, customer, now=now)
    return found.records()


def _orders(found: Supports, customer: Customer, *, now: datetime) -> None:
    rows = Order.objects.filter(customer=customer).prefetch_related("lines", "deliveries").order_by("-placed_at")[:50]
    for order in rows:
        lines = list(order.lines.all())
        found.numbers.add(order.reference)
        found.instant(order.placed_at, "ordered")
        found.money(
            [order.postage_minor, *(x.total_minor for x in lines), *(x.unit_price_minor for x in lines)], order.currency
        )
        found.money(
            [sum(x.total_minor for x in lines), sum(x.total_minor for x in lines) + order.postage_minor], order.currency
        )
        found.money([tender["amount_minor"] for tender in order.paid], order.currency)
        found.names |= {line.title for line in lines} | {tender["label"] for tender in order.paid if tender["label"]}
        found.counts |= {x.quantity for x in lines} | {len(lines), sum(x.quantity for x in lines)}
        for delivery in order.deliveries.all():
            found.day(delivery.by_date, "promised day")
            found.names |= {delivery.name, *delivery.address_lines}
            found.numbers.add(delivery.postcode)
    # Only what is in trouble has remedies to speak of: an order that went well is not planned for.
    troubled = _in_trouble(customer)
    in_trouble = [order for order in rows if order.pk in troubled]
    _add_up(found, [_options(found, options_for(order, now=now)) for order in in_trouble])
    _add_up(found, [_options(found, remedies) for _, remedies in options_together(in_trouble, now=now)])


def _in_trouble(customer: Customer) -> set[int]:
    """The orders with a parcel in danger, or with a promise that was broken."""
    in_danger = Parcel.objects.in_danger().filter(customer=customer)
    broken = Delivery.objects.filter(customer=customer, promise__state=PromiseState.BROKEN)
    return {*in_danger.values_list("delivery__order_id", flat=True), *broken.values_list("order_id", flat=True)}


def _options(found: Supports, options: Plan) -> Plan:
    for remedy in options:
        found.day(remedy.arrives_date, "when it would arrive")
        found.day(remedy.refund_by_date, "when the money would be back")
        found.sums |= {amount for amount in (remedy.refund,) if amount}
        found.names |= {sending.route.service_name for sending in remedy.sendings}
    return options


def _add_up(found: Supports, options: Iterable[Plan]) -> None:
    """One message may offer the remedies of several orders at once, and name what they come to together."""
    offered = [each for each in options if each]
    few = offered[:ORDERS_TOGETHER]
    selections = [offered, *(some for count in range(2, len(few)) for some in combinations(few, count))]
    for some in selections:
        for remedies in ([each.best for each in some], [each.refund for each in some if each.refund]):
            if len({remedy.cost.currency for remedy in remedies}) == 1:
                found.sums |= {total for total in (sum_of(each.refund for each in remedies if each.refund),) if total}


def _parcels(found: Supports, customer: Customer) -> None:
    parcels = list(
        Parcel.objects.filter(customer=customer).select_related("place", "service").prefetch_related("scans")
    )
    found.counts |= set(range(1, len(parcels) + 1))
    for parcel in parcels:
        origin = ZoneInfo(parcel.place.zone) if parcel.place else ZoneInfo(settings.SHOP_ZONE)
        found.numbers.add(parcel.number)
        found.counts.add(parcel.estimate.probability_percent)
        found.counts |= {each["business_days"] for each in parcel.estimate.evidence if "business_days" in each}
        found.instant(parcel.label_at, "label made", origin)
        if parcel.place:
            found.names.add(parcel.place.name)
        if parcel.service:
            found.names.add(parcel.service.name)
        for scan in parcel.scans.all():
            found.instant(scan.happened_at, "scan")
            found.instant(scan.happened_at, "scan", origin)
            found.names |= {text for text in (scan.place, scan.words) if text}
    dispatches = list(Dispatch.objects.filter(customer=customer).select_related("service"))
    found.counts |= set(range(1, len(dispatches) + 1))
    for dispatch in dispatches:
        found.day(dispatch.leaves_date, "when it leaves")
        found.names.add(dispatch.service.name)


def _promises(found: Supports, customer: Customer) -> None:
    for promise in Promise.objects.filter(customer=customer).order_by("-id")[:200]:
        for instant in (promise.due_at, promise.original_due_at):
            found.instant(instant, f"promise to {promise.kind}")
            found.instant(instant, f"promise to {promise.kind}", ZoneInfo(settings.SHOP_ZONE))
    zones = Order.objects.filter(customer=customer).values_list("deliveries__zone", "deliveries__promise__due_at")
    for zone, due_at in zones:
        if zone is not None:
            found.instant(due_at, "promise to deliver", ZoneInfo(zone))


def _remedies(found: Supports, customer: Customer) -> None:
    for grant in Grant.objects.filter(customer=customer).prefetch_related("units"):
        found.day(grant.arrives_date, "when the replacement arrives")
        found.instant(grant.granted_at, "remedy granted")
        found.counts |= {unit.quantity for unit in grant.units.all()}
    for task in RefundTask.objects.filter(customer=customer):
        found.money([task.amount_minor], task.currency)
    for perk in Perk.objects.filter(customer=customer):
        found.day(perk.until_date, "perk until")


def _words(found: Supports, customer: Customer) -> None:
    """When we and they wrote to each other; what they said is theirs to have said, and supports nothing."""
    for message in Message.objects.filter(customer=customer).order_by("-id")[:50]:
        source = "we wrote" if message.direction == Direction.OUT else "they wrote"
        found.instant(message.written_at, source)


def _standing(found: Supports, customer: Customer, *, now: datetime) -> None:
    standing = standing_of(customer)
    found.counts |= {standing.orders, standing.kept, standing.broken}
    if standing.since_date:
        found.day(standing.since_date, "first order")
        found.counts |= {standing.since_date.year, now.year - standing.since_date.year}
