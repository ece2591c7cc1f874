"""A gateway that moves no money: for the demo, stories and tests, and held to the same contract as the real ones."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from makegood.kit import clock
from makegood.money.rules import Money
from makegood.payments.console_books import ConsoleBooks, found
from makegood.payments.gateway import BadSignature, KeyConflict, Rejected, Rejection
from makegood.payments.rules.events import DisputeUpdated, GatewayEvent, PaymentCancelled, RefundUpdated
from makegood.payments.rules.values import (
    BalanceEntry,
    DisputeStatus,
    EntryKind,
    Evidence,
    GatewayDispute,
    GatewayPayment,
    GatewayRefund,
    PaymentStatus,
    RefundReason,
    RefundStatus,
)

GONE = {RefundStatus.FAILED, RefundStatus.CANCELLED}
OPEN = {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.INQUIRY_NEEDS_RESPONSE}


class ConsoleGateway:
    """`trusts`: a payment that its `books` don't know captured as much as is asked back, as the demo's orders did.

    It keeps everything in its process. Several threads may ask at once; `now` dates what happens.
    """

    code = "console"

    def __init__(self, *, trusts: bool = False, now: Callable[[], datetime] = clock.now) -> None:
        self.trusts = trusts
        self.books = ConsoleBooks(now=now)
        self._asked: dict[str, tuple[object, ...]] = {}

    def payment(self, reference: str) -> GatewayPayment:
        state = self.books.known(reference).state
        nothing = state.captured * 0
        refunds = [
            each for each in self.books.refunds.values() if each.payment == reference and each.status not in GONE
        ]
        disputes = [
            each for each in self.books.disputes.values() if each.payment == reference and each.status.takes_money
        ]
        return replace(
            state,
            refunded=sum((each.amount for each in refunds), nothing),
            disputed=sum((each.amount for each in disputes), nothing),
        )

    def capture(self, *, payment: str, amount: Money, key: str) -> GatewayPayment:
        with self.books.lock:
            state = self.books.known(payment).state
            self._claim(key, "capture", payment, amount)
            if state.status is PaymentStatus.CAPTURED and state.captured == amount:
                return self.payment(payment)
            if state.status is not PaymentStatus.AUTHORISED:
                raise Rejected(Rejection.WRONG_STATE, f"the payment is {state.status}")
            if state.capturable < amount:
                raise Rejected(Rejection.MORE_THAN_IS_LEFT, f"{state.capturable} can be captured")
            return self.books.take(payment, amount)

    def cancel(self, *, payment: str, key: str) -> GatewayPayment:
        with self.books.lock:
            held = self.books.known(payment)
            self._claim(key, "cancel", payment)
            if held.state.status is PaymentStatus.CANCELLED:
                return held.state
            if held.state.status is PaymentStatus.CAPTURED:
                raise Rejected(Rejection.WRONG_STATE, "the payment is captured; it can be refunded")
            held.state = replace(held.state, status=PaymentStatus.CANCELLED, capturable=held.state.authorised * 0)
            order = held.state.order_reference
            self.books.tell(PaymentCancelled, payment=payment, authorised=held.state.authorised, order_reference=order)
            return held.state

    def refund(self, *, payment: str, amount: Money, reason: RefundReason, key: str) -> GatewayRefund:
        with self.books.lock:
            if self.trusts and payment not in self.books.payments:
                self.books.take_on_trust(payment, amount)
            held = self.books.known(payment)
            self._claim(key, "refund", payment, amount)
            if f"re_{key}" in self.books.refunds:
                return self.books.refunds[f"re_{key}"]
            if held.is_on_trust:
                self.books.take_on_trust(payment, amount)
            self._check_refund(payment, amount)
            refund = GatewayRefund(
                reference=f"re_{key}",
                payment=payment,
                key=key,
                amount=amount,
                status=RefundStatus.SUCCEEDED if held.refunds_arrive else RefundStatus.PENDING,
                failure=None,
                pending_reason=None,
                created_at=self.books.now(),
            )
            self.books.refunds[refund.reference] = refund
            self.books.enter(EntryKind.REFUND, refund.reference, payment, -amount)
            self.books.tell(RefundUpdated, refund=refund)
            return refund

    def read_refund(self, reference: str) -> GatewayRefund:
        return found(self.books.refunds, reference, "refund")

    def dispute(self, reference: str) -> GatewayDispute:
        return found(self.books.disputes, reference, "dispute")

    def submit_evidence(self, *, dispute: str, evidence: Evidence, key: str) -> GatewayDispute:
        with self.books.lock:
            known = self.dispute(dispute)
            if known.is_evidence_submitted:
                return known
            self._claim(key, "evidence", dispute, evidence)
            if known.status not in OPEN:
                raise Rejected(Rejection.OTHER, f"the dispute is {known.status}")
            is_inquiry = known.status is DisputeStatus.INQUIRY_NEEDS_RESPONSE
            status = DisputeStatus.INQUIRY_UNDER_REVIEW if is_inquiry else DisputeStatus.UNDER_REVIEW
            self.books.disputes[dispute] = replace(known, status=status, is_evidence_submitted=True)
            self.books.tell(DisputeUpdated, dispute=self.books.disputes[dispute])
            return self.books.disputes[dispute]

    def accept_dispute(self, *, dispute: str, key: str) -> GatewayDispute:
        with self.books.lock:
            known = self.dispute(dispute)
            if known.status is DisputeStatus.LOST:
                return known
            self._claim(key, "accept", dispute)
            if known.status not in OPEN:
                raise Rejected(Rejection.OTHER, f"the dispute is {known.status}")
            return self.books.decide_dispute(dispute, DisputeStatus.LOST)

    def entries(self, *, since: datetime) -> Iterator[BalanceEntry]:
        return iter([each for each in reversed(self.books.entered) if each.created_at >= since])

    def events(self, *, since: datetime) -> Iterator[GatewayEvent]:
        return iter([each for each in reversed(self.books.told) if each.created_at >= since])

    def read_event(self, *, headers: Mapping[str, str], raw: bytes) -> GatewayEvent:
        """Nobody signs for it, so nothing is proven."""
        raise BadSignature("this gateway pushes nothing")

    def _claim(self, key: str, *asked: object) -> None:
        if self._asked.setdefault(key, asked) != asked:
            raise KeyConflict(f"the key {key} was used for something else")

    def _check_refund(self, payment: str, amount: Money) -> None:
        now = self.payment(payment)
        if now.status is not PaymentStatus.CAPTURED:
            raise Rejected(Rejection.OTHER, f"the payment is {now.status}")
        if now.disputed.amount_minor:
            raise Rejected(Rejection.DISPUTED, "the bank has taken the money back")
        left = now.captured - now.refunded
        if not left.amount_minor:
            raise Rejected(Rejection.ALREADY_REFUNDED, "all of it went back")
        if left < amount:
            raise Rejected(Rejection.MORE_THAN_IS_LEFT, f"{left} is left")
        if amount.amount_minor <= 0:
            raise Rejected(Rejection.BAD_AMOUNT, f"only more than nothing can go back, and this is {amount}")
