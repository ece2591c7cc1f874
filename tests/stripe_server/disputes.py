"""Disputes (https://docs.stripe.com/disputes/how-disputes-work), evidence, and what is paid out."""

import hashlib

from tests.stripe_server.books import DAY, Books, Object
from tests.stripe_server.refusals import Refusal, invalid

FEE = 1500
TO_ANSWER = 9 * DAY
OPEN = {"needs_response", "warning_needs_response"}
LONGEST_TEXTS = 150_000


def open_dispute(
    books: Books, intent: Object, *, amount: int = 0, reason: str = "product_not_received", is_inquiry: bool = False
) -> Object:
    """The bank takes the money back, even what was refunded before; for an inquiry it only asks."""
    charge = books.get("charge", intent["latest_charge"])
    dispute = books.make(
        "du",
        "dispute",
        amount=amount or charge["amount_captured"],
        charge=charge["id"],
        currency=charge["currency"],
        evidence={},
        evidence_details={
            "due_by": books.now + TO_ANSWER,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=is_inquiry,
        metadata={},
        payment_intent=intent["id"],
        reason=reason,
        status="warning_needs_response" if is_inquiry else "needs_response",
    )
    charge["disputed"] = True
    if not is_inquiry:
        books.enter(dispute, -dispute["amount"], "dispute", fee=FEE, kind="adjustment")
    books.tell("charge.dispute.created", dispute)
    return dispute


def answer(books: Books, dispute: Object, said: Object) -> Object:
    """Stage evidence, or submit it, once."""
    evidence = said.get("evidence", {})
    file = evidence.get("uncategorized_file")
    if file and books.get("file", file)["purpose"] != "dispute_evidence":
        raise invalid("The file is not for a dispute.", "evidence[uncategorized_file]")
    if sum(len(text) for text in evidence.values()) > LONGEST_TEXTS:
        raise invalid("The evidence is longer than 150,000 characters.", "evidence")
    if dispute["status"] not in OPEN or books.now > dispute["evidence_details"]["due_by"]:
        raise Refusal("This dispute is already closed, or its evidence was submitted before.")
    dispute["evidence"] |= evidence
    dispute["evidence_details"]["has_evidence"] = True
    if said.get("submit", "true") == "true":
        dispute["evidence_details"]["submission_count"] += 1
        dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    books.tell("charge.dispute.updated", dispute)
    return dispute


def close(books: Books, dispute: Object, _said: Object) -> Object:
    """The shop accepts it."""
    if dispute["status"] not in OPEN:
        raise Refusal("This dispute is already closed.")
    return decide(books, dispute, "lost")


def decide(books: Books, dispute: Object, outcome: str) -> Object:
    """The bank decides: won, lost, or warning_closed of an inquiry."""
    dispute |= {"status": outcome, "is_charge_refundable": outcome != "lost"}
    if outcome == "won":
        books.enter(dispute, dispute["amount"], "dispute_reversal", kind="adjustment")
    books.tell("charge.dispute.closed", dispute)
    return dispute


def upload(books: Books, said: Object) -> Object:
    content = said.get("file")
    if not isinstance(content, bytes) or said.get("purpose") != "dispute_evidence":
        raise invalid("A file and its purpose are needed.", "file")
    digest = hashlib.sha256(content).hexdigest()
    return books.make("file", "file", purpose="dispute_evidence", size=len(content), type="pdf", sha256=digest)


def pay_out(books: Books, amount: int, currency: str, *, failure: str = "") -> Object:
    """What Stripe held goes to the shop's bank, or comes back from there."""
    payout = books.make(
        "po", "payout", amount=amount, currency=currency, arrival_date=books.now + 2 * DAY, failure_code=failure or None
    )
    books.enter(payout, -amount, "payout")
    if failure:
        books.enter(payout, amount, "payout_reversal", kind="payout_failure")
    books.tell("payout.failed" if failure else "payout.paid", payout)
    return payout
