"""A customer's running account, told line by line: what happened, to which order, by which money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.money.accounts import RUNNING
from makegood.money.queries import StatementLine, balances, charges_in, statement
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.models import Order, OrderChange
from makegood.orders.queries import due_of
from makegood.orders.words import Booking, booking_words
from makegood.payments.models import Receipt, Refund
from makegood.payments.queries import taken_by_banks
from makegood.payments.rules.refunds import OPEN

MOST_LINES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What happened once, in the language that was active, and what we owed after it; below zero, what they owed us."""

    kind: TransferKind
    booked_at: datetime
    text: str
    detail: str
    amount: Money
    balance: Money
    order: Order | None
    receipt: Receipt | None
    refund: Refund | None
    # Whether it ends what a bank had asked back: what that keeps is asked of nobody.
    is_lost_dispute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """A running account in one currency: `opening` is what we owed before the first of `lines`, `balance` after all.

    `due` is what is still to be paid for orders, `free` what pays for nothing and is theirs, `going_back` what is on
    its way to them and not there yet, `at_bank` what their bank has asked back and is deciding about; None of an
    instant that is past, since nothing keeps what they were.
    """

    currency: str
    opening: Money
    balance: Money
    due: Money | None
    free: Money | None
    at_bank: Money | None
    going_back: tuple[Refund, ...] = ()
    lines: tuple[Line, ...]


def account_statements(
    *, customer_id: int, currency: str = "", at: datetime | None = None, most: int = MOST_LINES
) -> list[AccountStatement]:
    """A customer's account in each of its currencies, or in one: the newest `most` lines of each, the oldest first."""
    currencies = _currencies(customer_id)
    if currency:
        currencies = [each for each in currencies if each == currency]
    due = due_of(customer_id) if at is None else {}
    receipts = list(Receipt.objects.filter(customer_id=customer_id, currency__in=currencies)) if at is None else []
    back = list(_going_back(customer_id)) if at is None else []
    at_banks = taken_by_banks(customer_id) if at is None else {}
    told = {each: list(statement(customer_id=customer_id, currency=each, at=at)) for each in currencies}
    shown = {each: rows[-most:] for each, rows in told.items()}
    lines = _Lines(customer_id, [row for rows in shown.values() for row in rows])
    found = []
    for each in currencies:
        rows, every = shown[each], told[each]
        nothing = Money(amount_minor=0, currency=each)
        free = sum(receipt.free_minor for receipt in receipts if receipt.currency == each)
        found.append(
            AccountStatement(
                currency=each,
                opening=rows[0].balance - rows[0].amount if rows else nothing,
                balance=every[-1].balance if every else nothing,
                due=Money(amount_minor=due.get(each, 0), currency=each) if at is None else None,
                free=Money(amount_minor=free, currency=each) if at is None else None,
                at_bank=Money(amount_minor=at_banks.get(each, 0), currency=each) if at is None else None,
                going_back=tuple(refund for refund in back if refund.currency == each),
                lines=tuple(lines.told(row) for row in rows),
            )
        )
    return found


def _currencies(customer_id: int) -> list[str]:
    return sorted({held.amount.currency for held in balances(customer_id=customer_id) if held.account == RUNNING})


def _going_back(customer_id: int) -> Iterable[Refund]:
    rows = Refund.objects.filter(customer_id=customer_id, state__in=OPEN).select_related("promise", "receipt")
    return rows.prefetch_related("came_back").order_by("id")


class _Lines:
    """What lines are about, read once for all of them, by the keys of their transfers."""

    def __init__(self, customer_id: int, rows: Sequence[StatementLine]) -> None:
        named = [(row.key.partition(":")[0], row.key.partition(":")[2]) for row in rows]
        numbers = {kind: {_number(rest) for each, rest in named if each == kind} for kind in ("order", "receipt")}
        orders = Order.objects.filter(customer_id=customer_id, id__in=numbers["order"]).prefetch_related("lines")
        self.orders = {order.pk: order for order in orders}
        receipts = Receipt.objects.filter(customer_id=customer_id, id__in=numbers["receipt"])
        self.receipts = {receipt.pk: receipt for receipt in receipts}
        changes = OrderChange.objects.filter(customer_id=customer_id, order__in=numbers["order"])
        self.changes = {(change.order_id, change.number): change for change in changes}
        keys = {each for kind, rest in named if kind == "refund" for each in _stems(rest)}
        refunds = Refund.objects.filter(customer_id=customer_id, key__in=keys).select_related(
            "receipt", "sent_again_as"
        )
        refunds = refunds.prefetch_related("came_back")
        self.refunds = {refund.key: refund for refund in refunds}
        self.charged = charges_in([row.transfer_id for row in rows], customer_id=customer_id)

    def told(self, row: StatementLine) -> Line:
        kind, _, rest = row.key.partition(":")
        number = _number(rest)
        order = self.orders.get(number) if kind == "order" else None
        refund = next((self.refunds[each] for each in _stems(rest) if each in self.refunds), None)
        refund = refund if kind == "refund" else None
        receipt = self.receipts.get(number) if kind == "receipt" else refund.receipt if refund else None
        booking = Booking(
            kind=row.kind,
            key=row.key,
            amount=row.amount,
            order=order,
            receipt=receipt,
            refund=refund,
            change=self.changes.get((number, _change_number(rest))) if order else None,
            first=self.changes.get((number, 1)) if order else None,
            charged=self.charged.get(row.transfer_id, {}),
        )
        text, detail = booking_words(booking)
        return Line(
            kind=row.kind,
            booked_at=row.booked_at,
            text=text,
            detail=detail,
            amount=row.amount,
            balance=row.balance,
            order=order,
            receipt=receipt,
            refund=refund,
            is_lost_dispute=booking.is_lost_dispute,
        )


def _number(rest: str) -> int:
    """`5` of `5/told/…`; 0, which is no row's, where there is none."""
    first = rest.partition("/")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 19 else 0


def _change_number(rest: str) -> int:
    """`2` of `5/change/2`."""
    parts = rest.split("/")
    return _number(parts[2]) if len(parts) > 2 and parts[1] == "change" else 0


def _stems(rest: str) -> tuple[str, ...]:
    """What a refund's key may be: what was asked for, or what became of it, has a word more."""
    return rest, rest.rpartition("/")[0]
