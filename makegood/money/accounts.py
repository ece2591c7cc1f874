"""The accounts there are, what may be booked on each, and the legs of a transfer between them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from makegood.money.rules import Money


class Side(StrEnum):
    """On which side an account grows, as double entry has it."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountKind(StrEnum):
    """What an account holds. Each is one customer's: the shop's own balance of a kind is the sum over its customers."""

    # What a customer owes us (debit) or we owe them (credit): the one running account.
    RUNNING = "running"
    # What is left with us of a receipt: captured, less what went back. One account a receipt.
    RECEIVED = "received"
    # What a gift card, or a credit that we gave, still holds. One account each.
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    # What of receipts came out of those, and so is no money that we have; below zero: money kept for them.
    REDEEMED = "redeemed"
    # What a bank or a card's holder took back through their own, which can exceed what is left of the receipt.
    TAKEN_BACK = "taken_back"
    SALES = "sales"
    POSTAGE = "postage"
    TAX = "tax"
    GOODWILL = "goodwill"
    GOODS_AT_COST = "goods_at_cost"
    POSTAGE_AT_COST = "postage_at_cost"
    GATEWAY_FEES = "gateway_fees"
    EXCHANGE = "exchange"
    # What was so before we kept the books.
    OPENING = "opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRule:
    """How accounts of a kind grow, whether they may fall below nothing, and where an export of plain books keeps them.

    `is_bounded`: what it holds, less what is pending to leave it, is never below zero; PostgreSQL holds that, however
    many ask at once.
    """

    grows_by: Side
    heading: str
    is_bounded: bool = False


ACCOUNTS = {
    AccountKind.RUNNING: AccountRule(grows_by=Side.CREDIT, heading="Liabilities:Customers"),
    AccountKind.RECEIVED: AccountRule(grows_by=Side.DEBIT, heading="Assets:Received", is_bounded=True),
    AccountKind.GIFT_CARD: AccountRule(grows_by=Side.CREDIT, heading="Liabilities:GiftCards", is_bounded=True),
    AccountKind.STORE_CREDIT: AccountRule(grows_by=Side.CREDIT, heading="Liabilities:StoreCredit", is_bounded=True),
    AccountKind.REDEEMED: AccountRule(grows_by=Side.CREDIT, heading="Assets:Redeemed"),
    AccountKind.TAKEN_BACK: AccountRule(grows_by=Side.DEBIT, heading="Assets:TakenBack"),
    AccountKind.SALES: AccountRule(grows_by=Side.CREDIT, heading="Income:Sales"),
    AccountKind.POSTAGE: AccountRule(grows_by=Side.CREDIT, heading="Income:Postage"),
    AccountKind.TAX: AccountRule(grows_by=Side.CREDIT, heading="Liabilities:Tax"),
    AccountKind.GOODWILL: AccountRule(grows_by=Side.DEBIT, heading="Expenses:Goodwill"),
    AccountKind.GOODS_AT_COST: AccountRule(grows_by=Side.DEBIT, heading="Assets:Goods"),
    AccountKind.POSTAGE_AT_COST: AccountRule(grows_by=Side.DEBIT, heading="Assets:Postage"),
    AccountKind.GATEWAY_FEES: AccountRule(grows_by=Side.DEBIT, heading="Expenses:GatewayFees"),
    AccountKind.EXCHANGE: AccountRule(grows_by=Side.CREDIT, heading="Equity:Exchange"),
    AccountKind.OPENING: AccountRule(grows_by=Side.CREDIT, heading="Equity:Opening"),
}
BOUNDED = tuple(kind for kind, rule in ACCOUNTS.items() if rule.is_bounded)


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One of a customer's accounts: its kind, and whose it is of several (a receipt's id), or 0."""

    kind: AccountKind
    item: int = 0

    @property
    def rule(self) -> AccountRule:
        return ACCOUNTS[self.kind]


RUNNING = Account(AccountKind.RUNNING)


class NoTransfer(ValueError):
    """A transfer has legs, each of an amount above zero and between two accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """An amount that leaves `credit` for `debit`: one currency and two accounts, so that the sum is always zero.

    Raises:
        NoTransfer: nothing would move.
    """

    debit: Account
    credit: Account
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.amount_minor <= 0:
            raise NoTransfer(f"a leg is of an amount above zero, not of {self.amount}")
        if self.debit == self.credit:
            raise NoTransfer(f"a leg lies between two accounts, not from {self.debit.kind} to itself")

    def turned(self) -> "Leg":
        """The same amount the other way."""
        return Leg(debit=self.credit, credit=self.debit, amount=self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """By how much the four sums of an account in one currency change; minor units, which may be negative."""

    account: Account
    currency: str
    debits_minor: int = 0
    credits_minor: int = 0
    pending_debits_minor: int = 0
    pending_credits_minor: int = 0


def changes(*, booked: Iterable[Leg] = (), pending: Iterable[Leg] = (), settled: Iterable[Leg] = ()) -> list[Change]:
    """What legs do to accounts that are bounded, each account once and in one order, so that nobody waits in a circle.

    `booked` legs count, `pending` ones may come to count, and `settled` ones no longer do.
    """
    sums: dict[tuple[Account, str], Counter[str]] = {}

    def add(legs: Iterable[Leg], prefix: str, sign: int) -> None:
        for leg in legs:
            for account, side in ((leg.debit, "debits_minor"), (leg.credit, "credits_minor")):
                if account.rule.is_bounded:
                    found = sums.setdefault((account, leg.amount.currency), Counter())
                    found[f"{prefix}{side}"] += sign * leg.amount.amount_minor

    add(booked, "", 1)
    add(pending, "pending_", 1)
    add(settled, "pending_", -1)
    return [Change(account=account, currency=currency, **sums[account, currency]) for account, currency in sorted(sums)]
