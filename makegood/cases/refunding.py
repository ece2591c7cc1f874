"""Telling customers what became of money that was to go back to them, and letting a helper see what did not arrive."""

from collections.abc import Collection, Sequence
from datetime import datetime

from makegood.cases.actions import add_note, close_case, gather, open_case, owe_answer, reconsider
from makegood.cases.locks import lock_open_cases
from makegood.cases.models import Case
from makegood.cases.notifications import send_letter
from makegood.cases.refund_letters import (
    about,
    came_back_letter,
    came_back_untold,
    deliveries_of,
    done_letter,
    settled_untold,
)
from makegood.cases.rules import Attention, CaseState, CaseType, Origin, SubjectKind
from makegood.cases.subjects import subjects
from makegood.payments.models import Refund
from makegood.payments.words import came_back_words
from makegood.staff.rules import SYSTEM


def tell_settled(customer_id: int, refund_ids: Collection[int], *, now: datetime) -> None:
    """Tell, once, that money is back, and look at what the customer's cases still live on."""
    refunds = settled_untold(refund_ids)
    case = _case_for(customer_id, refunds, now=now) if refunds else None
    if case is not None:
        send_letter(case, done_letter(case.customer, refunds, now=now), about=about(refunds), now=now)
    for each in lock_open_cases(customer_id):
        reconsider(each, now=now)
        if case is not None and each.pk == case.pk and _is_told_and_done(each, now=now):
            close_case(case_id=each.pk, by=SYSTEM, now=now)


def _is_told_and_done(case: Case, *, now: datetime) -> bool:
    """Whether a case was opened for this letter alone, about no delivery, and nobody waits for anything."""
    is_ours = case.case_type == CaseType.QUESTION and case.opened_at == now and case.origin == Origin.REMEDY
    return is_ours and case.state == CaseState.OPEN and case.attention == Attention.NONE


def tell_came_back(customer_id: int, refund_ids: Collection[int], *, now: datetime) -> None:
    """Tell, once, that money did not arrive and ask how it is wanted; somebody here sees to it, who is told why."""
    refunds = came_back_untold(refund_ids)
    if not refunds:
        return
    case = _case_for(customer_id, refunds, now=now)
    for refund in refunds:
        add_note(case_id=case.pk, body=came_back_words(refund), by=None, now=now)
    send_letter(case, came_back_letter(case.customer, refunds, now=now), about=about(refunds), now=now)
    owe_answer(case, now=now)
    reconsider(case, now=now)


def _case_for(customer_id: int, refunds: Sequence[Refund], *, now: datetime) -> Case:
    """The matter of the deliveries that the money is for; where it is for none, a question of its own."""
    deliveries = deliveries_of(refunds)
    case_type = CaseType.DELIVERY if deliveries else CaseType.QUESTION
    case = open_case(customer_id=customer_id, case_type=case_type, origin=Origin.REMEDY, now=now)
    if deliveries:
        gather(case, subjects(SubjectKind.DELIVERY, [each.pk for each in deliveries]))
    return case
