"""What the steps of a remedy cost us."""

from collections.abc import Iterable

from makegood.money.rules import Money, total_by_currency
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.values import Situation


def costs_of(steps: Iterable[Step], situation: Situation) -> tuple[Money, tuple[Money, ...]]:
    """The cost in the order's currency, nothing included; and the sums in other currencies, which stand apart."""
    nothing = Money(amount_minor=0, currency=situation.currency)
    costs = [cost for step in steps for cost in step.costs(situation)]
    sums = {total.currency: total for total in total_by_currency([nothing, *costs])}
    return sums.pop(situation.currency), tuple(sums.values())
