"""How far a step is: it goes on, and old news takes it nowhere."""

import pytest

from makegood.remedies.handlers.registry import HANDLERS
from makegood.remedies.rules.steps.states import StepState, leads_to
from makegood.remedies.rules.steps.step import Step


@pytest.mark.parametrize("state", StepState)
def test_the_same_news_again_changes_nothing(state):
    assert not leads_to(state, state)


def test_what_left_is_not_under_way_again_when_an_older_yes_comes_late():
    assert not leads_to(StepState.DONE, StepState.UNDER_WAY)
    assert not leads_to(StepState.DONE, StepState.FAILED)
    assert not leads_to(StepState.COMPENSATED, StepState.UNDER_WAY)


def test_what_failed_may_go_on_when_somebody_saw_to_it():
    assert leads_to(StepState.FAILED, StepState.UNDER_WAY)
    assert leads_to(StepState.DONE, StepState.COMPENSATED)


def test_what_was_taken_back_and_happened_all_the_same_is_done():
    assert leads_to(StepState.COMPENSATED, StepState.DONE)


def test_every_step_has_a_handler():
    assert {step.__name__ for step in HANDLERS} == {step.__name__ for step in Step.__subclasses__()}
