"""Reads."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from makegood.promises.models import Promise
from makegood.promises.rules import TO_CUSTOMERS, PromiseKind, PromiseState

# Promises that somebody still waits for (`rules.is_owed`).
BROKEN_AND_OWED = Q(state=PromiseState.BROKEN, fulfilled_at=None, made_good_at=None, called_off_at=None)
OWED = Q(state=PromiseState.OPEN) | BROKEN_AND_OWED

# Promises that may not be kept while there is still time: what was made good or has had its day is in none any more.
IN_DANGER = Q(state=PromiseState.OPEN, at_risk_since__isnull=False)


def kept_and_broken(*, customer_id: int) -> tuple[int, int]:
    """How many promises to this customer we kept, and how many we broke."""
    return kept_and_broken_to([customer_id]).get(customer_id, (0, 0))


def kept_and_broken_to(customer_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """The same of several, by customer; none of whom we never promised anything."""
    counted = (
        Promise.objects.filter(customer__in=customer_ids, kind__in=TO_CUSTOMERS)
        .values("customer_id")
        .annotate(
            kept=Count("id", filter=Q(state=PromiseState.KEPT)), broken=Count("id", filter=Q(state=PromiseState.BROKEN))
        )
    )
    return {row["customer_id"]: (row["kept"], row["broken"]) for row in counted}


def promises_in_danger(*, limit: int, after: tuple[str, int] | None = None) -> list[Promise]:
    """Open promises marked in danger, the earliest due first."""
    rows = Promise.objects.filter(IN_DANGER).select_related("customer")
    if after:
        due_at, promise_id = after
        rows = rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=promise_id))
    return list(rows.order_by("due_at", "id")[:limit])


def promises_of(customer_id: int) -> QuerySet[Promise]:
    """All promises to a customer with the dates that moved, the latest due first."""
    rows = Promise.objects.filter(customer_id=customer_id, kind__in=TO_CUSTOMERS)
    return rows.prefetch_related("revisions").order_by("-due_at", "-id")


def answers_owed(customer_id: int) -> list[Promise]:
    """Promises to answer that somebody still waits for, the earliest due first."""
    rows = Promise.objects.filter(OWED, customer_id=customer_id, kind=PromiseKind.REPLY)
    return list(rows.order_by("due_at", "id"))


def promises_told() -> QuerySet[Promise]:
    """Promises with their customers and the dates that moved, in as many queries for a thousand as for one."""
    return Promise.objects.select_related("customer").prefetch_related("revisions")


def next_due_at() -> datetime | None:
    """The earliest instant at which an open promise falls due, or has to be worried about."""
    still_open = Promise.objects.filter(state=PromiseState.OPEN)
    found = (
        still_open.filter(awaits_news=False).aggregate(at=Min("due_at"))["at"],
        still_open.aggregate(at=Min("at_risk_at"))["at"],
    )
    return min((at for at in found if at is not None), default=None)
