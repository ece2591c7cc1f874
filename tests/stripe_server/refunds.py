"""Refunds (https://docs.stripe.com/refunds): never more than is left, and some come back."""

from tests.stripe_server.books import Books, Object, shown, whole_amount
from tests.stripe_server.refusals import Refusal, invalid

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
TAKES_MONEY = {"needs_response", "under_review", "lost"}


def create(books: Books, said: Object) -> Object:
    reason = said.get("reason")
    if reason is not None and reason not in REASONS:
        raise invalid(f"Invalid reason: must be one of {', '.join(REASONS)}", "reason")
    intent = books.get("payment_intent", str(said.get("payment_intent", "")))
    charge = _charge_of(books, intent)
    left = charge["amount"] - charge["amount_refunded"]
    amount = whole_amount(said, "amount", charge["currency"]) if "amount" in said else left
    _check(books, charge, amount, left)
    card = intent["payment_method"]
    is_late = card == "pm_card_pendingRefund"
    refund = books.make(
        "re",
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=said.get("metadata", {}),
        payment_intent=intent["id"],
        reason=reason,
        status="pending" if is_late else "succeeded",
        pending_reason="processing" if is_late else None,
        failure_reason=None,
        balance_transaction=None,
    )
    refund["balance_transaction"] = books.enter(refund, -amount, "refund")["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    books.tell("refund.created", refund)
    books.tell("charge.refunded", charge)
    return refund


def _charge_of(books: Books, intent: Object) -> Object:
    if not intent["latest_charge"] or intent["status"] != "succeeded":
        raise Refusal(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return books.get("charge", intent["latest_charge"])


def _check(books: Books, charge: Object, amount: int, left: int) -> None:
    disputes = [each for each in books.all("dispute") if each["charge"] == charge["id"]]
    if any(each["status"] in TAKES_MONEY for each in disputes):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refusal(message, code="charge_disputed")
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        # Stripe tells this in words alone.
        told = [shown(each, charge["currency"]) for each in (amount, left)]
        message = "Refund amount ({}) is greater than unrefunded amount on charge ({})".format(*told)
        raise Refusal(message, param="amount")


def settle(books: Books, refund: Object) -> None:
    """A refund that took its time arrives."""
    refund |= {"status": "succeeded", "pending_reason": None}
    books.tell("refund.updated", refund)


def fail(books: Books, refund: Object, reason: str) -> None:
    """The bank sends it back: it is ours again, and may be refunded again."""
    charge = books.get("charge", refund["charge"])
    refund |= {"status": "failed", "failure_reason": reason, "pending_reason": None}
    refund["failure_balance_transaction"] = books.enter(refund, refund["amount"], "refund_failure")["id"]
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    books.tell("refund.failed", refund)
    books.tell("refund.updated", refund)
