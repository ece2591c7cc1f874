"""What is promised for a later day is counted: no unit is promised to two."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from makegood.remedies.rules.steps.step import Step, open_quantities
from makegood.remedies.rules.values import FreeAnywhere, LostUnits, Situation


def are_all_there(situation: Situation) -> bool:
    """Whether every unit is free somewhere, or kept aside; what nobody counts is taken to be there."""
    needed = open_quantities(situation.units)
    return all(row.free >= needed[row.product_id] for row in situation.free_anywhere)


def free_left(
    free: Sequence[FreeAnywhere], steps: Iterable[Step], lost: Collection[LostUnits]
) -> tuple[FreeAnywhere, ...]:
    """What is free when these steps have taken theirs; `lost` are the units that they send or promise for later."""
    taken: Counter[int] = Counter()
    for step in steps:
        taken += step.takes(lost)
    return tuple(FreeAnywhere(product_id=row.product_id, free=row.free - taken[row.product_id]) for row in free)
