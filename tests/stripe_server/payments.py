"""PaymentIntents and their charges (https://docs.stripe.com/api/payment_intents)."""

from tests.stripe_server.books import DAY, Books, Object, whole_amount
from tests.stripe_server.refusals import Refusal, invalid

# Stripe's own names for test cards, and what each does: the code and the bank's code of its decline.
DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline", "Your card was declined."),
    "pm_card_chargeDeclinedInsufficientFunds": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card", "Your card has expired."),
}
CARDS = {
    "pm_card_visa": ("visa", "4242"),
    "pm_card_mastercard": ("mastercard", "4444"),
    # Their refunds come back, or take their time.
    "pm_card_refundFail": ("visa", "5126"),
    "pm_card_pendingRefund": ("visa", "7726"),
    **dict.fromkeys(DECLINES, ("visa", "0002")),
}

# For so long a card's authorisation holds.
LASTS = 7 * DAY


def create(books: Books, said: Object) -> Object:
    """Always confirmed at once, with one of Stripe's test cards."""
    currency = str(said.get("currency", ""))
    if currency != currency.lower() or len(currency) != 3:
        raise invalid(f"Invalid currency: {currency}. Currencies are three small letters.", "currency")
    amount = whole_amount(said, "amount", currency)
    card = str(said.get("payment_method", "pm_card_visa"))
    intent = books.make(
        "pi",
        "payment_intent",
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        capture_method=said.get("capture_method", "automatic"),
        currency=currency,
        last_payment_error=None,
        latest_charge=None,
        metadata=said.get("metadata", {}),
        payment_method=card,
        status="requires_payment_method",
    )
    if card in DECLINES:
        raise _declined(books, intent, card)
    brand, last_four = CARDS[card]
    charge = books.make(
        "ch",
        "charge",
        amount=amount,
        amount_captured=0,
        amount_refunded=0,
        captured=False,
        currency=currency,
        disputed=False,
        payment_intent=intent["id"],
        payment_method_details={"type": "card", "card": {"brand": brand, "last4": last_four}},
        refunded=False,
        status="succeeded",
    )
    intent["latest_charge"] = charge["id"]
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": amount}
        books.tell("payment_intent.amount_capturable_updated", intent)
    else:
        _take(books, intent, charge, amount)
    return intent


def _declined(books: Books, intent: Object, card: str) -> Refusal:
    code, decline_code, message = DECLINES[card]
    error = {"code": code, "decline_code": decline_code, "message": message, "type": "card_error"}
    intent["last_payment_error"] = error
    books.tell("payment_intent.payment_failed", intent)
    return Refusal(
        message,
        code=code,
        decline_code=decline_code,
        status=402,
        kind="card_error",
        more={"payment_intent": dict(intent)},
    )


def _take(books: Books, intent: Object, charge: Object, amount: int) -> None:
    charge |= {"captured": True, "amount_captured": amount}
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    entry = books.enter(charge, amount, "charge", fee=amount * 29 // 1000 + 30)
    charge["balance_transaction"] = entry["id"]
    books.tell("payment_intent.succeeded", intent)
    books.tell("charge.captured" if intent["capture_method"] == "manual" else "charge.succeeded", charge)


def _must_be_held(intent: Object, verb: str) -> None:
    if intent["status"] != "requires_capture":
        raise Refusal(
            f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}."
            f" Only a PaymentIntent with one of the following statuses may be {verb}: requires_capture.",
            code="payment_intent_unexpected_state",
        )


def capture(books: Books, intent: Object, said: Object) -> Object:
    """Once, all of it or part; the rest is released by a refund that moves no balance."""
    _must_be_held(intent, "captured")
    charge = books.get("charge", intent["latest_charge"])
    amount = whole_amount({"amount_to_capture": intent["amount"], **said}, "amount_to_capture", intent["currency"])
    if amount > intent["amount_capturable"]:
        raise Refusal(
            "The provided amount is greater than the amount capturable.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    if books.now - intent["created"] > LASTS:
        raise Refusal("The authorization has expired, so it can't be captured.", code="charge_expired_for_capture")
    _take(books, intent, charge, amount)
    if rest := intent["amount"] - amount:
        charge["amount_refunded"] = rest
        books.make(
            "re",
            "refund",
            amount=rest,
            balance_transaction=None,
            charge=charge["id"],
            currency=intent["currency"],
            metadata={},
            payment_intent=intent["id"],
            reason=None,
            status="succeeded",
        )
    return intent


def cancel(books: Books, intent: Object, _said: Object) -> Object:
    if intent["status"] != "requires_payment_method":
        _must_be_held(intent, "canceled")
    intent |= {"status": "canceled", "amount_capturable": 0}
    books.tell("payment_intent.canceled", intent)
    return intent
