"""What every kind of remedy says of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from makegood.money.rules import Money
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.rules.remedy import MadeGood
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.values import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way in which a kind would make a situation good: what it does, and what becomes of which units.

    What it costs, and so who may grant it, follows from both (`rules/costs.py`, `rules/authority.py`). `unpaid`: what
    its units cost besides, that was never paid and so does not go back.
    """

    steps: tuple[Step, ...]
    makes_good: tuple[MadeGood, ...]
    unpaid: Money | None = None
    # Whether it breaks the day that can still be kept; what is in time comes first.
    is_late: bool = False


class Kind(Protocol):
    """A kind of remedy. Pure: the same situation has the same options."""

    kind: RemedyKind

    def options(self, situation: Situation) -> Iterable[Option]:
        """Its ways to make every lost unit good in this situation, the best first; none where it can't."""
        ...
