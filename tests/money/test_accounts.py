import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money.accounts import ACCOUNTS, RUNNING, Account, AccountKind, Leg, NoTransfer, changes
from makegood.money.rules import Money

accounts = st.builds(Account, st.sampled_from(AccountKind), st.integers(0, 3))
sums = st.builds(Money, amount_minor=st.integers(1, 10**12), currency=st.sampled_from(["USD", "JPY", "BHD"]))
pairs = st.tuples(accounts, accounts).filter(lambda pair: pair[0] != pair[1])
legs = st.builds(lambda pair, amount: Leg(debit=pair[0], credit=pair[1], amount=amount), pairs, sums)


def test_every_kind_of_account_has_its_rule():
    assert set(ACCOUNTS) == set(AccountKind)
    assert len({rule.heading for rule in ACCOUNTS.values()}) == len(ACCOUNTS)


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_a_leg_of_nothing_is_refused(amount_minor):
    with pytest.raises(NoTransfer, match="above zero"):
        Leg(
            debit=Account(AccountKind.RECEIVED, 1),
            credit=RUNNING,
            amount=Money(amount_minor=amount_minor, currency="USD"),
        )


def test_a_leg_from_an_account_to_itself_is_refused():
    with pytest.raises(NoTransfer, match="running"):
        Leg(debit=RUNNING, credit=RUNNING, amount=Money(amount_minor=1, currency="USD"))


@given(legs)
def test_turned_twice_a_leg_is_itself(leg):
    assert leg.turned().turned() == leg


@given(st.lists(legs, max_size=8))
def test_what_is_settled_undoes_what_was_pending(several):
    zeros = changes(pending=several, settled=several)
    assert all((each.pending_debits_minor, each.pending_credits_minor) == (0, 0) for each in zeros)


@given(st.lists(legs, max_size=8))
def test_changes_are_of_bounded_accounts_each_once_and_in_one_order(several):
    found = [(each.account, each.currency) for each in changes(booked=several)]
    assert found == sorted(set(found))
    assert all(account.rule.is_bounded for account, _ in found)
    assert changes(booked=several) == changes(booked=reversed(several))
