"""Paid in another way."""

from makegood.changes.kinds.kind import Kind
from makegood.changes.rules.values import ChangeRequest, OrderNow, Outcome, Shop
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind


class ChangeTender(Kind):
    """Another tender pays all of it, and what paid before goes back to where it came from."""

    kind = ChangeKind.CHANGE_TENDER
    pays_otherwise = True

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        if not request.tender:
            raise InvalidField("tender", "name the tender that is to pay, by the shop's number of it")
        return Outcome(after=order, difference_minor=0)
