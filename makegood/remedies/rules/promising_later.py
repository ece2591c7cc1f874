"""What is promised for a later day is counted: no unit is promised to two."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from makegood.remedies.rules.values import FreeAnywhere, LostUnits, NewDay, Sending, Situation, Step


def are_all_there(situation: Situation) -> bool:
    """Whether every unit is free somewhere, or kept aside; what nobody counts is taken to be there."""
    needed = _needed(situation.units)
    return all(row.free >= needed[row.product_id] for row in situation.free_anywhere)


def free_left(
    free: Sequence[FreeAnywhere], steps: Iterable[Step], lost: Collection[LostUnits]
) -> tuple[FreeAnywhere, ...]:
    """What is free when these steps have taken theirs; `lost` are the units that they send or promise for later."""
    products = {unit.delivery_units_id: unit.product_id for unit in lost}
    taken: Counter[int] = Counter()
    for step in steps:
        if isinstance(step, NewDay):
            taken += _needed(unit for unit in lost if unit.delivery_id == step.delivery_id)
        elif isinstance(step, Sending):
            for units_id, quantity in step.units:
                taken[products[units_id]] += quantity
    return tuple(FreeAnywhere(product_id=row.product_id, free=row.free - taken[row.product_id]) for row in free)


def _needed(units: Iterable[LostUnits]) -> Counter[int]:
    """How many of each product are wanted, besides what is kept aside for them."""
    needed: Counter[int] = Counter()
    for unit in units:
        if not (unit.not_left and unit.not_left.is_kept_aside):
            needed[unit.product_id] += unit.quantity
    return needed
