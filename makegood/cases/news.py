"""What there is to tell a customer, gathered from the records into the values that `replies` words."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings

from makegood.cases.models import Case
from makegood.customers.links import link_for
from makegood.money.rules import Money, sum_of
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Parcel
from makegood.parcels.queries import last_scan_of, zone_of
from makegood.parcels.rules.verdicts import NOT_SHIPPED
from makegood.parcels.words import carrier_name
from makegood.promises.rules import PromiseState
from makegood.remedies.models import Grant, GrantUnits, Perk, RefundTask
from makegood.remedies.queries import dispatches_of_grants, options_together
from makegood.remedies.rules.values import Remedy, RemedyKind, Treatment
from makegood.replies.rules.values import (
    ItemTruth,
    News,
    NewsKind,
    Offer,
    OfferKind,
    ParcelTruth,
    Replacement,
)
from makegood.standing.queries import standing_of


def news_of(
    kind: NewsKind, *, case: Case, deliveries: Sequence[Delivery], perk: Perk | None, now: datetime, **more: object
) -> News:
    """The news of some deliveries of a case: who it is for, each parcel's truth, and what is offered now."""
    customer = case.customer
    standing = standing_of(customer)
    orders = list({delivery.order_id: delivery.order for delivery in deliveries}.values())
    path = f"/orders/{quote(orders[0].reference, safe='')}" if len(orders) == 1 else "/orders"
    return News(
        kind=kind,
        language=customer.language,
        shop_name=settings.SHOP_NAME,
        customer_name=customer.name,
        customer_since_year=standing.since_date.year if standing.since_date else None,
        promises_kept=standing.kept or None,
        parcels=tuple(truth_of(delivery, now=now) for delivery in deliveries),
        free_express_until=perk.until_date if perk else None,
        link=link_for(customer, path),
        **more,  # type: ignore[arg-type]
    )


def truth_of(delivery: Delivery, *, now: datetime) -> ParcelTruth:
    """All we know of one delivery, in the days of the place it goes to."""
    zone = ZoneInfo(delivery.zone)
    parcel = Parcel.objects.select_related("place").filter(delivery=delivery).first()
    items = tuple(
        ItemTruth(name=row.line.title, quantity=row.quantity)
        for row in delivery.units.select_related("line").order_by("id")
    )
    is_broken = delivery.promise.state == PromiseState.BROKEN or delivery.promise.due_at <= now
    if parcel is None:
        return ParcelTruth(
            order_reference=delivery.order.reference,
            items=items,
            carrier_name="",
            state=NOT_SHIPPED,
            probability_percent=0,
            promised_date=local_day(delivery.promise.due_at, zone),
            broken=is_broken,
        )
    last = last_scan_of(parcel)
    return ParcelTruth(
        order_reference=delivery.order.reference,
        items=items,
        number=parcel.number,
        carrier_name=carrier_name(parcel.carrier),
        left_on=local_day(parcel.label_at, zone_of(parcel)),
        from_place=parcel.place.name if parcel.place else "",
        last_scan_words=last.carrier_words if last else "",
        last_scan_place=last.place if last else "",
        last_scan_date=local_day(last.at, zone) if last and last.at else None,
        state=parcel.estimate.verdict,
        probability_percent=parcel.estimate.probability_percent,
        promised_date=local_day(delivery.promise.due_at, zone),
        broken=is_broken,
    )


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def offers_for(orders: Sequence[Order], *, now: datetime) -> tuple[Offer, ...]:
    """What the customer may choose, for all these orders together: sending again first, money back second."""
    plans = [options for _, options in options_together(orders, now=now)]
    best = [options.best for options in plans]
    refunds = [options.refund for options in plans if options.refund]
    offers = []
    sent = [each for each in best if each.sendings]
    if sent:
        is_whole = all(each.kind is RemedyKind.SEND_AGAIN for each in best)
        offers.append(
            Offer(
                kind=OfferKind.SEND_AGAIN if is_whole else OfferKind.SEND_PART,
                arrives_date=max(each.arrives_date for each in sent if each.arrives_date),
                settles_date=max((each.refund_by_date for each in best if each.refund_by_date), default=None),
                money=None if is_whole else _sum(best),
                service_words=_service_words(sent),
            )
        )
    dates = [each.refund_by_date for each in refunds if each.refund_by_date]
    if dates:
        offers.append(Offer(kind=OfferKind.REFUND, settles_date=max(dates), money=_sum(refunds)))
    return tuple(offers)


def _sum(remedies: Sequence[Remedy]) -> Money | None:
    """What they refund together; None where currencies differ, since those don't add up (law 6)."""
    if len({each.cost.currency for each in remedies}) != 1:
        return None
    return sum_of(each.refund for each in remedies if each.refund)


def _service_words(remedies: Sequence[Remedy]) -> str:
    names = {sending.route.service_name for remedy in remedies for sending in remedy.sendings}
    return names.pop() if len(names) == 1 else ""


def grant_news(grants: Sequence[Grant]) -> dict[str, object]:
    """What remedies granted together, in one currency, add to the news: what goes again, what is paid, when."""
    units = list(GrantUnits.objects.filter(grant__in=grants).select_related("lost__line").order_by("id"))
    tasks = list(RefundTask.objects.select_related("promise").filter(grant__in=grants))
    days = [grant.arrives_date for grant in grants if grant.arrives_date]
    shop = ZoneInfo(settings.SHOP_ZONE)
    refund = Money(amount_minor=sum(task.amount_minor for task in tasks), currency=grants[0].currency)
    return {
        "again": _items(units, Treatment.SENT_AGAIN),
        "paid_back": _items(units, Treatment.REFUNDED),
        "new_parcels": dispatches_of_grants(grants).count(),
        "replacement_arrives": max(days, default=None),
        "refund": refund if tasks else None,
        "refund_by": max((local_day(each.promise.due_at, shop) for each in tasks), default=None),
    }


def replacement_of(parcel: Parcel) -> Replacement:
    """A new parcel that has left, in the days of the place it left."""
    return Replacement(
        order_reference=parcel.delivery.order.reference,
        carrier_name=carrier_name(parcel.carrier),
        number=parcel.number,
        left_on=local_day(parcel.label_at, zone_of(parcel)),
        arrives=parcel.delivery.by_date,
    )


def _items(units, treatment: Treatment) -> tuple[ItemTruth, ...]:  # type: ignore[no-untyped-def]
    found: dict[str, int] = {}
    for unit in units:
        if unit.treatment == treatment:
            found[unit.lost.line.title] = found.get(unit.lost.line.title, 0) + unit.quantity
    return tuple(ItemTruth(name=name, quantity=quantity) for name, quantity in found.items())
