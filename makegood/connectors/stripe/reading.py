"""What Stripe's objects say, as values of `payments`; from its answers and from its events, which hold the same."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from makegood.connectors.stripe.amounts import money_of
from makegood.money.rules import Money
from makegood.payments.gateway import GatewayError, UnreadableAnswer
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
    PendingReason,
    RefundFailure,
    RefundStatus,
)

Said = Mapping[str, Any]
Value = TypeVar("Value")
# Under which our key stands in a refund's metadata, where it outlives Stripe's 24 hours for keys.
OUR_KEY = "makegood_key"
# Under which checkouts tell Stripe which order a payment is for; the first that is there counts.
ORDER_KEYS = ("order_reference", "order_number", "order_id", "order")

PAYMENTS = {
    "requires_payment_method": PaymentStatus.WAITS_FOR_CUSTOMER,
    "requires_confirmation": PaymentStatus.WAITS_FOR_CUSTOMER,
    "requires_action": PaymentStatus.WAITS_FOR_CUSTOMER,
    "processing": PaymentStatus.PROCESSING,
    "requires_capture": PaymentStatus.AUTHORISED,
    "succeeded": PaymentStatus.CAPTURED,
    "canceled": PaymentStatus.CANCELLED,
}
REFUNDS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.REQUIRES_ACTION,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELLED,
}
FAILURES = {
    "expired_or_canceled_card": RefundFailure.CARD_EXPIRED_OR_CANCELLED,
    "lost_or_stolen_card": RefundFailure.CARD_LOST_OR_STOLEN,
    "charge_for_pending_refund_disputed": RefundFailure.DISPUTED,
    "insufficient_funds": RefundFailure.OUR_BALANCE_TOO_LOW,
    "declined": RefundFailure.DECLINED,
    "merchant_request": RefundFailure.WITHDRAWN_BY_SHOP,
}
PENDING = {
    "processing": PendingReason.PROCESSING,
    "charge_pending": PendingReason.PAYMENT_NOT_SETTLED,
    "insufficient_funds": PendingReason.OUR_BALANCE_TOO_LOW,
}
DISPUTES = {
    "warning_needs_response": DisputeStatus.INQUIRY_NEEDS_RESPONSE,
    "warning_under_review": DisputeStatus.INQUIRY_UNDER_REVIEW,
    "warning_closed": DisputeStatus.INQUIRY_CLOSED,
    "needs_response": DisputeStatus.NEEDS_RESPONSE,
    "under_review": DisputeStatus.UNDER_REVIEW,
    "appeal_needs_response": DisputeStatus.NEEDS_RESPONSE,
    "appeal_under_review": DisputeStatus.UNDER_REVIEW,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    "prevented": DisputeStatus.PREVENTED,
}
# https://docs.stripe.com/reports/reporting-categories
ENTRIES = {
    "charge": EntryKind.CHARGE,
    "refund": EntryKind.REFUND,
    "refund_failure": EntryKind.REFUND_FAILED,
    "partial_capture_reversal": EntryKind.REFUND,
    "dispute": EntryKind.DISPUTE,
    "dispute_reversal": EntryKind.DISPUTE_REVERSED,
    "payout": EntryKind.PAYOUT,
    "payout_reversal": EntryKind.PAYOUT_RETURNED,
    "fee": EntryKind.FEE,
}


def read(reader: Callable[[Said], Value], said: Said) -> Value:
    """What `reader` makes of an object.

    Raises:
        UnreadableAnswer: it is not as Stripe publishes it.
    """
    try:
        return reader(said)
    except GatewayError:
        raise
    except (AttributeError, KeyError, LookupError, OverflowError, TypeError, ValueError) as error:
        raise UnreadableAnswer(f"Stripe’s {reader.__name__} is not as published: {type(error).__name__}") from error


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def reference_of(linked: object) -> str:
    """The id of an object that stands in another as its id, whole, or not at all."""
    if isinstance(linked, Mapping):
        return str(linked["id"])
    return str(linked or "")


def order_of(said: Said) -> str:
    metadata = said.get("metadata") or {}
    return next((str(metadata[key]) for key in ORDER_KEYS if metadata.get(key)), "")


def decline_of(said: Said) -> Decline | None:
    """Why the last try of a PaymentIntent failed, if it did."""
    error = said.get("last_payment_error")
    if not error:
        return None
    code = error.get("decline_code") or error.get("code") or error.get("type") or "unknown"
    return Decline(code=str(code), text=str(error.get("message") or ""))


def payment(said: Said, *, refunds: Iterable[Said], disputes: Iterable[Said]) -> GatewayPayment:
    """A PaymentIntent with its `latest_charge` expanded."""
    currency = said["currency"]
    charge = said.get("latest_charge") or {}
    nothing = money_of(0, currency)
    back = [money_of(each["amount"], each["currency"]) for each in refunds if _counts(each)]
    gone = [money_of(each["amount"], each["currency"]) for each in disputes if DISPUTES[each["status"]].takes_money]
    return GatewayPayment(
        reference=said["id"],
        status=PAYMENTS[said["status"]],
        authorised=money_of(said["amount"], currency),
        capturable=money_of(said.get("amount_capturable") or 0, currency),
        captured=money_of(said.get("amount_received") or 0, currency),
        refunded=sum(back, nothing),
        disputed=sum(gone, nothing),
        card=_card(charge),
        decline=decline_of(said),
        order_reference=order_of(said),
        created_at=instant(said["created"]),
    )


def _counts(refund: Said) -> bool:
    """Whether a refund takes back what was captured; what a partial capture released moved no balance."""
    if refund["status"] in {"failed", "canceled"}:
        return False
    return refund["status"] != "succeeded" or refund.get("balance_transaction") is not None


def _card(charge: Said) -> Card | None:
    details = charge.get("payment_method_details") or {}
    card = details.get(details.get("type", "")) or {}
    if not card.get("last4"):
        return None
    return Card(brand=str(card.get("brand") or details["type"]), last_four=str(card["last4"]))


def key_of(refund: Said) -> str:
    """The key of ours that a refund was made under; "" where somebody else made it."""
    return str((refund.get("metadata") or {}).get(OUR_KEY, ""))


def refund(said: Said) -> GatewayRefund:
    status = REFUNDS[said["status"]]
    failure, waits = said.get("failure_reason"), said.get("pending_reason")
    return GatewayRefund(
        reference=said["id"],
        payment=reference_of(said.get("payment_intent")),
        key=key_of(said),
        amount=money_of(said["amount"], said["currency"]),
        status=status,
        failure=FAILURES.get(failure or "", RefundFailure.UNKNOWN) if status is RefundStatus.FAILED else None,
        pending_reason=PENDING.get(waits or "") if status is RefundStatus.PENDING else None,
        created_at=instant(said["created"]),
    )


def dispute(said: Said) -> GatewayDispute:
    details = said.get("evidence_details") or {}
    return GatewayDispute(
        reference=said["id"],
        payment=reference_of(said.get("payment_intent")),
        amount=money_of(said["amount"], said["currency"]),
        status=DISPUTES[said["status"]],
        reason=str(said["reason"]),
        evidence_due_at=instant(details["due_by"]) if details.get("due_by") else None,
        is_evidence_submitted=bool(details.get("submission_count")),
        is_refundable=bool(said.get("is_charge_refundable")),
        created_at=instant(said["created"]),
    )


def entry(said: Said) -> BalanceEntry:
    """A BalanceTransaction with its `source` expanded."""
    currency = said["currency"]
    source = said.get("source")
    amount = money_of(said["amount"], currency)
    return BalanceEntry(
        reference=said["id"],
        kind=ENTRIES.get(said["reporting_category"], EntryKind.OTHER),
        source=reference_of(source),
        payment=reference_of(source.get("payment_intent")) if isinstance(source, Mapping) else "",
        amount=amount,
        fee=money_of(said["fee"], currency),
        net=money_of(said["net"], currency),
        original=_original(source, amount),
        created_at=instant(said["created"]),
        available_at=instant(said["available_on"]),
    )


def _original(source: object, amount: Money) -> Money | None:
    """The sum in the customer's currency. A charge's is what was captured of it, where that was exchanged."""
    if not isinstance(source, Mapping) or "amount" not in source or "currency" not in source:
        return None
    if source["currency"].upper() == amount.currency:
        return amount
    original = abs(source["amount_captured"] if source.get("object") == "charge" else source["amount"])
    return money_of(-original if amount.amount_minor < 0 else original, source["currency"])
