"""What is free on a customer's account, drawn out when they ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from makegood.kit.errors import Conflict
from makegood.money.rules import Money
from makegood.payments.locks import lock_came_back, lock_receipts_of
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.queries import tender_to_use, tenders_of
from makegood.payments.refunding import NotSoMuchLeft, refund_due_at, request_refund
from makegood.payments.rules.tenders import TenderKind, rule_of

# To a card goes back only what came from it; the others can be sent money by whoever has money for them.
SENDS_TO = frozenset({TenderKind.BANK_TRANSFER, TenderKind.WALLET, TenderKind.GIFT_CARD})


class NothingFree(Conflict):
    """All that they paid pays for something, or is on its way back to them."""

    slug, title = "nothing-free", "There is nothing to draw"

    def __init__(self, currency: str) -> None:
        super().__init__(f"nothing in {currency} is free: all of it pays for something, or is on its way back")


class FreeChanged(Conflict):
    """What is free is not what they saw."""

    slug, title = "free-changed", "Something else is free now than was seen"

    def __init__(self, free: Money) -> None:
        super().__init__(f"{free} are free now; look again and decide anew")


def drawable(receipt: Receipt) -> int:
    """How much of a receipt may be drawn: what is free, unless its holder's bank asks it back at the same time."""
    return 0 if receipt.disputed_minor else receipt.free_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sum that would go somewhere: by when it is there; None where it is there at once."""

    tender_kind: str
    tender: str
    amount: Money
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """One way to draw all that is free: `to` a tender on file, or None, back the way it came; in so many parts."""

    to: Tender | None
    parts: tuple[Part, ...]


def ways_out(*, customer_id: int, currency: str, now: datetime) -> list[WayOut]:
    """How a customer can have what is free of theirs now: back the way it came first, then to what is on file."""
    rows = Receipt.objects.filter(customer_id=customer_id, currency=currency).select_related("tender").order_by("id")
    receipts = [each for each in rows if drawable(each)]
    if not receipts:
        return []
    on_file = [
        each
        for each in tenders_of(customer_id)
        if each.kind in SENDS_TO
        and not each.is_over(now=now)
        and (each.currency == currency or not rule_of(each.kind).holds_balance)
        and any(receipt.tender_id != each.pk for receipt in receipts)
        and not all(rule_of(receipt.kind).holds_balance for receipt in receipts)
    ]
    return [
        WayOut(to=to, parts=tuple(_part(each, to, now=now) for each in _largest_first(receipts)))
        for to in (None, *on_file)
    ]


def _part(receipt: Receipt, to: Tender | None, *, now: datetime) -> Part:
    goes_to = receipt.tender if to is None or rule_of(receipt.kind).holds_balance else to
    kind, name = (goes_to.kind, goes_to.name) if goes_to else (receipt.kind, receipt.name)
    is_at_once = goes_to is not None and rule_of(goes_to.kind).holds_balance
    return Part(
        tender_kind=kind,
        tender=name,
        amount=Money(amount_minor=drawable(receipt), currency=receipt.currency),
        due_at=None if is_at_once else refund_due_at(kind, now=now),
    )


def draw(
    *,
    customer_id: int,
    currency: str,
    amount_minor: int | None,
    to: str | None,
    key: str,
    by: str,
    now: datetime,
    seen_minor: int | None = None,
) -> list[Refund]:
    """Send a customer what is free of theirs, all of it or so much: each sum back where it came from, or all `to` a
    tender of theirs on file. Of several, the receipt that holds most is drawn first, so that the parts are few.

    What came out of a gift card or a credit of ours goes back into it, wherever the rest goes: it was never money.

    `seen_minor` is what whoever draws all saw to be free: where that has changed, nothing is done. What came back
    before and goes with it is tied to it, so that it reads as one matter.

    Raises:
        NothingFree: there is nothing to draw.
        FreeChanged: something else is free than they saw.
        NotSoMuchLeft: less than that is free.
        InvalidField: the tender is not theirs, can't be used any more, or holds another currency.
    """
    with transaction.atomic():
        came_back = lock_came_back(customer_id, currency)
        receipts = [each for each in lock_receipts_of(customer_id, currency) if drawable(each)]
        tender = None if to is None else tender_to_use(customer_id, to, currency, now=now)
        free = sum(drawable(each) for each in receipts)
        if not free:
            raise NothingFree(currency)
        if seen_minor not in {None, free}:
            raise FreeChanged(Money(amount_minor=free, currency=currency))
        wanted = free if amount_minor is None else amount_minor
        if wanted > free:
            left = Money(amount_minor=free, currency=currency)
            raise NotSoMuchLeft(Money(amount_minor=wanted, currency=currency), left)
        sent = [
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
        for refund in sent:
            _send_again(refund, [each for each in came_back if each.receipt_id == refund.receipt_id])
    return sent


def _send_again(refund: Refund, came_back: Sequence[Refund]) -> None:
    """Tie to a refund what came back of the same receipt and goes with it; what is left there covers the newest."""
    left = refund.receipt.free_minor
    there = left + refund.amount_minor
    for each in reversed([each for each in came_back if each.sent_again_as_id is None]):
        if each.amount_minor > there:
            # It has paid for something since.
            continue
        there -= each.amount_minor
        if each.amount_minor <= left:
            left -= each.amount_minor
            continue
        # What it had been sent in place of goes with it.
        for one in (each, *(before for before in came_back if before.sent_again_as_id == each.pk)):
            one.sent_again_as = refund
            one.save(update_fields=["sent_again_as"])


def _parts(receipts: Sequence[Receipt], wanted: int) -> list[tuple[Receipt, int]]:
    found = []
    for receipt in _largest_first(receipts):
        part = min(drawable(receipt), wanted)
        if part:
            found.append((receipt, part))
        wanted -= part
    return found


def _largest_first(receipts: Sequence[Receipt]) -> list[Receipt]:
    return sorted(receipts, key=lambda each: (-drawable(each), each.pk))
