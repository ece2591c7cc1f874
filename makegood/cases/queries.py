"""Reads: the inbox, a case's whole story, and how far it is from its outcome."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from makegood.cases.models import Case, CaseMessage, CaseSubject, Note, UnmatchedMessage
from makegood.cases.rules import Attention, CaseState, CaseType, Ending
from makegood.channels.models import Message
from makegood.kit import clock, sql
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.models import Parcel
from makegood.parcels.rules.verdicts import Verdict
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseState
from makegood.remedies.models import Grant, GrantUnits, RefundTask
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
    rows = deliveries_gathered(case)
    orders = {each.order for each in rows}
    undecided = [unit for order in orders for unit in lost_units(order, now=clock.now())]
    deliveries = Delivery.objects.filter(order__in=orders).select_related("promise")
    arrived = set(
        Parcel.objects.filter(delivery__in=deliveries, estimate__verdict=Verdict.DELIVERED).values_list(
            "delivery_id", flat=True
        )
    )
    gathered = {each.pk for each in rows}
    expected = [
        delivery
        for delivery in deliveries
        if delivery.pk not in arrived
        and delivery.promise.state != PromiseState.WITHDRAWN
        and (delivery.is_replacement or delivery.pk in gathered)
    ]
    settled = made_good_among(expected)
    under_way = [delivery for delivery in expected if delivery.pk not in settled]
    owed = list(RefundTask.objects.filter(order__in=orders, done_at=None).select_related("promise"))
    promise = case.reply_promise
    reply = promise if promise and promise.fulfilled_at is None and promise.state in _UNANSWERED else None
    attention, due_at = _attention(undecided, under_way, owed, reply, case.unreached)
    awaits_us = reply is not None or case.unreached is not None
    return Progress(
        ending=Ending(unproven=len(under_way), owed=len(owed), awaits_answer=awaits_us),
        attention=attention,
        due_at=due_at,
    )


_UNANSWERED = (PromiseState.OPEN, PromiseState.BROKEN)


def is_made_good(delivery: Delivery) -> bool:
    """Whether every unit was sent again or refunded."""
    return delivery.pk in made_good_among([delivery])


def made_good_among(deliveries: Sequence[Delivery]) -> set[int]:
    """Those of which every unit was sent again or refunded."""
    made_good: Counter[int] = Counter()
    rows = GrantUnits.objects.filter(lost__delivery__in=deliveries).values_list("lost_id", "quantity")
    for lost_id, quantity in rows:
        made_good[lost_id] += quantity
    units = DeliveryUnits.objects.filter(delivery__in=deliveries).values_list("delivery_id", "id", "quantity")
    open_still = {delivery_id for delivery_id, row_id, quantity in units if made_good[row_id] < quantity}
    return {delivery.pk for delivery in deliveries} - open_still


def _attention(
    undecided: list[LostUnits],
    under_way: list[Delivery],
    owed: list[RefundTask],
    reply: Promise | None,
    unreached: Message | None,
) -> tuple[Attention, datetime | None]:
    """Somebody who waits for us comes before a promise in danger; a choice that is the customer's shows as danger."""
    waiting = [task.promise.due_at for task in owed]
    if reply is not None:
        waiting.append(reply.due_at)
    if unreached is not None and unreached.bounced_at is not None:
        waiting.append(unreached.bounced_at)
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
    rows = rows.select_related("customer", "assigned_to", "unreached")
    return list(rows.order_by("attention", "due_at", "id")[:limit])


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
    return Case.objects.select_related("customer", "assigned_to", "reply_promise", "unreached").get(id=case_id)


def cases_of(customer_id: int) -> QuerySet[Case]:
    return Case.objects.filter(customer_id=customer_id).order_by("-id")


def words_of(case: Case) -> QuerySet[CaseMessage]:
    """The messages of a case, the oldest first."""
    return case.messages.select_related("message").order_by("message__written_at", "message_id")


def notes_of(case: Case) -> QuerySet[Note]:
    """What helpers wrote for helpers, the oldest first."""
    return case.notes.select_related("written_by").order_by("written_at", "id")


def cases_matching(words: str, *, limit: int) -> list[Case]:
    """Cases by number, customer's name, or words in their subject, the newest first."""
    found = Q(customer__name__icontains=words) | Q(subject__icontains=words)
    if words.isdigit():
        found |= Q(id=int(words))
    return list(Case.objects.filter(found).select_related("customer", "unreached").order_by("-id")[:limit])


def unassigned(*, limit: int) -> list[UnmatchedMessage]:
    """Words that wait to be matched to a customer, the oldest first."""
    rows = UnmatchedMessage.objects.filter(closed_at=None).select_related("mail").defer("mail__raw")
    return list(rows.order_by("id")[:limit])


def count_unmatched() -> int:
    """How many words wait to be matched."""
    return UnmatchedMessage.objects.filter(closed_at=None).count()


def parcels_by_case(case_ids: Iterable[int]) -> dict[int, list[Parcel]]:
    """The parcels that each case gathers, the first to leave first; cases without any are missing."""
    gathered = list(CaseSubject.objects.filter(case__in=list(case_ids)).values_list("case_id", "delivery_id"))
    rows = Parcel.objects.filter(delivery__in=[delivery for _, delivery in gathered]).select_related("delivery__order")
    parcels = {parcel.delivery_id: parcel for parcel in rows.order_by("label_at", "id")}
    found: dict[int, list[Parcel]] = {}
    for case_id, delivery_id in gathered:
        if delivery_id in parcels:
            found.setdefault(case_id, []).append(parcels[delivery_id])
    return found


def orders_by_case(case_ids: Iterable[int]) -> dict[int, list[str]]:
    """The references of the orders that each case gathers."""
    rows = CaseSubject.objects.filter(case__in=list(case_ids)).order_by("delivery__order_id")
    found: dict[int, list[str]] = {}
    for case_id, reference in rows.values_list("case_id", "delivery__order__reference").distinct():
        found.setdefault(case_id, []).append(reference)
    return found


def last_words_by_case(case_ids: Iterable[int]) -> dict[int, Message]:
    """The newest message of each case, whoever wrote it; what a program wrote for them is nobody's word."""
    rows = CaseMessage.objects.filter(case__in=list(case_ids), message__is_automatic=False).select_related("message")
    return {row.case_id: row.message for row in rows.order_by("case_id", "-message_id").distinct("case_id")}


def open_cases_of(customer_ids: Iterable[int]) -> dict[int, Case]:
    """Each customer's newest open case."""
    rows = Case.objects.filter(customer__in=list(customer_ids), state=CaseState.OPEN).order_by("id")
    return {case.customer_id: case for case in rows}


def with_open_delivery_case(customer_ids: Iterable[int]) -> set[int]:
    """Those of these customers whose open case is about a delivery."""
    rows = sql.tuples(
        "SELECT customer_id FROM makegood_case"
        " WHERE customer_id = ANY(%(ids)s::bigint[]) AND case_type = %(case_type)s AND state = %(state)s",
        ids=sql.array(set(customer_ids)),
        case_type=CaseType.DELIVERY,
        state=CaseState.OPEN,
    )
    return {customer_id for (customer_id,) in rows}


def with_grant(customer_ids: Iterable[int]) -> set[int]:
    """Those of these customers to whom something was ever made good: a box of theirs may turn up after all."""
    rows = sql.tuples(
        "SELECT DISTINCT customer_id FROM makegood_grant WHERE customer_id = ANY(%(ids)s::bigint[])",
        ids=sql.array(set(customer_ids)),
    )
    return {customer_id for (customer_id,) in rows}


def broken_and_owed(*, limit: int) -> list[Promise]:
    """Broken promises of open cases that are still to be fulfilled, the oldest first."""
    gathered = CaseSubject.objects.filter(case__state=CaseState.OPEN).values("delivery__promise_id")
    replies = Case.objects.filter(state=CaseState.OPEN, reply_promise__isnull=False).values("reply_promise_id")
    refunds = RefundTask.objects.filter(done_at=None).values("promise_id")
    rows = Promise.objects.filter(state=PromiseState.BROKEN, fulfilled_at=None)
    rows = rows.filter(Q(id__in=gathered) | Q(id__in=replies) | Q(id__in=refunds)).select_related("customer")
    return list(rows.order_by("due_at", "id")[:limit])


def deliveries_gathered(case: Case) -> list[Delivery]:
    """What a case covers, with what a page or a letter needs of it."""
    ids = case.subjects.values("delivery_id")
    rows = Delivery.objects.filter(id__in=ids).select_related("order", "promise").prefetch_related("units__line")
    return list(rows.order_by("id"))


def words_waiting_from(address: str) -> int:
    """How many words from an address wait to be matched to a customer."""
    return UnmatchedMessage.objects.filter(closed_at=None, address__iexact=address.strip()).count()


def grants_by_case(case_ids: Iterable[int]) -> dict[int, Grant]:
    """The newest remedy granted for what each case gathers; cases without one are missing."""
    gathered = CaseSubject.objects.filter(case__in=list(case_ids)).values_list("case_id", "delivery__order_id")
    cases: dict[int, set[int]] = {}
    for case_id, order_id in gathered:
        cases.setdefault(order_id, set()).add(case_id)
    grants = Grant.objects.filter(order__in=list(cases)).order_by("id")
    return {case_id: grant for grant in grants for case_id in cases[grant.order_id]}


def cases_told() -> QuerySet[Case]:
    """Cases with whom and what they concern, in as many queries for a thousand as for one."""
    return Case.objects.select_related("customer", "assigned_to").prefetch_related("subjects__delivery__order")


def all_unmatched() -> QuerySet[UnmatchedMessage]:
    """Words nobody could be matched to, dealt with or not."""
    return UnmatchedMessage.objects.all()
