"""So many of some units go from one place to one address by one service."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from makegood.money.rules import Money
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.values import LostUnits, Route, Situation, Substitute


@dataclass(frozen=True, slots=True, kw_only=True)
class InPlace:
    """What goes in the place of some units, and how much of their price goes back for it: nothing or more."""

    delivery_units_id: int
    substitute: Substitute
    less: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending(Step):
    """`units` are so many of some lost units (by delivery_units_id); those of `in_place` go as something else.

    `postage_due`: what sending them was to cost anyway, where that is saved now.
    """

    route: Route
    units: tuple[tuple[int, int], ...]
    in_place: tuple[InPlace, ...] = ()
    postage_due: Money | None = None

    def costs(self, situation: Situation) -> Iterator[Money]:
        yield from self.goods_at_cost(situation)
        yield self.postage_at_cost

    def goods_at_cost(self, situation: Situation) -> Iterator[Money]:
        """What was lost costs us itself; what has not left costs by how much something in its place does more."""
        units = {unit.delivery_units_id: unit for unit in situation.units}
        for units_id, quantity in self.units:
            unit, instead = units[units_id], self.instead_of(units_id)
            each = instead.cost_each if instead else unit.cost_each
            if unit.not_left is None:
                yield each * quantity
            elif instead and each > unit.cost_each:
                yield (each - unit.cost_each) * quantity

    @property
    def postage_at_cost(self) -> Money:
        rate = self.route.rate
        if self.postage_due is None:
            return rate
        return rate - min(rate, self.postage_due)

    def given_besides(self, situation: Situation) -> Iterator[Money]:
        """By how much what goes is dearer than what was ordered, or than what went in its place before."""
        units = {unit.delivery_units_id: unit for unit in situation.units}
        for units_id, quantity in self.units:
            unit, instead = units[units_id], self.instead_of(units_id)
            if instead and instead.price > (unit.given or unit.worth):
                yield (instead.price - (unit.given or unit.worth)) * quantity

    def instead_of(self, units_id: int) -> Substitute | None:
        """What goes in the place of these units, if something does."""
        return next((each.substitute for each in self.in_place if each.delivery_units_id == units_id), None)

    def less_of(self, units_id: int) -> Money | None:
        """What goes back of their price because something cheaper goes."""
        return next((each.less for each in self.in_place if each.delivery_units_id == units_id), None)

    def takes(self, units: Iterable[LostUnits]) -> Counter[int]:
        products = {unit.delivery_units_id: unit.product_id for unit in units}
        taken: Counter[int] = Counter()
        for units_id, quantity in self.units:
            instead = self.instead_of(units_id)
            taken[instead.product_id if instead else products[units_id]] += quantity
        return taken

    def shown(self) -> object:
        seen = self.route.goes_to, self.route.service_id, self.route.leaves_date, self.units
        instead = tuple((each.delivery_units_id, each.substitute.product_id, each.less) for each in self.in_place)
        return (*seen, instead) if instead else seen

    @property
    def arrives_date(self) -> date | None:
        return self.route.arrives_date

    @property
    def arrives_by(self) -> datetime | None:
        return self.route.due_at
