"""Amounts: whole, in one currency, and never a cent lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.currencies import CURRENCIES, UnknownCurrency, exponent
from makegood.money.rules import CurrencyMismatch, Money, NothingToShareBy

amounts = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(sorted(CURRENCIES))
monies = st.builds(Money, amount_minor=amounts, currency=currencies)
shares = st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(sum)


def usd(amount_minor):
    return Money(amount_minor=amount_minor, currency="USD")


@pytest.mark.parametrize("amount", [38.4, Decimal(38), "38", True, None])
def test_an_amount_is_a_whole_number(amount):
    with pytest.raises(TypeError):
        Money(amount_minor=amount, currency="USD")


@pytest.mark.parametrize("currency", ["usd", "US", "", "ABC", "USDT"])
def test_a_currency_is_one_that_iso_lists(currency):
    with pytest.raises(UnknownCurrency):
        Money(amount_minor=1, currency=currency)


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("BHD", 3), ("TND", 3), ("ISK", 0), ("MGA", 2)],
)
def test_decimals_are_those_of_iso_4217(currency, decimals):
    assert exponent(currency) == decimals
    assert Money(amount_minor=12345, currency=currency).decimal() == Decimal(12345) / 10**decimals


def test_an_amount_is_written_to_its_last_decimal():
    assert str(usd(3840)) == "38.40 USD"
    assert str(usd(-5)) == "-0.05 USD"
    assert str(Money(amount_minor=3840, currency="JPY")) == "3840 JPY"
    assert str(Money(amount_minor=3840, currency="KWD")) == "3.840 KWD"


@given(amounts, amounts, currencies)
def test_one_currency_adds_and_takes_away(one, other, currency):
    first, second = Money(amount_minor=one, currency=currency), Money(amount_minor=other, currency=currency)
    assert (first + second).amount_minor == one + other
    assert first + second - second == first
    assert first - second == -(second - first)
    assert (first < second) == (one < other)
    assert (first <= second) == (one <= other)
    assert first * 3 == first + first + first


@given(monies, monies)
def test_two_currencies_never_meet_in_silence(one, other):
    if one.currency == other.currency:
        return
    for meet in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(CurrencyMismatch):
            meet(one, other)
    assert one != other


@given(monies, shares)
def test_parts_add_up_to_the_whole_and_are_fair(money, shares):
    parts = money.allocate(shares)
    assert sum(part.amount_minor for part in parts) == money.amount_minor
    for part, share in zip(parts, shares, strict=True):
        assert part.currency == money.currency
        assert abs(Decimal(part.amount_minor) - Decimal(money.amount_minor) * share / sum(shares)) < 1
        assert share or not part.amount_minor


def test_the_odd_cent_goes_to_the_one_who_loses_most_then_to_the_first():
    assert usd(100).allocate([1, 1, 1]) == (usd(34), usd(33), usd(33))
    assert usd(100).allocate([1, 2]) == (usd(33), usd(67))
    assert usd(-100).allocate([1, 1, 1]) == (usd(-34), usd(-33), usd(-33))


@pytest.mark.parametrize("shares", [[], [0, 0], [2, -1]])
def test_without_shares_nothing_is_shared(shares):
    with pytest.raises(NothingToShareBy):
        usd(100).allocate(shares)
