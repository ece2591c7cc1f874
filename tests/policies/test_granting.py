"""Who may grant something: whom a rule lets and none forbids it; what can't be evaluated lets nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.policies.rules.grant_situations import GrantCost, Past
from makegood.policies.rules.granting import Withheld, WithheldFor, decide_grant, decide_grant_now
from makegood.policies.rules.values import (
    UNKNOWN,
    Authority,
    Besides,
    Grantor,
    Per,
    RemedyKind,
)
from makegood.staff.rules import Standpoint
from tests.policies import granted as some
from tests.policies.asked import DAY, NOON, WORDS, policy_of
from tests.policies.granted import EVERYBODY, authority_of, granted, holds, lets, limits, seconds

CUSTOMER, HELPER, LEAD = Grantor.CUSTOMER, Grantor.HELPER, Grantor.LEAD
REFUND, CREDIT = RemedyKind.REFUND, Besides.CREDIT


def policy_from(effective_from, *rules):
    return replace(policy_of(), effective_from=effective_from, authority=authority_of(*rules))


def because(authority, situation, grantor=CUSTOMER):
    """Why somebody may not, by rule."""
    return [(each.rule, each.because) for each in decide_grant(authority, situation).of(grantor).withheld]


def test_whoever_grants_stands_where_staff_stands():
    assert [(each.name, each.value) for each in Grantor] == [(each.name, each.value) for each in Standpoint]


@given(authority=some.authorities(), situation=some.situations())
def test_everybody_is_decided_about_and_always_alike(authority, situation):
    granting = decide_grant(authority, situation)
    assert granting == decide_grant(replace(authority), situation)
    assert [each.grantor for each in granting.decisions] == list(Grantor)
    names = {rule.name for rule in authority.rules}
    for each in granting.decisions:
        assert each.may == (not each.withheld)
        assert each.rule in names if each.may else each.rule in {"", *names}
        assert {by.rule for by in each.withheld} <= names | {f"grants:{situation.grant.remedy.value}"}
    assert set(granting.needs_second) <= set(granting.may)


@given(authority=some.authorities(), situation=some.situations())
def test_what_forbids_wins_over_what_lets(authority, situation):
    before = decide_grant(authority, situation)
    forbidden = decide_grant(authority_of(*authority.rules, holds(who=(HELPER, LEAD))), situation)
    assert not {HELPER, LEAD} & set(forbidden.may)
    assert [each for each in before.may if each not in {HELPER, LEAD}] == list(forbidden.may)
    assert set(decide_grant(authority_of(*authority.rules, lets()), situation).may) >= set(before.may)


@given(authority=some.authorities(), situation=some.situations(), cheaper=st.integers(0, 100))
def test_whoever_may_grant_it_may_grant_it_for_less(authority, situation, cheaper):
    costs = tuple(
        GrantCost(currency=each.currency, amount_minor=each.amount_minor * cheaper // 100)
        for each in situation.grant.costs
    )
    dear = decide_grant(authority, situation)
    cheap = decide_grant(authority, replace(situation, grant=replace(situation.grant, costs=costs)))
    assert set(dear.may) <= set(cheap.may)
    assert set(cheap.needs_second) & set(dear.may) <= set(dear.needs_second)


@given(authority=some.authorities(), situation=some.situations(), bad=st.sampled_from(some.BAD[1:]))
def test_what_cannot_be_evaluated_lets_nobody(authority, situation, bad):
    for rule in (limits("bad", when=bad, count=9), holds("bad", when=bad), seconds("bad", when=bad, above=0)):
        granting = decide_grant(authority_of(*authority.rules, rule), situation)
        assert granting.may == ()
        assert "bad" in {each.rule for each in granting.failures}
    granting = decide_grant(authority_of(*authority.rules, lets("bad", when=bad)), situation)
    assert granting.may == decide_grant(authority, situation).may
    assert "bad" in {each.rule for each in granting.failures}


def test_nobody_may_what_no_rule_lets_them():
    assert decide_grant(authority_of(), granted()).may == ()
    assert because(authority_of(), granted()) == [("grants:refund", WithheldFor.NOT_GRANTED)]
    authority = authority_of(lets(who=(LEAD,), remedies=(CREDIT,)))
    assert decide_grant(authority, granted()).may == ()
    assert decide_grant(authority, granted(CREDIT)).may == (LEAD,)


@pytest.mark.parametrize(
    ("sums", "may"),
    [
        ([("USD", 10_000)], True),
        ([("USD", 10_001)], False),
        ([("USD", 9_000), ("USD", 1_001)], False),
        ([("USD", 10_000), ("JPY", 15_000)], True),
        ([("USD", 10_000), ("JPY", 15_001)], False),
        ([("KWD", 30_000)], True),
        ([("XAF", 0)], False),
        ([("USD", 0), ("XAF", 1)], False),
    ],
)
def test_each_currencys_sum_is_held_to_the_limit_by_itself(sums, may):
    authority = authority_of(lets("small", up_to=100))
    assert (CUSTOMER in decide_grant(authority, granted(REFUND, *sums)).may) is may
    assert may or because(authority, granted(REFUND, *sums)) == [("small", WithheldFor.BEYOND)]
    assert decide_grant(authority_of(lets()), granted(REFUND, *sums)).may == EVERYBODY


def test_the_first_rule_that_lets_them_is_named_and_every_one_that_does_not():
    authority = authority_of(lets("small", up_to=1), lets("damaged", when="trouble.kind == 'damaged'"), lets("any"))
    assert decide_grant(authority, granted()).of(HELPER).rule == "any"
    authority = authority_of(lets("small", up_to=1), lets("damaged", when="trouble.kind == 'damaged'"))
    assert because(authority, granted()) == [("small", WithheldFor.BEYOND), ("damaged", WithheldFor.CONDITION)]


def test_a_hold_says_why_to_helpers_and_customers():
    authority = authority_of(lets(), holds("old", who=(CUSTOMER,), when="trouble.days_since_due > 180"))
    assert decide_grant(authority, granted(trouble={"due_at": NOON - 180 * DAY})).may == EVERYBODY
    decision = decide_grant(authority, granted(trouble={"due_at": NOON - 181 * DAY})).of(CUSTOMER)
    assert decision.withheld == (Withheld(rule="old", because=WithheldFor.HOLD, reason="Look at it.", words=WORDS),)
    assert (decision.may, decision.rule) == (False, "lets")
    assert because(authority, granted(trouble={"due_at": None})) == [("old", WithheldFor.FAILED)]


@pytest.mark.parametrize(
    ("rule", "past", "cost", "may"),
    [
        (limits(up_to=200), Past(worth=10_000), 10_000, True),
        (limits(up_to=200), Past(worth=10_000), 10_001, False),
        (limits(up_to=200), Past(worth=UNKNOWN), 0, False),
        (limits(count=2), Past(count=1), 10_000, True),
        (limits(count=2), Past(count=2), 0, False),
        (limits(up_to=200, count=9), Past(worth=20_000, count=1), 1, False),
        (limits(up_to=0, when="trouble.kind == 'damaged'"), Past(), 10_000, True),
        (limits(up_to=0, remedies=(CREDIT,)), Past(), 10_000, True),
    ],
)
def test_a_limit_counts_what_was_granted_before(rule, past, cost, may):
    situation = granted(REFUND, ("USD", cost), past={(rule.span, None): past})
    assert decide_grant(authority_of(lets(), rule), situation).may == (EVERYBODY if may else ())


def test_a_limit_of_which_nobody_knows_the_sum_forbids_it():
    authority = authority_of(lets(), limits(up_to=9_000, who=(HELPER,)))
    granting = decide_grant(authority, granted())
    assert HELPER not in granting.may
    assert [each.error for each in granting.failures] == ["nobody summed up what was granted in 30 days"]
    unknown = granted(REFUND, ("XAF", 1), past={(authority.spans[0], None): Past()})
    assert because(authority, unknown, HELPER) == [("limits", WithheldFor.UNCOUNTED)]


def test_a_limit_per_grantor_counts_what_each_of_them_granted():
    rule = limits(per=Per.GRANTOR, count=1)
    past = {(rule.span, each): Past(count=each is HELPER) for each in Grantor}
    granting = decide_grant(authority_of(lets(), rule), granted(past=past))
    assert granting.may == tuple(each for each in Grantor if each is not HELPER)


@pytest.mark.parametrize(
    ("sums", "needed"),
    [
        ([("USD", 100_000)], False),
        ([("USD", 100_001)], True),
        ([("USD", 99_999), ("JPY", 2)], True),
        ([("XAF", 1)], True),
    ],
)
def test_above_a_sum_a_second_person_has_to_agree(sums, needed):
    authority = authority_of(lets(), seconds(who=(HELPER,)), seconds("credits", remedies=(CREDIT,), above=0))
    granting = decide_grant(authority, granted(REFUND, *sums))
    assert granting.may == EVERYBODY
    assert granting.needs_second == ((HELPER,) if needed else ())
    assert granting.of(HELPER).seconds == (("seconds",) if needed else ())


def test_what_a_grant_is_worth_is_rounded_up_and_can_be_asked_for():
    authority = Authority(worth=some.WORTH)
    assert authority.worth_of([("USD", 1), ("JPY", 1), ("KWD", 1)]) == 1 + 1 + 1
    assert authority.worth_of([("USD", 10_000), ("JPY", 15_000), ("KWD", -5)]) == 20_000
    assert (authority.worth_of([]), authority.worth_of([("XAF", 0)])) == (0, UNKNOWN)
    authority = authority_of(lets(when="grant.cost_worth == 10000 && grant.costs.exists(each, each.currency == 'USD')"))
    assert decide_grant(authority, granted()).may == EVERYBODY
    assert decide_grant(authority, granted(REFUND, ("USD", 9_999))).may == ()
    huge = granted(REFUND, ("KWD", 2**63 - 1), ("USD", 2**63 - 1))
    assert decide_grant(authority_of(lets(when="grant.cost_worth > 10000")), huge).may == EVERYBODY


def test_the_version_in_force_now_counts():
    old = policy_from(NOON - 9 * DAY, lets("old"))
    new = policy_from(NOON, lets("new", who=(LEAD,)))
    assert decide_grant_now([old, new], granted()).of(LEAD).rule == "new"
    assert decide_grant_now([new, old], granted(now=NOON - timedelta(seconds=1))).of(LEAD).rule == "old"
    granting = decide_grant_now([new], granted(now=NOON - DAY))
    assert granting.may == ()
    assert granting.of(LEAD).withheld == (Withheld(rule="effective_from", because=WithheldFor.NOT_IN_FORCE),)


def test_days_are_whole_ones_and_below_zero_before_they_come():
    plain = granted(trouble={"due_at": NOON + timedelta(hours=1), "delivered_at": NOON - timedelta(hours=47)})
    trouble = plain.as_plain(cost_worth=0)["trouble"]
    assert (trouble["days_since_due"], trouble["days_since_delivered"]) == (-1, 1)
