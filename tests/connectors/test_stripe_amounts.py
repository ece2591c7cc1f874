"""Sums between our minor units and Stripe's, currency by currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.connectors.stripe.amounts import EXPONENTS, STEPS, amount_for_stripe, money_of
from makegood.kit.currencies import CURRENCIES
from makegood.money.rules import Money
from makegood.payments.gateway import Rejected, Rejection, UnreadableAnswer


def money(minor: int, currency: str) -> Money:
    return Money(amount_minor=minor, currency=currency)


@pytest.mark.parametrize(
    ("ours", "stripes"),
    [
        (money(3840, "USD"), 3840),
        (money(500, "JPY"), 500),
        (money(5120, "BHD"), 5120),
        (money(5, "UGX"), 500),
        (money(40, "ISK"), 4000),
        (money(1200, "MGA"), 12),
        (money(1050, "HUF"), 1050),
    ],
)
def test_sums_are_told_in_stripes_units(ours, stripes):
    assert amount_for_stripe(ours) == stripes
    assert money_of(stripes, ours.currency.lower()) == ours


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (money(5124, "BHD"), "Stripe moves BHD in steps of 0.010 BHD, and this is 5.124 BHD"),
        (money(1250, "MGA"), "Stripe moves MGA in steps of 1.00 MGA, and this is 12.50 MGA"),
        (money(0, "USD"), "only more than nothing can be moved, and this is 0.00 USD"),
        (money(-5, "JPY"), "only more than nothing can be moved, and this is -5 JPY"),
    ],
)
def test_sums_that_stripe_does_not_move_are_refused_with_what_it_does(wrong, words):
    with pytest.raises(Rejected) as stopped:
        amount_for_stripe(wrong)
    assert (stopped.value.rejection, str(stopped.value)) == (Rejection.BAD_AMOUNT, words)


@pytest.mark.parametrize(("amount", "currency"), [(100, "xyz"), (150, "isk"), (100, "")])
def test_sums_that_make_no_sense_are_unreadable(amount, currency):
    with pytest.raises(UnreadableAnswer):
        money_of(amount, currency)


@given(minor=st.integers(1, 99_999_999), currency=st.sampled_from(sorted(CURRENCIES)))
def test_a_sum_comes_back_as_it_went_or_does_not_go(minor, currency):
    ours = money(minor, currency)
    try:
        stripes = amount_for_stripe(ours)
    except Rejected:
        assert currency in STEPS.keys() | EXPONENTS.keys()
    else:
        assert money_of(stripes, currency.lower()) == ours
