"""What a gateway that moves no money holds, and what happens there by itself: a customer pays, a bank takes money back.

Whoever plays that calls it here. It is all kept in one process; each thing that happens adds to `told`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Any, TypeVar

from makegood.money.rules import Money
from makegood.payments.gateway import Declined, Rejected, Rejection
from makegood.payments.rules.events import (
    DisputeClosed,
    DisputeOpened,
    GatewayEvent,
    PaymentAuthorised,
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
    GatewayDispute,
    GatewayPayment,
    GatewayRefund,
    PaymentStatus,
    RefundFailure,
    RefundStatus,
)

Thing = TypeVar("Thing")
TO_ANSWER = timedelta(days=9)
VISA = Card(brand="visa", last_four="4242")


@dataclass(slots=True)
class HeldPayment:
    """`state` without what refunds and disputes make of it."""

    state: GatewayPayment
    refunds_arrive: bool = True
    is_on_trust: bool = False


class ConsoleBooks:
    """The account. Several threads may use it at once; `now` dates what happens."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self.now = now
        self.told: list[GatewayEvent] = []
        self.lock = RLock()
        self.payments: dict[str, HeldPayment] = {}
        self.refunds: dict[str, GatewayRefund] = {}
        self.disputes: dict[str, GatewayDispute] = {}
        self.entered: list[BalanceEntry] = []

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
            created_at=self.now(),
        )
        self.payments[reference] = HeldPayment(state, refunds_arrive)
        self.tell(PaymentAuthorised, payment=reference, authorised=amount, order_reference=order)
        return state

    def pay(self, *, reference: str, amount: Money, **more: Any) -> GatewayPayment:
        """A customer pays, and we have it at once."""
        with self.lock:
            self.authorise(reference=reference, amount=amount, **more)
            del self.told[-1]
            return self.take(reference, amount)

    def take_on_trust(self, payment: str, amount: Money) -> None:
        """Believe of a payment that nobody told of that `amount` of it is left to be refunded; tell nothing."""
        if payment not in self.payments:
            self.authorise(reference=payment, amount=amount)
            del self.told[-1]
        held = self.payments[payment]
        refunded = [each.amount for each in self.refunds.values() if each.payment == payment]
        total = sum(refunded, amount)
        nothing = amount * 0
        held.state = replace(
            held.state, status=PaymentStatus.CAPTURED, authorised=total, captured=total, capturable=nothing
        )
        held.is_on_trust = True

    def fail_payment(self, *, reference: str, amount: Money, decline: Decline, order: str = "") -> None:
        """A card is declined.

        Raises:
            Declined: always, as whoever tried to pay is told.
        """
        self.authorise(reference=reference, amount=amount, order=order)
        del self.told[-1]
        held = self.payments[reference]
        held.state = replace(
            held.state, status=PaymentStatus.WAITS_FOR_CUSTOMER, capturable=amount * 0, card=None, decline=decline
        )
        self.tell(PaymentFailed, payment=reference, amount=amount, decline=decline, order_reference=order)
        raise Declined(decline)

    def settle_refund(self, reference: str) -> None:
        """A refund that was pending arrives."""
        self.refunds[reference] = replace(self.refunds[reference], status=RefundStatus.SUCCEEDED)
        self.tell(RefundUpdated, refund=self.refunds[reference])

    def fail_refund(self, reference: str, failure: RefundFailure) -> None:
        """The bank sends a refund back."""
        refund = replace(self.refunds[reference], status=RefundStatus.FAILED, failure=failure)
        self.refunds[reference] = refund
        self.enter(EntryKind.REFUND_FAILED, refund.reference, refund.payment, refund.amount)
        self.tell(RefundFailed, refund=refund)
        self.tell(RefundUpdated, refund=refund)

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
            reference=f"du_{len(self.disputes) + 1}_{payment}",
            payment=payment,
            amount=amount or self.known(payment).state.captured,
            status=status,
            reason=reason,
            evidence_due_at=self.now() + TO_ANSWER,
            is_evidence_submitted=False,
            is_refundable=is_inquiry,
            created_at=self.now(),
        )
        self.disputes[dispute.reference] = dispute
        if not is_inquiry:
            self.enter(EntryKind.DISPUTE, dispute.reference, payment, -dispute.amount)
        self.tell(DisputeOpened, dispute=dispute)
        return dispute

    def decide_dispute(self, reference: str, status: DisputeStatus) -> GatewayDispute:
        """The bank decides: won, lost, or closed of an inquiry."""
        dispute = replace(
            found(self.disputes, reference, "dispute"), status=status, is_refundable=status is not DisputeStatus.LOST
        )
        self.disputes[reference] = dispute
        if status is DisputeStatus.WON:
            self.enter(EntryKind.DISPUTE_REVERSED, reference, dispute.payment, dispute.amount)
        self.tell(DisputeClosed, dispute=dispute)
        return dispute

    def pay_out(self, *, reference: str, amount: Money) -> None:
        """What is held for us goes to the shop's bank."""
        self.enter(EntryKind.PAYOUT, reference, "", -amount)
        self.tell(PayoutPaid, payout=reference, amount=amount, arrives_at=self.now())

    def known(self, payment: str) -> HeldPayment:
        return found(self.payments, payment, "payment")

    def take(self, payment: str, amount: Money) -> GatewayPayment:
        held = self.known(payment)
        held.state = replace(held.state, status=PaymentStatus.CAPTURED, capturable=amount * 0, captured=amount)
        self.enter(EntryKind.CHARGE, f"ch_{payment}", payment, amount)
        authorised, order = held.state.authorised, held.state.order_reference
        self.tell(PaymentCaptured, payment=payment, authorised=authorised, captured=amount, order_reference=order)
        return held.state

    def enter(self, kind: EntryKind, source: str, payment: str, amount: Money) -> None:
        at = self.now()
        self.entered.append(
            BalanceEntry(
                reference=f"txn_{len(self.entered) + 1}",
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

    def tell(self, kind: type[GatewayEvent], **told: Any) -> None:
        self.told.append(kind(event_id=f"evt_{len(self.told) + 1}", created_at=self.now(), **told))


def found(things: Mapping[str, Thing], reference: str, what: str) -> Thing:
    if reference not in things:
        raise Rejected(Rejection.NOT_FOUND, f"there is no {what} {reference}")
    return things[reference]
