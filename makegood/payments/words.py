"""What people call the ways in which money comes and goes, why it did not arrive, and what banks ask."""

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.payments.models import Dispute, Refund
from makegood.payments.rules.tenders import TenderKind, rule_of
from makegood.payments.rules.values import DisputeReason, GatewayRefund, RefundFailure, RefundStatus


def _kind_of(kind: str) -> TenderKind | None:
    return TenderKind(kind) if kind in set(TenderKind) else None


def tender_words(kind: str, label: str = "") -> str:
    """A tender, as a label: the shop's own words for it, if it has any."""
    if label and label != kind:
        return label
    words: dict[TenderKind | None, str] = {
        TenderKind.CARD: _("Card"),
        TenderKind.WALLET: _("Wallet"),
        TenderKind.GIFT_CARD: _("Gift card"),
        TenderKind.STORE_CREDIT: _("Store credit"),
        TenderKind.MONEY_ORDER: _("Money order"),
        TenderKind.BANK_TRANSFER: _("Bank transfer"),
        TenderKind.CHEQUE: _("Cheque"),
        TenderKind.CASH: _("Cash"),
        None: kind or _("A way we don’t know"),
    }
    return words[_kind_of(kind)]


def came_in_words(kind: str) -> str:
    """Money that came in, as what happened."""
    words: dict[TenderKind | None, str] = {
        TenderKind.CARD: _("You paid by card"),
        TenderKind.WALLET: _("You paid by wallet"),
        TenderKind.GIFT_CARD: _("You paid with a gift card"),
        TenderKind.STORE_CREDIT: _("You paid with a credit"),
        TenderKind.MONEY_ORDER: _("Your money order came"),
        TenderKind.BANK_TRANSFER: _("Your transfer came"),
        TenderKind.CHEQUE: _("Your cheque came"),
        TenderKind.CASH: _("You paid in cash"),
        None: _("You paid"),
    }
    return words[_kind_of(kind)]


def taken_back_words(kind: str) -> str:
    """Money that a bank took back, as what happened."""
    words: dict[TenderKind | None, str] = {
        TenderKind.CARD: _("Your card’s bank took the money back"),
        TenderKind.MONEY_ORDER: _("Your money order was no good"),
        TenderKind.BANK_TRANSFER: _("Your transfer was recalled"),
        TenderKind.CHEQUE: _("Your cheque was no good"),
        TenderKind.WALLET: _("Your wallet took the money back"),
        TenderKind.GIFT_CARD: _("Your gift card was no good"),
        TenderKind.STORE_CREDIT: _("Your credit was no good"),
        TenderKind.CASH: _("Your cash was no good"),
        None: _("The bank took the money back"),
    }
    return words[_kind_of(kind)]


def goes_to_words(kind: str, label: str) -> str:
    """Where money goes, within a sentence: to your Visa ending 4242; a slip of paper can't be sent back."""
    if label and label != kind and rule_of(kind).is_returnable:
        return _("to your %(tender)s") % {"tender": label}
    words: dict[TenderKind | None, str] = {
        TenderKind.CARD: _("to your card"),
        TenderKind.WALLET: _("to your wallet"),
        TenderKind.GIFT_CARD: _("to your gift card"),
        TenderKind.STORE_CREDIT: _("to your store credit"),
        TenderKind.MONEY_ORDER: _("by money order"),
        TenderKind.BANK_TRANSFER: _("to your bank account"),
        TenderKind.CHEQUE: _("by cheque"),
        TenderKind.CASH: _("in cash"),
        None: _("the way you paid"),
    }
    return words[_kind_of(kind)]


def failure_of(refund: GatewayRefund) -> str:
    """Why a refund came back to us, as the gateway says it; "" where it did not."""
    if refund.failure is None:
        return _("it was called off at the gateway") if refund.status is RefundStatus.CANCELLED else ""
    words = {
        RefundFailure.CARD_EXPIRED_OR_CANCELLED: _("the card has expired or was cancelled"),
        RefundFailure.CARD_LOST_OR_STOLEN: _("the card was lost or stolen"),
        RefundFailure.DISPUTED: _("the customer’s bank had taken the money back already"),
        RefundFailure.OUR_BALANCE_TOO_LOW: _("there was too little left with the gateway"),
        RefundFailure.DECLINED: _("the customer’s bank did not take it"),
        RefundFailure.WITHDRAWN_BY_SHOP: _("it was called off at the gateway"),
        RefundFailure.UNKNOWN: _("the gateway does not say why"),
    }
    return words[refund.failure]


def no_gateway_to_answer() -> str:
    return _("No gateway is set up any more that could be told.")


def no_gateway() -> str:
    return _("No gateway is set up any more that could make it. Look there first, whether it has been made.")


def dispute_reason_words(reason: str) -> str:
    """What a bank says that it is about, within a sentence; a reason that we don't know in the gateway's own word."""
    words = {
        DisputeReason.BANK_CANNOT_PROCESS: _("their bank can’t process the payment"),
        DisputeReason.CHECK_RETURNED: _("the cheque was no good"),
        DisputeReason.CREDIT_NOT_PROCESSED: _("they say that money they were to have back never came"),
        DisputeReason.CUSTOMER_INITIATED: _("they asked their bank for it"),
        DisputeReason.DEBIT_NOT_AUTHORIZED: _("they say that they never allowed the debit"),
        DisputeReason.DUPLICATE: _("they say that they paid for the same twice"),
        DisputeReason.FRAUDULENT: _("they say that they never made this payment"),
        DisputeReason.GENERAL: _("the bank gives no reason"),
        DisputeReason.INCORRECT_ACCOUNT_DETAILS: _("the account’s details are wrong"),
        DisputeReason.INSUFFICIENT_FUNDS: _("there was too little in their account"),
        DisputeReason.NONCOMPLIANT: _("the card network says that its rules were not kept"),
        DisputeReason.PRODUCT_NOT_RECEIVED: _("they say that it never came"),
        DisputeReason.PRODUCT_UNACCEPTABLE: _("they say that it is not what they were promised"),
        DisputeReason.SUBSCRIPTION_CANCELED: _("they say that they had cancelled before"),
        DisputeReason.UNRECOGNIZED: _("they don’t recognise the payment"),
    }
    return words[DisputeReason(reason)] if reason in set(DisputeReason) else reason.replace("_", " ")


def asked_back(dispute: Dispute) -> str:
    """What a bank asks, in a line."""
    words = {"money": dispute.money, "reason": dispute_reason_words(dispute.reason)}
    return _("A bank asks %(money)s back: %(reason)s") % words


def came_back_words(refund: Refund) -> str:
    """What did not arrive, and why, as far as it is known."""
    words = {
        "money": Money(amount_minor=refund.amount_minor, currency=refund.currency),
        "tender": refund.tender or refund.tender_kind or _("how they paid"),
        "reason": refund.failure,
    }
    return _("%(money)s to %(tender)s did not arrive: %(reason)s") % words
