"""What the handler of every kind of step does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from makegood.remedies.models import Grant
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.values import Situation
from makegood.staff.rules import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One step of a grant as it is carried out: `key` names it, so that it is done once."""

    grant: Grant
    situation: Situation
    key: str
    by: Actor
    now: datetime


_Step_contra = TypeVar("_Step_contra", bound=Step, contravariant=True)


class Handler(Protocol[_Step_contra]):
    """How a kind of step is carried out."""

    def carry_out(self, step: _Step_contra, doing: Doing) -> None:
        """Do it, in the transaction of its grant, and write down how far it is (`progress.write_step`)."""
        ...
