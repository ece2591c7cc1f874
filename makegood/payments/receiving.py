"""Money that comes in: booked once, whole, and the customer's until an order is paid with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit.bulk import store_new
from makegood.kit.currencies import CURRENCIES, exponent
from makegood.kit.errors import Conflict, InvalidField
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import NewTransfer, book, book_new, correct
from makegood.money.models import Transfer
from makegood.money.queries import taken_from
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.payments.facts import MoneyDisowned, MoneyReceived, MoneyReturned
from makegood.payments.locks import lock_receipt
from makegood.payments.models import Receipt, Tender
from makegood.payments.queries import balance_account, held_by
from makegood.payments.rules.tenders import rule_of

REDEEMED, OPENING = Account(AccountKind.REDEEMED), Account(AccountKind.OPENING)
# Ends the key of what is booked where money was not theirs.
DISOWNED = "disowned"


def account_of(receipt: Receipt) -> Account:
    """What is left with us of a receipt."""
    return Account(AccountKind.RECEIVED, receipt.pk)


def heard_as(payment: str) -> str:
    """The reference of a receipt of which its gateway told us before the shop did."""
    return f"gateway:{payment}"


def was_heard(receipt: Receipt) -> bool:
    return receipt.reference == heard_as(receipt.gateway_reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceipt:
    """Money that somebody says has come in; `reference` is theirs for it, None where they have none.

    `tender` is on file, if it is.
    """

    customer_id: int
    kind: str
    label: str
    money: Money
    received_at: datetime
    reference: str | None = None
    tender: Tender | None = None
    gateway_reference: str = ""
    payer: str = ""
    note: str = ""
    told_digest: str = ""


def name_heard(receipts: Iterable[Receipt], told: Iterable[NewReceipt]) -> None:
    """Let what a gateway told first be called as the shop calls it now: it is the same money."""
    names = {each.gateway_reference: each for each in told}
    for receipt in receipts:
        if was_heard(receipt) and (name := names.get(receipt.gateway_reference)):
            receipt.tender, receipt.kind, receipt.label = name.tender, name.kind, name.label
            receipt.save(update_fields=["tender", "kind", "label"])


def learn_payments(receipts: Sequence[Receipt], told: Iterable[NewReceipt]) -> None:
    """Let what came by a tender get the number of its payment, where that is told later than its sum: a refund of it
    can then be asked of the gateway. Where two are alike nobody knows which it is.
    """
    known = {each.gateway_reference for each in receipts}
    for each in told:
        if each.gateway_reference in known:
            continue
        name = (each.tender, each.kind, each.label, each.money.amount_minor)
        alike = [row for row in receipts if (row.tender, row.kind, row.label, row.amount_minor) == name]
        nameless = [row for row in alike if not row.gateway_reference]
        if len(nameless) == 1:
            nameless[0].gateway_reference = each.gateway_reference
            nameless[0].save(update_fields=["gateway_reference"])


def receive(new: Sequence[NewReceipt], *, now: datetime) -> list[Receipt]:
    """Write down money that came in and book it, each sum once; in the caller's transaction.

    What came by a gift card or a credit of ours after we heard what it holds comes off that, as far as it goes.
    """
    receipts = [
        Receipt(
            customer_id=each.customer_id,
            reference=each.reference,
            tender=each.tender,
            kind=each.kind,
            label=each.label,
            currency=each.money.currency,
            amount_minor=each.money.amount_minor,
            received_at=each.received_at,
            gateway_reference=each.gateway_reference,
            payer=each.payer,
            note=each.note,
            told_digest=each.told_digest,
        )
        for each in new
    ]
    store_new(receipts)
    holds = held_by([each.tender for each in receipts if each.tender is not None])
    transfers = [
        NewTransfer(
            customer_id=receipt.customer_id,
            kind=TransferKind.RECEIVED,
            key=f"receipt:{receipt.pk}",
            legs=_legs_in(receipt, each.money, holds),
            at=each.received_at,
        )
        for each, receipt in zip(new, receipts, strict=True)
        if each.money.amount_minor
    ]
    is_spent = [_takes_from_balance(each.legs) for each in transfers]
    book_new([each for each, spent in zip(transfers, is_spent, strict=True) if not spent])
    for each, spent in zip(transfers, is_spent, strict=True):
        if spent:
            book(customer_id=each.customer_id, kind=each.kind, key=each.key, legs=each.legs, at=each.at)
    announce([MoneyReceived(customer_id=each.customer_id, receipt_id=each.pk) for each in receipts], now=now)
    return receipts


def _legs_in(receipt: Receipt, money: Money, holds: dict[int, Money]) -> list[Leg]:
    """What came in; what it takes from a balance of ours is taken from what that `holds`, by the tender's id."""
    legs = [Leg(debit=account_of(receipt), credit=RUNNING, amount=money)]
    if not rule_of(receipt.kind).holds_balance:
        return legs
    # It is no money that we have: it comes off its balance, or came off it before we heard what it holds.
    nothing = money - money
    tender = receipt.tender
    part = nothing
    if tender is not None and tender.opened_at is not None and tender.opened_at < receipt.received_at:
        part = min(money, holds.get(tender.pk, nothing))
    if tender is not None and part.amount_minor > 0:
        holds[tender.pk] -= part
        legs.append(Leg(debit=balance_account(tender), credit=REDEEMED, amount=part))
    if part != money:
        legs.append(Leg(debit=OPENING, credit=REDEEMED, amount=money - part))
    return legs


def _goes_back(receipt: Receipt, tender: Tender, money: Money) -> Money:
    """How much of what came less by a receipt goes back to its tender's balance: what never came off it does not."""
    if not rule_of(tender.kind).holds_balance:
        return money
    key = f"receipt:{receipt.pk}"
    came_off = taken_from(balance_account(tender), money.currency, customer_id=receipt.customer_id, key=key)
    apart = Money(amount_minor=receipt.amount_minor, currency=money.currency) - came_off
    return max(money - min(money, apart), money - money)


def _takes_from_balance(legs: Sequence[Leg]) -> bool:
    return any(leg.debit.kind in {AccountKind.GIFT_CARD, AccountKind.STORE_CREDIT} for leg in legs)


def spend(tender: Tender, money: Money, *, key: str, now: datetime) -> Receipt:
    """Pay with what a gift card or a credit of ours holds; the receipt, which is free to pay for orders.

    In the caller's transaction, under a key that says for what, so that it is spent once.

    Raises:
        Insufficient: it does not hold so much; the caller's transaction can't go on.
    """
    known = Receipt.objects.filter(customer_id=tender.customer_id, reference=key).first()
    if known is not None:
        return known
    receipt = Receipt.objects.create(
        customer_id=tender.customer_id,
        reference=key,
        tender=tender,
        kind=tender.kind,
        label=tender.label,
        currency=money.currency,
        amount_minor=money.amount_minor,
        received_at=now,
    )
    book(
        customer_id=tender.customer_id,
        kind=TransferKind.CREDIT_SPENT,
        key=f"receipt:{receipt.pk}",
        legs=[
            Leg(debit=account_of(receipt), credit=RUNNING, amount=money),
            Leg(debit=balance_account(tender), credit=REDEEMED, amount=money),
        ],
        at=now,
    )
    announce([MoneyReceived(customer_id=receipt.customer_id, receipt_id=receipt.pk)], now=now)
    return receipt


def receive_more(receipt: Receipt, amount_minor: int, *, key: str, now: datetime) -> None:
    """More came by what we knew of, or less than was said (`amount_minor` below zero): it is booked as what it is.

    The caller holds the receipt.

    Raises:
        Insufficient, or the check of receipts: what is taken back pays for something or went back already.
    """
    money = Money(amount_minor=abs(amount_minor), currency=receipt.currency)
    tenders = [receipt.tender] if receipt.tender is not None else []
    holds = held_by(tenders) if amount_minor > 0 else {each.pk: _goes_back(receipt, each, money) for each in tenders}
    legs = _legs_in(receipt, money, holds)
    book(
        customer_id=receipt.customer_id,
        kind=TransferKind.RECEIVED if amount_minor > 0 else TransferKind.CORRECTED,
        key=key,
        legs=legs if amount_minor > 0 else [leg.turned() for leg in legs],
        at=now,
    )
    receipt.amount_minor += amount_minor
    receipt.save(update_fields=["amount_minor"])


class AlreadyConverted(Conflict):
    """Money is converted once, before anything is paid with it."""

    slug, title = "not-convertible", "This money can't be converted any more"


def convert(receipt_id: int, *, to: str, rate: str, now: datetime) -> Receipt:
    """Let money that came in another currency count in `to`, at a rate that is recorded: units of `to` for one of it.

    Raises:
        Receipt.DoesNotExist: there is none.
        InvalidField: the currency is unknown or the same, or the rate is no number above zero.
        AlreadyConverted: something was paid with it, some of it went back, or it was converted before.
    """
    with transaction.atomic():
        receipt = lock_receipt(receipt_id)
        # First, so that whoever asks twice hears that it was done, and not that it is in this currency already.
        if receipt.original_currency or receipt.allocated_minor or receipt.back_minor or receipt.returned_minor:
            raise AlreadyConverted(
                "it was converted before, pays for an order, or went back; only money that is wholly free is converted"
            )
        factor = _rate(rate)
        if to not in CURRENCIES or to == receipt.currency:
            raise InvalidField("to", f"write another currency than {receipt.currency}, as ISO 4217 has it")
        before = Money(amount_minor=receipt.amount_minor, currency=receipt.currency)
        exact = before.decimal() * factor * Decimal(10) ** exponent(to)
        after = Money(amount_minor=int(exact.to_integral_value(rounding=ROUND_HALF_EVEN)), currency=to)
        if after.amount_minor <= 0:
            raise InvalidField("rate", f"at this rate {before} come to nothing in {to}")
        exchange, ours = Account(AccountKind.EXCHANGE), account_of(receipt)
        book(
            customer_id=receipt.customer_id,
            kind=TransferKind.CONVERTED,
            key=f"receipt:{receipt.pk}/converted",
            legs=[
                Leg(debit=RUNNING, credit=exchange, amount=before),
                Leg(debit=exchange, credit=ours, amount=before),
                Leg(debit=exchange, credit=RUNNING, amount=after),
                Leg(debit=ours, credit=exchange, amount=after),
            ],
            at=now,
        )
        receipt.original_currency, receipt.original_minor, receipt.rate = receipt.currency, receipt.amount_minor, rate
        receipt.currency, receipt.amount_minor = to, after.amount_minor
        receipt.save(update_fields=["original_currency", "original_minor", "rate", "currency", "amount_minor"])
    return receipt


def _rate(rate: str) -> Decimal:
    try:
        factor = Decimal(rate.strip())
    except InvalidOperation:
        factor = Decimal(0)
    if not factor.is_finite() or not Decimal("1e-9") <= factor <= Decimal("1e9"):
        raise InvalidField("rate", "a number above zero, as in 1.0842: how many of the new currency for one of the old")
    return factor


class ReturnedBefore(Conflict):
    """A bank takes a sum back once."""

    slug, title = "returned-before", "The bank took it back before"


class NothingThere(Conflict):
    """Its shop said since that nothing came in by it."""

    slug, title = "nothing-there", "Nothing of this money is there"


def take_back(receipt: Receipt, *, note: str, now: datetime) -> None:
    """The bank has taken back what came in, all of it; the customer owes it again.

    What had gone back to the customer already is booked apart: it is the one way in which money back exceeds money in.
    The caller holds the receipt, and has let its allocations go.

    Raises:
        ReturnedBefore: it was taken back before.
        NothingThere: the shop said that nothing came in.
    """
    if not receipt.amount_minor:
        raise NothingThere("the shop said since that nothing came in by this, so that no bank can take it back")
    if receipt.returned_minor:
        raise ReturnedBefore("the bank took this money back before")
    there = receipt.amount_minor - receipt.back_minor
    legs = [
        Leg(debit=RUNNING, credit=account, amount=Money(amount_minor=minor, currency=receipt.currency))
        for account, minor in (
            (account_of(receipt), there),
            (Account(AccountKind.TAKEN_BACK, receipt.pk), receipt.back_minor),
        )
        if minor
    ]
    book(
        customer_id=receipt.customer_id,
        kind=TransferKind.RETURNED_BY_BANK,
        key=f"receipt:{receipt.pk}/returned",
        legs=legs,
        at=now,
    )
    receipt.returned_minor, receipt.note = receipt.amount_minor, note or receipt.note
    receipt.save(update_fields=["returned_minor", "note"])
    announce([MoneyReturned(customer_id=receipt.customer_id, receipt_id=receipt.pk)], now=now)


class WentOn(Conflict):
    """Only what is here as it came can be said to be another's."""

    slug, title = "went-on", "Some of this money went on"


def disown(receipt: Receipt, *, by: str, now: datetime) -> None:
    """Say that what came in is not theirs after all: it is booked the other way, and its reference is free again.

    The caller holds the receipt, and has let its allocations go.

    Raises:
        WentOn: something of it went back or was taken back, it was converted, or pays for an order meanwhile.
    """
    if receipt.allocated_minor or not receipt.is_as_it_came:
        raise WentOn("something of this money went back, was taken back, was converted, or pays for an order")
    key = f"receipt:{receipt.pk}"
    received = Transfer.objects.get(customer_id=receipt.customer_id, key=key)
    correct(received, key=f"{key}/{DISOWNED}", at=now)
    receipt.amount_minor, receipt.reference = 0, None
    receipt.disowned_at, receipt.disowned_by = now, by
    receipt.save(update_fields=["amount_minor", "reference", "disowned_at", "disowned_by"])
    announce([MoneyDisowned(customer_id=receipt.customer_id, receipt_id=receipt.pk)], now=now)
