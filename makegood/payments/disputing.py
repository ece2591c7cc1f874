"""What we say to a dispute: asked for here, said to the gateway outside any transaction, and said once."""

from dataclasses import fields
from datetime import date, datetime

import structlog
from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved, Conflict
from makegood.kit.sql import give_back
from makegood.payments.facts import DisputeAnswered
from makegood.payments.gateway import PORT, Gateway, KeyConflict, NotLetIn, Rejected, Unreachable
from makegood.payments.hearing import hear_dispute
from makegood.payments.locks import lock_dispute_by_id
from makegood.payments.models import Dispute, DisputeEvidence
from makegood.payments.rules.disputes import WAITS_FOR_US, DisputeAnswer
from makegood.payments.rules.values import DisputeStatus, Evidence, GatewayDispute
from makegood.payments.words import no_gateway_to_answer

log = structlog.get_logger()


class DisputeTakesNoAnswer(Conflict):
    """It is decided, or being looked at, or it is too late."""

    slug, title = "dispute-takes-no-answer", "The dispute takes no answer any more"


class AnsweredBefore(AlreadyResolved):
    """A dispute is answered once."""

    slug, title = "dispute-answered", "The dispute was answered before"

    def __init__(self, answer: str) -> None:
        super().__init__(f"it was answered before, by {answer}; a dispute is answered once")


class NoGateway(Conflict):
    """There is nobody to say it to."""

    slug, title = "no-gateway", "No gateway is set up"

    def __init__(self) -> None:
        super().__init__("no gateway is set up that could be told")


def submit_evidence(*, dispute_id: int, evidence: Evidence, by: str, now: datetime) -> Dispute:
    """Let what speaks for us be sent, once and for good; the gateway is told afterwards.

    Raises:
        Dispute.DoesNotExist: there is none.
        DisputeTakesNoAnswer, AnsweredBefore, NoGateway
    """
    with transaction.atomic():
        dispute = _answer(dispute_id, DisputeAnswer.EVIDENCE, by=by, now=now)
        texts = {each.name: getattr(evidence, each.name) for each in fields(evidence) if each.name != "pdf"}
        shipped_date = texts.pop("shipped_date")
        DisputeEvidence.objects.create(
            customer_id=dispute.customer_id,
            dispute=dispute,
            number=dispute.answer_tries,
            made_at=now,
            pdf=evidence.pdf,
            texts={**texts, "shipped_date": shipped_date.isoformat() if shipped_date else ""},
        )
    return dispute


def accept_dispute(*, dispute_id: int, reason: str, by: str, now: datetime) -> Dispute:
    """Let the customer have the money; the gateway is told afterwards. `remedies.disputing` says who may.

    Raises:
        Dispute.DoesNotExist: there is none.
        DisputeTakesNoAnswer, AnsweredBefore, NoGateway
    """
    with transaction.atomic():
        return _answer(dispute_id, DisputeAnswer.ACCEPTANCE, reason=reason, by=by, now=now)


def _answer(dispute_id: int, answer: DisputeAnswer, *, reason: str = "", by: str, now: datetime) -> Dispute:
    dispute = lock_dispute_by_id(dispute_id)
    check_takes_answer(dispute, now=now)
    dispute.answer, dispute.answer_asked_at, dispute.answer_asked_by = answer, now, by
    dispute.answer_reason, dispute.answer_refusal, dispute.answer_tries = reason, "", dispute.answer_tries + 1
    dispute.save()
    announce([DisputeAnswered(customer_id=dispute.customer_id, dispute_id=dispute.pk)], now=now)
    return dispute


def check_takes_answer(dispute: Dispute, *, now: datetime) -> None:
    """Whether a dispute still takes what we say to it.

    Raises:
        AnsweredBefore: one of us did; whoever asks twice hears that, however far the dispute is since.
        DisputeTakesNoAnswer, NoGateway
    """
    if dispute.answer:
        raise AnsweredBefore(dispute.answer)
    if DisputeStatus(dispute.status) not in WAITS_FOR_US:
        raise DisputeTakesNoAnswer(f"the dispute is {dispute.status}, and takes no answer")
    if dispute.evidence_due_at is None or dispute.evidence_due_at <= now:
        raise DisputeTakesNoAnswer(f"answers counted until {dispute.evidence_due_at or 'never'}")
    if PORT.gateway is None:
        raise NoGateway


def say(dispute_id: int) -> None:
    """Tell the gateway what we say to a dispute, and write down how it stands then.

    Raises:
        Away: nobody knows whether it was heard; it is said again under the same key.
        UnreadableAnswer: the answer makes no sense; likewise, by a person in the end.
    """
    dispute = Dispute.objects.get(id=dispute_id)
    if not dispute.answer or dispute.answer_sent_at is not None:
        return
    if PORT.gateway is None:
        _refused(dispute, no_gateway_to_answer())
        return
    evidence = _evidence_of(dispute) if dispute.answer == DisputeAnswer.EVIDENCE else None
    give_back()
    try:
        said = _say(PORT.gateway, dispute, evidence)
    except (Rejected, KeyConflict) as error:
        _refused(dispute, str(error))
    else:
        _heard(dispute, said)


def _say(gateway: Gateway, dispute: Dispute, evidence: Evidence | None) -> GatewayDispute:
    key = f"makegood-dispute-{dispute.pk}-{dispute.answer_tries}"
    try:
        if evidence is None:
            return gateway.accept_dispute(dispute=dispute.reference, key=key)
        return gateway.submit_evidence(dispute=dispute.reference, evidence=evidence, key=key)
    except NotLetIn as error:
        # Nothing was done, and whoever puts the key right needs not know what waited for it.
        raise Unreachable(str(error)) from error


def _evidence_of(dispute: Dispute) -> Evidence:
    row = DisputeEvidence.objects.get(dispute=dispute, number=dispute.answer_tries)
    texts = dict(row.texts)
    shipped = texts.pop("shipped_date")
    return Evidence(pdf=bytes(row.pdf), shipped_date=date.fromisoformat(shipped) if shipped else None, **texts)


def _heard(dispute: Dispute, said: GatewayDispute) -> None:
    with transaction.atomic():
        row = lock_dispute_by_id(dispute.pk)
        row.answer_sent_at = row.answer_sent_at or clock.now()
        row.save(update_fields=["answer_sent_at"])
        hear_dispute(said, told_at=None)


def _refused(dispute: Dispute, refusal: str) -> None:
    """It was not taken, and nothing was done: it may be answered again, as long as there is time."""
    with transaction.atomic():
        row = lock_dispute_by_id(dispute.pk)
        if row.answer and row.answer_sent_at is None:
            row.answer, row.answer_asked_at, row.answer_asked_by, row.answer_reason = "", None, "", ""
            row.answer_refusal = refusal
            row.save()
            log.warning("an answer to a dispute was refused", dispute=row.reference, refusal=refusal)
