"""The books as plain text that beancount reads: what was booked, and what each account comes to by it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from makegood.kit import sql
from makegood.money.accounts import Account, Side
from makegood.money.models import Posting, Transfer
from makegood.money.queries import Held, balances, leg_of
from makegood.money.rules import Money
from makegood.money.transfers import COUNTS

HERE = Path(__file__).parent
CUSTOMERS_TOGETHER = 1000


# What the things are called that a customer's transfers are about: by the beginnings of their keys, and "customer".
Names = Mapping[str, Mapping[str, str]]


def _nameless(_customer_id: int) -> Names:
    return {}


def beancount(*, zone: ZoneInfo, names: Callable[[int], Names] = _nameless) -> Iterator[str]:
    """The lines of a file that `bean-check` passes, a customer after the other; days are those of `zone`.

    Accounts are named by the numbers of their customers and items, since names of people are not for books that leave
    the house; what the shop calls a customer, an order and a receipt stands with each transfer, as far as `names` tells
    it. Each account is opened on its customer's first day and balanced on the day after the last.
    """
    yield 'option "title" "Makegood"'
    after = 0
    while customers := _customers(after):
        for customer_id in customers:
            yield from _books_of(customer_id, zone, names(customer_id))
        after = customers[-1]


def _customers(after: int) -> list[int]:
    rows = sql.tuples(sql.load(HERE, "customers_with_books"), after=after, limit=CUSTOMERS_TOGETHER)
    return [customer_id for (customer_id,) in rows]


def _books_of(customer_id: int, zone: ZoneInfo, names: Names) -> Iterator[str]:
    counted = Posting.objects.filter(customer_id=customer_id, transfer__stage__in=COUNTS).select_related("transfer")
    rows = list(counted.order_by("transfer__booked_at", "transfer_id", "place"))
    if not rows:
        return
    held = balances(customer_id=customer_id)
    first, last = _day(rows[0].transfer, zone), _day(rows[-1].transfer, zone)
    for account in sorted({each.account for each in held}):
        yield f"{first} open {_named(customer_id, account)}"
    for transfer, postings in groupby(rows, key=lambda row: row.transfer):
        told = {**names.get("customer", {}), **_about(transfer.key, names)}
        yield f"{_day(transfer, zone)} * {_said(transfer, told)} ^t{transfer.pk}"
        yield from (f"  {name}: {_quoted(value)}" for name, value in told.items())
        for leg in map(leg_of, postings):
            yield f"  {_named(customer_id, leg.debit)}  {leg.amount}"
            yield f"  {_named(customer_id, leg.credit)}  {-leg.amount}"
    for each in held:
        amount = _as_debit(each)
        # To the cent: without a tolerance of its own, beancount forgives one.
        exact = f"{amount.decimal():f} ~ 0 {amount.currency}"
        yield f"{last + timedelta(days=1)} balance {_named(customer_id, each.account)}  {exact}"


def _about(key: str, names: Names) -> Mapping[str, str]:
    """What a transfer is about, by its key: `refund:a/b/sent` by `refund:a/b`, `order:5/change/2` by `order:5`."""
    stems = (key, key.rpartition("/")[0], key.partition("/")[0])
    return next((names[each] for each in stems if each in names), {})


def _said(transfer: Transfer, told: Mapping[str, str]) -> str:
    """The payee, which is the customer as the shop calls them, and what happened to what."""
    about = " ".join(f"{name} {value}" for name, value in told.items() if name != "customer")
    narration = _quoted(f"{transfer.kind.replace('_', ' ')}: {about}" if about else transfer.kind)
    return f"{_quoted(told['customer'])} {narration}" if "customer" in told else narration


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _day(transfer: Transfer, zone: ZoneInfo) -> date:
    return transfer.booked_at.astimezone(zone).date()


def _named(customer_id: int, account: Account) -> str:
    name = f"{account.rule.heading}:C{customer_id}"
    return f"{name}:N{account.item}" if account.item else name


def _as_debit(held: Held) -> Money:
    """Above zero is debit, as beancount has it."""
    return held.amount if held.account.rule.grows_by is Side.DEBIT else -held.amount
