"""What there is to tell of granted remedies: what goes again and by when, what is paid back, what has left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from django.conf import settings

from makegood.kit.instants import local_day, zone_named
from makegood.money.rules import Money, total_by_currency
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.queries import CALLED_OFF, expected_dates, first_of_all, zone_of
from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from makegood.parcels.words import carrier_brand
from makegood.payments import models as payments
from makegood.policies.rules.values import ASKS_FIRST, RemedyKind
from makegood.promises.rules import PromiseState
from makegood.remedies.models import Grant, GrantUnits
from makegood.remedies.queries import deliveries_moved, dispatches_of_grants
from makegood.remedies.refunds import refunds_of_grants
from makegood.remedies.rules.values import Treatment
from makegood.replies.letters.letter import Letterhead, Matter
from makegood.replies.letters.made_good import MadeGood, NewParcels, Refund
from makegood.replies.letters.new_date import NewDate
from makegood.replies.letters.refund_promised import RefundPromised
from makegood.replies.letters.sent_again import SentAgain
from makegood.replies.letters.sent_instead import InsteadOf, SentInstead
from makegood.replies.letters.sent_otherwise import SentOtherwise
from makegood.replies.letters.sent_part import SentPart
from makegood.replies.letters.turned_up import Instead
from makegood.replies.rules.values import ItemTruth, NewsKind, Replacement


class GrantLetter(Protocol):
    """Words what was granted, as far as it is by `now`; None where nothing of it is so any more."""

    def __call__(
        self, head: Letterhead, matter: Matter, grants: Sequence[Grant], *, now: datetime
    ) -> MadeGood | None: ...


def _sent_again(head: Letterhead, matter: Matter, grants: Sequence[Grant], *, now: datetime) -> MadeGood | None:
    new_parcels = _new_parcels(grants, now=now)
    return SentAgain(head=head, matter=matter, new_parcels=new_parcels) if new_parcels else None


def _sent_part(head: Letterhead, matter: Matter, grants: Sequence[Grant], *, now: datetime) -> MadeGood | None:
    new_parcels = _new_parcels(grants, now=now)
    if new_parcels is None:
        return _refund_promised(head, matter, grants, now=now)
    units = list(GrantUnits.objects.filter(grant__in=grants).select_related("lost__line").order_by("id"))
    return SentPart(
        head=head,
        matter=matter,
        sent=_items(units, Treatment.SENT_AGAIN, Treatment.SENT_OTHERWISE),
        paid_back=_items(units, Treatment.REFUNDED),
        new_parcels=new_parcels,
        refunds=_refunds(grants, now=now),
        unpaid=_unpaid(grants),
    )


def _refund_promised(head: Letterhead, matter: Matter, grants: Sequence[Grant], *, now: datetime) -> MadeGood | None:
    refunds = _refunds(grants, now=now)
    if not refunds:
        return None
    return RefundPromised(head=head, matter=matter, refunds=refunds, unpaid=_unpaid(grants))


def _sent_otherwise(head: Letterhead, matter: Matter, grants: Sequence[Grant], *, now: datetime) -> MadeGood | None:
    new_parcels = _new_parcels(grants, now=now)
    if new_parcels is None:
        return None
    rows = list(dispatches_of_grants(grants).exclude(CALLED_OFF).select_related("place", "service"))
    return SentOtherwise(
        head=head,
        matter=matter,
        places=tuple(dict.fromkeys(row.place.name for row in rows)),
        services=tuple(dict.fromkeys(row.service.name for row in rows)),
        new_parcels=new_parcels,
    )


def _sent_instead(head: Letterhead, matter: Matter, grants: Sequence[Grant], *, now: datetime) -> MadeGood | None:
    new_parcels = _new_parcels(grants, now=now)
    rows = list(dispatches_of_grants(grants).exclude(CALLED_OFF).values_list("delivery_id", flat=True))
    units = DeliveryUnits.objects.filter(delivery__in=rows).select_related("line", "instead").order_by("id")
    other = [each for each in units if each.instead]
    if new_parcels is None or not other:
        return None
    return SentInstead(
        head=head,
        matter=matter,
        instead=InsteadOf(
            sent=_counted((each.title, each.quantity) for each in other),
            ordered=_counted((each.line.title, each.quantity) for each in other),
        ),
        as_ordered=_counted((each.title, each.quantity) for each in units if not each.instead),
        was_agreed=any(RemedyKind(grant.kind) in ASKS_FIRST for grant in grants),
        new_parcels=new_parcels,
        refunds=_refunds(grants, now=now),
        unpaid=_unpaid(grants),
    )


def _counted(pairs: Iterable[tuple[str, int]]) -> tuple[ItemTruth, ...]:
    counts: dict[str, int] = {}
    for name, quantity in pairs:
        counts[name] = counts.get(name, 0) + quantity
    return tuple(ItemTruth(name=name, quantity=quantity) for name, quantity in counts.items())


def _new_date(head: Letterhead, matter: Matter, grants: Sequence[Grant], *, now: datetime) -> MadeGood | None:
    moved = Delivery.objects.filter(id__in=[delivery for _, delivery in deliveries_moved(each.pk for each in grants)])
    standing = [each for each in moved.select_related("promise") if each.promise.is_owed]
    if not standing:
        return None
    by_date = max(promised_day(each) for each in standing)
    return NewDate(
        head=head, matter=matter, by_date=by_date, is_over=all(each.promise.due_at <= now for each in standing)
    )


# What is told of remedies of a kind that were granted together in one currency: the news it is, and its letter.
GRANT_LETTERS: Mapping[RemedyKind, tuple[NewsKind, GrantLetter]] = {
    RemedyKind.SEND_AGAIN: (NewsKind.SENT_AGAIN, _sent_again),
    RemedyKind.SEND_PART: (NewsKind.SENT_PART, _sent_part),
    RemedyKind.REFUND: (NewsKind.REFUND_PROMISED, _refund_promised),
    RemedyKind.SEND_FASTER: (NewsKind.SENT_OTHERWISE, _sent_otherwise),
    RemedyKind.SEND_ELSEWHERE: (NewsKind.SENT_OTHERWISE, _sent_otherwise),
    RemedyKind.UPGRADE_EDITION: (NewsKind.SENT_INSTEAD, _sent_instead),
    RemedyKind.SUBSTITUTE: (NewsKind.SENT_INSTEAD, _sent_instead),
    RemedyKind.NEW_DATE: (NewsKind.NEW_DATE, _new_date),
}


def _new_parcels(grants: Sequence[Grant], *, now: datetime) -> NewParcels | None:
    """What still goes, or went, for these grants; None where all of it was called off, or made good in its turn."""
    rows = dispatches_of_grants(grants).exclude(CALLED_OFF)
    rows = rows.filter(delivery__promise__made_good_at=None)
    found = list(rows.select_related("delivery__promise", "parcel__delivery", "parcel__place"))
    if not found:
        return None
    expected = _expected_of(found, now=now)
    waiting = [row for row in found if not row.delivery.promise.fulfilled_at]
    is_late = any(_is_late(row.delivery, expected.get(row.pk), now=now) for row in waiting)
    came = [_came_on(row.delivery) for row in found]
    return NewParcels(
        count=len(found),
        arrives_date=max(promised_day(row.delivery) for row in found),
        delivered_date=max(day for day in came if day) if all(came) else None,
        is_late=is_late,
        expected_date=max(expected.values()) if is_late and all(row.pk in expected for row in waiting) else None,
    )


def _expected_of(dispatches: Sequence[Dispatch], *, now: datetime) -> dict[int, date]:
    """When the services of those that have left bring them, by the dispatches' ids, where that is still to come."""
    parcels = {row.parcel_id: row.parcel for row in dispatches if row.parcel}
    days = expected_dates(parcels.values())
    return {
        row.pk: days[row.parcel_id]
        for row in dispatches
        if row.parcel_id in days and is_to_come(days[row.parcel_id], row.delivery, now=now)
    }


def promised_day(delivery: Delivery) -> date:
    """The day by which a delivery is promised now, where it goes."""
    return local_day(delivery.promise.due_at, zone_named(delivery.zone))


def is_to_come(day: date, delivery: Delivery, *, now: datetime) -> bool:
    """Whether a day is today or later where a delivery goes."""
    return day >= local_day(now, zone_named(delivery.zone))


def _is_late(delivery: Delivery, expected: date | None, *, now: datetime) -> bool:
    """Whether its promised instant has passed without it, or its service brings it on a later day."""
    return delivery.promise.due_at <= now or (expected is not None and expected > promised_day(delivery))


def _came_on(delivery: Delivery) -> date | None:
    at = delivery.promise.fulfilled_at
    return local_day(at, zone_named(delivery.zone)) if at else None


def replacements_of(parcels: Sequence[Parcel], *, now: datetime) -> tuple[Replacement, ...]:
    """New parcels that have left, in the days of the places they left and go to; all was read with them."""
    expected, firsts = expected_dates(parcels), first_of_all(each.delivery for each in parcels)
    parts = _with_others([each.delivery for each in parcels])
    return tuple(
        replace(
            _replacement_of(each, expected.get(each.pk), now=now),
            is_first=each.delivery_id in firsts,
            is_part=each.delivery.order_id in parts,
        )
        for each in parcels
    )


def _with_others(deliveries: Sequence[Delivery]) -> set[int]:
    """The orders of these of which something else goes by itself, or has come."""
    others = Delivery.objects.filter(order__in={each.order_id for each in deliveries}, promise__made_good_at=None)
    others = others.exclude(pk__in=[each.pk for each in deliveries]).exclude(promise__state=PromiseState.WITHDRAWN)
    return set(others.values_list("order_id", flat=True))


def _replacement_of(parcel: Parcel, expected: date | None, *, now: datetime) -> Replacement:
    delivery = parcel.delivery
    is_promised = delivery.promise.state != PromiseState.WITHDRAWN
    is_late = is_promised and _is_late(delivery, expected, now=now)
    is_told = is_late or not is_promised
    return Replacement(
        order_reference=delivery.order.reference,
        carrier_name=carrier_brand(parcel.carrier),
        number=parcel.number,
        left_on=local_day(parcel.label_at, zone_of(parcel)),
        arrives=promised_day(delivery) if is_promised else None,
        is_late=is_late,
        expected_date=expected if expected and is_told and is_to_come(expected, delivery, now=now) else None,
        delivered_date=_came_on(delivery),
    )


def instead_of(delivery: Delivery) -> Instead:
    """What there is of what was sent again in the place of a delivery; what was called off, or lost too, is none."""
    treatments = [Treatment.SENT_AGAIN, Treatment.SENT_OTHERWISE]
    grants = Grant.objects.filter(units__lost__delivery=delivery, units__treatment__in=treatments).distinct()
    rows = dispatches_of_grants(grants).exclude(CALLED_OFF).filter(delivery__promise__made_good_at=None)
    kept = [row for row in rows.select_related("parcel__estimate") if not _is_in_danger(row.parcel)]
    if not kept:
        return Instead.NOTHING
    return Instead.SENT if any(row.parcel for row in kept) else Instead.STILL_HERE


def _is_in_danger(parcel: Parcel | None) -> bool:
    return parcel is not None and Verdict(parcel.estimate.verdict) in IN_DANGER


def _refunds(grants: Sequence[Grant], *, now: datetime) -> tuple[Refund, ...]:
    return refunds_to_tell(refunds_of_grants(grant.pk for grant in grants), now=now)


def refunds_to_tell(refunds: Iterable[payments.Refund], *, now: datetime) -> tuple[Refund, ...]:
    """What was paid back on a day, what is overdue, and what is to come: each together."""
    shop = zone_named(settings.SHOP_ZONE)
    alike: dict[tuple[str, date | None, bool], list[payments.Refund]] = {}
    # In the order in which they were granted where they are alike: the tender that took most first. What came back is
    # told by itself, and nothing is promised of it any more.
    rows = [row for row in refunds if row.failed_at is None]
    for row in sorted(rows, key=lambda each: (each.done_at is None, each.done_at or now, each.pk)):
        paid_date = local_day(row.done_at, shop) if row.done_at else None
        alike.setdefault((row.currency, paid_date, row.is_overdue(now=now)), []).append(row)
    return tuple(
        Refund(
            money=Money(amount_minor=sum(row.amount_minor for row in those), currency=currency),
            # What was there at once was promised for no day.
            by_date=paid_date or max(local_day(row.due_at, shop) for row in those if row.due_at),
            paid_date=paid_date,
            is_overdue=is_overdue,
            shares=_shares(those, currency),
        )
        for (currency, paid_date, is_overdue), those in alike.items()
    )


def _shares(refunds: Iterable[payments.Refund], currency: str) -> tuple[tuple[Money, str, str], ...]:
    """How much goes to which tender; nothing where of some nobody knows where."""
    found: dict[tuple[str, str], int] = {}
    for row in refunds:
        key = row.tender_kind, row.tender
        found[key] = found.get(key, 0) + row.amount_minor
    if not all(kind for kind, _ in found):
        return ()
    return tuple((Money(amount_minor=amount, currency=currency), *key) for key, amount in found.items())


def _unpaid(grants: Iterable[Grant]) -> tuple[Money, ...]:
    rows = [Money(amount_minor=grant.unpaid_minor, currency=grant.currency) for grant in grants if grant.unpaid_minor]
    return total_by_currency(rows)


def _items(units: Iterable[GrantUnits], *treatments: Treatment) -> tuple[ItemTruth, ...]:
    return _counted((unit.lost.title, unit.quantity) for unit in units if unit.treatment in treatments)
