"""Reads: the inbox, a case's whole story, and how far it is from its outcome."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from makegood.cases.models import Case, CaseMessage, CaseSubject, Note, QuietStart, UnmatchedMessage
from makegood.cases.rules import ANSWER, Attention, CaseState, CaseType, SubjectKind
from makegood.cases.subjects import orders_named_by_message
from makegood.cases.types.registry import types_gathering
from makegood.channels.models import Message
from makegood.channels.rules import NOT_HAD, Direction
from makegood.kit import sql
from makegood.kit.records import number_of
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Parcel, Shortage
from makegood.parcels.rules.verdicts import Verdict
from makegood.payments.models import Refund
from makegood.payments.rules.refunds import OPEN
from makegood.promises.models import Promise
from makegood.promises.queries import BROKEN_AND_OWED, OWED
from makegood.remedies.conditions import conditions_of
from makegood.remedies.models import Grant


def inbox(*, limit: int, attention: Attention | None = None) -> list[Case]:
    """Open cases that need a person now: by rank (promises in danger first), the earliest due first."""
    rows = Case.objects.filter(state=CaseState.OPEN).exclude(attention=Attention.NONE)
    if attention:
        rows = rows.filter(attention=attention)
    rows = rows.select_related("customer", "assigned_to", "unreached")
    return list(rows.order_by("rank", "due_at", "id")[:limit])


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
    return case.messages.select_related("message", "override").order_by("message__written_at", "message_id")


def notes_of(case: Case) -> QuerySet[Note]:
    """What helpers wrote for helpers, the oldest first."""
    return case.notes.select_related("written_by").order_by("written_at", "id")


def cases_matching(words: str, *, limit: int) -> list[Case]:
    """Cases by number, customer's name, or words in their subject, the newest first."""
    found = Q(customer__name__icontains=words) | Q(subject__icontains=words)
    if (number := number_of(words)) is not None:
        found |= Q(id=number)
    return list(Case.objects.filter(found).select_related("customer", "unreached").order_by("-id")[:limit])


def unassigned(*, limit: int) -> list[UnmatchedMessage]:
    """Words that wait to be matched to a customer, those to be answered first at the head."""
    rows = UnmatchedMessage.objects.filter(closed_at=None).select_related("mail").defer("mail__raw")
    return list(rows.order_by("due_at", "id")[:limit])


def count_unmatched() -> int:
    """How many words wait to be matched."""
    return UnmatchedMessage.objects.filter(closed_at=None).count()


def unmatched_due_at() -> datetime | None:
    """By when the first of the words that wait to be matched are to be answered; None where none wait."""
    rows = UnmatchedMessage.objects.filter(closed_at=None).order_by("due_at", "id")
    return rows.values_list("due_at", flat=True).first()


def parcels_by_case(case_ids: Iterable[int]) -> dict[int, list[Parcel]]:
    """The parcels that each case gathers, the first to leave first; cases without any are missing."""
    gathered = list(CaseSubject.objects.filter(case__in=list(case_ids)).values_list("case_id", "delivery_id"))
    rows = Parcel.objects.filter(delivery__in=[delivery for _, delivery in gathered])
    rows = rows.select_related("delivery__order", "delivery__promise")
    parcels = {parcel.delivery_id: parcel for parcel in rows.order_by("label_at", "id")}
    found: dict[int, list[Parcel]] = {}
    for case_id, delivery_id in gathered:
        if delivery_id in parcels:
            found.setdefault(case_id, []).append(parcels[delivery_id])
    return found


def not_left_by_case(case_ids: Iterable[int], *, now: datetime) -> dict[int, list[Delivery]]:
    """What each case gathers that should have left and has not, the earliest promised first, each with whether it
    `is_short`; cases without any are missing.
    """
    gathered = list(CaseSubject.objects.filter(case__in=list(case_ids)).values_list("case_id", "delivery_id"))
    rows = Delivery.objects.filter(id__in=[delivery_id for _, delivery_id in gathered])
    short = Shortage.objects.filter(delivery=OuterRef("pk"), taken_back_at=None)
    rows = rows.annotate(is_short=Exists(short)).select_related("order", "promise")
    rows = rows.prefetch_related("units__line", "units__instead").order_by("promise__due_at", "id")
    conditions = conditions_of(deliveries := list(rows), now=now)
    late: list[Delivery] = [
        each for each in deliveries if conditions[each.pk].is_in_trouble and not conditions[each.pk].has_left
    ]
    gathers = set(gathered)
    found = {case: [each for each in late if (case, each.pk) in gathers] for case, _ in gathered}
    return {case: those for case, those in found.items() if those}


def orders_by_case(case_ids: Iterable[int]) -> dict[int, list[Order]]:
    """The orders that each case gathers."""
    gathered = CaseSubject.objects.filter(case__in=list(case_ids)).order_by("delivery__order_id")
    pairs = list(gathered.values_list("case_id", "delivery__order_id").distinct())
    orders = Order.objects.in_bulk({order_id for _, order_id in pairs})
    found: dict[int, list[Order]] = {}
    for case_id, order_id in pairs:
        found.setdefault(case_id, []).append(orders[order_id])
    return found


def unanswered_by_case(case_ids: Iterable[int]) -> dict[int, list[Message]]:
    """What customers wrote since one of us last answered, where an answer is owed, the oldest first; cases without any
    are missing. Letters that a program sent, or wrote for them, answer nothing and ask nothing.
    """
    owed = Case.objects.filter(id__in=list(case_ids), reply_promise__in=Promise.objects.filter(OWED))
    answers = CaseMessage.objects.filter(case=OuterRef("case"), message__news=ANSWER).order_by("-id")
    rows = CaseMessage.objects.filter(case__in=owed, message__direction=Direction.IN, message__is_automatic=False)
    since = Coalesce(Subquery(answers.values("id")[:1]), 0)
    found: dict[int, list[Message]] = {}
    for row in rows.filter(id__gt=since).select_related("message").order_by("message__written_at", "id"):
        found.setdefault(row.case_id, []).append(row.message)
    return found


def denied_by_case(case_ids: Iterable[int]) -> dict[int, list[Parcel]]:
    """The parcels of each case that its customer says never came while nobody has told them anything since: neither a
    letter nor a remedy; cases without any are missing.
    """
    denied = {
        case_id: [each for each in parcels if _is_denied(each)]
        for case_id, parcels in parcels_by_case(case_ids).items()
    }
    denied = {case_id: parcels for case_id, parcels in denied.items() if parcels}
    told = CaseMessage.objects.filter(case__in=denied, message__direction=Direction.OUT)
    told = told.exclude(message__state__in=NOT_HAD)
    last_told: dict[int, datetime] = {}
    for case_id, at in told.values_list("case_id", "message__written_at"):
        last_told[case_id] = max(at, last_told.get(case_id, at))
    granted = grants_by_case(denied)
    for case_id, grant in granted.items():
        last_told[case_id] = max(grant.granted_at, last_told.get(case_id, grant.granted_at))
    open_ones = {
        case_id: [each for each in parcels if not _is_told(each, last_told.get(case_id))]
        for case_id, parcels in denied.items()
    }
    return {case_id: parcels for case_id, parcels in open_ones.items() if parcels}


def _is_denied(parcel: Parcel) -> bool:
    is_over = parcel.estimate.verdict == Verdict.DELIVERED or parcel.delivery.promise.is_called_off
    return parcel.said_not_received_at is not None and not is_over


def _is_told(parcel: Parcel, told_at: datetime | None) -> bool:
    said_at = parcel.said_not_received_at
    return said_at is not None and told_at is not None and told_at >= said_at


def answers_owed_about(order: Order) -> list[Promise]:
    """The answers that its customer waits for and that are about this order, the earliest due first: of words that name
    none, about what their case gathers.
    """
    rows = Case.objects.filter(customer_id=order.customer_id, reply_promise__in=Promise.objects.filter(OWED))
    cases = {case.pk: case for case in rows.select_related("reply_promise")}
    unanswered = unanswered_by_case(cases)
    named = orders_named_by_message(each.pk for words in unanswered.values() for each in words)
    gathered = set(CaseSubject.objects.filter(case__in=cases, delivery__order=order).values_list("case_id", flat=True))

    def is_about(case_id: int) -> bool:
        asked = [named.get(each.pk) for each in unanswered.get(case_id, ())] or [None]
        return any(case_id in gathered if orders is None else order in orders for orders in asked)

    owed = [case.reply_promise for case in cases.values() if case.reply_promise and is_about(case.pk)]
    return sorted(owed, key=lambda promise: (promise.due_at, promise.pk))


def last_words_by_case(case_ids: Iterable[int]) -> dict[int, Message]:
    """The newest message of each case, whoever wrote it; what a program wrote for them is nobody's word."""
    rows = CaseMessage.objects.filter(case__in=list(case_ids), message__is_automatic=False).select_related("message")
    return {row.case_id: row.message for row in rows.order_by("case_id", "-message_id").distinct("case_id")}


def open_cases_of(customer_ids: Iterable[int]) -> dict[int, Case]:
    """Each customer's newest open case."""
    rows = Case.objects.filter(customer__in=list(customer_ids), state=CaseState.OPEN).order_by("id")
    return {case.customer_id: case for case in rows}


def dispute_cases_of(customer_ids: Iterable[int]) -> dict[int, Case]:
    """Each customer's newest case about what a bank asks, open or not."""
    rows = Case.objects.filter(customer__in=list(customer_ids), case_type=CaseType.DISPUTE).order_by("id")
    return {case.customer_id: case for case in rows}


def with_open_case_about(kind: SubjectKind, customer_ids: Iterable[int]) -> set[int]:
    """Those of these customers who have an open case of a type that gathers such subjects."""
    rows = sql.tuples(
        "SELECT customer_id FROM makegood_case WHERE customer_id = ANY(%(ids)s::bigint[])"
        " AND case_type = ANY(%(case_types)s::text[]) AND state = %(state)s",
        ids=sql.array(set(customer_ids)),
        case_types=sql.array(types_gathering(kind)),
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
    refunds = Refund.objects.filter(state__in=OPEN).values("promise_id")
    rows = Promise.objects.filter(BROKEN_AND_OWED)
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
    return UnmatchedMessage.objects.select_related("mail").defer("mail__raw")


def is_learning() -> bool:
    """Whether the shop writes to nobody by itself yet."""
    return QuietStart.objects.filter(begun_at=None).exists()


def quiet_start() -> QuietStart | None:
    """Until when the shop learns, or who let it begin, and when; None where it never learnt."""
    return QuietStart.objects.first()
