"""Telling customers that an order was cancelled here, and that money came which does not fit what is due."""

from collections.abc import Collection, Sequence
from datetime import datetime

from makegood.cases.actions import close_case, open_case
from makegood.cases.locks import lock_open_cases
from makegood.cases.models import Case, CaseSubject
from makegood.cases.money_letters import (
    cancelled_letter,
    cancelling_changes,
    left_letter,
    left_untold,
    short_letter,
    short_untold,
)
from makegood.cases.notifications import send_letter
from makegood.cases.rules import Attention, CaseState, CaseType, Origin, SubjectKind
from makegood.cases.subjects import deliveries_behind, not_heard, subjects
from makegood.channels.models import Message
from makegood.channels.rules import MessageState
from makegood.replies.letters.letter import Letter
from makegood.replies.rules.values import NewsKind
from makegood.staff.rules import SYSTEM


def tell_cancelled(customer_id: int, order_ids: Collection[int], *, now: datetime) -> None:
    """Tell, once, that an order was cancelled here, and what becomes of the money that was paid for it."""
    changes = cancelling_changes(not_heard(NewsKind.ORDER_CANCELLED, SubjectKind.ORDER, order_ids))
    for order_id, change in changes.items():
        case = _case_for(customer_id, SubjectKind.ORDER, [order_id], now=now)
        letter = cancelled_letter(case.customer, change.order, change, now=now)
        _send(case, letter, SubjectKind.ORDER, [order_id], now=now)


def tell_left(customer_id: int, receipt_ids: Collection[int], *, now: datetime) -> None:
    """Tell, once, that more came than was due, and what can be done with the rest."""
    receipts = left_untold(customer_id, receipt_ids)
    if receipts:
        ids = [each.pk for each in receipts]
        case = _case_for(customer_id, SubjectKind.RECEIPT, ids, now=now)
        _send(case, left_letter(case.customer, receipts), SubjectKind.RECEIPT, ids, now=now)


def tell_short(customer_id: int, receipt_ids: Collection[int], *, now: datetime) -> None:
    """Tell, once, that less came than was due, and what is still to be paid."""
    receipts, due = short_untold(customer_id, receipt_ids)
    if receipts:
        ids = [each.pk for each in receipts]
        case = _case_for(customer_id, SubjectKind.RECEIPT, ids, now=now)
        _send(case, short_letter(case.customer, receipts, due), SubjectKind.RECEIPT, ids, now=now)


def _case_for(customer_id: int, kind: SubjectKind, ids: Sequence[int], *, now: datetime) -> Case:
    """The open case that is about what the letter is about; else a question of its own, since nothing went wrong."""
    behind = {each for those in deliveries_behind(subjects(kind, ids)).values() for each in those}
    cases = {case.pk: case for case in lock_open_cases(customer_id)}
    gathered = CaseSubject.objects.filter(case__in=cases, delivery__in=behind).order_by("id")
    found = gathered.values_list("case_id", flat=True).first()
    return cases.get(found or 0) or open_case(
        customer_id=customer_id, case_type=CaseType.QUESTION, origin=Origin.REMEDY, now=now
    )


def _send(case: Case, letter: Letter, kind: SubjectKind, ids: Sequence[int], *, now: datetime) -> Message:
    """Send it; a case that was opened for it alone ends with it, unless it was held back."""
    message = send_letter(case, letter, about=subjects(kind, ids), now=now)
    is_ours = case.case_type == CaseType.QUESTION and case.opened_at == now and case.origin == Origin.REMEDY
    if is_ours and message.state != MessageState.HELD and _is_done(case):
        close_case(case_id=case.pk, by=SYSTEM, now=now)
    return message


def _is_done(case: Case) -> bool:
    case.refresh_from_db()
    return case.state == CaseState.OPEN and case.attention == Attention.NONE
