"""What falls due with money by itself: credits that we gave and that nobody spent in time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from makegood.journal.actions import announce
from makegood.money.accounts import Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.transfers import TransferKind
from makegood.payments.facts import CreditExpired
from makegood.payments.locks import lock_expired_credit
from makegood.payments.models import EXPIRING, Tender
from makegood.payments.queries import balance_account, held_by


def sweep(now: datetime, limit: int = 10_000) -> int:
    """Let credits that have expired be spent no more, at most `limit`; how many there were."""
    found = 0
    while found < limit and _expire_one(now):
        found += 1
    return found


def _expire_one(now: datetime) -> bool:
    """Each in a transaction of its own, since one that is being spent at this moment takes nothing from the others."""
    with transaction.atomic():
        tender = lock_expired_credit(now)
        if tender is None:
            return False
        left = held_by([tender])[tender.pk]
        if left.amount_minor > 0:
            book(
                customer_id=tender.customer_id,
                kind=TransferKind.CREDIT_EXPIRED,
                key=f"tender:{tender.pk}/expired",
                legs=[Leg(debit=balance_account(tender), credit=Account(AccountKind.GOODWILL), amount=left)],
                at=now,
            )
        tender.closed_at = now
        tender.save(update_fields=["closed_at"])
        announce([CreditExpired(customer_id=tender.customer_id, tender_id=tender.pk)], now=now)
    return True


def next_due_at() -> datetime | None:
    """When the next credit expires."""
    due: datetime | None = Tender.objects.filter(EXPIRING).aggregate(at=Min("expires_at"))["at"]
    return due
