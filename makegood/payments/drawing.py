"""What is free on a customer's account, drawn out when they ask for it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from makegood.kit.errors import Conflict, InvalidField
from makegood.money.rules import Money
from makegood.payments.locks import lock_receipts_of
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.refunding import NotSoMuchLeft, request_refund
from makegood.payments.rules.tenders import rule_of


class NothingFree(Conflict):
    """All that they paid pays for something, or is on its way back to them."""

    slug, title = "nothing-free", "There is nothing to draw"

    def __init__(self, currency: str) -> None:
        super().__init__(f"nothing in {currency} is free: all of it pays for something, or is on its way back")


def drawable(receipt: Receipt) -> int:
    """How much of a receipt may be drawn: what is free, unless its holder's bank asks it back at the same time."""
    return 0 if receipt.disputed_minor else receipt.free_minor


def draw(
    *,
    customer_id: int,
    currency: str,
    amount_minor: int | None,
    to: str | None,
    key: str,
    by: str,
    now: datetime,
) -> list[Refund]:
    """Send a customer what is free of theirs, all of it or so much: each sum back where it came from, or all `to` a
    tender of theirs on file. Of several, the receipt that holds most is drawn first, so that the parts are few.

    What came out of a gift card or a credit of ours goes back into it, wherever the rest goes: it was never money.

    Raises:
        NothingFree: there is nothing to draw.
        NotSoMuchLeft: less than that is free.
        InvalidField: the tender is not theirs, can't be used any more, or holds another currency.
    """
    with transaction.atomic():
        receipts = [each for each in lock_receipts_of(customer_id, currency) if drawable(each)]
        tender = None if to is None else _tender(customer_id, to, currency, now=now)
        free = sum(drawable(each) for each in receipts)
        if not free:
            raise NothingFree(currency)
        wanted = free if amount_minor is None else amount_minor
        if wanted > free:
            left = Money(amount_minor=free, currency=currency)
            raise NotSoMuchLeft(Money(amount_minor=wanted, currency=currency), left)
        return [
            request_refund(
                receipt,
                Money(amount_minor=part, currency=currency),
                key=f"{key}/{receipt.pk}",
                by=by,
                now=now,
                to=None if rule_of(receipt.kind).holds_balance else tender,
            )
            for receipt, part in _parts(receipts, wanted)
        ]


def _parts(receipts: Sequence[Receipt], wanted: int) -> list[tuple[Receipt, int]]:
    found = []
    for receipt in sorted(receipts, key=lambda each: (-drawable(each), each.pk)):
        part = min(drawable(receipt), wanted)
        if part:
            found.append((receipt, part))
        wanted -= part
    return found


def _tender(customer_id: int, reference: str, currency: str, *, now: datetime) -> Tender:
    tender = Tender.objects.filter(customer_id=customer_id, reference=reference).first()
    if tender is None:
        raise InvalidField("tender", f"{reference!r} is none of this customer's tenders on file")
    if any(at is not None and at <= now for at in (tender.closed_at, tender.expires_at)):
        raise InvalidField("tender", f"{reference!r} can't be used any more")
    if rule_of(tender.kind).holds_balance and tender.currency != currency:
        raise InvalidField("tender", f"{reference!r} holds {tender.currency}, and this is {currency}")
    return tender
