"""What a customer has still to hear of their deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from makegood.cases.queries import made_good_among
from makegood.cases.rules import STALE, DeliveryNow, SubjectKind, is_news
from makegood.cases.subjects import heard_of
from makegood.orders.models import Delivery
from makegood.parcels.models import Parcel
from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from makegood.promises.rules import PromiseState
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True)
class Untold:
    """A delivery with news, whether its parcel is in danger, and what its customer heard of it before."""

    delivery: Delivery
    in_danger: bool
    heard: frozenset[NewsKind]


def untold(customer_id: int, kind: NewsKind, *, now: datetime) -> list[Untold]:
    """The customer's deliveries with news of this kind they have not heard, that nobody has made good yet."""
    rows = _with_news(customer_id, now=now)
    verdicts = dict(Parcel.objects.filter(delivery__in=rows).values_list("delivery_id", "estimate__verdict"))
    wholes = {row.split_from_id for row in rows if row.split_from_id is not None}
    heard = heard_of(SubjectKind.DELIVERY, {row.pk for row in rows} | wholes)
    found = []
    for row in rows:
        told_late_at = heard.get(row.split_from_id or 0, {}).get(NewsKind.BROKEN)
        as_it_is = DeliveryNow(
            due_at=row.promise.due_at,
            is_open=row.promise.state == PromiseState.OPEN,
            is_broken=row.promise.state == PromiseState.BROKEN,
            in_danger=verdicts.get(row.pk) in IN_DANGER,
            has_arrived=verdicts.get(row.pk) == Verdict.DELIVERED,
            heard=frozenset(heard.get(row.pk, ())),
            heard_with_whole=(
                told_late_at is not None and not row.is_replacement and told_late_at <= row.promise.made_at
            ),
        )
        if is_news(kind, as_it_is, now=now):
            found.append(Untold(row, as_it_is.in_danger, as_it_is.heard))
    settled = made_good_among([each.delivery for each in found])
    return [each for each in found if each.delivery.pk not in settled]


def _with_news(customer_id: int, *, now: datetime) -> Sequence[Delivery]:
    """Deliveries of which there may be news: late ones that are no history, and those in danger."""
    in_danger = Parcel.objects.in_danger().filter(customer_id=customer_id)
    is_late = Q(promise__state=PromiseState.BROKEN, promise__due_at__gt=now - STALE)
    rows = Delivery.objects.filter(is_late | Q(id__in=in_danger.values("delivery_id")), customer_id=customer_id)
    rows = rows.exclude(promise__state=PromiseState.WITHDRAWN)
    return list(rows.select_related("order", "promise").order_by("id"))
