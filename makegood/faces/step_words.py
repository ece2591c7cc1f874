"""The steps of what was granted as one line: what each does, and how far it is."""

from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from makegood.remedies.rules.steps.states import StepKind, StepState


class StepRow(Protocol):
    """As much of a step as its words need."""

    kind: str
    state: str


def steps_in_words(steps: Iterable[StepRow]) -> str:
    """As in "stock kept aside: done; new parcel: to come"; what is alike is said once, in the order of its steps."""
    lines = [f"{kind_words(StepKind(step.kind))}: {state_words(StepState(step.state))}" for step in steps]
    return "; ".join(dict.fromkeys(lines))


def kind_words(kind: StepKind) -> str:
    """What a step does."""
    return {
        StepKind.STOP: _("stopped where it was"),
        StepKind.NEW_DATE: _("new day"),
        StepKind.RESERVE_STOCK: _("kept aside in stock"),
        StepKind.DISPATCH: _("new parcel"),
        StepKind.REFUND: _("money back"),
    }[kind]


def state_words(state: StepState) -> str:
    """How far a step is."""
    return {
        StepState.REQUESTED: _("to come"),
        StepState.UNDER_WAY: _("under way"),
        StepState.DONE: _("done"),
        StepState.FAILED: _("somebody has to see to it"),
        StepState.COMPENSATED: _("taken back"),
    }[state]
