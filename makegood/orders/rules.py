"""What units cost and how groups of them split."""

from collections.abc import Mapping
from datetime import datetime, timedelta

# An order that has not left two days before its date is in danger: no service of most shops is faster than that.
UNSHIPPED_WORRY = timedelta(days=2)


class NotThatMany(ValueError):
    """More units are asked for than a group holds."""


def share_minor(*, total_minor: int, quantity: int, count: int) -> int:
    """What `count` of `quantity` units share of a line's total: cents that don't divide go to the first units.

    share(n) is the sum of the first n units' cents, so shares of disjoint units always add up to the total.
    """
    if not 0 <= count <= quantity:
        raise NotThatMany(f"{count} of {quantity} units")
    each, left = divmod(total_minor, quantity)
    return each * count + min(left, count)


def shares(*, total_minor: int, quantity: int, already: int) -> tuple[int, ...]:
    """What the next 0, 1, 2, … units come to, after `already` units had their share."""
    before = share_minor(total_minor=total_minor, quantity=quantity, count=already)
    return tuple(
        share_minor(total_minor=total_minor, quantity=quantity, count=already + n) - before
        for n in range(quantity - already + 1)
    )


def remainder(*, whole: Mapping[int, int], part: Mapping[int, int]) -> dict[int, int]:
    """What is left of a group of units when `part` leaves it; lines with nothing left are gone.

    Raises:
        NotThatMany: `part` holds more of a line than `whole`.
    """
    left = dict(whole)
    for line, quantity in part.items():
        if left.get(line, 0) < quantity:
            raise NotThatMany(f"{quantity} of line {line}, of which {left.get(line, 0)} are left")
        left[line] -= quantity
    return {line: quantity for line, quantity in left.items() if quantity}


def worry_at(*, due_at: datetime) -> datetime:
    """When to start worrying about a delivery that has not left."""
    return due_at - UNSHIPPED_WORRY
