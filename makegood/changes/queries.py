"""What was changed of orders, and what can be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from makegood.changes.rules.values import LineNow
from makegood.changes.situations import Seen, seen, situation_whatever
from makegood.orders.models import Order, OrderChange
from makegood.policies.queries import shop_decision
from makegood.policies.rules.deciding import Allowed
from makegood.policies.rules.situations import CustomerSituation, OrderStatus
from makegood.policies.rules.values import ChangeKind, Words
from makegood.standing.queries import customer_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Whether a kind of change of an order is possible now, and until when; or the policy's words why it isn't."""

    kind: ChangeKind
    is_allowed: bool
    until: datetime | None = None
    words: Words | None = None


def possible_changes(order: Order, *, now: datetime, reason: str = "") -> list[Possible]:
    """Every kind of change, and whether the shop allows it of this order as it stands, whatever it would be about."""
    found = seen([order.pk])[order.reference]
    customer = customer_known(found.order.customer_id, now=now)
    return [_possible(found, kind, reason=reason, customer=customer, now=now) for kind in ChangeKind]


def _possible(order: Seen, kind: ChangeKind, *, reason: str, customer: CustomerSituation, now: datetime) -> Possible:
    if order.order.merged_into_id is not None:
        return Possible(kind=kind, is_allowed=False)
    try:
        decision = shop_decision(situation_whatever(order, kind, reason=reason, customer=customer, now=now))
    except ValueError:
        # Stored before the doors knew how large a sum may be: nobody can count it.
        return Possible(kind=kind, is_allowed=False)
    if isinstance(decision, Allowed):
        return Possible(kind=kind, is_allowed=True, until=decision.until)
    return Possible(kind=kind, is_allowed=False, words=decision.words)


def changes_of(order: Order) -> QuerySet[OrderChange]:
    """The changes of an order, the first one first, with the refunds that came of them, and what pays for it now."""
    rows = OrderChange.objects.filter(order=order).order_by("number")
    return rows.prefetch_related("order__allocations", "refunds__refund__to")


def statuses_of(order_ids: Collection[int]) -> dict[int, OrderStatus]:
    """How far each order is, by its id."""
    return {each.order.pk: each.status for each in seen(order_ids).values()} if order_ids else {}


def open_lines(order: Order) -> tuple[LineNow, ...]:
    """The lines of an order, with how many of each can be changed, and how many have arrived."""
    return seen([order.pk])[order.reference].now.lines
