"""What accounts hold, now or at any instant that is past, and whether the books are right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Q, Sum

from makegood.kit import sql
from makegood.money.accounts import ACCOUNTS, BOUNDED, RUNNING, Account, AccountKind, Leg, Side
from makegood.money.models import Posting, Transfer
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind

HERE = Path(__file__).parent
CHARGED_FOR = (AccountKind.SALES, AccountKind.POSTAGE, AccountKind.TAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one account holds in one currency, above zero on the side by which its kind grows; `pending` not counted."""

    account: Account
    amount: Money


def legs_of(transfer: Transfer) -> list[Leg]:
    """A transfer's legs, in their order."""
    return [leg_of(row) for row in Posting.objects.filter(transfer=transfer).order_by("place")]


def leg_of(row: Posting) -> Leg:
    return Leg(
        debit=Account(AccountKind(row.debit_kind), row.debit_item),
        credit=Account(AccountKind(row.credit_kind), row.credit_item),
        amount=Money(amount_minor=row.amount_minor, currency=row.currency),
    )


def balances(*, customer_id: int, at: datetime | None = None) -> list[Held]:
    """What each of a customer's accounts holds, or held at `at` by what had happened until then; also nothing."""
    rows = sql.tuples(sql.load(HERE, "balances"), customer_id=customer_id, at=at)
    return [_held(*row) for row in rows]


def balance(account: Account, currency: str, *, customer_id: int, at: datetime | None = None) -> Money:
    """What one account holds in one currency."""
    nothing = Money(amount_minor=0, currency=currency)
    found = balances(customer_id=customer_id, at=at)
    return next((each.amount for each in found if (each.account, each.amount.currency) == (account, currency)), nothing)


def taken_from(account: Account, currency: str, *, customer_id: int, key: str) -> Money:
    """How much the transfers of this key, and of those that it begins (`key/…`), took from an account in all."""
    rows = Posting.objects.filter(customer_id=customer_id, currency=currency)
    rows = rows.filter(Q(transfer__key=key) | Q(transfer__key__startswith=f"{key}/"))
    debits = rows.filter(debit_kind=account.kind, debit_item=account.item).aggregate(sum=Sum("amount_minor"))["sum"]
    credits_ = rows.filter(credit_kind=account.kind, credit_item=account.item).aggregate(sum=Sum("amount_minor"))["sum"]
    return Money(amount_minor=(debits or 0) - (credits_ or 0), currency=currency)


def shop_balances(*, at: datetime | None = None) -> list[Held]:
    """What the shop's books hold of each kind of account and currency: sums over all customers."""
    return [_held(kind, 0, *rest) for kind, *rest in sql.tuples(sql.load(HERE, "shop_balances"), at=at)]


def _held(kind: str, item: int, currency: str, debits: int, credits_: int) -> Held:
    account = Account(AccountKind(kind), item)
    sign = 1 if ACCOUNTS[account.kind].grows_by is Side.DEBIT else -1
    return Held(account=account, amount=Money(amount_minor=sign * int(debits - credits_), currency=currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One line of a running account: what happened, by how much what we owe grew, and what we owe after it.

    `key` is the transfer's own, which says what it is about.
    """

    transfer_id: int
    kind: TransferKind
    key: str
    booked_at: datetime
    amount: Money
    balance: Money


def statement(
    *, customer_id: int, currency: str, account: Account = RUNNING, at: datetime | None = None
) -> Iterator[StatementLine]:
    """Every line of an account in one currency until `at`, the oldest first; the last `balance` is what it holds."""
    rows = sql.tuples(
        sql.load(HERE, "statement"),
        customer_id=customer_id,
        currency=currency,
        kind=account.kind,
        item=account.item,
        at=at,
    )
    sign = 1 if account.rule.grows_by is Side.DEBIT else -1
    total = 0
    for transfer_id, kind, key, booked_at, debits, credits_ in rows:
        amount = sign * int(debits - credits_)
        total += amount
        yield StatementLine(
            transfer_id=transfer_id,
            kind=TransferKind(kind),
            key=key,
            booked_at=booked_at,
            amount=Money(amount_minor=amount, currency=currency),
            balance=Money(amount_minor=total, currency=currency),
        )


def charges_in(transfer_ids: Sequence[int], *, customer_id: int) -> dict[int, dict[AccountKind, int]]:
    """What each of a customer's transfers charged, by what for: minor units, below zero where it took some back."""
    found: dict[int, dict[AccountKind, int]] = {}
    rows = Posting.objects.filter(customer_id=customer_id, transfer__in=transfer_ids).order_by("id")
    for row in rows:
        leg = leg_of(row)
        for other, mine, sign in ((leg.credit, leg.debit, 1), (leg.debit, leg.credit, -1)):
            if mine == RUNNING and other.kind in CHARGED_FOR:
                parts = found.setdefault(row.transfer_id, {})
                parts[other.kind] = parts.get(other.kind, 0) + sign * leg.amount.amount_minor
    return found


def faults_in_books() -> Sequence[str]:
    """What is wrong with the books, in a line each; nothing where every sum holds."""
    return [str(fault) for (fault,) in sql.tuples(sql.load(HERE, "faults"), bounded=list(BOUNDED))]
