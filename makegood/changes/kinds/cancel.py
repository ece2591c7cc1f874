"""Units that need not be sent any more, or the whole order."""

from dataclasses import replace

from makegood.changes.kinds.kind import Kind, all_open, chosen, with_lines
from makegood.changes.rules.values import ChangeRequest, OrderNow, Outcome, Shop
from makegood.policies.rules.values import ChangeKind


class Cancel(Kind):
    """What is cancelled is not paid for, to the cent; where nothing is left, its postage neither."""

    kind = ChangeKind.CANCEL

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        picked = chosen(order, request.units or all_open(order), of="open_quantity")
        gone = {line.reference: units.quantity for _, line, units in picked}
        lines = [line.without(gone.get(line.reference, 0)) for line in order.lines]
        after = with_lines(order, lines)
        if not after.lines:
            after = replace(after, postage_minor=0, is_cancelled=True)
        return Outcome(
            after=after,
            difference_minor=after.total_minor - order.total_minor,
            touched=tuple((line.only(units.quantity), None) for _, line, units in picked),
        )
