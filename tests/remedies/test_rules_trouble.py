"""Trouble, and made good: what is said once and asked everywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from makegood.policies.rules.grant_situations import TroubleKind, TroubleSituation
from makegood.promises.rules import PromiseState
from makegood.remedies.rules.trouble import TROUBLES, DeliveryCondition, trouble_of
from tests.remedies.situations import NOON

HOUR = timedelta(hours=1)
OPEN, KEPT, BROKEN, WITHDRAWN = PromiseState.OPEN, PromiseState.KEPT, PromiseState.BROKEN, PromiseState.WITHDRAWN


def condition(
    promise=OPEN, verdict: Verdict | None = Verdict.MOVING, *, due_in=HOUR, made_good=0, awaits_news=False
) -> DeliveryCondition:
    return DeliveryCondition(
        promise=promise,
        due_at=NOON + due_in,
        verdict=verdict,
        units=2,
        made_good=made_good,
        now=NOON,
        awaits_news=awaits_news,
    )


@pytest.mark.parametrize("verdict", sorted(Verdict))
def test_a_parcel_in_danger_is_trouble_before_its_day(verdict):
    found = condition(verdict=verdict)
    assert (found.is_in_danger, found.is_in_trouble, found.can_be_made_good) == (verdict in IN_DANGER,) * 3


def test_a_late_parcel_that_still_moves_is_in_trouble_and_can_be_made_good():
    for late in (condition(BROKEN), condition(OPEN, due_in=-HOUR)):
        assert (late.is_late, late.is_in_danger, late.is_in_trouble, late.can_be_made_good) == (True, False, True, True)


@pytest.mark.parametrize("verdict", sorted(Verdict))
def test_what_may_have_come_unheard_is_in_no_trouble(verdict):
    for found in (condition(BROKEN, verdict, awaits_news=True), condition(verdict=verdict, awaits_news=True)):
        assert (found.is_late, found.is_in_danger, found.is_in_trouble, found.can_be_made_good) == (False,) * 4


def test_what_has_not_left_is_in_trouble_when_it_is_late_or_should_have_left():
    late = condition(BROKEN, None)
    assert (late.is_in_trouble, late.has_left, late.can_be_made_good) == (True, False, True)
    calm = condition(OPEN, None)
    assert not calm.is_in_trouble
    should_have_left = replace(calm, at_risk=True)
    assert (should_have_left.is_in_danger, should_have_left.is_in_trouble, should_have_left.is_late) == (
        True,
        True,
        False,
    )
    # Of what has left, its verdict says it; of what is withdrawn, nothing does.
    assert not replace(condition(OPEN), at_risk=True).is_in_danger
    assert not replace(condition(WITHDRAWN, None), at_risk=True).is_in_trouble


def test_what_arrived_is_in_no_trouble_however_late():
    assert not condition(BROKEN, Verdict.DELIVERED).is_in_trouble
    assert condition(KEPT, Verdict.NOT_RECEIVED).is_in_trouble


def test_made_good_is_all_of_it_and_then_nothing_is_in_trouble():
    half, whole = (condition(BROKEN, Verdict.LOST, made_good=count) for count in (1, 2))
    assert (half.is_made_good, half.is_in_trouble) == (False, True)
    assert (whole.is_made_good, whole.is_in_trouble, whole.can_be_made_good) == (True, False, False)


def test_a_withdrawn_promise_is_called_off_unless_it_was_made_good():
    called_off, made_good = condition(WITHDRAWN, Verdict.LOST), condition(WITHDRAWN, Verdict.LOST, made_good=2)
    assert (called_off.is_called_off, called_off.is_in_trouble) == (True, False)
    assert (made_good.is_called_off, made_good.is_in_trouble) == (False, False)


def test_every_verdict_is_one_trouble():
    known = [verdict for verdicts in TROUBLES.values() for verdict in verdicts]
    assert sorted(map(str, known)) == sorted(map(str, [*Verdict, None]))


@given(st.dictionaries(st.integers(1, 9), st.sampled_from([*Verdict, None]), min_size=1), st.integers(-400, 400))
def test_of_several_troubles_the_one_that_leaves_most_to_their_word_is_told_and_the_oldest_day(verdicts, days):
    known = {each: condition(verdict=verdict, due_in=days * HOUR * each) for each, verdict in verdicts.items()}
    found = trouble_of(known, {})
    assert found.kind is next(kind for kind, those in TROUBLES.items() if those & set(verdicts.values()))
    assert found.is_self_reported is (Verdict.NOT_RECEIVED in verdicts.values())
    assert found.due_at == min(each.due_at for each in known.values())


def test_no_trouble_is_none():
    assert trouble_of({}, {}) == TroubleSituation(kind=TroubleKind.NONE)
