"""What has arrived comes back, for its money or for something else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from makegood.changes.kinds.kind import Kind, chosen, free_reference, in_its_place
from makegood.changes.rules.values import ChangeRequest, OrderNow, Outcome, Shop, Sold, Units
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind


class Return(Kind):
    """Their money goes back once the goods are here."""

    kind = ChangeKind.RETURN
    waits_for_goods = True

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        all_there = tuple(Units(line=line.reference, quantity=line.there) for line in order.lines if line.there)
        picked = chosen(order, request.units or all_there, of="there")
        if not picked:
            raise InvalidField("units", "nothing of this order has arrived that is not on its way back already")
        parts = [line.next_back(units.quantity) for _, line, units in picked]
        left = sum(line.open_quantity + line.there for line in order.lines)
        return Outcome(
            after=order,
            difference_minor=-sum(part.total_minor for part in parts),
            touched=tuple((part, None) for part in parts),
            leaves_nothing=left == sum(part.quantity for part in parts),
        )


class Exchange(Kind):
    """Something else is sent once the goods are here, at today's price."""

    kind = ChangeKind.EXCHANGE
    waits_for_goods = True

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        if not request.units:
            raise InvalidField("units", "name the lines, how many of each, and the SKU that takes their place")
        touched, difference = [], 0
        for place, line, units in chosen(order, request.units, of="there"):
            sold = shop.product(units.sku, currency=order.currency, field=f"units.{place}.sku")
            part = line.next_back(units.quantity)
            new = in_its_place(part, sold, reference=free_reference(order, f"{line.reference}/{sold.sku}"))
            touched.append((part, sold))
            difference += new.total_minor - part.total_minor
        return Outcome(after=order, difference_minor=difference, touched=tuple(touched))

    def once_back(self, order: OrderNow, units: Sequence[Mapping[str, Any]]) -> OrderNow:
        """With what takes their place, at the prices that were agreed."""
        after = order
        for each in units:
            line = order.line(each["line"], field="line")
            part = replace(line.only(each["quantity"]), tax_minor=each["tax_minor"])
            was = part.unit_price_minor * part.quantity + part.tax_minor
            part = replace(part, discount_minor=was - each["was_minor"])
            sold = Sold(
                sku=each["sku"], title="", family=line.family, currency=order.currency, price_minor=each["price_minor"]
            )
            new = in_its_place(part, sold, reference=free_reference(after, f"{line.reference}/{sold.sku}"))
            after = replace(after, lines=(*after.lines, replace(new, open_quantity=new.quantity)))
        return after
