"""What a gateway tells us by itself: each a value with the event's id and the instant at which it was made.

The same event may come twice, and an older one after a newer: `event_id` says which it is, `created_at` which is newer
(to the second; of one second, what the gateway says when asked is right).
"""

from dataclasses import dataclass
from datetime import datetime

from makegood.money.rules import Money
from makegood.payments.rules.values import Decline, GatewayDispute, GatewayRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayEvent:
    event_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAuthorised(GatewayEvent):
    """The money is held for us, and not yet ours."""

    payment: str
    authorised: Money
    order_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCaptured(GatewayEvent):
    """The money is ours: all that was authorised, or part of it, and then the rest is released."""

    payment: str
    authorised: Money
    captured: Money
    order_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(GatewayEvent):
    """One try to pay came to nothing; the customer may try again under the same payment."""

    payment: str
    amount: Money
    decline: Decline
    order_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCancelled(GatewayEvent):
    """What was held was let go: by us, or because nobody captured it in time."""

    payment: str
    authorised: Money
    order_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundUpdated(GatewayEvent):
    """A refund was made, by whomever, or is further than before."""

    refund: GatewayRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(GatewayEvent):
    """The money of a refund came back to us."""

    refund: GatewayRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(GatewayEvent):
    """A bank asks (an inquiry), or has taken the money back; its `evidence_due_at` is the last instant for us."""

    dispute: GatewayDispute


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeUpdated(GatewayEvent):
    dispute: GatewayDispute


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeClosed(GatewayEvent):
    """It is won, lost, or was an inquiry that came to nothing: the dispute's status says which."""

    dispute: GatewayDispute


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPaid(GatewayEvent):
    """The gateway has sent what it held for us to the shop's bank."""

    payout: str
    amount: Money
    arrives_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFailed(GatewayEvent):
    payout: str
    amount: Money
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(GatewayEvent):
    """Something that nothing of ours follows, by the gateway's name for it."""

    kind: str
