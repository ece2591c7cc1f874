"""So many of some units go from one place to one address by one service."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from makegood.money.rules import Money
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.values import LostUnits, Route, Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending(Step):
    """`units` are so many of some lost units (by delivery_units_id)."""

    route: Route
    units: tuple[tuple[int, int], ...]

    def costs(self, situation: Situation) -> Iterator[Money]:
        units = {unit.delivery_units_id: unit for unit in situation.units}
        lost = [(units[units_id], quantity) for units_id, quantity in self.units]
        # What has not left is not lost: only its way costs us.
        yield from (unit.cost_each * quantity for unit, quantity in lost if unit.not_left is None)
        yield self.route.rate

    def takes(self, units: Iterable[LostUnits]) -> Counter[int]:
        products = {unit.delivery_units_id: unit.product_id for unit in units}
        taken: Counter[int] = Counter()
        for units_id, quantity in self.units:
            taken[products[units_id]] += quantity
        return taken

    def shown(self) -> object:
        return self.route.goes_to, self.route.service_id, self.route.leaves_date, self.units

    @property
    def arrives_date(self) -> date | None:
        return self.route.arrives_date

    @property
    def arrives_by(self) -> datetime | None:
        return self.route.due_at
