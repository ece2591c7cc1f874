"""The records of one customer, gathered for the truth check: the case's orders first, and their others."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from makegood.cases.claim_evidence import (
    ABOUT_NOTHING,
    ClaimEvidence,
    about_order,
    about_parcel,
    add_order,
    add_parcel,
    add_prices,
    add_receipt,
    add_sums,
)
from makegood.cases.models import Case
from makegood.cases.news import our_signatures
from makegood.cases.subjects import deliveries_behind, orders_named_by_case
from makegood.channels.models import Message
from makegood.channels.rules import UNSAID, Direction, MessageState
from makegood.customers.models import Customer
from makegood.kit.instants import local_day, zone_named
from makegood.money.rules import Money
from makegood.orders.models import Delivery, Order
from makegood.orders.queries import payments_of_orders
from makegood.parcels.models import Dispatch, DispatchState, Parcel
from makegood.parcels.queries import expected_dates
from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from makegood.payments.models import Refund
from makegood.payments.queries import receipts_of
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseKind, PromiseState
from makegood.remedies.models import Grant, Perk
from makegood.remedies.planner import Plan, plan, plan_together
from makegood.remedies.refunds import refunds_of_customer
from makegood.remedies.rules.perks import redemption_of
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.situations import situations_of
from makegood.replies.rules.claims import Counted, Records, Tense, Topic, Year
from makegood.standing.queries import standing_of

# So many of a customer's newest orders, messages and payments may be spoken of; what the case is about always may.
ORDERS, MESSAGES, PROMISES, RECEIPTS = 50, 50, 200, 100
# Promises of deliveries and refunds are told by their orders.
_TOLD_BY_ORDERS = (PromiseKind.DELIVER, PromiseKind.REFUND)


def records_for(
    customer: Customer, *, case: Case, now: datetime, letter: Collection[int] = (), named: Collection[str] = ()
) -> Records:
    """Everything that words to this customer may rely on, where they may name products by these titles.

    Words that name nothing are about the deliveries of `letter`, by their ids, else about those that the case gathers.
    """
    shop = zone_named(settings.SHOP_ZONE)
    found = ClaimEvidence(zones=(zone_named(customer.zone), shop), now=now)
    found.add(local_day(now, zone_named(customer.zone)), "today")
    found.names |= {customer.name, *(word for word in customer.name.split() if word.isalpha()), settings.SHOP_NAME}
    found.addressees.add(customer.name)
    found.signatures |= our_signatures()
    found.add(str(case.pk), f"case {case.pk}")
    about = set(letter) or _gathered(case)
    orders = _orders(customer, about)
    deliveries = [each for order in orders.values() for each in order.deliveries.all()]
    found.matter = frozenset(each.order_id for each in deliveries if each.pk in about)
    parcels = _parcels(orders)
    boxes, paid = {parcel.delivery_id: parcel for parcel in parcels}, payments_of_orders(orders)
    for order in orders.values():
        add_order(found, order, boxes, paid=paid.get(order.pk, ()))
    _add_free(found, customer)
    for parcel in parcels:
        add_parcel(found, orders[parcel.delivery.order_id], parcel)
    _add_expected(found, orders, [each for each in parcels if each.delivery.is_replacement])
    add_prices(found, named, orders.values())
    unsolved = _add_options(found, orders, now=now)
    _add_grants(found, customer, orders, now=now)
    _add_counts(found, orders, parcels, matter=about, unsolved=unsolved)
    _add_promises(found, customer)
    _add_messages(found, customer)
    _add_standing(found, customer, now=now)
    return found.records(matter={orders[each].reference for each in found.matter})


def _orders(customer: Customer, deliveries: Iterable[int]) -> dict[int, Order]:
    """The orders that some deliveries belong to, and then the customer's newest."""
    about = set(deliveries)
    newest = Order.objects.filter(customer=customer).order_by("-placed_at", "-id")[:ORDERS]
    of_matter = Delivery.objects.filter(id__in=about).values("order_id")
    rows = Order.objects.filter(Q(id__in=newest.values("id")) | Q(id__in=of_matter), customer=customer)
    rows = rows.prefetch_related("lines", "deliveries__promise", "deliveries__units").order_by("-placed_at", "-id")
    found = sorted(rows, key=lambda order: about.isdisjoint(each.pk for each in order.deliveries.all()))
    return {order.pk: order for order in found}


def _add_free(found: ClaimEvidence, customer: Customer) -> None:
    """Money of theirs that pays for nothing: each sum, and all of a currency."""
    free: Counter[str] = Counter()
    for receipt in receipts_of(customer.pk)[:RECEIPTS]:
        if receipt.free_minor:
            add_receipt(found, receipt, ABOUT_NOTHING)
            found.money(receipt.free_minor, receipt.currency, "of it is theirs to draw", ABOUT_NOTHING)
            free[receipt.currency] += receipt.free_minor
    for currency, minor in free.items():
        found.money(minor, currency, "theirs to draw", ABOUT_NOTHING)


def _parcels(orders: Collection[int]) -> list[Parcel]:
    """All parcels of these orders: whichever of them a letter is about, it names."""
    rows = Parcel.objects.with_scans().filter(delivery__order__in=orders).select_related("place", "service", "delivery")
    return list(rows.order_by("-label_at", "-id"))


def _gathered(case: Case) -> set[int]:
    """The deliveries that a case is about: what it gathers, and all of the orders that their words name."""
    behind = deliveries_behind(link.subject for link in case.subjects.all())
    named = [order.pk for order in orders_named_by_case([case.pk]).get(case.pk, ())]
    of_named = Delivery.objects.filter(order__in=named).values_list("id", flat=True)
    return {delivery for those in behind.values() for delivery in those} | set(of_named)


def _add_expected(found: ClaimEvidence, orders: Mapping[int, Order], replacements: Sequence[Parcel]) -> None:
    """When the services that carry new parcels bring them, whatever was promised."""
    expected = expected_dates(replacements)
    for parcel in replacements:
        if parcel.pk in expected:
            is_open = parcel.estimate.verdict != Verdict.DELIVERED
            about = about_parcel(orders[parcel.delivery.order_id], parcel)
            what = "when its service brings it"
            found.to_come(expected[parcel.pk], what, about, Topic.ARRIVAL, is_open=is_open)


def _add_options(found: ClaimEvidence, orders: Mapping[int, Order], *, now: datetime) -> set[int]:
    """What could be done for orders in trouble, alone and together; the deliveries that it would make good."""
    situations = situations_of([order for _, order in sorted(orders.items())], now=now)
    alone = [(orders[each.order_id], plan(each)) for each in situations]
    together = zip((order for order, _ in alone), plan_together(situations), strict=True)
    for options in (alone, list(together)):
        _add_remedies(found, [(order, plan) for order, plan in options if plan])
    return {unit.delivery_id for each in situations for unit in each.units}


def _add_remedies(found: ClaimEvidence, options: Sequence[tuple[Order, Plan]]) -> None:
    for order, remedies in options:
        about = about_order(order)
        zones = {zone_named(delivery.zone) for delivery in order.deliveries.all()}
        for remedy in remedies:
            found.to_come(remedy.arrives_date, "when it would arrive", about, Topic.ARRIVAL)
            found.to_come_at(remedy.choose_by, "until when to choose", about, zones)
            found.to_come(remedy.refund_by_date, "when the money would be back", about, Topic.REFUND)
            for sending in remedy.sendings:
                found.services.add(sending.route.service_name)
                found.places.add(sending.route.place_name)
                found.to_come(sending.route.leaves_date, "when it would leave", about, Topic.DEPARTURE)
    kinds = sorted({kind for _, remedies in options for kind in remedies.kinds})
    chosen: list[list[tuple[Order, Remedy | None]]] = [
        [(order, remedies.of_kind(kind)) for order, remedies in options] for kind in kinds
    ]
    best: list[tuple[Order, Remedy | None]] = [(order, remedies.best) for order, remedies in options]
    for choice in (*chosen, best):
        sums = [(order, remedy.refund) for order, remedy in choice if remedy and remedy.refund]
        add_sums(found, sums, "could be paid back", Tense.TO_COME)


def _add_grants(found: ClaimEvidence, customer: Customer, orders: Mapping[int, Order], *, now: datetime) -> None:
    for grant in Grant.objects.filter(customer=customer, order__in=list(orders)).prefetch_related("units"):
        about = about_order(orders[grant.order_id])
        # On its day, the promise of what was sent says whether it may still come.
        is_ahead = bool(grant.arrives_date and grant.arrives_date > local_day(now, zone_named(customer.zone)))
        found.to_come(grant.arrives_date, "when the replacement arrives", about, Topic.ARRIVAL, is_open=is_ahead)
        found.done(grant.granted_at, "remedy granted", about, Topic.OTHER)
        found.money(grant.unpaid_minor, grant.currency, "of what it cost was not paid", about)
        for unit in grant.units.all():
            found.count(unit.quantity, Counted.UNITS, about)
            found.refund(unit.refund_minor, grant.currency, "of what is paid back", about, Tense.TO_COME)
    _add_refunds(found, customer, orders)
    _add_dispatches(found, customer, orders)


def _add_refunds(found: ClaimEvidence, customer: Customer, orders: Mapping[int, Order]) -> None:
    seen = refunds_of_customer(customer.pk)
    _add_drawn(found, [each.refund for each in seen if each.order is None])
    refunds = [(orders[each.order.pk], each.refund) for each in seen if each.order and each.order.pk in orders]
    for order, refund in refunds:
        about = about_order(order)
        found.label(refund.tender, about)
        found.to_come(refund.due_at, "when the money is back", about, Topic.REFUND, is_open=refund.is_open)
        found.done(refund.done_at, "paid back", about, Topic.REFUND)
        # The day of it; not that anything is paid back.
        found.to_come(refund.failed_at, "did not arrive", about, Topic.REFUND, is_open=False)
        if again := refund.sent_again_as:
            found.label(again.tender, about)
            found.to_come(again.due_at, "when the money is back", about, Topic.REFUND, is_open=again.is_open)
            found.done(again.done_at, "paid back another way", about, Topic.REFUND)
        if refund.failed_at is None:
            found.done(refund.sent_at, "sent back", about, Topic.REFUND)
            found.add(Topic.REFUND_ARRANGED, "money is to be paid back", about, Topic.REFUND_ARRANGED, Tense.DONE)
    promised = [(order, _money_of(refund)) for order, refund in refunds]
    paid = [(order, _money_of(refund)) for order, refund in refunds if refund.carried_by.is_settled]
    add_sums(found, promised, "promised to be paid back", Tense.TO_COME)
    add_sums(found, paid, "paid back", Tense.DONE)


def _add_drawn(found: ClaimEvidence, refunds: Iterable[Refund]) -> None:
    """Money that goes back for no order: what was free on their account."""
    for refund in refunds:
        found.label(refund.tender, ABOUT_NOTHING)
        found.to_come(refund.due_at, "when the money is back", ABOUT_NOTHING, Topic.REFUND, is_open=refund.is_open)
        found.done(refund.done_at, "paid back", ABOUT_NOTHING, Topic.REFUND)
        found.to_come(refund.failed_at, "did not arrive", ABOUT_NOTHING, Topic.REFUND, is_open=False)
        found.money(refund.amount_minor, refund.currency, "of what was free on their account", ABOUT_NOTHING)
        tense = Tense.DONE if refund.is_settled else Tense.TO_COME
        found.refund(refund.amount_minor, refund.currency, "of what was free on their account", ABOUT_NOTHING, tense)


def _money_of(refund: Refund) -> Money:
    return Money(amount_minor=refund.amount_minor, currency=refund.currency)


def _add_dispatches(found: ClaimEvidence, customer: Customer, orders: Mapping[int, Order]) -> None:
    dispatches = list(
        Dispatch.objects.filter(customer=customer, order__in=list(orders)).select_related("service", "place")
    )
    per_order = Counter(dispatch.order_id for dispatch in dispatches)
    at_once: dict[datetime, set[int]] = {}
    for dispatch in dispatches:
        about = about_order(orders[dispatch.order_id])
        is_open = dispatch.state == DispatchState.REQUESTED
        found.to_come(dispatch.leaves_date, "when it leaves", about, Topic.DEPARTURE, is_open=is_open)
        found.services.add(dispatch.service.name)
        found.places.add(dispatch.place.name)
        at_once.setdefault(dispatch.requested_at, set()).add(dispatch.pk)
    for order_id, count in per_order.items():
        found.count(count, Counted.PARCELS, about_order(orders[order_id]), f"{count} new parcels")
    for ids in at_once.values():  # What one choice sends.
        about = frozenset(s for each in dispatches if each.pk in ids for s in about_order(orders[each.order_id]))
        found.count(len(ids), Counted.PARCELS, about, f"{len(ids)} new parcels")


def _add_counts(
    found: ClaimEvidence,
    orders: Mapping[int, Order],
    parcels: Sequence[Parcel],
    *,
    matter: set[int],
    unsolved: set[int],
) -> None:
    """How many parcels and orders there are of each kind that people speak of."""
    verdicts = {each.delivery_id: Verdict(each.estimate.verdict) for each in parcels}
    deliveries = [delivery for order in orders.values() for delivery in order.deliveries.all()]
    broken = {each.pk for each in deliveries if each.promise.state == PromiseState.BROKEN}
    first = {each.pk for each in deliveries if not each.is_replacement}
    for each in deliveries:
        if each.pk not in verdicts:  # Of what has not left we are sure of nothing.
            found.count(0, Counted.PERCENT, about_order(orders[each.order_id]))
    kinds: dict[str, set[int]] = {
        "parcels": set(verdicts),
        "parcels in danger": {pk for pk, verdict in verdicts.items() if verdict in IN_DANGER},
        "parcels delivered": {pk for pk, verdict in verdicts.items() if verdict is Verdict.DELIVERED},
        "promises broken": broken,
        "parcels of this letter or case": matter,
        "of them first ones": matter & first,
        "of them late": matter & broken,
        "of them not made good": matter & unsolved,
        "parcels not made good": unsolved,
    }
    for what, ids in kinds.items():
        _add_deliveries(found, orders, [each for each in deliveries if each.pk in ids], what)
        for order in orders.values():
            _add_deliveries(found, orders, [each for each in order.deliveries.all() if each.pk in ids], what)


def _add_deliveries(
    found: ClaimEvidence, orders: Mapping[int, Order], deliveries: Sequence[Delivery], what: str
) -> None:
    about = frozenset(subject for each in deliveries for subject in about_order(orders[each.order_id]))
    found.count(len(deliveries), Counted.PARCELS, about, f"{len(deliveries)} {what}")
    found.count(len(about), Counted.ORDERS, about)


def _add_promises(found: ClaimEvidence, customer: Customer) -> None:
    rows = Promise.objects.filter(customer=customer).exclude(kind__in=_TOLD_BY_ORDERS).order_by("-id")[:PROMISES]
    for promise in rows:
        for due_at in (promise.due_at, promise.original_due_at):
            is_open = promise.state == PromiseState.OPEN and due_at == promise.due_at
            found.to_come(due_at, f"promise to {promise.kind}", ABOUT_NOTHING, Topic.OTHER, is_open=is_open)
    if (redemption := redemption_of(settings.FREE_EXPRESS)) and redemption.code:
        found.names.add(redemption.code)
    for perk in Perk.objects.filter(customer=customer):
        found.to_come(perk.until_date, "perk until", ABOUT_NOTHING, Topic.OTHER)


def _add_messages(found: ClaimEvidence, customer: Customer) -> None:
    """When we and they wrote to each other; what they said is theirs to have said, and supports nothing."""
    said = Message.objects.filter(customer=customer).exclude(state__in=(*UNSAID, MessageState.KEPT))
    for message in said.order_by("-id")[:MESSAGES]:
        source = "we wrote" if message.direction == Direction.OUT else "they wrote"
        found.done(message.written_at, source, ABOUT_NOTHING, Topic.MESSAGE)


def _add_standing(found: ClaimEvidence, customer: Customer, *, now: datetime) -> None:
    standing = standing_of(customer)
    found.count(standing.orders, Counted.ORDERS)
    found.count(standing.kept, Counted.PROMISES, what=f"{standing.kept} promises kept")
    found.count(standing.broken, Counted.PROMISES, what=f"{standing.broken} promises broken")
    if standing.since_date:
        found.add(standing.since_date, "first order", tense=Tense.DONE)
        found.add(Year(standing.since_date.year), "first order")
        found.count(now.year - standing.since_date.year, Counted.YEARS, what="years with us")
