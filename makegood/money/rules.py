"""An amount in one currency, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from makegood.kit.currencies import exponent


class CurrencyMismatch(ValueError):
    """Two currencies met where only one can be meant."""


class NothingToShareBy(ValueError):
    """An amount can't be shared out by no shares, by negative ones, or by shares that are all zero."""


def share_out(amount_minor: int, shares: Sequence[int]) -> list[int]:
    """An amount shared out in proportion by largest remainder, in whole minor units: the parts add up to the whole.

    The units that don't divide go to those who lose most by rounding; of equals, to the earlier one.

    Raises:
        NothingToShareBy: there are no shares, one is negative, or all are zero.
    """
    total = sum(shares)
    if total <= 0 or min(shares) < 0:
        raise NothingToShareBy(shares)
    sign = -1 if amount_minor < 0 else 1
    exact = [divmod(abs(amount_minor) * share, total) for share in shares]
    left_over = abs(amount_minor) - sum(whole for whole, _ in exact)
    by_loss = sorted(range(len(exact)), key=lambda place: -exact[place][1])
    rounded_up = set(by_loss[:left_over])
    return [sign * (whole + (place in rounded_up)) for place, (whole, _) in enumerate(exact)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """So many of a currency's smallest unit; below zero where it is owed the other way.

    Raises:
        TypeError: the amount isn't a whole number.
        UnknownCurrency: ISO 4217 lists no such code.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError(f"an amount is a whole number of minor units, not {self.amount_minor!r}")
        exponent(self.currency)

    def __str__(self) -> str:
        return f"{self.decimal():f} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(amount_minor=self.amount_minor + self._same(other), currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(amount_minor=self.amount_minor - self._same(other), currency=self.currency)

    def __neg__(self) -> Money:
        return Money(amount_minor=-self.amount_minor, currency=self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(amount_minor=self.amount_minor * count, currency=self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount_minor <= self._same(other)

    def decimal(self) -> Decimal:
        """The amount as people write it: 3840 minor units of USD are 38.40."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def allocate(self, shares: Sequence[int]) -> tuple[Money, ...]:
        """This amount shared out in proportion; the parts always add up to the whole.

        The units that don't divide go to those who lose most by rounding; of equals, to the earlier one.

        Raises:
            NothingToShareBy: there are no shares, one is negative, or all are zero.
        """
        return tuple(
            Money(amount_minor=minor, currency=self.currency) for minor in share_out(self.amount_minor, shares)
        )

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount_minor


def total_by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Each currency's sum, by its code: amounts of different currencies never add up (law 6)."""
    found: dict[str, Money] = {}
    for amount in amounts:
        before = found.get(amount.currency)
        found[amount.currency] = amount if before is None else before + amount
    return tuple(found[currency] for currency in sorted(found))


def sum_of(amounts: Iterable[Money]) -> Money | None:
    """What amounts of one currency come to; None of none.

    Raises:
        CurrencyMismatch: they are of several currencies.
    """
    total: Money | None = None
    for amount in amounts:
        total = amount if total is None else total + amount
    return total
