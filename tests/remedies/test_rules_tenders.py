"""Money goes back to where it came from, to the cent, and never more of a receipt than it pays for."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from makegood.money.rules import Money
from makegood.remedies.rules.tenders import Tender, in_order, shared_among

CURRENCIES = ("USD", "EUR", "JPY", "KWD")


def money(minor, currency="USD"):
    return Money(amount_minor=minor, currency=currency)


def tender(number, took, name="", *, kind="card", left=None, currency="USD"):
    kept = took if left is None else left
    return Tender(receipt_id=number, kind=kind, name=name, took=money(took, currency), left=money(kept, currency))


GIFT = tender(1, 3_000, "Gift card ending 7731", kind="gift_card")
CARD = tender(2, 7_000, "Visa ending 4242")


def shares(minor, *paid):
    return [(each.name, amount.amount_minor) for each, amount in shared_among(money(minor), in_order(paid))]


def test_the_tender_that_took_most_comes_first_and_the_next_gets_the_rest():
    assert shares(5_065, GIFT, CARD) == [("Visa ending 4242", 5_065)]
    assert shares(8_000, GIFT, CARD) == [("Visa ending 4242", 7_000), ("Gift card ending 7731", 1_000)]


def test_of_equals_the_one_that_was_named_first():
    assert shares(100, replace(CARD, took=money(3_000)), GIFT) == [("Gift card ending 7731", 100)]


def test_what_went_back_before_is_taken_off_and_changes_no_rank():
    left = replace(CARD, left=money(500))
    assert shares(1_000, GIFT, left) == [("Visa ending 4242", 500), ("Gift card ending 7731", 500)]


def test_what_was_never_paid_does_not_go_back():
    assert shares(2_175, tender(1, 500, "Visa ending 4242")) == [("Visa ending 4242", 500)]
    assert shares(2_175) == []
    assert shares(2_175, tender(1, 0)) == []
    assert shares(0, CARD) == []


@st.composite
def paid(draw):
    sums = draw(st.lists(st.integers(0, 10**9), max_size=6))
    return [tender(number, took, str(number)) for number, took in enumerate(sums, 1)]


@given(paid(), st.lists(st.integers(0, 10**9), max_size=8), st.sampled_from(CURRENCIES))
def test_however_often_some_of_it_goes_back_no_tender_gives_more_than_it_took(paid, refunds, currency):
    tenders = [
        replace(each, took=money(t := each.took.amount_minor, currency), left=money(t, currency)) for each in paid
    ]
    returned: Counter[int] = Counter()
    took = {each.receipt_id: each.took.amount_minor for each in tenders}
    for minor in refunds:
        before = returned.total()
        now = [
            replace(each, left=money(each.took.amount_minor - returned[each.receipt_id], currency)) for each in tenders
        ]
        for each, amount in shared_among(money(minor, currency), in_order(now)):
            assert amount.currency == currency
            assert amount.amount_minor > 0
            returned[each.receipt_id] += amount.amount_minor
        assert returned.total() - before == min(minor, sum(took.values()) - before)
        assert all(returned[number] <= took[number] for number in returned)
