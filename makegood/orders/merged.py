"""What shops tell of orders that were merged into others here: what they packed left, and what they took in pays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from makegood.orders.models import Order, OrderChange, OrderLine


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The order that one is part of now, and what its lines are called there, by what they were called before."""

    order: Order
    names: Mapping[str, str]

    def lines(self) -> dict[str, OrderLine]:
        """The lines as they are in that order, by what its shop calls them."""
        there = {line.reference: line for line in self.order.lines.all()}
        return {told: there[named] for told, named in self.names.items() if named in there}


def references_of_ends(references: Collection[str]) -> set[str]:
    """The orders that these went to, and those that they went to in turn."""
    found: set[str] = set()
    left = set(references)
    while left:
        rows = Order.objects.filter(reference__in=left, merged_into__isnull=False)
        left = set(rows.values_list("merged_into__reference", flat=True)) - found
        found |= left
    return found


def ends_of(orders: Collection[Order], held: Mapping[str, Order]) -> dict[str, End]:
    """Where these orders went that were merged, by their references; only what is `held` is an end."""
    ends = {}
    for order in orders:
        names = {line.reference: line.reference for line in order.lines.all()}
        at: Order | None = order
        while at is not None and at.merged_into_id is not None:
            # Of all that became of it the merge was the last: what is merged changes where it went.
            change = OrderChange.objects.filter(order=at).order_by("-number").first()
            renamed: Mapping[str, str] = change.request.get("lines", {}) if change else {}
            names = {told: renamed.get(named, named) for told, named in names.items()}
            at = next((each for each in held.values() if each.pk == at.merged_into_id), None)
        if at is not None:
            ends[order.reference] = End(order=at, names=names)
    return ends
