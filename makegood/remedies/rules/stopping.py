"""What has not left, and is made good otherwise, must not leave as well."""

from collections.abc import Iterable

from makegood.remedies.rules.remedy import MadeGood
from makegood.remedies.rules.steps.stop import Stop
from makegood.remedies.rules.values import Situation


def stops(situation: Situation, made_good: Iterable[MadeGood]) -> tuple[Stop, ...]:
    """A step for each delivery that has not left and of which something else takes the place."""
    treated = {each.delivery_units_id for each in made_good}
    found = {unit.delivery_id for unit in situation.units if unit.not_left and unit.delivery_units_id in treated}
    return tuple(Stop(delivery_id=delivery_id) for delivery_id in sorted(found))
