"""What a customer has still to hear of their deliveries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from makegood.cases.outlook import outlooks_of
from makegood.cases.rules import STALE, SubjectKind, is_news
from makegood.cases.subjects import heard_of
from makegood.orders.models import Delivery
from makegood.parcels.models import Parcel
from makegood.promises.rules import PromiseState
from makegood.remedies.conditions import conditions_of
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True)
class Untold:
    """A delivery with news, whether its parcel is in danger, and what its customer heard of it before."""

    delivery: Delivery
    in_danger: bool
    heard: frozenset[NewsKind]


def untold(customer_id: int, kind: NewsKind, *, now: datetime, only: Collection[int] | None = None) -> list[Untold]:
    """The customer's deliveries with news of this kind they have not heard, that nobody has made good yet.

    Of what has not left and can leave in time yet they hear nothing, whatever else is told: it may only be packed late.
    """
    rows = [row for row in _with_news(customer_id, now=now) if only is None or row.pk in only]
    conditions = conditions_of(rows, now=now)
    wholes = {row.split_from_id for row in rows if row.split_from_id is not None}
    heard = heard_of(SubjectKind.DELIVERY, {row.pk for row in rows} | wholes)
    found: list[Untold] = []
    outlooks = outlooks_of([row for row in rows if not conditions[row.pk].has_left], now=now)
    for row in rows:
        told_late_at = heard.get(row.split_from_id or 0, {}).get(NewsKind.BROKEN)
        with_whole = told_late_at is not None and not row.is_replacement and told_late_at <= row.promise.made_at
        condition, known = conditions[row.pk], frozenset(heard.get(row.pk, ()))
        if not is_news(kind, condition, known, heard_with_whole=with_whole):
            continue
        is_late = kind is NewsKind.BROKEN or condition.has_left
        if is_late or outlooks[row.pk].is_to_be_told:
            found.append(Untold(row, condition.is_in_danger, known))
    return found


def _with_news(customer_id: int, *, now: datetime) -> Sequence[Delivery]:
    """Deliveries of which there may be news: late ones that are no history, those in danger, and those that should have
    left.
    """
    in_danger = Parcel.objects.in_danger().filter(customer_id=customer_id)
    is_late = Q(promise__state=PromiseState.BROKEN, promise__due_at__gt=now - STALE)
    is_worrying = Q(promise__state=PromiseState.OPEN, promise__at_risk_since__isnull=False)
    rows = Delivery.objects.filter(
        is_late | is_worrying | Q(id__in=in_danger.values("delivery_id")), customer_id=customer_id
    )
    rows = rows.exclude(promise__state=PromiseState.WITHDRAWN)
    return list(rows.select_related("order", "promise").order_by("id"))
