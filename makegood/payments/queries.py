"""What customers have on file, what came in, and what goes back."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum

from makegood.kit.errors import InvalidField
from makegood.kit.last_word import last_word
from makegood.money.accounts import Account, AccountKind
from makegood.money.models import Balance
from makegood.money.rules import Money
from makegood.payments.models import Dispute, DisputeEvidence, Receipt, Refund, Tender, UnmatchedReceipt
from makegood.payments.rules.disputes import WAITS_FOR_US, DisputeAnswer
from makegood.payments.rules.refunds import RefundRoute, RefundState
from makegood.payments.rules.tenders import TenderKind, rule_of
from makegood.payments.rules.values import GatewayRefund
from makegood.promises.models import Promise
from makegood.promises.queries import OWED


def balance_account(tender: Tender) -> Account:
    """What a gift card or a credit of ours holds: the kinds that hold a balance have an account of their own name.

    Raises:
        ValueError: it is no such tender.
    """
    return Account(AccountKind(tender.kind), tender.pk)


def held_by(tenders: Iterable[Tender]) -> dict[int, Money]:
    """What each gift card and credit holds and is not on its way out, by the tender's id; others hold nothing of
    ours.
    """
    wanted = {row.pk: row for row in tenders if rule_of(row.kind).holds_balance}
    found = {pk: Money(amount_minor=0, currency=row.currency) for pk, row in wanted.items()}
    rows = Balance.objects.filter(customer_id__in={row.customer_id for row in wanted.values()}, item__in=wanted)
    for row in rows:
        tender = wanted[row.item]
        if (row.kind, row.currency) == (tender.kind, tender.currency):
            left = row.credits_minor - row.debits_minor - row.pending_debits_minor
            found[row.item] = Money(amount_minor=left, currency=row.currency)
    return found


def open_credits(*, customer_id: int, currency: str, now: datetime) -> list[tuple[Tender, Money]]:
    """Credits that we gave, that have not expired and hold something: the one that expires first comes first."""
    rows = Tender.objects.filter(customer_id=customer_id, currency=currency, kind=TenderKind.STORE_CREDIT)
    rows = rows.filter(Q(expires_at=None) | Q(expires_at__gt=now), closed_at=None)
    tenders = sorted(rows, key=lambda each: (each.expires_at is None, each.expires_at, each.pk))
    held = held_by(tenders)
    return [(each, held[each.pk]) for each in tenders if held[each.pk].amount_minor > 0]


def tenders_of(customer_id: int) -> list[Tender]:
    """All that a customer has on file, in the order in which it came."""
    return list(Tender.objects.filter(customer_id=customer_id).order_by("id"))


def tender_to_use(customer_id: int, reference: str, currency: str, *, now: datetime) -> Tender:
    """The tender on file that somebody names to pay, or to be paid, in a currency.

    Raises:
        InvalidField: it is not this customer's, can't be used any more, or holds another currency.
    """
    tender = Tender.objects.filter(customer_id=customer_id, reference=reference).first()
    if tender is None:
        raise InvalidField("tender", f"{reference!r} is none of this customer's tenders on file")
    if tender.is_over(now=now):
        raise InvalidField("tender", f"{reference!r} can't be used any more")
    if rule_of(tender.kind).holds_balance and tender.currency != currency:
        raise InvalidField("tender", f"{reference!r} holds {tender.currency}, and this is {currency}")
    return tender


def tenders_named(names: Iterable[tuple[int, str | None]]) -> dict[tuple[int, str], Tender]:
    """Tenders on file by their customer's id and the shop's number of them, as far as they are known."""
    wanted = {(customer_id, reference) for customer_id, reference in names if reference}
    if not wanted:
        return {}
    rows = Tender.objects.filter(
        customer__in={customer_id for customer_id, _ in wanted}, reference__in={reference for _, reference in wanted}
    )
    return {(row.customer_id, row.reference): row for row in rows}


def all_tenders() -> QuerySet[Tender]:
    return Tender.objects.select_related("customer")


def all_receipts() -> QuerySet[Receipt]:
    return Receipt.objects.select_related("customer", "tender")


def all_refunds() -> QuerySet[Refund]:
    return Refund.objects.select_related("customer", "promise", "receipt", "to", "sent_again_as__promise")


def refunds_with_us(*, limit: int) -> list[Refund]:
    """What came back, has not gone another way, and is its customer's still: the newest first."""
    rows = all_refunds().filter(state=RefundState.FAILED, sent_again_as=None).order_by("-failed_at", "-id")
    free = F("receipt__amount_minor") - F("receipt__allocated_minor") - F("receipt__back_minor")
    free = free - F("receipt__returned_minor") - F("receipt__disputed_minor")
    return list(rows.filter(amount_minor__lte=free)[:limit])


def waiting_for_gateway(refund_ids: Iterable[int]) -> set[int]:
    """Those of these refunds that a gateway is still to be asked for."""
    rows = Refund.objects.filter(
        id__in=list(refund_ids), route=RefundRoute.GATEWAY, state=RefundState.REQUESTED, gateway_reference=""
    )
    return set(rows.values_list("id", flat=True))


KEY = "makegood-refund-"
# Who it was, where a gateway said or did it: this, and the gateway's code.
GATEWAY = "gateway:"


def key_of(refund_id: int) -> str:
    """The key under which a gateway is asked for a refund."""
    return f"{KEY}{refund_id}"


def refunds_told(said: GatewayRefund) -> list[Refund]:
    """What we know of a refund that a gateway tells of: one of ours, or one that was made there and is written down.

    A key that looks like ours is believed where the payment and the sum are the same: another shop of ours, or this one
    before its database was made anew, may tell the same gateway.
    """
    rows = Refund.objects.filter(gateway_reference=said.reference, receipt__gateway_reference=said.payment)
    found = {row.pk: row for row in rows}
    number = said.key.removeprefix(KEY)
    if number != said.key and number.isascii() and number.isdecimal() and len(number) < 19:
        ours = Refund.objects.filter(
            id=int(number),
            receipt__gateway_reference=said.payment,
            amount_minor=said.amount.amount_minor,
            currency=said.amount.currency,
            gateway_reference="",
        )
        found |= {row.pk: row for row in ours}
    return [found[pk] for pk in sorted(found)]


def receipts_by(payment: str) -> list[Receipt]:
    """What came in by a payment that a gateway holds, the oldest first; several where it paid for several orders."""
    return list(Receipt.objects.filter(gateway_reference=payment).order_by("id")) if payment else []


def all_disputes() -> QuerySet[Dispute]:
    return Dispute.objects.select_related("customer", "receipt", "promise")


def disputes_to_answer(customer_id: int) -> list[Dispute]:
    """Those of a customer's disputes to which an answer is still owed, the earliest due first."""
    rows = all_disputes().filter(customer_id=customer_id, promise__in=Promise.objects.filter(OWED))
    return list(rows.order_by("promise__due_at", "id"))


def disputes_of(customer_id: int) -> QuerySet[Dispute]:
    """What banks ever asked back for a customer, the newest first."""
    return all_disputes().filter(customer_id=customer_id).order_by("-id")


def free_minor_of(customer_id: int, currency: str) -> int:
    """How much of a customer's money in a currency pays for nothing: minor units."""
    rows = Receipt.objects.filter(customer_id=customer_id, currency=currency, amount_minor__gt=F("allocated_minor"))
    return sum(each.free_minor for each in rows)


def taken_by_banks(customer_id: int) -> dict[str, int]:
    """What banks have of a customer's payments while they decide, by currency: minor units."""
    rows = Dispute.objects.filter(customer_id=customer_id, closed_at=None, taken_minor__gt=0)
    return dict(rows.order_by().values_list("currency").annotate(at_bank=Sum("taken_minor")))


def open_disputes(*, limit: int) -> list[Dispute]:
    """What banks ask and have not decided, the earliest due first; what can't be answered comes last."""
    return list(all_disputes().filter(closed_at=None).order_by("evidence_due_at", "id")[:limit])


def ended_disputes(*, limit: int) -> list[Dispute]:
    """What was won, lost or let go, the newest first."""
    return list(all_disputes().exclude(closed_at=None).order_by("-closed_at", "-id")[:limit])


def count_disputes_to_answer() -> int:
    """How many banks wait for a word of ours that still counts, or that the gateway did not take."""
    return Dispute.objects.filter(closed_at=None, answer="", status__in=WAITS_FOR_US).count()


def evidence_sent(dispute: Dispute) -> DisputeEvidence | None:
    """What speaks for us as it was sent, or is on its way."""
    if dispute.answer != DisputeAnswer.EVIDENCE:
        return None
    return DisputeEvidence.objects.filter(dispute=dispute, number=dispute.answer_tries).first()


def unmatched_money(*, is_matched: bool | None = None) -> QuerySet[UnmatchedReceipt]:
    """Money that named nobody we know, in the order in which we heard of it: what waits, what was matched, or all."""
    rows = UnmatchedReceipt.objects.order_by("id")
    return rows if is_matched is None else rows.filter(matched_at__isnull=not is_matched)


def matched_by_somebody(receipt_ids: Iterable[int]) -> set[int]:
    """Those of these receipts that named nobody, and of which somebody said whose they are."""
    rows = UnmatchedReceipt.objects.filter(receipt_id__in=list(receipt_ids)).values_list("receipt_id", flat=True)
    return {each for each in rows if each is not None}


def unspent_receipts() -> QuerySet[Receipt]:
    """Money that came in and pays for nothing yet, so that it can still be converted, the oldest first."""
    rows = all_receipts().filter(allocated_minor=0, back_minor=0, returned_minor=0, original_currency="")
    return rows.filter(amount_minor__gt=0).order_by("id")


def receipts_of(customer_id: int) -> QuerySet[Receipt]:
    """What a customer ever paid us, the newest first."""
    return all_receipts().filter(customer_id=customer_id).order_by("-received_at", "-id")


def money_matching(words: str, *, limit: int) -> tuple[list[Receipt], list[UnmatchedReceipt]]:
    """What came in by its reference or the number on it, the newest first: somebody's, and what names nobody."""
    told = {words.strip(), words.strip().upper(), words.strip().lower()}
    found = Q(reference__in=told) | Q(number=words.strip().upper())
    receipts = all_receipts().annotate(number=last_word("label")).filter(found).order_by("-received_at", "-id")
    waiting = UnmatchedReceipt.objects.annotate(number=last_word("label")).filter(found, matched_at=None)
    return list(receipts[:limit]), list(waiting.order_by("-id")[:limit])


def count_unmatched_receipts() -> int:
    return unmatched_money(is_matched=False).count()


def receipt_of_reference(reference: str) -> Receipt | None:
    """Money that came in under a number of the shop's or the bank's."""
    return all_receipts().filter(reference=reference).first()


def asked_for_here(refund_ids: Iterable[int]) -> set[int]:
    """Those of these refunds that were asked for here, and not made at a gateway by somebody else."""
    rows = Refund.objects.filter(id__in=list(refund_ids)).exclude(requested_by__startswith=GATEWAY)
    return set(rows.values_list("id", flat=True))


def refunds_of_promises(promise_ids: Iterable[int]) -> dict[int, int]:
    """Which refund each promise to pay back is for, by the promise's id."""
    return dict(Refund.objects.filter(promise__in=list(promise_ids)).values_list("promise_id", "id"))
