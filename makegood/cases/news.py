"""What there is to tell a customer, gathered from the records into the letters that `replies` words."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import assert_never
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings

from makegood.customers.links import Purpose, link_for
from makegood.customers.models import Customer
from makegood.kit.instants import local_day, local_time, zone_named
from makegood.orders.models import Delivery, DeliveryUnits, Order
from makegood.orders.queries import destination_zones
from makegood.parcels.models import Parcel
from makegood.parcels.queries import (
    all_shortages,
    first_of_all,
    is_called_delivered,
    last_scan_of,
    never_heard_of,
    picked_up_at,
    rests_of,
    says_lost,
    zone_of,
)
from makegood.parcels.rules.verdicts import IN_DANGER, NOT_SHIPPED, Verdict
from makegood.parcels.words import carrier_brand
from makegood.policies.rules.values import ASKS_FIRST, RemedyKind
from makegood.promises.rules import PromiseState
from makegood.remedies.models import Perk
from makegood.remedies.planner import Plan
from makegood.remedies.queries import options_together
from makegood.remedies.rules.perks import PerkKind, redemption_of
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.values import Treatment
from makegood.replies.letters.broken import Broken
from makegood.replies.letters.in_danger import InDanger
from makegood.replies.letters.letter import Letterhead, Matter
from makegood.replies.letters.waits_for_them import WaitsForThem
from makegood.replies.rules.values import ItemTruth, NewsKind, Offer, OfferKind, ParcelTruth, Rest
from makegood.staff.queries import helpers
from makegood.standing.queries import standing_of


def head_of(customer: Customer, *, helper_name: str | None = None) -> Letterhead:
    """Who writes to whom."""
    return Letterhead(
        language=customer.language,
        shop_name=settings.SHOP_NAME,
        customer_name=customer.name,
        helper_name=helper_name,
    )


def our_signatures() -> set[str]:
    """How letters of ours may be signed: by the shop, or by one of its helpers."""
    return {settings.SHOP_NAME, *(f"{each.name}, {settings.SHOP_NAME}" for each in helpers())}


def matter_of(
    customer: Customer, deliveries: Sequence[Delivery], *, perk: Perk | None, now: datetime, link: str = ""
) -> Matter:
    """Some deliveries, each with its truth, and how we stand with their customer; the link signs its reader in.

    Another `link` is for who may not have that one.
    """
    standing, redemption = standing_of(customer), redemption_of(settings.FREE_EXPRESS)
    return Matter(
        parcels=truths_of(deliveries, now=now),
        customer_since_year=standing.long_known_since(now=now),
        promises_kept=standing.kept or None,
        free_express_until=_free_express_until(perk, now=now) if redemption else None,
        free_express_code=redemption.code if redemption else "",
        link=link or link_for(customer, page_of(deliveries), purpose=Purpose.LETTER),
    )


def orders_of(deliveries: Sequence[Delivery]) -> list[Order]:
    """The orders that deliveries are of, each once, in the order of the deliveries."""
    return list({delivery.order_id: delivery.order for delivery in deliveries}.values())


def page_of(deliveries: Sequence[Delivery]) -> str:
    """Where a customer finds these deliveries: the page of their order, or of all orders."""
    references = {delivery.order.reference for delivery in deliveries}
    return f"/orders/{quote(references.pop(), safe='')}" if len(references) == 1 else "/orders"


def _free_express_until(perk: Perk | None, *, now: datetime) -> date | None:
    if perk is None or perk.until_date < local_day(now, zone_named(settings.SHOP_ZONE)):
        return None
    match kind := PerkKind(perk.kind):
        case PerkKind.FREE_EXPRESS:
            return perk.until_date
        case _:
            assert_never(kind)


def trouble_letter(kind: NewsKind, head: Letterhead, matter: Matter, offers: tuple[Offer, ...]) -> InDanger | Broken:
    """Of parcels in danger, or not there in time, and what their customer may choose; or that they wait for them."""
    if all(parcel.state == Verdict.HELD for parcel in matter.parcels):
        return WaitsForThem(head=head, matter=matter)
    letter = Broken if kind is NewsKind.BROKEN else InDanger
    return letter(head=head, matter=matter, offers=offers)


def truths_of(deliveries: Sequence[Delivery], *, now: datetime) -> tuple[ParcelTruth, ...]:
    """All we know of each delivery, in the days of the place it goes to; in as many queries for many as for one."""
    parcels = Parcel.objects.with_scans().select_related("place", "estimate").filter(delivery__in=deliveries)
    by_delivery = {parcel.delivery_id: parcel for parcel in parcels}
    numbers = Counter((parcel.carrier, parcel.number) for parcel in by_delivery.values())
    shared = {pk for pk, each in by_delivery.items() if numbers[each.carrier, each.number] > 1}
    items: dict[int, list[ItemTruth]] = {}
    for row in DeliveryUnits.objects.filter(delivery__in=deliveries).select_related("line", "instead").order_by("id"):
        items.setdefault(row.delivery_id, []).append(ItemTruth(name=row.title, quantity=row.quantity))
    firsts = first_of_all(deliveries)
    here = [each for each in deliveries if each.pk not in by_delivery]
    short = _short_among(here)
    rests, gone = _rests_of(here), _left_otherwise(here)
    again = {each.pk for each in deliveries if each.is_replacement and each.pk not in firsts}
    return tuple(
        replace(
            _truth_of(each, by_delivery.get(each.pk), short.get(each.pk) or items.get(each.pk, []), now=now),
            is_short=each.pk in short,
            is_replacement=each.pk in again,
            rest=Rest.NONE if each.pk in again or each.pk in by_delivery else rests.get(each.order_id, Rest.NONE),
            left_otherwise=each.pk in gone,
            shares_number=each.pk in shared,
        )
        for each in deliveries
    )


def _short_among(not_left: Sequence[Delivery]) -> dict[int, list[ItemTruth]]:
    """What was not there of these when it was packed, by their ids."""
    found: dict[int, list[ItemTruth]] = {}
    for row in all_shortages().filter(delivery__in=not_left, taken_back_at=None).order_by("id"):
        found.setdefault(row.delivery_id, []).append(ItemTruth(name=row.product.title, quantity=row.quantity))
    return found


def _left_otherwise(not_left: Sequence[Delivery]) -> set[int]:
    """Those of these of which what takes their place has left."""
    instead = _instead_of(not_left)
    left = Parcel.objects.filter(delivery__in=instead).values_list("delivery_id", flat=True) if instead else ()
    return {instead[each] for each in left}


def _rests_of(not_left: Sequence[Delivery]) -> dict[int, Rest]:
    """Where the rest of each order is, of which these have not left; orders of which nothing has are missing."""
    others = Parcel.objects.filter(delivery__order__in={each.order_id for each in not_left})
    # What goes in the place of these is no other part.
    others = others.exclude(delivery__in=_instead_of(not_left))
    left = rests_of(others.select_related("delivery__promise", "estimate"))
    return {order_id: _rest_in(verdicts) for order_id, verdicts in left.items()}


def _rest_in(verdicts: Collection[str]) -> Rest:
    """Where it is; of what is in danger, or was made good, that is told elsewhere."""
    if not verdicts or not IN_DANGER.isdisjoint(verdicts):
        return Rest.TOLD_ELSEWHERE
    return Rest.DELIVERED if set(verdicts) == {Verdict.DELIVERED} else Rest.APART


def _instead_of(not_left: Iterable[Delivery]) -> dict[int, int]:
    """What goes in the place of these, which have not left: by its id the id of what it goes instead of."""
    rows = Delivery.objects.filter(split_from__in=list(not_left), is_replacement=True)
    return dict(rows.values_list("id", "split_from_id"))


def _truth_of(delivery: Delivery, parcel: Parcel | None, items: Iterable[ItemTruth], *, now: datetime) -> ParcelTruth:
    zone = zone_named(delivery.zone)
    truth = ParcelTruth(
        order_reference=delivery.order.reference,
        items=tuple(items),
        carrier_name="",
        state=NOT_SHIPPED,
        probability_percent=0,
        promised_date=local_day(delivery.promise.due_at, zone),
        broken=delivery.promise.state == PromiseState.BROKEN
        or (delivery.promise.due_at <= now and not delivery.promise.awaits_news),
        made_good=delivery.promise.made_good_at is not None,
        at_risk=delivery.promise.state == PromiseState.OPEN and delivery.promise.at_risk_since is not None,
    )
    if parcel is None:
        return truth
    last, picked_up = last_scan_of(parcel), picked_up_at(parcel)
    return replace(
        truth,
        number=parcel.number,
        carrier_name=carrier_brand(parcel.carrier),
        left_on=local_day(parcel.label_at, zone_of(parcel)),
        picked_up_date=local_day(picked_up, zone_of(parcel)) if picked_up else None,
        from_place=parcel.place.name if parcel.place else "",
        last_scan_words=last.carrier_words if last else "",
        last_scan_place=last.place if last else "",
        last_scan_date=local_day(last.at, zone) if last and last.at else None,
        state=parcel.estimate.verdict,
        told_missing_date=_told_missing(parcel, zone),
        called_delivered=is_called_delivered(parcel),
        never_heard=never_heard_of(parcel),
        said_lost=says_lost(parcel),
        probability_percent=parcel.estimate.probability_percent,
    )


def _told_missing(parcel: Parcel, zone: ZoneInfo) -> date | None:
    if parcel.estimate.verdict != Verdict.NOT_RECEIVED or parcel.said_not_received_at is None:
        return None
    return local_day(parcel.said_not_received_at, zone)


# What is offered where everything goes for the same reason.
ALL_ALIKE = {
    frozenset({Treatment.SENT_AGAIN}): OfferKind.SEND_AGAIN,
    frozenset({Treatment.SENT_OTHERWISE}): OfferKind.SEND_NOW,
}


def _offered_as(best: Remedy) -> OfferKind:
    """In which words the best is offered: that all of it goes, again, now, or some of it again and some for the first
    time; or only part.
    """
    if best.instead_by_title:
        return OfferKind.SUBSTITUTE if best.kind in ASKS_FIRST else OfferKind.SEND_UPGRADE
    treatments = {each.treatment for each in best.makes_good}
    if Treatment.REFUNDED in treatments:
        return OfferKind.SEND_PART
    return ALL_ALIKE.get(frozenset(treatments), OfferKind.SEND_ALL)


def offers_for(orders: Sequence[Order], *, is_named: bool, now: datetime) -> tuple[Offer, ...]:
    """What the customer may choose for each of these orders: sending it first, money back last.

    `is_named`: each says for which order it is.
    """
    zones = destination_zones(order.pk for order in orders)
    return tuple(
        replace(offer, order_reference=order.reference if is_named else "")
        for order, options in options_together(orders, now=now)
        for offer in _offers_of(options, zone=zone_named(zones[order.pk]))
    )


def _offers_of(options: Plan, *, zone: ZoneInfo) -> Iterator[Offer]:
    """What there is to choose for one order; until when, by the clocks of where it goes (`zone`)."""
    best = options.best
    if best.sendings and best.choose_by:
        yield _offer_to_send(best, best.choose_by, zone=zone)
    later = options.of_kind(RemedyKind.NEW_DATE)
    if later and later.arrives_date:
        yield Offer(kind=OfferKind.NEW_DATE, arrives_date=later.arrives_date)
    for other in options:
        if other.kind in ASKS_FIRST and other is not best and other.choose_by:
            yield _offer_to_send(other, other.choose_by, zone=zone)
    if options.refund and options.refund.refund_by_date:
        yield Offer(kind=OfferKind.REFUND, settles_date=options.refund.refund_by_date, money=options.refund.refund)


def _offer_to_send(remedy: Remedy, choose_by: datetime, *, zone: ZoneInfo) -> Offer:
    kind = _offered_as(remedy)
    return Offer(
        kind=kind,
        arrives_date=remedy.arrives_date,
        choose_by=local_time(choose_by, zone),
        settles_date=remedy.refund_by_date,
        money=remedy.refund if kind in {OfferKind.SEND_PART, OfferKind.SUBSTITUTE} else None,
        service_words=_service_words(remedy),
        items=tuple(ItemTruth(name=name, quantity=quantity) for name, quantity in remedy.instead_by_title.items()),
    )


def _service_words(remedy: Remedy) -> str:
    names = {sending.route.service_name for sending in remedy.sendings}
    return names.pop() if len(names) == 1 else ""
