"""A delivery that has not left is not to leave any more, since something else takes its place."""

from dataclasses import dataclass

from makegood.remedies.rules.steps.step import PlainStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(PlainStep):
    delivery_id: int
