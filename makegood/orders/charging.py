"""What an order costs and what pays for it, as booked: charges, receipts, and which receipt pays for which order."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from makegood.kit.bulk import store_new
from makegood.kit.currencies import CURRENCIES
from makegood.kit.errors import Conflict
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import NewTransfer, book, book_new
from makegood.money.rules import Money, share_out
from makegood.money.transfers import TransferKind
from makegood.orders.models import Allocation, Order, OrderLine
from makegood.orders.paying import OrderAccount
from makegood.orders.tenders_told import receipts_told, take_tenders
from makegood.payments.models import Receipt
from makegood.payments.queries import tenders_named
from makegood.payments.receiving import receive


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What an order costs, by what it is for; minor units, and below zero where it costs so much less than before."""

    goods_minor: int = 0
    postage_minor: int = 0
    tax_minor: int = 0

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.postage_minor + self.tax_minor

    def __sub__(self, other: "Charge") -> "Charge":
        return Charge(
            goods_minor=self.goods_minor - other.goods_minor,
            postage_minor=self.postage_minor - other.postage_minor,
            tax_minor=self.tax_minor - other.tax_minor,
        )

    def __neg__(self) -> "Charge":
        return Charge() - self


def charge_of(order: Order, lines: Iterable[OrderLine]) -> Charge:
    """What an order with these lines costs as it stands."""
    rows = list(lines)
    tax_minor = sum(line.tax_minor for line in rows)
    return Charge(
        goods_minor=sum(line.total_minor for line in rows) - tax_minor,
        postage_minor=order.postage_minor - order.postage_tax_minor,
        tax_minor=tax_minor + order.postage_tax_minor,
    )


def left_of(order: Order, lines: Iterable[OrderLine]) -> Charge:
    """What an order with these lines still costs: without what went back of it."""
    rows = list(lines)
    tax_off = sum(_tax_of(line, line.taken_off_minor) for line in rows)
    postage_tax_off = _postage_tax_of(order, order.postage_off_minor)
    off = Charge(
        goods_minor=sum(line.taken_off_minor for line in rows) - tax_off,
        postage_minor=order.postage_off_minor - postage_tax_off,
        tax_minor=tax_off + postage_tax_off,
    )
    return charge_of(order, rows) - off


def share_of(charge: Charge, minor: int) -> Charge:
    """So much of a charge, by what it is for, in proportion: the parts add up. Of a charge of nothing all is for
    goods.
    """
    parts = (charge.goods_minor, charge.postage_minor, charge.tax_minor)
    if min(parts) < 0 or not sum(parts):
        return Charge(goods_minor=minor)
    goods, postage, tax = share_out(minor, parts)
    return Charge(goods_minor=goods, postage_minor=postage, tax_minor=tax)


ACCOUNT_OF = {
    "goods_minor": Account(AccountKind.SALES),
    "postage_minor": Account(AccountKind.POSTAGE),
    "tax_minor": Account(AccountKind.TAX),
}


def legs_of(charge: Charge, currency: str) -> list[Leg]:
    """The postings of a charge: what is below zero goes the other way."""
    legs = []
    for part, account in ACCOUNT_OF.items():
        minor: int = getattr(charge, part)
        if minor:
            leg = Leg(debit=RUNNING, credit=account, amount=Money(amount_minor=abs(minor), currency=currency))
            legs.append(leg if minor > 0 else leg.turned())
    return legs


def is_booked(order: Order) -> bool:
    """Whether there are sums in its currency at all; one stored before the doors knew currencies is counted in none."""
    return order.currency in CURRENCIES


def charge_new(orders: Mapping[int, tuple[Order, Sequence[OrderLine]]], *, now: datetime) -> None:
    """Book what new orders cost, and what was paid for them as their shop tells it; in as many statements for any
    number.

    Where the shop does not say how one was paid, all of it came in a way that nobody knows.
    """
    booked = [(order, charge_of(order, lines)) for order, lines in orders.values() if is_booked(order)]
    transfers = []
    for order, charge in booked:
        order.charged_minor = charge.total_minor
        if legs := legs_of(charge, order.currency):
            key = f"order:{order.pk}"
            transfers.append(
                NewTransfer(
                    customer_id=order.customer_id, kind=TransferKind.CHARGED, key=key, legs=legs, at=order.placed_at
                )
            )
    book_new(transfers)
    Order.objects.bulk_update([order for order, charge in booked if charge.total_minor], ["charged_minor"])
    _receive_new([order for order, _ in booked], now=now)


def _receive_new(orders: Sequence[Order], *, now: datetime) -> None:
    on_file = tenders_named((order.customer_id, each.get("id")) for order in orders for each in order.paid or ())
    new = [
        (order, each)
        for order in orders
        for each in receipts_told(order, order.paid, on_file)
        if each.money.amount_minor
    ]
    receipts = receive([each for _, each in new], now=now)
    allocations = []
    left = {order.pk: order.charged_minor for order in orders}
    paying = [(order, receipt) for (order, _), receipt in zip(new, receipts, strict=True)]
    # Where more came than it costs, the tender that took most pays for it, as that is where money goes back first.
    for order, receipt in sorted(paying, key=lambda each: -each[1].amount_minor):
        part = min(left[order.pk], receipt.amount_minor)
        left[order.pk] -= part
        receipt.allocated_minor = part
        allocations.append(Allocation(order=order, customer_id=order.customer_id, receipt=receipt, amount_minor=part))
    Receipt.objects.bulk_update([each for each in receipts if each.allocated_minor], ["allocated_minor"])
    store_new(allocations)
    for order in orders:
        if left[order.pk] > 0 and order.history_since is None:
            OrderAccount.held(order).pay(now=now)


def charge_more(order: Order, charge: Charge, *, key: str, kind: TransferKind, now: datetime) -> None:
    """Book by how much an order costs more or less than before, and never less than nothing. The caller holds the
    order, and writes it.
    """
    below = -(order.charged_minor + charge.total_minor)
    if below > 0:
        charge = replace(charge, goods_minor=charge.goods_minor + below)
    legs = legs_of(charge, order.currency)
    if legs:
        book(customer_id=order.customer_id, kind=kind, key=f"order:{order.pk}/{key}", legs=legs, at=now)
    order.charged_minor += charge.total_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOff:
    """So much of a line, by its id, that is charged no more; its tax goes with it."""

    line_id: int
    amount_minor: int


def take_off(order: Order, parts: Iterable[TakenOff], *, postage_minor: int = 0, key: str, now: datetime) -> int:
    """Charge no more for what was paid back or sent back, though it stays sold; by how much. The caller holds the
    order.

    Raises:
        TooMuchOff: more than a line or the postage still costs.
    """
    wanted = Counter[int]()
    for part in parts:
        wanted[part.line_id] += part.amount_minor
    goods_minor = tax_minor = 0
    for line in OrderLine.objects.filter(order=order, id__in=wanted).order_by("id"):
        minor, left = wanted[line.pk], line.total_minor - line.taken_off_minor
        if minor > left:
            raise TooMuchOff(line.reference, left)
        # Tax goes in proportion to all that was taken off so far, so that the last cent takes the last of it.
        until, before = _tax_of(line, line.taken_off_minor + minor), _tax_of(line, line.taken_off_minor)
        line.taken_off_minor += minor
        line.save(update_fields=["taken_off_minor"])
        tax_minor += until - before
        goods_minor += minor - (until - before)
    if postage_minor > order.postage_minor - order.postage_off_minor:
        raise TooMuchOff("postage", order.postage_minor - order.postage_off_minor)
    if goods_minor + tax_minor + postage_minor > order.charged_minor:
        # It was cancelled, or is charged with another.
        raise TooMuchOff(f"order {order.reference}", order.charged_minor)
    postage_tax = _postage_tax_of(order, order.postage_off_minor + postage_minor)
    postage_tax -= _postage_tax_of(order, order.postage_off_minor)
    order.postage_off_minor += postage_minor
    charge = Charge(
        goods_minor=goods_minor, postage_minor=postage_minor - postage_tax, tax_minor=tax_minor + postage_tax
    )
    charge_more(order, -charge, key=key, kind=TransferKind.CHARGE_REVERSED, now=now)
    order.save(update_fields=["charged_minor", "postage_off_minor"])
    return charge.total_minor


def _postage_tax_of(order: Order, minor: int) -> int:
    return order.postage_tax_minor * minor // order.postage_minor if order.postage_minor else 0


def _tax_of(line: OrderLine, minor: int) -> int:
    return line.tax_minor * minor // line.total_minor if line.total_minor else 0


class TooMuchOff(Conflict):
    """More is to be paid back for a line, or for postage, than it still costs."""

    slug, title = "more-than-it-cost", "It did not cost so much, or went back before"

    def __init__(self, what: str, left_minor: int) -> None:
        super().__init__(f"{what}: {left_minor} minor units of it are left to be paid back")


def take_told(
    order: Order, *, before: Charge, after: Charge, was_paid: list[dict[str, Any]] | None, key: str, now: datetime
) -> None:
    """What a shop tells anew of a known order: book the difference of what it costs, and of what came in.

    `was_paid` is what the shop had told before. The caller holds the order. What is free then pays for it.
    """
    if not is_booked(order) or (before == after and was_paid == order.paid):
        return
    # What lines a cancelled order holds changes nothing any more: it costs what was paid and has not gone back.
    difference = after - before if order.cancelled_at is None else Charge()
    if order.cancelled_at is None:
        kind = TransferKind.CHARGED if difference.total_minor >= 0 else TransferKind.CHARGE_REVERSED
        charge_more(order, difference, key=key, kind=kind, now=now)
        order.save(update_fields=["charged_minor"])
    account = OrderAccount.held(order)
    account.let_go()
    take_tenders(account, difference.total_minor, was_paid=was_paid, key=key, now=now)
    account.pay(now=now)
    if order.cancelled_at is not None:
        waive(account, key=f"{key}/waived", now=now)


def bear(order: Order, minor: int, *, key: str, now: datetime) -> None:
    """Charge so much no more of what was paid and is lost to us: the shop bears it. The caller holds the order."""
    charge = -share_of(charge_of(order, order.lines.all()), minor)
    charge_more(order, charge, key=key, kind=TransferKind.CHARGE_REVERSED, now=now)
    order.save(update_fields=["charged_minor"])


def waive(account: OrderAccount, *, key: str, now: datetime) -> None:
    """Charge no more for a cancelled order than was paid and has not gone back: the rest was never owed.

    What was paid stays booked until its shop says that it went back, since only the shop knows.
    """
    order = account.order
    if account.due_minor > 0:
        bear(order, account.due_minor, key=key, now=now)
