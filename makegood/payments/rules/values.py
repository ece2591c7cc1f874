"""What a gateway says of one payment, refund, dispute or entry of its own books."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from makegood.money.rules import Money


class PaymentStatus(StrEnum):
    """How far a payment is. A partly captured one is captured; the rest of it was released."""

    WAITS_FOR_CUSTOMER = "waits_for_customer"
    PROCESSING = "processing"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    CANCELLED = "cancelled"


class RefundStatus(StrEnum):
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RefundReason(StrEnum):
    """Why money goes back, as card networks know it. `FRAUDULENT` also blocks the card and its e-mail address."""

    REQUESTED_BY_CUSTOMER = "requested_by_customer"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"


class RefundFailure(StrEnum):
    """Why a refund came back to us after it had been sent."""

    CARD_EXPIRED_OR_CANCELLED = "card_expired_or_cancelled"
    CARD_LOST_OR_STOLEN = "card_lost_or_stolen"
    DISPUTED = "disputed"
    OUR_BALANCE_TOO_LOW = "our_balance_too_low"
    DECLINED = "declined"
    WITHDRAWN_BY_SHOP = "withdrawn_by_shop"
    UNKNOWN = "unknown"

    @property
    def is_card_gone(self) -> bool:
        """Whether no other refund to this card would arrive."""
        return self in {RefundFailure.CARD_EXPIRED_OR_CANCELLED, RefundFailure.CARD_LOST_OR_STOLEN}


class PendingReason(StrEnum):
    """What a refund waits for. `OUR_BALANCE_TOO_LOW` ends when the shop tops up its balance with the gateway."""

    PROCESSING = "processing"
    PAYMENT_NOT_SETTLED = "payment_not_settled"
    OUR_BALANCE_TOO_LOW = "our_balance_too_low"


class DisputeStatus(StrEnum):
    """An inquiry is a bank's question before a dispute: no money has moved, and a refund ends it."""

    INQUIRY_NEEDS_RESPONSE = "inquiry_needs_response"
    INQUIRY_UNDER_REVIEW = "inquiry_under_review"
    INQUIRY_CLOSED = "inquiry_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"

    @property
    def takes_money(self) -> bool:
        """Whether the disputed sum is with the bank, for now or for good."""
        return self in {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW, DisputeStatus.LOST}

    @property
    def is_closed(self) -> bool:
        return self in {
            DisputeStatus.INQUIRY_CLOSED,
            DisputeStatus.WON,
            DisputeStatus.LOST,
            DisputeStatus.PREVENTED,
        }


class DisputeReason(StrEnum):
    """What banks say that a dispute is about, by the words of gateways that we know; others have words of their own."""

    BANK_CANNOT_PROCESS = "bank_cannot_process"
    CHECK_RETURNED = "check_returned"
    CREDIT_NOT_PROCESSED = "credit_not_processed"
    CUSTOMER_INITIATED = "customer_initiated"
    DEBIT_NOT_AUTHORIZED = "debit_not_authorized"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    GENERAL = "general"
    INCORRECT_ACCOUNT_DETAILS = "incorrect_account_details"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    NONCOMPLIANT = "noncompliant"
    PRODUCT_NOT_RECEIVED = "product_not_received"
    PRODUCT_UNACCEPTABLE = "product_unacceptable"
    SUBSCRIPTION_CANCELED = "subscription_canceled"
    UNRECOGNIZED = "unrecognized"


class EntryKind(StrEnum):
    """What an entry of the gateway's books is of."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_REVERSED = "dispute_reversed"
    PAYOUT = "payout"
    PAYOUT_RETURNED = "payout_returned"
    FEE = "fee"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What may be said of a card: `brand` as in visa, and the last four digits."""

    brand: str
    last_four: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why a card was declined: the gateway's code, as in insufficient_funds or expired_card, and its words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPayment:
    """One payment as it stands. `refunded` counts refunds on their way; `disputed`, what the bank took or keeps.

    `capturable` is what may still be captured of what was authorised. `order_reference` is "" where the shop's checkout
    did not tell the gateway which order it is for.
    """

    reference: str
    status: PaymentStatus
    authorised: Money
    capturable: Money
    captured: Money
    refunded: Money
    disputed: Money
    card: Card | None
    decline: Decline | None
    order_reference: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRefund:
    """One refund as it stands. `key` is the one it was asked under, "" where somebody else made it.

    `failure` is known where it failed, `pending_reason` where it is pending and the gateway says why.
    """

    reference: str
    payment: str
    key: str
    amount: Money
    status: RefundStatus
    failure: RefundFailure | None
    pending_reason: PendingReason | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayDispute:
    """One dispute as it stands. `reason` is the gateway's word for the bank's, as in product_not_received.

    Evidence counts until `evidence_due_at`, and can be submitted once; None where none can be given.
    """

    reference: str
    payment: str
    amount: Money
    status: DisputeStatus
    reason: str
    evidence_due_at: datetime | None
    is_evidence_submitted: bool
    is_refundable: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for us in a dispute: all of it in one PDF, and what the gateway asks for apart; "" is left out."""

    pdf: bytes
    summary: str
    product_description: str = ""
    customer_name: str = ""
    customer_email: str = ""
    shipping_address: str = ""
    carrier: str = ""
    tracking_number: str = ""
    shipped_date: date | None = None
    refund_policy: str = ""
    refund_refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceEntry:
    """One entry of the gateway's books, in the currency in which it settles with us: `net` is `amount` less `fee`.

    `source` names the charge, refund, dispute or payout; `payment` the payment it belongs to, "" for others. `original`
    is the sum in the customer's currency, with the sign of `amount`; None where the gateway does not say.
    """

    reference: str
    kind: EntryKind
    source: str
    payment: str
    amount: Money
    fee: Money
    net: Money
    original: Money | None
    created_at: datetime
    available_at: datetime
