"""Money goes back to where it came from, to the cent, and never more to a tender than it took."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money.rules import Money
from makegood.remedies.rules.tenders import TenderKey, key_of, shared_among, tenders_of

CURRENCIES = ("USD", "EUR", "JPY", "KWD")
GIFT = {"tender": "gift_card", "amount_minor": 3_000, "label": "Gift card ending 7731"}
CARD = {"tender": "card", "amount_minor": 7_000, "label": "Visa ending 4242"}


def usd(minor):
    return Money(amount_minor=minor, currency="USD")


def shares(minor, paid, returned=None):
    tenders = tenders_of(paid, returned=returned or {}, currency="USD")
    return [(tender and tender.name, amount.amount_minor) for tender, amount in shared_among(usd(minor), tenders)]


def test_the_tender_that_took_most_comes_first_and_the_next_gets_the_rest():
    assert shares(5_065, [GIFT, CARD]) == [("Visa ending 4242", 5_065)]
    assert shares(8_000, [GIFT, CARD]) == [("Visa ending 4242", 7_000), ("Gift card ending 7731", 1_000)]


def test_of_equals_the_one_that_was_named_first():
    assert shares(100, [GIFT, {**CARD, "amount_minor": 3_000}]) == [("Gift card ending 7731", 100)]


def test_what_went_back_before_is_taken_off():
    returned = {("card", "Visa ending 4242"): 6_500}
    assert shares(1_000, [GIFT, CARD], returned) == [("Visa ending 4242", 500), ("Gift card ending 7731", 500)]


def test_what_was_never_paid_does_not_go_back():
    assert shares(2_175, [{**CARD, "amount_minor": 500}]) == [("Visa ending 4242", 500)]
    assert shares(2_175, []) == []
    assert shares(2_175, [{**CARD, "amount_minor": 0}]) == []


def test_where_the_shop_does_not_say_how_it_was_paid_it_goes_back_that_way():
    assert shares(2_175, None) == [(None, 2_175)]
    assert shares(0, None) == []


def test_one_tender_named_twice_is_one():
    assert shares(9_000, [GIFT, GIFT, CARD]) == [("Visa ending 4242", 7_000), ("Gift card ending 7731", 2_000)]


def test_a_tender_without_a_label_is_named_after_its_kind():
    assert key_of({"tender": "card", "label": ""}) == ("card", "card")


def test_what_went_back_to_a_tender_that_is_named_no_more_is_not_paid_twice():
    """A newer version of the order calls its card otherwise."""
    assert shares(10_000, [GIFT, CARD], {("card", "Visa"): 4_000}) == [("Visa ending 4242", 6_000)]


@st.composite
def paid(draw):
    kinds = st.sampled_from(["card", "gift_card", "store_credit", "transfer", "money_order"])
    told = st.fixed_dictionaries(
        {"tender": kinds, "amount_minor": st.integers(0, 10**9), "label": st.sampled_from(["", "A", "B", "card"])}
    )
    return draw(st.lists(told, max_size=6))


@given(paid(), st.lists(st.integers(0, 10**9), max_size=8), st.sampled_from(CURRENCIES))
def test_however_often_some_of_it_goes_back_no_tender_gives_more_than_it_took(paid, refunds, currency):
    took: Counter[TenderKey] = Counter()
    for each in paid:
        took[key_of(each)] += each["amount_minor"]
    returned: Counter[TenderKey] = Counter()
    for minor in refunds:
        before = returned.total()
        tenders = tenders_of(paid, returned=returned, currency=currency)
        for tender, amount in shared_among(Money(amount_minor=minor, currency=currency), tenders):
            assert amount.currency == currency
            assert amount.amount_minor > 0
            returned[tender.key] += amount.amount_minor
        assert returned.total() - before == min(minor, took.total() - before)
        assert all(returned[key] <= took[key] for key in returned)


@given(paid(), paid(), st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_also_where_the_shop_says_meanwhile_that_it_was_paid_otherwise(first, then, refunds):
    returned: Counter[TenderKey] = Counter()
    for number, minor in enumerate(refunds):
        told = first if number % 2 == 0 else then
        for tender, amount in shared_among(usd(minor), tenders_of(told, returned=returned, currency="USD")):
            returned[tender.key] += amount.amount_minor
            assert tender.left.amount_minor <= tender.took.amount_minor
        assert returned.total() <= max(sum(each["amount_minor"] for each in told), returned.total())


@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_sum_keeps_its_currency(currency):
    (tender,) = tenders_of([CARD], returned={}, currency=currency)
    assert (tender.took, tender.left) == (Money(amount_minor=7_000, currency=currency),) * 2
