"""A delivery that has not left is not to leave any more, since something else takes its place."""

from dataclasses import dataclass

from makegood.remedies.rules.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Step):
    delivery_id: int
