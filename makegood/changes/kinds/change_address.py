"""It goes elsewhere."""

from dataclasses import replace

from makegood.changes.kinds.kind import Kind
from makegood.changes.rules.values import ChangeRequest, OrderNow, Outcome, Shop
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind


class ChangeAddress(Kind):
    """What has not left goes there; postage changes by what the shop's rates say of both countries."""

    kind = ChangeKind.CHANGE_ADDRESS

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        if not request.ship_to:
            raise InvalidField("ship_to", "say where it is to go: name, lines, postcode, country and zone")
        there = replace(order, ship_to=request.ship_to)
        before, now = shop.postage(order), shop.postage(there)
        if before is not None and now is not None and order.ship_to.get("country") != request.ship_to.get("country"):
            there = replace(there, postage_minor=max(order.postage_minor + now - before, 0))
        return Outcome(after=there, difference_minor=there.total_minor - order.total_minor)
