"""What customers have on file, what came in, and what goes back."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from makegood.money.accounts import Account, AccountKind
from makegood.money.models import Balance
from makegood.money.rules import Money
from makegood.payments.models import Receipt, Refund, Tender, UnmatchedReceipt
from makegood.payments.rules.tenders import TenderKind, rule_of


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


def all_tenders() -> QuerySet[Tender]:
    return Tender.objects.select_related("customer")


def all_receipts() -> QuerySet[Receipt]:
    return Receipt.objects.select_related("customer", "tender")


def all_refunds() -> QuerySet[Refund]:
    return Refund.objects.select_related("customer", "promise", "receipt", "to")


def unmatched_receipts() -> QuerySet[UnmatchedReceipt]:
    """Money that names nobody we know, and that nobody has matched yet, the oldest first."""
    return UnmatchedReceipt.objects.filter(matched_at=None).order_by("id")
