"""What a gateway tells by itself of refunds and disputes, taken in: at least once, in any order, and written only."""

from datetime import datetime

import structlog

from makegood.journal.actions import announce
from makegood.kit import clock
from makegood.kit.sql import take_turns
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.payments.facts import DisputeDecided, DisputeFact, DisputeMoved, DisputeRaised
from makegood.payments.locks import lock_dispute, lock_receipt
from makegood.payments.models import Dispute, Receipt
from makegood.payments.queries import receipts_by, refunds_told
from makegood.payments.rules.disputes import WAITS_FOR_US, is_newer
from makegood.payments.rules.values import DisputeStatus, GatewayDispute, GatewayRefund
from makegood.payments.sending import by_gateway, record
from makegood.promises.actions import call_off, correct_due_date, fulfil_promise, make_promise
from makegood.promises.rules import PromiseKind

log = structlog.get_logger()


def hear_refund(said: GatewayRefund) -> bool:
    """Take in how far a refund is that we know; whether we know it. In the caller's transaction."""
    known = refunds_told(said)
    for refund in known:
        record(refund.pk, said)
    return bool(known)


def hear_dispute(said: GatewayDispute, *, told_at: datetime | None) -> None:
    """Take in how a dispute stands, in the caller's transaction; None where the gateway says it because it was asked.

    What its bank has of it is booked as taken back: the one way in which more can go back than came in, as after a
    refund, or in the eight weeks in which SEPA lets a debit be taken back for no reason. An inquiry moves no money.
    """
    dispute = lock_dispute(said.reference)
    if dispute is None:
        # Two who hear of it first take turns.
        take_turns(f"dispute {said.reference}")
        dispute = lock_dispute(said.reference)
    if dispute is None:
        _raise(said, told_at=told_at)
        return
    was = DisputeStatus(dispute.status)
    if not is_newer(said.status, told_at, was=was, was_told_at=dispute.told_at):
        return
    dispute.status, dispute.reason, dispute.amount_minor = said.status, said.reason, said.amount.amount_minor
    dispute.told_at = told_at or dispute.told_at
    _follow(dispute, said)
    is_decided = said.status.is_closed and not was.is_closed
    fact: type[DisputeFact] = DisputeDecided if is_decided else DisputeMoved
    announce([fact(customer_id=dispute.customer_id, dispute_id=dispute.pk)], now=clock.now())


def _raise(said: GatewayDispute, *, told_at: datetime | None) -> None:
    """Write down a dispute that is new to us; where the payment paid for several orders, of what came in first."""
    receipt = next(iter(receipts_by(said.payment)), None)
    if receipt is None:
        log.warning("a dispute of a payment that we don't know", dispute=said.reference, payment=said.payment)
        return
    dispute = Dispute.objects.create(
        customer_id=receipt.customer_id,
        reference=said.reference,
        receipt=receipt,
        currency=said.amount.currency,
        amount_minor=said.amount.amount_minor,
        status=said.status,
        reason=said.reason,
        opened_at=said.created_at,
        told_at=told_at or said.created_at,
    )
    _follow(dispute, said)
    facts = [DisputeRaised(customer_id=dispute.customer_id, dispute_id=dispute.pk)]
    over = [DisputeDecided(customer_id=dispute.customer_id, dispute_id=dispute.pk)] if said.status.is_closed else []
    announce([*facts, *over], now=clock.now())


def _follow(dispute: Dispute, said: GatewayDispute) -> None:
    """Let the books and the promise follow how a dispute stands, and write it."""
    now = clock.now()
    dispute.closed_at = (dispute.closed_at or now) if said.status.is_closed else None
    if said.is_evidence_submitted:
        dispute.answer_sent_at = dispute.answer_sent_at or (now if dispute.answer else None)
    _book(dispute, said.amount if said.status.takes_money else said.amount * 0, now=now)
    _promise(dispute, said, now=now)
    dispute.save()


def _book(dispute: Dispute, taken: Money, *, now: datetime) -> None:
    """Book by how much more or less the bank has of it than before."""
    minor = taken.amount_minor - dispute.taken_minor
    if not minor:
        return
    leg = Leg(
        debit=RUNNING,
        credit=Account(AccountKind.TAKEN_BACK, dispute.receipt_id),
        amount=Money(amount_minor=abs(minor), currency=taken.currency),
    )
    book(
        customer_id=dispute.customer_id,
        kind=TransferKind.DISPUTED if minor > 0 else TransferKind.DISPUTE_WON,
        key=f"dispute:{dispute.pk}/{dispute.status}/{dispute.told_at.isoformat()}",
        legs=[leg if minor > 0 else leg.turned()],
        at=now,
    )
    receipt = lock_receipt(dispute.receipt_id)
    receipt.disputed_minor += _in_its_currency(receipt, taken) - _in_its_currency(receipt, dispute.taken)
    receipt.save(update_fields=["disputed_minor"])
    dispute.taken_minor = taken.amount_minor


def lost_of(receipt: Receipt) -> int:
    """How much of a receipt banks keep for good, in what it counts now."""
    rows = Dispute.objects.filter(receipt=receipt, status=DisputeStatus.LOST)
    return sum(_in_its_currency(receipt, each.taken) for each in rows)


def _in_its_currency(receipt: Receipt, money: Money) -> int:
    """So much of a receipt that may have been converted since, in what it counts now."""
    if money.currency == receipt.currency or not receipt.original_minor:
        return money.amount_minor
    return receipt.amount_minor * money.amount_minor // receipt.original_minor


def _promise(dispute: Dispute, said: GatewayDispute, *, now: datetime) -> None:
    """Owe an answer as long as one is waited for, by the processor's own date."""
    if said.status in WAITS_FOR_US and said.evidence_due_at is not None:
        if dispute.promise is None or dispute.promise.closed_at is not None:
            dispute.promise = make_promise(
                customer_id=dispute.customer_id,
                kind=PromiseKind.ANSWER_DISPUTE,
                due_at=said.evidence_due_at,
                by=by_gateway(),
                now=now,
            )
        elif dispute.evidence_due_at != said.evidence_due_at:
            correct_due_date(
                promise_id=dispute.promise.pk,
                due_at=said.evidence_due_at,
                reason="the processor moved it",
                by=by_gateway(),
                now=now,
            )
    elif dispute.promise is not None:
        if not said.is_evidence_submitted:
            call_off(promise_ids=[dispute.promise.pk], now=now)
        elif dispute.promise.fulfilled_at is None:
            # Once: the bank decides weeks later, and says again that it had our answer.
            fulfil_promise(promise_id=dispute.promise.pk, fulfilled_at=now, now=now)
    dispute.evidence_due_at = said.evidence_due_at
