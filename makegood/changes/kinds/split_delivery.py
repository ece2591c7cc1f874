"""Some units in a parcel of their own."""

from makegood.changes.kinds.kind import Kind, chosen
from makegood.changes.rules.values import ChangeRequest, OrderNow, Outcome, Shop
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind


class SplitDelivery(Kind):
    """They are promised for the same day, apart from the rest; nothing is charged for it."""

    kind = ChangeKind.SPLIT_DELIVERY

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        picked = chosen(order, request.units, of="open_quantity")
        apart = sum(units.quantity for _, _, units in picked)
        if not apart or apart >= sum(line.open_quantity for line in order.lines):
            raise InvalidField("units", "name some of what has not left, and leave some")
        touched = tuple((line.only(units.quantity), None) for _, line, units in picked)
        return Outcome(after=order, difference_minor=0, touched=touched, splits=request.units)
