"""A policy decides about every situation: allowed until an instant, or refused by the rules that refuse."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.policies.rules.deciding import Allowed, RefusedFor, RuleRefusal, decide, decide_for_order
from makegood.policies.rules.situations import RequestedChange
from makegood.policies.rules.values import ChangeKind, NamedValue, NoPolicyInForce, Policy, policy_in_force
from tests.policies.asked import DAY, NOON, RETAIL, SUPPORT, WORDS, asked, policy_of, rule, situations, the_policy

POLICIES = {"shipped": the_policy(), "retail": the_policy(RETAIL), "support": the_policy(SUPPORT)}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@given(situation=situations)
def test_any_situation_gives_a_decision_and_always_the_same(policy: Policy, situation):
    decision = decide(policy, situation)
    assert decision == decide(replace(policy), situation)
    if isinstance(decision, Allowed):
        assert situation.change.kind in policy.offers
        assert decision.until is None or decision.until > situation.now
    else:
        is_offered = situation.change.kind in policy.offers
        assert is_offered or [each.because for each in decision.by] == [RefusedFor.NOT_OFFERED]


@given(situation=situations)
def test_one_more_rule_never_allows_more(situation):
    policy = POLICIES["shipped"]
    more = replace(policy, rules=(*policy.rules, rule("more", requires="order.total_minor > 0")))
    before, after = decide(policy, situation), decide(more, situation)
    assert isinstance(before, Allowed) or not isinstance(after, Allowed)
    refused = [decision.by if not isinstance(decision, Allowed) else () for decision in (before, after)]
    assert refused[1][: len(refused[0])] == refused[0]


def test_an_order_keeps_the_version_under_which_it_was_placed():
    old = policy_of(rule("old", requires="false"))
    new = replace(policy_of(rule("new", requires="false")), effective_from=NOON - 9 * DAY)
    situation = asked(order={"placed_at": NOON - 10 * DAY})
    assert decide_for_order([new, old], situation).rule == "old"
    placed_later = asked(order={"placed_at": NOON - 9 * DAY})
    assert decide_for_order([new, old], placed_later).rule == "new"
    never = decide_for_order([], situation)
    assert (never.rule, never.by[0].because) == ("effective_from", RefusedFor.NOT_IN_FORCE)


@given(text=st.text("abc.orderchange'\"()[]&|=<>!19 ?:-+*/%", max_size=30), situation=situations)
def test_whatever_stands_in_a_condition_gives_a_decision(text, situation):
    decision = decide(policy_of(rule(requires=text or "(")), situation)
    assert isinstance(decision, Allowed) or decision.rule == "rule"


def test_all_that_refuses_is_listed_in_the_order_of_the_file():
    policy = policy_of(
        rule("one", requires="order.total_minor < 5"),
        rule("two", requires="order.total_minor == 20000"),
        rule("three", when="change.kind == 'merge'", requires="false"),
        rule("four", until="order.placed_at + 10 * day"),
    )
    decision = decide(policy, asked())
    assert decision.by == (
        RuleRefusal(rule="one", because=RefusedFor.CONDITION, words=WORDS),
        RuleRefusal(rule="four", because=RefusedFor.DEADLINE, words=WORDS),
    )
    assert (decision.rule, decision.words, decision.failures) == ("one", WORDS, ())


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        ({"requires": "order.bogus == 1"}, "requires: there is no 'bogus'"),
        ({"requires": "bogus"}, "requires: Undefined variable or function: 'bogus'"),
        ({"requires": "order.total_minor"}, "requires comes to 20000, and not to true or false"),
        ({"requires": "order.total_minor > 'a'"}, "requires: No such overload"),
        ({"requires": "order.total_minor / 0 == 1"}, "requires: division by zero"),
        ({"requires": "order.total_minor =="}, "requires: it is no CEL: line 1, column 21"),
        ({"requires": "9223372036854775807 + order.total_minor > 1"}, "requires: Arithmetic overflow"),
        ({"when": "order.bogus", "requires": "true"}, "when: there is no 'bogus'"),
        ({"until": "'tomorrow'"}, "until comes to 'tomorrow', which is no instant"),
        ({"until": "9223372036854775807"}, "until comes to 9223372036854775807, which is no instant"),
        ({"requires": "wrong > 1"}, "requires: value wrong: there is no 'bogus'"),
    ],
)
def test_what_cannot_be_evaluated_refuses_and_says_so(condition, error):
    policy = policy_of(
        rule("good", requires="true"),
        rule("bad", **condition),
        values=(NamedValue(name="wrong", expression="order.bogus"), NamedValue(name="fine", expression="1 + 1")),
    )
    decision = decide(policy, asked())
    (failure,) = decision.failures
    assert (failure.rule, failure.because, failure.words) == ("bad", RefusedFor.FAILED, None)
    assert failure.error.startswith(error)
    assert decision.values == {"fine": 2}


def test_a_value_that_fails_refuses_nothing_where_no_rule_asks_for_it():
    policy = policy_of(
        rule(requires="fine == 2"),
        values=(
            NamedValue(name="wrong", expression="order.bogus"),
            NamedValue(name="follows", expression="wrong + 1"),
            NamedValue(name="half", expression="[1]"),
            NamedValue(name="fine", expression="least(2, 3)"),
        ),
    )
    assert decide(policy, asked()) == Allowed(until=None, values={"fine": 2})


def test_until_is_the_earliest_end_and_is_over_when_it_comes():
    policy = policy_of(rule("a", until="order.placed_at + 12 * day"), rule("b", until="order.placed_at + 11 * day"))
    assert decide(policy, asked()).until == NOON + DAY
    assert decide(policy, asked(now=NOON + DAY - timedelta(seconds=1))).until == NOON + DAY
    assert [each.rule for each in decide(policy, asked(now=NOON + DAY)).by] == ["b"]


def test_what_is_not_offered_is_refused():
    decision = decide(policy_of(offers=(ChangeKind.CANCEL,)), asked(ChangeKind.MERGE))
    assert (decision.rule, decision.by[0].because) == ("offers:merge", RefusedFor.NOT_OFFERED)


def test_earlier_changes_days_and_our_functions():
    situation = asked(order={"earlier": (ChangeKind.CANCEL, ChangeKind.CANCEL)})
    situation = replace(situation, zone="Pacific/Kiritimati")
    policy = policy_of(
        rule(requires="order.earlier.cancel == 2 && order.earlier.merge == 0"),
        rule(requires="order.days_since_delivered == 5 && order.days_since_placed == 10"),
        rule(requires="total(order.lines.map(line, line.price_minor)) == 20000 && total([]) == 0"),
        rule(requires="order.placed_month == 6 && order.placed_year == 2026"),
        rule(requires=f"instant(2026, 6, 15) == {int((NOON - timedelta(hours=26)).timestamp())}"),
    )
    assert decide(policy, situation) == Allowed(until=None, values={})


def test_numbers_of_a_situation_are_whole_and_can_be_counted():
    with pytest.raises(TypeError, match="minor units"):
        RequestedChange(kind=ChangeKind.RETURN, price_difference_minor=10.5)
    with pytest.raises(ValueError, match="too large"):
        RequestedChange(kind=ChangeKind.RETURN, price_difference_minor=2**63)


def test_the_version_in_force_is_the_last_that_began():
    old, new = (replace(policy_of(), effective_from=NOON + days * DAY) for days in (0, 9))
    assert policy_in_force([new, old], at=NOON + 8 * DAY) == old
    assert policy_in_force([new, old], at=NOON + 9 * DAY) == new
    with pytest.raises(NoPolicyInForce):
        policy_in_force([new, old], at=NOON - DAY)


def test_words_fall_back_visibly():
    assert (WORDS.said_in("fr").text, WORDS.said_in("fr").is_fallback) == ("Non.", False)
    spoken = WORDS.said_in("es")
    assert (spoken.text, spoken.language, spoken.is_fallback) == ("No.", "en", True)
