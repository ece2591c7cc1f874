"""What every step says of itself."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from makegood.money.rules import Money
from makegood.remedies.rules.values import LostUnits, Situation


class Step(Protocol):
    """One thing that a remedy does. Pure; carrying it out is its handler's (`remedies/handlers/`)."""

    def costs(self, situation: Situation) -> Iterable[Money]:
        """What it costs us."""
        ...

    def takes(self, units: Iterable[LostUnits]) -> Counter[int]:
        """How many free units of each product (by id) it uses up, sent or promised for later."""
        ...

    def shown(self) -> object:
        """What of it whoever is offered it sees, besides its costs: another remedy shows otherwise."""
        ...

    @property
    def arrives_date(self) -> date | None:
        """When what it brings arrives; None where it brings nothing."""
        ...


class PlainStep:
    """A step that costs nothing, uses nothing up and brings nothing; what it is otherwise, it says."""

    __slots__ = ()

    def costs(self, situation: Situation) -> Iterable[Money]:
        return ()

    def takes(self, units: Iterable[LostUnits]) -> Counter[int]:
        return Counter()

    def shown(self) -> object:
        return None

    @property
    def arrives_date(self) -> date | None:
        return None


def open_quantities(units: Iterable[LostUnits]) -> Counter[int]:
    """How many of each product (by id) are wanted, besides what is kept aside for them."""
    needed: Counter[int] = Counter()
    for unit in units:
        if not (unit.not_left and unit.not_left.is_kept_aside):
            needed[unit.product_id] += unit.quantity
    return needed
