"""Several orders in one parcel."""

from dataclasses import replace

from makegood.changes.kinds.kind import Kind, free_reference
from makegood.changes.rules.values import ChangeRequest, OrderNow, Outcome, Shop
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind

# What is told of a line has a name of 200 characters at most, and one that is taken already gets a number.
LONGEST_NAME = 190


class Merge(Kind):
    """All lines in one order, with their discounts. Postage is worked out anew for one parcel, and the saving is
    theirs: by the shop's rates, or where it has none, what the dearer of them cost; never more than all of them.
    """

    kind = ChangeKind.MERGE

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        if not request.orders:
            raise InvalidField("orders", "name the orders that are to travel with this one")
        known = {other.reference: other for other in shop.others}
        after = order
        together = [order]
        renamed: dict[str, dict[str, str]] = {}
        for place, reference in enumerate(request.orders):
            other = known.get(reference)
            if other is None or reference == order.reference or other in together:
                raise InvalidField(f"orders.{place}", f"{reference!r} is no other order of theirs that can be merged")
            if other.currency != order.currency:
                raise InvalidField(f"orders.{place}", f"order {reference} is in {other.currency}, not {order.currency}")
            if any(line.open_quantity < line.quantity for line in other.lines):
                raise InvalidField(f"orders.{place}", f"some of order {reference} has left, is packed or was made good")
            together.append(other)
            for line in other.lines:
                named = free_reference(after, _named_after(reference, line.reference))
                renamed.setdefault(reference, {})[line.reference] = named
                after = replace(after, lines=(*after.lines, replace(line, reference=named)))
        apart = sum(each.postage_minor for each in together)
        by_rates = shop.postage(after)
        one = max(each.postage_minor for each in together) if by_rates is None else by_rates
        after = replace(after, postage_minor=min(one, apart))
        before = sum(each.total_minor for each in together)
        return Outcome(after=after, difference_minor=after.total_minor - before, renamed=renamed)


def _named_after(order: str, line: str) -> str:
    """A name that no shop gives to a line of its own, while it isn't too long for one."""
    named = f"{order}/{line}"
    return named if len(named) <= LONGEST_NAME else line
