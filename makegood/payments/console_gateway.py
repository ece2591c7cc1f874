"""A gateway that moves no money: for the demo, stories and tests, and held to the same contract as the real ones.

It keeps everything in its process. What happens at a gateway by itself (a customer pays, a bank takes money back) is
called by whoever plays that; each such thing, and each call through the port, adds to `events`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Any, TypeVar

from makegood.kit import clock
from makegood.money.rules import Money
from makegood.payments.gateway import BadSignature, Declined, KeyConflict, Rejected, Rejection
from makegood.payments.rules.events import (
    DisputeClosed,
    DisputeOpened,
    DisputeUpdated,
    GatewayEvent,
    PaymentAuthorised,
    PaymentCancelled,
    PaymentCaptured,
    PaymentFailed,
    PayoutPaid,
    RefundFailed,
    RefundUpdated,
)
from makegood.payments.rules.values import (
    BalanceEntry,
    Card,
    Decline,
    DisputeStatus,
    EntryKind,
    Evidence,
    GatewayDispute,
    GatewayPayment,
    GatewayRefund,
    PaymentStatus,
    RefundFailure,
    RefundReason,
    RefundStatus,
)

Thing = TypeVar("Thing")
TO_ANSWER = timedelta(days=9)
VISA = Card(brand="visa", last_four="4242")
GONE = {RefundStatus.FAILED, RefundStatus.CANCELLED}
OPEN = {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.INQUIRY_NEEDS_RESPONSE}


@dataclass(slots=True)
class _Payment:
    """`state` without what refunds and disputes make of it."""

    state: GatewayPayment
    refunds_arrive: bool = True


class ConsoleGateway:
    """`trusts`: a payment that it was not told of captured as much as is asked back, as the demo's orders did.

    Several threads may ask at once; `now` dates what happens.
    """

    code = "console"

    def __init__(self, *, trusts: bool = False, now: Callable[[], datetime] = clock.now) -> None:
        self.trusts, self._now = trusts, now
        self.events: list[GatewayEvent] = []
        self._lock = RLock()
        self._payments: dict[str, _Payment] = {}
        self._refunds: dict[str, GatewayRefund] = {}
        self._disputes: dict[str, GatewayDispute] = {}
        self._entries: list[BalanceEntry] = []
        self._asked: dict[str, tuple[object, ...]] = {}

    # What happens by itself.

    def authorise(
        self, *, reference: str, amount: Money, card: Card = VISA, order: str = "", refunds_arrive: bool = True
    ) -> GatewayPayment:
        """A customer's card holds `amount` for us. Where refunds don't arrive at once, `settle_refund` lets them."""
        nothing = amount * 0
        state = GatewayPayment(
            reference=reference,
            status=PaymentStatus.AUTHORISED,
            authorised=amount,
            capturable=amount,
            captured=nothing,
            refunded=nothing,
            disputed=nothing,
            card=card,
            decline=None,
            order_reference=order,
            created_at=self._now(),
        )
        self._payments[reference] = _Payment(state, refunds_arrive)
        self._tell(PaymentAuthorised, payment=reference, authorised=amount, order_reference=order)
        return state

    def pay(self, *, reference: str, amount: Money, **more: Any) -> GatewayPayment:
        """A customer pays, and we have it at once."""
        with self._lock:
            self.authorise(reference=reference, amount=amount, **more)
            del self.events[-1]
            return self._take(reference, amount)

    def fail_payment(self, *, reference: str, amount: Money, decline: Decline, order: str = "") -> None:
        """A card is declined.

        Raises:
            Declined: always, as whoever tried to pay is told.
        """
        self.authorise(reference=reference, amount=amount, order=order)
        del self.events[-1]
        held = self._payments[reference]
        held.state = replace(
            held.state, status=PaymentStatus.WAITS_FOR_CUSTOMER, capturable=amount * 0, card=None, decline=decline
        )
        self._tell(PaymentFailed, payment=reference, amount=amount, decline=decline, order_reference=order)
        raise Declined(decline)

    def settle_refund(self, reference: str) -> None:
        """A refund that was pending arrives."""
        self._refunds[reference] = replace(self._refunds[reference], status=RefundStatus.SUCCEEDED)
        self._tell(RefundUpdated, refund=self._refunds[reference])

    def fail_refund(self, reference: str, failure: RefundFailure) -> None:
        """The bank sends a refund back."""
        refund = replace(self._refunds[reference], status=RefundStatus.FAILED, failure=failure)
        self._refunds[reference] = refund
        self._enter(EntryKind.REFUND_FAILED, refund.reference, refund.payment, refund.amount)
        self._tell(RefundFailed, refund=refund)
        self._tell(RefundUpdated, refund=refund)

    def open_dispute(
        self,
        payment: str,
        *,
        amount: Money | None = None,
        reason: str = "product_not_received",
        is_inquiry: bool = False,
    ) -> GatewayDispute:
        """A bank takes the money back, even what was refunded before; for an inquiry it only asks."""
        status = DisputeStatus.INQUIRY_NEEDS_RESPONSE if is_inquiry else DisputeStatus.NEEDS_RESPONSE
        dispute = GatewayDispute(
            reference=f"du_{len(self._disputes) + 1}_{payment}",
            payment=payment,
            amount=amount or self._known(payment).state.captured,
            status=status,
            reason=reason,
            evidence_due_at=self._now() + TO_ANSWER,
            is_evidence_submitted=False,
            is_refundable=is_inquiry,
            created_at=self._now(),
        )
        self._disputes[dispute.reference] = dispute
        if not is_inquiry:
            self._enter(EntryKind.DISPUTE, dispute.reference, payment, -dispute.amount)
        self._tell(DisputeOpened, dispute=dispute)
        return dispute

    def decide_dispute(self, reference: str, status: DisputeStatus) -> GatewayDispute:
        """The bank decides: won, lost, or closed of an inquiry."""
        dispute = replace(self.dispute(reference), status=status, is_refundable=status is not DisputeStatus.LOST)
        self._disputes[reference] = dispute
        if status is DisputeStatus.WON:
            self._enter(EntryKind.DISPUTE_REVERSED, reference, dispute.payment, dispute.amount)
        self._tell(DisputeClosed, dispute=dispute)
        return dispute

    def pay_out(self, *, reference: str, amount: Money) -> None:
        """What is held for us goes to the shop's bank."""
        self._enter(EntryKind.PAYOUT, reference, "", -amount)
        self._tell(PayoutPaid, payout=reference, amount=amount, arrives_at=self._now())

    # The port.

    def payment(self, reference: str) -> GatewayPayment:
        state = self._known(reference).state
        nothing = state.captured * 0
        refunds = [each for each in self._refunds.values() if each.payment == reference and each.status not in GONE]
        disputes = [each for each in self._disputes.values() if each.payment == reference and each.status.takes_money]
        return replace(
            state,
            refunded=sum((each.amount for each in refunds), nothing),
            disputed=sum((each.amount for each in disputes), nothing),
        )

    def capture(self, *, payment: str, amount: Money, key: str) -> GatewayPayment:
        with self._lock:
            state = self._known(payment).state
            self._claim(key, "capture", payment, amount)
            if state.status is PaymentStatus.CAPTURED and state.captured == amount:
                return self.payment(payment)
            if state.status is not PaymentStatus.AUTHORISED:
                raise Rejected(Rejection.WRONG_STATE, f"the payment is {state.status}")
            if state.capturable < amount:
                raise Rejected(Rejection.MORE_THAN_IS_LEFT, f"{state.capturable} can be captured")
            return self._take(payment, amount)

    def cancel(self, *, payment: str, key: str) -> GatewayPayment:
        with self._lock:
            held = self._known(payment)
            self._claim(key, "cancel", payment)
            if held.state.status is PaymentStatus.CANCELLED:
                return held.state
            if held.state.status is PaymentStatus.CAPTURED:
                raise Rejected(Rejection.WRONG_STATE, "the payment is captured; it can be refunded")
            held.state = replace(held.state, status=PaymentStatus.CANCELLED, capturable=held.state.authorised * 0)
            order = held.state.order_reference
            self._tell(PaymentCancelled, payment=payment, authorised=held.state.authorised, order_reference=order)
            return held.state

    def refund(self, *, payment: str, amount: Money, reason: RefundReason, key: str) -> GatewayRefund:
        with self._lock:
            if self.trusts and payment not in self._payments:
                self.pay(reference=payment, amount=amount)
            held = self._known(payment)
            self._claim(key, "refund", payment, amount)
            if f"re_{key}" in self._refunds:
                return self._refunds[f"re_{key}"]
            self._check_refund(payment, amount)
            refund = GatewayRefund(
                reference=f"re_{key}",
                payment=payment,
                key=key,
                amount=amount,
                status=RefundStatus.SUCCEEDED if held.refunds_arrive else RefundStatus.PENDING,
                failure=None,
                pending_reason=None,
                created_at=self._now(),
            )
            self._refunds[refund.reference] = refund
            self._enter(EntryKind.REFUND, refund.reference, payment, -amount)
            self._tell(RefundUpdated, refund=refund)
            return refund

    def read_refund(self, reference: str) -> GatewayRefund:
        return _found(self._refunds, reference, "refund")

    def dispute(self, reference: str) -> GatewayDispute:
        return _found(self._disputes, reference, "dispute")

    def submit_evidence(self, *, dispute: str, evidence: Evidence, key: str) -> GatewayDispute:
        with self._lock:
            known = self.dispute(dispute)
            if known.is_evidence_submitted:
                return known
            self._claim(key, "evidence", dispute, evidence)
            if known.status not in OPEN:
                raise Rejected(Rejection.OTHER, f"the dispute is {known.status}")
            is_inquiry = known.status is DisputeStatus.INQUIRY_NEEDS_RESPONSE
            status = DisputeStatus.INQUIRY_UNDER_REVIEW if is_inquiry else DisputeStatus.UNDER_REVIEW
            self._disputes[dispute] = replace(known, status=status, is_evidence_submitted=True)
            self._tell(DisputeUpdated, dispute=self._disputes[dispute])
            return self._disputes[dispute]

    def accept_dispute(self, *, dispute: str, key: str) -> GatewayDispute:
        with self._lock:
            known = self.dispute(dispute)
            if known.status is DisputeStatus.LOST:
                return known
            self._claim(key, "accept", dispute)
            if known.status not in OPEN:
                raise Rejected(Rejection.OTHER, f"the dispute is {known.status}")
            return self.decide_dispute(dispute, DisputeStatus.LOST)

    def entries(self, *, since: datetime) -> Iterator[BalanceEntry]:
        return iter([each for each in reversed(self._entries) if each.created_at >= since])

    def read_event(self, *, headers: Mapping[str, str], raw: bytes) -> GatewayEvent:
        """Nobody signs for it, so nothing is proven."""
        raise BadSignature("this gateway pushes nothing")

    # What both need.

    def _known(self, payment: str) -> _Payment:
        return _found(self._payments, payment, "payment")

    def _claim(self, key: str, *asked: object) -> None:
        if self._asked.setdefault(key, asked) != asked:
            raise KeyConflict(f"the key {key} was used for something else")

    def _take(self, payment: str, amount: Money) -> GatewayPayment:
        held = self._known(payment)
        held.state = replace(held.state, status=PaymentStatus.CAPTURED, capturable=amount * 0, captured=amount)
        self._enter(EntryKind.CHARGE, f"ch_{payment}", payment, amount)
        authorised, order = held.state.authorised, held.state.order_reference
        self._tell(PaymentCaptured, payment=payment, authorised=authorised, captured=amount, order_reference=order)
        return held.state

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

    def _enter(self, kind: EntryKind, source: str, payment: str, amount: Money) -> None:
        at = self._now()
        self._entries.append(
            BalanceEntry(
                reference=f"txn_{len(self._entries) + 1}",
                kind=kind,
                source=source,
                payment=payment,
                amount=amount,
                fee=amount * 0,
                net=amount,
                original=amount,
                created_at=at,
                available_at=at,
            )
        )

    def _tell(self, kind: type[GatewayEvent], **told: Any) -> None:
        self.events.append(kind(event_id=f"evt_{len(self.events) + 1}", created_at=self._now(), **told))


def _found(things: Mapping[str, Thing], reference: str, what: str) -> Thing:
    if reference not in things:
        raise Rejected(Rejection.NOT_FOUND, f"there is no {what} {reference}")
    return things[reference]
