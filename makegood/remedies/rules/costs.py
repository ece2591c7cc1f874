"""What the steps of a remedy cost us."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from makegood.money.rules import Money, total_by_currency
from makegood.remedies.rules.values import LostUnits, MoneyBack, Sending, Situation, Step


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
            yield from (units[units_id].cost_each * quantity for units_id, quantity in step.units)
            yield step.route.rate
        case MoneyBack():
            yield step.amount
        case _:
            assert_never(step)
