"""Money that goes back: requested here, carried out by whoever can, and never more of a receipt than it brought."""

from datetime import datetime
from typing import assert_never

from django.conf import settings
from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit.errors import AlreadyResolved, Conflict, IdempotencyConflict, InvalidField
from makegood.kit.holidays import calendar_of
from makegood.money.accounts import RUNNING, Leg
from makegood.money.actions import book, correct, post, void
from makegood.money.models import Transfer
from makegood.money.rules import Money
from makegood.money.transfers import Stage, TransferKind
from makegood.payments.facts import RefundCameBack, RefundFact, RefundRequested, RefundSent, RefundSettled
from makegood.payments.gateway import PORT
from makegood.payments.locks import lock_receipt, lock_refund
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.queries import balance_account
from makegood.payments.receiving import REDEEMED, account_of
from makegood.payments.rules.refunds import RefundKind, RefundRoute, RefundState, leads_to
from makegood.payments.rules.tenders import rule_of
from makegood.promises.actions import call_off, fulfil_promise, make_promise
from makegood.promises.rules import PromiseKind, due_on


class NotSoMuchLeft(Conflict):
    """More would go back than is left of what came in."""

    slug, title = "not-so-much-left", "There is not so much left of it"

    def __init__(self, wanted: Money, left: Money) -> None:
        super().__init__(f"{wanted} are asked back of a payment of which {left} are left")


def refund_due_at(kind: str, *, now: datetime) -> datetime:
    """By when money by a tender is back: so many business days of the shop as its kind takes, at the promised hour."""
    shop = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    by_date = shop.add_business_days(shop.local(now).date(), rule_of(kind).business_days)
    return due_on(by_date=by_date, destination=shop)


def request_refund(
    receipt: Receipt,
    money: Money,
    *,
    key: str,
    by: str,
    now: datetime,
    to: Tender | None = None,
    reason: str = "",
    due_at: datetime | None = None,
) -> Refund:
    """Let so much of a receipt go back: to where it came from, or `to` another tender on file, which is a payout.

    In the caller's transaction, which holds the receipt. What goes to a balance of ours is there at once; what a
    gateway holds is asked of it afterwards; the rest a person sends. Asking again under the same key asks once.

    Raises:
        NotSoMuchLeft: it pays for something, or went back already.
        IdempotencyConflict: the key is known for another sum.
    """
    known = Refund.objects.filter(customer_id=receipt.customer_id, key=key).first()
    if known is not None:
        if (known.amount_minor, known.currency, known.receipt_id) != (money.amount_minor, money.currency, receipt.pk):
            raise IdempotencyConflict(f"{key} is another refund")
        return known
    if money.currency != receipt.currency or money.amount_minor > receipt.free_minor:
        raise NotSoMuchLeft(money, Money(amount_minor=receipt.free_minor, currency=receipt.currency))
    goes_to = to or receipt.tender
    kind = RefundKind.PAYOUT if to is not None and to.pk != receipt.tender_id else RefundKind.REFUND
    refund = Refund(
        customer_id=receipt.customer_id,
        key=key,
        kind=kind,
        route=_route(receipt, goes_to, kind),
        receipt=receipt,
        to=goes_to,
        tender_kind=goes_to.kind if goes_to else receipt.kind,
        tender=goes_to.name if goes_to else receipt.name,
        currency=money.currency,
        amount_minor=money.amount_minor,
        reason=reason,
        state=RefundState.REQUESTED,
        requested_at=now,
        requested_by=by,
    )
    draw(refund, money, now=now)
    if refund.route == RefundRoute.AT_ONCE:
        refund.state, refund.sent_at, refund.done_at, refund.done_by = RefundState.SETTLED, now, now, by
    else:
        refund.promise = make_promise(
            customer_id=receipt.customer_id,
            kind=PromiseKind.REFUND,
            due_at=due_at or refund_due_at(refund.tender_kind, now=now),
            by=by,
            now=now,
        )
    refund.save(force_insert=True)
    said = {"customer_id": refund.customer_id, "refund_id": refund.pk}
    facts = [RefundRequested(**said)]
    announce([*facts, RefundSettled(**said)] if refund.done_at else facts, now=now)
    return refund


def _route(receipt: Receipt, goes_to: Tender | None, kind: RefundKind) -> RefundRoute:
    if goes_to is not None and rule_of(goes_to.kind).holds_balance:
        return RefundRoute.AT_ONCE
    # A gateway knows a payment in its own currency alone; what we converted would go back as another sum.
    is_as_it_came = kind is RefundKind.REFUND and not receipt.original_currency
    if is_as_it_came and receipt.gateway_reference and PORT.gateway is not None:
        return RefundRoute.GATEWAY
    return RefundRoute.BY_HAND


def draw(refund: Refund, money: Money, *, now: datetime) -> None:
    """Book that so much of a receipt is on its way back. The caller holds the receipt, and writes the refund."""
    refund.receipt.back_minor += money.amount_minor
    refund.receipt.save(update_fields=["back_minor"])
    legs = [Leg(debit=RUNNING, credit=account_of(refund.receipt), amount=money)]
    if refund.holds_balance and refund.to is not None:
        legs.append(Leg(debit=REDEEMED, credit=balance_account(refund.to), amount=money))
    refund.transfer_id = book(
        customer_id=refund.customer_id,
        kind=TransferKind.PAID_BACK if refund.kind == RefundKind.REFUND else TransferKind.PAID_OUT,
        key=f"refund:{refund.key}",
        legs=legs,
        at=now,
        is_pending=refund.route != RefundRoute.AT_ONCE,
    )


class RefundDoneBefore(AlreadyResolved):
    """Somebody has paid it back already, or it came back."""

    slug, title = "refund-done", "The money was paid back before"

    def __init__(self) -> None:
        super().__init__("this refund was marked as paid before")


class GatewaySendsIt(Conflict):
    """Nobody says of a refund that a gateway makes that they made it by hand: it would be made twice."""

    slug, title = "gateway-sends-it", "The gateway makes this refund"

    def __init__(self) -> None:
        super().__init__("the gateway makes this refund, and says when it is there")


def finish_by_hand(refund: Refund, *, by: str, note: str, now: datetime) -> None:
    """Say that a person has sent it; the caller holds it.

    Raises:
        RefundDoneBefore: it was said before.
        GatewaySendsIt: no person does.
    """
    if not refund.is_open:
        raise RefundDoneBefore
    if refund.route == RefundRoute.GATEWAY:
        raise GatewaySendsIt
    refund.note = note.strip()
    advance(refund, RefundState.SETTLED, by=by, now=now)


def advance(refund: Refund, news: RefundState, *, by: str, now: datetime, failure: str = "") -> bool:
    """Let a refund be as far as the news says; whether it was news. The caller holds the refund.

    It counts in the books from when it was sent; what failed is taken back there, and free again.
    """
    if not leads_to(RefundState(refund.state), news):
        return False
    book_news(refund, news, by=by, now=now, failure=failure)
    refund.save()
    announce_news(refund, now=now)
    return True


def book_news(refund: Refund, news: RefundState, *, by: str, now: datetime, failure: str) -> None:
    """Let the books and the promise follow what is news of a refund. The caller writes it."""
    refund.state = news
    match news:
        case RefundState.SENT:
            _count(refund, now=now)
        case RefundState.SETTLED:
            _count(refund, now=now)
            refund.done_at, refund.done_by = now, by
            if refund.promise_id is not None:
                fulfil_promise(promise_id=refund.promise_id, fulfilled_at=now, now=now)
        case RefundState.FAILED:
            refund.failed_by = by
            _take_back(refund, failure=failure, now=now)
        case RefundState.REQUESTED:
            raise ValueError("nothing becomes requested again")
        case _:
            assert_never(news)


def announce_news(refund: Refund, *, now: datetime) -> None:
    """Say how far a refund is, which has just changed."""
    facts = {
        RefundState.REQUESTED: RefundRequested,
        RefundState.SENT: RefundSent,
        RefundState.SETTLED: RefundSettled,
        RefundState.FAILED: RefundCameBack,
    }
    fact: type[RefundFact] = facts[RefundState(refund.state)]
    announce([fact(customer_id=refund.customer_id, refund_id=refund.pk)], now=now)


def _count(refund: Refund, *, now: datetime) -> None:
    refund.sent_at = refund.sent_at or now
    # Whoever books on a receipt's account holds the receipt: who draws on several announces in between.
    lock_receipt(refund.receipt_id)
    waiting = Transfer.objects.get(pk=refund.transfer_id)
    if waiting.stage == Stage.PENDING:
        refund.transfer_id = post(waiting, key=f"refund:{refund.key}/sent", at=now)


def _take_back(refund: Refund, *, failure: str, now: datetime) -> None:
    refund.failed_at, refund.failure = now, failure
    # What seemed to be there is not.
    refund.done_at, refund.done_by = None, ""
    receipt = lock_receipt(refund.receipt_id)
    receipt.back_minor -= refund.amount_minor
    receipt.save(update_fields=["back_minor"])
    transfer = Transfer.objects.get(pk=refund.transfer_id)
    if transfer.stage == Stage.PENDING:
        refund.transfer_id = void(transfer, key=f"refund:{refund.key}/void", at=now)
    else:
        refund.transfer_id = correct(transfer, key=f"refund:{refund.key}/back", at=now)
    if refund.promise_id is not None:
        call_off(promise_ids=[refund.promise_id], now=now)


class NoFailureGiven(InvalidField):
    """Whoever sees to it needs to know why."""

    def __init__(self) -> None:
        super().__init__("failure", "say why it did not arrive, as far as it is known")


def fail(refund_id: int, *, by: str, failure: str, now: datetime) -> Refund:
    """Say that a refund did not arrive: the money is here again, the customer's, and needs another way.

    Raises:
        Refund.DoesNotExist: there is none.
        NoFailureGiven: nobody says why.
        RefundDoneBefore: it came back before.
        GatewaySendsIt: a gateway makes it, and tells where it comes back; until then the money is not here.
    """
    if not failure.strip():
        raise NoFailureGiven
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if refund.route == RefundRoute.GATEWAY and refund.state != RefundState.FAILED:
            raise GatewaySendsIt
        if not advance(refund, RefundState.FAILED, by=by, now=now, failure=failure.strip()):
            raise RefundDoneBefore
    return refund
