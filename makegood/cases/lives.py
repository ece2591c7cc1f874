"""What a case lives on now, read from the promises of its subjects."""

from datetime import datetime

from makegood.cases.models import Case
from makegood.cases.rules import CaseLife, CaseType, Owed
from makegood.cases.subjects import deliveries_behind
from makegood.payments.queries import disputes_to_answer
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseKind, PromiseState
from makegood.remedies.queries import what_is_owed


def life_of(case: Case, *, now: datetime) -> CaseLife:
    """The promises owed for a case's subjects, or made in their place; the answer owed; and news that came back."""
    behind = deliveries_behind(link.subject for link in case.subjects.all())
    promises = what_is_owed({each for ids in behind.values() for each in ids}, now=now)
    if case.case_type == CaseType.DISPUTE:
        promises |= {dispute.promise: False for dispute in disputes_to_answer(case.customer_id) if dispute.promise}
    if case.reply_promise is not None and case.reply_promise.is_owed:
        promises[case.reply_promise] = False
    return CaseLife(
        owed=tuple(
            Owed(
                kind=PromiseKind(promise.kind),
                due_at=promise.due_at,
                is_in_danger=is_in_trouble or _is_at_risk(promise),
                is_broken=promise.state == PromiseState.BROKEN,
            )
            for promise, is_in_trouble in promises.items()
        ),
        unreached_since=case.unreached_since,
    )


def _is_at_risk(promise: Promise) -> bool:
    return promise.state == PromiseState.OPEN and promise.at_risk_since is not None
