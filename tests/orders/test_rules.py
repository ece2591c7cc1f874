"""What units cost and how groups of them split."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.orders.rules import NotThatMany, remainder, share_minor, shares, worry_at

totals = st.integers(0, 10**9)
quantities = st.integers(1, 40)


@given(totals, st.lists(st.integers(0, 12), min_size=1, max_size=6).filter(any))
def test_shares_of_disjoint_units_add_up_to_the_cent(total, groups):
    quantity, already, paid = sum(groups), 0, 0
    for count in groups:
        paid += shares(total_minor=total, quantity=quantity, already=already)[count]
        already += count
    assert paid == total


@given(totals, quantities)
def test_no_two_units_differ_by_more_than_a_cent(total, quantity):
    cents = [share_minor(total_minor=total, quantity=quantity, count=n) for n in range(quantity + 1)]
    each = [later - earlier for earlier, later in pairwise(cents)]
    assert cents[0] == 0
    assert cents[-1] == total
    assert max(each) - min(each) <= 1


def test_cents_that_do_not_divide_go_to_the_first_units():
    assert shares(total_minor=100, quantity=3, already=0) == (0, 34, 67, 100)
    assert shares(total_minor=100, quantity=3, already=1) == (0, 33, 66)
    assert shares(total_minor=100, quantity=3, already=3) == (0,)


@pytest.mark.parametrize("count", [-1, 4])
def test_nobody_has_a_share_of_units_that_are_not_there(count):
    with pytest.raises(NotThatMany):
        share_minor(total_minor=100, quantity=3, count=count)


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 9), min_size=1), st.data())
def test_what_leaves_and_what_stays_are_the_whole(whole, data):
    part = {line: data.draw(st.integers(0, quantity)) for line, quantity in whole.items()}
    left = remainder(whole=whole, part=part)
    assert all(left.values())
    assert {line: left.get(line, 0) + part[line] for line in whole} == whole


@pytest.mark.parametrize("part", [{1: 3}, {2: 1}])
def test_more_than_there_is_cannot_leave(part):
    with pytest.raises(NotThatMany):
        remainder(whole={1: 2}, part=part)


def test_we_worry_two_days_before_the_date():
    due = datetime(2026, 10, 17, tzinfo=UTC)
    assert worry_at(due_at=due) == due - timedelta(days=2)
