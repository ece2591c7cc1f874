"""Reads: the inbox, a case's whole story, and how far it is from its outcome."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from makegood.cases.models import Case, CaseMessage, Unassigned
from makegood.cases.rules import Attention, CaseState, Ending
from makegood.orders.models import Delivery
from makegood.parcels.models import Parcel
from makegood.parcels.rules.verdicts import State
from makegood.promises.models import Promise
from makegood.promises.rules import State as PromiseState
from makegood.remedies.models import GrantUnits, RefundTask
from makegood.remedies.queries import lost_units
from makegood.remedies.rules.values import LostUnits


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a case is, whether a person is needed for it, and by when."""

    ending: Ending
    attention: Attention
    due_at: datetime | None


def ending_of(case: Case) -> Progress:
    """What is still unproven, owed or unanswered on a case."""
    orders = {each.delivery.order for each in case.gathered.select_related("delivery__order")}
    undecided = [unit for order in orders for unit in lost_units(order)]
    deliveries = Delivery.objects.filter(order__in=orders).select_related("promise")
    arrived = set(Parcel.objects.filter(delivery__in=deliveries, verdict=State.DELIVERED).values_list("delivery_id", flat=True))
    gathered = set(case.gathered.values_list("delivery_id", flat=True))
    under_way = [
        delivery
        for delivery in deliveries
        if delivery.pk not in arrived
        and delivery.promise.state != PromiseState.WITHDRAWN
        and (delivery.is_replacement or delivery.pk in gathered and not _is_made_good(delivery))
    ]
    owed = list(RefundTask.objects.filter(order__in=orders, done_at=None).select_related("promise"))
    reply = case.reply_promise if case.reply_promise and case.reply_promise.state in _UNANSWERED else None
    attention, due_at = _attention(undecided, under_way, owed, reply)
    return Progress(
        ending=Ending(unproven=len(under_way), owed=len(owed), awaits_answer=reply is not None),
        attention=attention,
        due_at=due_at,
    )


_UNANSWERED = (PromiseState.OPEN, PromiseState.BROKEN)


def _is_made_good(delivery: Delivery) -> bool:
    from_lost = GrantUnits.objects.filter(lost__delivery=delivery).aggregate(total=Sum("quantity"))["total"] or 0
    whole = delivery.units.aggregate(total=Sum("quantity"))["total"] or 0
    return from_lost >= whole


def _attention(
    undecided: list[LostUnits], under_way: list[Delivery], owed: list[RefundTask], reply: Promise | None
) -> tuple[Attention, datetime | None]:
    """Somebody who waits for us comes before a promise in danger; a choice that is the customer's shows as danger."""
    waiting = [task.promise.due_at for task in owed]
    if reply is not None:
        waiting.append(reply.due_at)
    danger = [delivery.promise.due_at for delivery in under_way] if undecided else []
    danger += [d.promise.due_at for d in under_way if d.promise.at_risk_since and d.promise.state == PromiseState.OPEN]
    if waiting:
        return Attention.WAITING, min(waiting + danger)
    if danger:
        return Attention.DANGER, min(danger)
    return Attention.NONE, None


def inbox(*, limit: int, attention: Attention | None = None) -> list[Case]:
    """Open cases that need a person now: promises in danger first, then whoever waits, the earliest due first."""
    rows = Case.objects.filter(state=CaseState.OPEN).exclude(attention=Attention.NONE)
    if attention:
        rows = rows.filter(attention=attention)
    return list(rows.select_related("customer", "assigned_to").order_by("attention", "due_at", "id")[:limit])


def inbox_counts() -> dict[str, int]:
    """How many cases need a person, by why."""
    rows = Case.objects.filter(state=CaseState.OPEN).exclude(attention=Attention.NONE)
    counted = dict(rows.values_list("attention").annotate(Count("id")))
    return {each.value: counted.get(each.value, 0) for each in (Attention.DANGER, Attention.WAITING)}


def case_of(case_id: int) -> Case:
    """One case with whom it concerns.

    Raises:
        Case.DoesNotExist: there is none.
    """
    return Case.objects.select_related("customer", "assigned_to", "reply_promise").get(id=case_id)


def cases_of(customer_id: int) -> QuerySet[Case]:
    return Case.objects.filter(customer_id=customer_id).order_by("-id")


def words_of(case: Case) -> QuerySet[CaseMessage]:
    """The messages of a case, the oldest first."""
    return case.messages.select_related("message").order_by("message__written_at", "message_id")


def cases_matching(words: str, *, limit: int) -> list[Case]:
    """Cases by number, customer's name, or words in their subject, the newest first."""
    found = Q(customer__name__icontains=words) | Q(subject__icontains=words)
    if words.isdigit():
        found |= Q(id=int(words))
    return list(Case.objects.filter(found).select_related("customer").order_by("-id")[:limit])


def unassigned(*, limit: int) -> list[Unassigned]:
    """Words that wait to be matched to a customer, the oldest first."""
    return list(Unassigned.objects.filter(closed_at=None).order_by("id")[:limit])
