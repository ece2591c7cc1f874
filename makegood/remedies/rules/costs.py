"""What the steps of a remedy cost us."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from makegood.money.rules import Money, total_by_currency
from makegood.remedies.rules.values import LostUnits, MoneyBack, NewDay, Sending, Situation, Step, Stop


def costs_of(steps: Iterable[Step], situation: Situation) -> tuple[Money, tuple[Money, ...]]:
    """The cost in the order's currency, nothing included; and the sums in other currencies, which stand apart."""
    units = {unit.delivery_units_id: unit for unit in situation.units}
    nothing = Money(amount_minor=0, currency=situation.currency)
    sums = {
        total.currency: total
        for total in total_by_currency([nothing, *(cost for step in steps for cost in _costs_of(step, units))])
    }
    return sums.pop(situation.currency), tuple(sums.values())


def _costs_of(step: Step, units: dict[int, LostUnits]) -> Iterator[Money]:
    match step:
        case Sending():
            # What has not left is not lost: only its way costs us.
            lost = [(units[units_id], quantity) for units_id, quantity in step.units]
            yield from (unit.cost_each * quantity for unit, quantity in lost if unit.not_left is None)
            yield step.route.rate
        case MoneyBack():
            yield step.amount
        case Stop() | NewDay():
            return
        case _:
            assert_never(step)
