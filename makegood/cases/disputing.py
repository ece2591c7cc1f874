"""Answering a dispute with all that we know of it."""

from datetime import datetime

from makegood.cases.dispute_evidence import evidence_of
from makegood.payments.disputing import check_takes_answer, submit_evidence
from makegood.payments.models import Dispute
from makegood.payments.queries import all_disputes
from makegood.staff.rules import Actor


def answer_with_evidence(*, dispute_id: int, summary: str, by: Actor, now: datetime) -> Dispute:
    """Gather what speaks for us, with a helper's own words in front, and let it be sent; once and for good.

    Raises:
        Dispute.DoesNotExist: there is none.
        DisputeTakesNoAnswer, AnsweredBefore, NoGateway
    """
    dispute = all_disputes().get(id=dispute_id)
    # Before pages are set for nothing; whoever answers at the same moment is found when it is written.
    check_takes_answer(dispute, now=now)
    return submit_evidence(
        dispute_id=dispute_id, evidence=evidence_of(dispute, summary=summary.strip()), by=str(by), now=now
    )
