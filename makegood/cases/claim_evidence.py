"""What our records say of a customer's matter, each thing with what it is about and whether it is done.

The other side of the truth check, read from the database alone, in as many queries for fifty orders as for one.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from django.conf import settings

from makegood.catalog.queries import all_products, products_called
from makegood.kit.currencies import CURRENCIES
from makegood.kit.instants import local_day, local_time, zone_named
from makegood.money.rules import Money
from makegood.orders.models import Allocation, Delivery, Order
from makegood.parcels.models import Parcel
from makegood.parcels.queries import deliveries_of, picked_up_at
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Receipt
from makegood.promises.rules import ANSWER_TIME, DUE_TIME, PromiseState
from makegood.replies.rules.claims import (
    Count,
    Counted,
    Evidence,
    Records,
    Subject,
    Tense,
    Topic,
    Value,
    records_of,
)
from makegood.replies.rules.cues import DEEDS

# Of so many orders at once the sums of any selection are known (255 of them); of more, of each, of all, and of those
# that the words are about.
ORDERS_TOGETHER = 8

Subjects = frozenset[Subject]
ABOUT_NOTHING: Subjects = frozenset()
# What is a deed, whichever day it was done.
WHAT_IS_DONE = frozenset(DEEDS.values())
DELIVERED = frozenset({ScanKind.DELIVERED, ScanKind.DELIVERED_NEIGHBOUR, ScanKind.DELIVERED_LOCKER})


class ClaimEvidence:
    """Collects what may be said. `zones` are the customer's and the shop's: a day may be told as either has it."""

    def __init__(self, *, zones: Iterable[ZoneInfo], now: datetime) -> None:
        self.zones = tuple(zones)
        self.now = now
        self.found: dict[Evidence, None] = {}
        self.names: set[str] = set()
        self.addressees: set[str] = set()
        self.places: set[str] = set()
        self.services: set[str] = set()
        self.signatures: set[str] = set()
        self.titles: dict[str, Subjects] = {}
        # The ids of the orders that the words are about.
        self.matter: frozenset[int] = frozenset()

    def records(self, *, matter: Iterable[str]) -> Records:
        for moment in (DUE_TIME, ANSWER_TIME):
            self.add(moment, f"{moment:%H:%M}")
        return records_of(
            self.found,
            names=self.names | self.places | self.services,
            addressees=self.addressees,
            places=self.places,
            services=self.services,
            signatures=self.signatures,
            titles=self.titles,
            matter=matter,
        )

    def add(
        self,
        value: Value | None,
        source: str,
        about: Subjects = ABOUT_NOTHING,
        topic: Topic = Topic.OTHER,
        tense: Tense = Tense.STANDING,
    ) -> None:
        if value is not None:
            self.found[Evidence(value=value, source=source, about=about, topic=topic, tense=tense)] = None

    def done(self, instant: datetime | None, source: str, about: Subjects, topic: Topic, *zones: ZoneInfo) -> None:
        """Something that happened then, as the days of all these zones have it, and that it happened at all."""
        if instant is None:
            return
        if topic in WHAT_IS_DONE:
            self.add(topic, source, about, topic, Tense.DONE)
        for day in self._days(instant, zones):
            self.add(day, source, about, topic, Tense.DONE)

    def to_come(
        self,
        when: datetime | date | None,
        source: str,
        about: Subjects,
        topic: Topic,
        *zones: ZoneInfo,
        is_open: bool = True,
    ) -> None:
        """Something that was promised for then, or is possible; to come while it `is_open` and its day not over."""
        if when is None:
            return
        if isinstance(when, datetime):
            days, is_ahead = self._days(when, zones), when > self.now
        else:
            days, is_ahead = {when}, when >= local_day(self.now, self.zones[0])
        for day in days:
            self.add(day, source, about, topic, Tense.TO_COME if is_open and is_ahead else Tense.OVER)

    def to_come_at(self, when: datetime | None, source: str, about: Subjects, zones: Iterable[ZoneInfo]) -> None:
        """An instant to come, told with its time of day; midnight as the end of the day before, too."""
        if when is None:
            return
        everywhere = {*self.zones, *zones}
        self.to_come(when, source, about, Topic.OTHER, *everywhere)
        for local in (local_time(when, zone) for zone in everywhere):
            self.add(local.time(), source, about)
            if local.time() == time():
                self.to_come(local.date() - timedelta(days=1), source, about, Topic.OTHER)

    def money(self, amount_minor: int, currency: str, what: str, about: Subjects) -> None:
        """A sum that is on record as something other than money back: a price, a payment.

        None in a currency that nobody knows, stored before the doors refused those: no words can state it.
        """
        if amount_minor and currency in CURRENCIES:
            money = Money(amount_minor=amount_minor, currency=currency)
            self.add(money, f"{money}, {what}", about)

    def refund(self, amount_minor: int, currency: str, what: str, about: Subjects, tense: Tense) -> None:
        if amount_minor and currency in CURRENCIES:
            money = Money(amount_minor=amount_minor, currency=currency)
            self.add(money, f"{money}, {what}", about, Topic.REFUND, tense)

    def count(self, number: int, of: Counted, about: Subjects = ABOUT_NOTHING, what: str = "") -> None:
        """So many of something; `about` is all that were counted."""
        if number or of is Counted.PERCENT:
            self.add(Count(number, of), what or f"{number} {of.value}", about)

    def days_since(self, day: date, what: str, about: Subjects) -> None:
        """How many days, and weeks, lie between a day and today."""
        days = abs((local_day(self.now, self.zones[0]) - day).days)
        self.count(days, Counted.DAYS, about, f"{days} days {what}")
        self.count(days // 7, Counted.WEEKS, about, f"{days // 7} weeks {what}")

    def title(self, title: str, about: Subjects) -> None:
        self.titles[title] = self.titles.get(title, ABOUT_NOTHING) | about

    def label(self, label: str, about: Subjects) -> None:
        """What a way to pay is called, and the digits that it is known by."""
        self.names |= {label} if label else set()
        for digits in re.findall(r"(?<!\d)\d{4}(?!\d)", label):
            self.add(digits, label, about)

    def _days(self, instant: datetime, zones: Iterable[ZoneInfo]) -> set[date]:
        return {local_day(instant, zone) for zone in (*self.zones, *zones)}


def about_order(order: Order) -> Subjects:
    return frozenset({Subject(order.reference)})


def about_parcel(order: Order, parcel: Parcel) -> Subjects:
    return frozenset({Subject(order.reference, parcel.number)})


def add_order(found: ClaimEvidence, order: Order, parcels: Mapping[int, Parcel], *, paid: Sequence[Allocation]) -> None:
    """What was ordered, for how much, paid with what, and where it goes, in which of the `parcels`, by delivery's id.

    Its lines and deliveries were read with it.
    """
    about, lines = about_order(order), list(order.lines.all())
    found.add(order.reference, order.reference, about)
    found.done(order.placed_at, "ordered", about, Topic.OTHER)
    found.done(order.cancelled_at, "cancelled", about, Topic.CANCELLATION)
    goods = sum(line.total_minor for line in lines)
    found.money(order.postage_minor, order.currency, "postage", about)
    found.money(goods, order.currency, "the goods", about)
    found.money(goods + order.postage_minor, order.currency, "the whole order", about)
    for line in lines:
        found.money(line.total_minor, order.currency, f"“{line.title}”", about)
        found.money(line.unit_price_minor, order.currency, f"each “{line.title}”", about)
        found.title(line.title, about)
        found.count(line.quantity, Counted.UNITS, about)
    found.count(len(lines), Counted.UNITS, about, f"{len(lines)} titles")
    found.count(sum(line.quantity for line in lines), Counted.UNITS, about)
    for each in paid:
        found.money(each.amount_minor, each.receipt.currency, "pays for it", about)
        add_receipt(found, each.receipt, about)
    found.money(max(order.charged_minor - sum(each.amount_minor for each in paid), 0), order.currency, "due", about)
    for delivery in order.deliveries.all():
        parcel = parcels.get(delivery.pk)
        _add_delivery(found, delivery, about_parcel(order, parcel) if parcel else about)


def add_receipt(found: ClaimEvidence, receipt: Receipt, about: Subjects) -> None:
    """Money that came in, as the books have it, whatever the shop once told, and the name of what it came by."""
    found.money(receipt.amount_minor, receipt.currency, "paid", about)
    found.money(receipt.original_minor or 0, receipt.original_currency, "paid, before it was converted", about)
    found.label(receipt.label, about)


def _add_delivery(found: ClaimEvidence, delivery: Delivery, about: Subjects) -> None:
    promise, zone = delivery.promise, zone_named(delivery.zone)
    what = "promised for the replacement" if delivery.is_replacement else "promised delivery"
    is_open = promise.state == PromiseState.OPEN
    found.to_come(delivery.by_date, what, about, Topic.ARRIVAL, is_open=is_open and promise.due_at > found.now)
    found.to_come(promise.due_at, what, about, Topic.ARRIVAL, zone, is_open=is_open)
    found.to_come(promise.original_due_at, f"first {what}", about, Topic.ARRIVAL, zone, is_open=False)
    found.done(promise.fulfilled_at, "delivered", about, Topic.ARRIVAL, zone)
    if delivery.is_replacement:
        found.done(promise.fulfilled_at, "replacement delivered", about, Topic.REPLACEMENT_ARRIVAL, zone)
    found.days_since(local_day(promise.due_at, zone), f"from the {what}", about)
    found.names |= {delivery.name, *delivery.address_lines}
    found.add(delivery.postcode or None, delivery.postcode, about)
    quantities = [units.quantity for units in delivery.units.all()]
    for units in delivery.units.all():
        if units.instead is not None:
            found.title(units.instead.title, about)
            found.money(units.less_minor, delivery.order.currency, f"less for “{units.instead.title}”", about)
    for quantity in {*quantities, sum(quantities)}:
        found.count(quantity, Counted.UNITS, about)


def add_parcel(found: ClaimEvidence, order: Order, parcel: Parcel) -> None:
    """When it left, what the carrier said of it, and how sure we are; all was read with it."""
    about, estimate = about_parcel(order, parcel), parcel.estimate
    origin = zone_named(parcel.place.zone if parcel.place else settings.SHOP_ZONE)
    destination = zone_named(parcel.delivery.zone)
    found.add(parcel.number, parcel.number, about)
    found.done(parcel.said_not_received_at, "they say that it never came", about, Topic.MESSAGE, destination)
    found.done(parcel.label_at, "label made", about, Topic.DEPARTURE, origin)
    found.done(picked_up_at(parcel), "picked up, says the carrier", about, Topic.DEPARTURE, origin)
    found.days_since(local_day(parcel.label_at, origin), "since it left", about)
    if parcel.delivery.is_replacement:
        found.done(parcel.label_at, "replacement left", about, Topic.REPLACEMENT, origin)
    percent = estimate.probability_percent
    found.count(percent, Counted.PERCENT, about, f"{percent} % sure")
    for each in estimate.evidence:
        if "business_days" in each:
            found.count(each["business_days"], Counted.DAYS, about, f"{each['business_days']} business days")
    found.places |= {parcel.place.name} if parcel.place else set()
    found.services |= {parcel.service.name} if parcel.service else set()
    delivered = deliveries_of(parcel)
    for scan in parcel.scans.all():
        found.done(scan.happened_at, "scan", about, Topic.SCAN, origin, destination)
        if ScanKind(scan.kind) in DELIVERED and scan.happened_at in delivered:
            found.done(scan.happened_at, "delivered, says the carrier", about, Topic.ARRIVAL, destination)
        found.days_since(local_day(scan.happened_at, destination), "since a scan", about)
        found.places |= {scan.place} if scan.place else set()
        found.names |= {scan.words} if scan.words else set()


def add_prices(found: ClaimEvidence, named: Collection[str], orders: Iterable[Order]) -> None:
    """What products cost today: those that are `named`, and those of the orders, whatever their lines call them."""
    about: dict[int, Subjects] = {}
    called: dict[int, set[str]] = {}
    for order in orders:
        for line in order.lines.all():
            about[line.product_id] = about.get(line.product_id, ABOUT_NOTHING) | about_order(order)
            called.setdefault(line.product_id, set()).add(line.title)
    ordered = all_products().filter(id__in=about)
    for product in products_called(named).union(ordered).order_by("id"):
        if product.currency not in CURRENCIES:
            continue
        money = Money(amount_minor=product.price_minor, currency=product.currency)
        orders_of_it = about.get(product.pk, ABOUT_NOTHING)
        titles = frozenset({product.title, *called.get(product.pk, ())})
        price = Evidence(
            value=money,
            source=f"price of “{product.title}”",
            about=orders_of_it,
            topic=Topic.CATALOGUE,
            titles=titles,
        )
        found.found[price] = None
        found.title(product.title, orders_of_it)


def add_sums(found: ClaimEvidence, sums: Iterable[tuple[Order, Money]], what: str, tense: Tense) -> None:
    """What sums to be paid back come to, of each order and of any few of them together; currencies don't add up."""
    by_currency: dict[str, list[tuple[Order, Money]]] = {}
    for order, money in sums:
        by_currency.setdefault(money.currency, []).append((order, money))
    for currency, rows in by_currency.items():
        few = rows[:ORDERS_TOGETHER]
        of_matter = [(order, money) for order, money in rows if order.pk in found.matter]
        selections: list[Sequence[tuple[Order, Money]]] = [rows, *([row] for row in rows)]
        selections += [of_matter] if of_matter else []
        selections += [some for size in range(1, len(few) + 1) for some in combinations(few, size)]
        for some in selections:
            about = frozenset(Subject(order.reference) for order, _ in some)
            found.refund(sum(money.amount_minor for _, money in some), currency, what, about, tense)
