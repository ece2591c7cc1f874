"""What every step says of itself."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from makegood.money.rules import Money
from makegood.remedies.rules.values import LostUnits, Situation


class Step:
    """One thing that a remedy does. Pure; carrying it out is its handler's (`remedies/handlers/`).

    By itself it costs nothing, uses nothing up and brings nothing; each kind says what is otherwise.
    """

    __slots__ = ()

    def costs(self, situation: Situation) -> Iterable[Money]:
        """What it costs us."""
        return ()

    def takes(self, units: Iterable[LostUnits]) -> Counter[int]:
        """How many free units of each product (by id) it uses up, sent or promised for later."""
        return Counter()

    def shown(self) -> object:
        """What of it whoever is offered it sees, besides its costs: another remedy shows otherwise."""
        return None

    @property
    def arrives_date(self) -> date | None:
        """When what it brings arrives; None where it brings nothing."""
        return None

    @property
    def arrives_by(self) -> datetime | None:
        """The end of that day, where it goes."""
        return None


def open_quantities(units: Iterable[LostUnits]) -> Counter[int]:
    """How many of each product (by id) are wanted, besides what is kept aside for them."""
    needed: Counter[int] = Counter()
    for unit in units:
        if not (unit.not_left and unit.not_left.is_kept_aside):
            needed[unit.product_id] += unit.quantity
    return needed
