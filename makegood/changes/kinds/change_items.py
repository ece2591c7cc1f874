"""Another size, colour or edition in the place of units that have not left."""

from makegood.changes.kinds.kind import Kind, chosen, free_reference, in_its_place, with_lines
from makegood.changes.rules.values import ChangeRequest, LineNow, OrderNow, Outcome, Shop
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind


class ChangeItems(Kind):
    """The price is today's; a whole line keeps its name, and of a part of one the rest does."""

    kind = ChangeKind.CHANGE_ITEMS

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        if not request.units:
            raise InvalidField("units", "name the lines, how many of each, and the SKU that takes their place")
        touched = []
        after = order
        for place, line, units in chosen(order, request.units, of="open_quantity"):
            sold = shop.product(units.sku, currency=order.currency, field=f"units.{place}.sku")
            part = line.only(units.quantity)
            touched.append((part, sold))
            lines: list[LineNow] = []
            for each in after.lines:
                if each.reference != line.reference:
                    lines.append(each)
                elif units.quantity == line.quantity:
                    lines.append(in_its_place(part, sold, reference=line.reference))
                else:
                    reference = free_reference(after, f"{line.reference}/{sold.sku}")
                    lines += [each.without(units.quantity), in_its_place(part, sold, reference=reference)]
            after = with_lines(after, lines)
        return Outcome(after=after, difference_minor=after.total_minor - order.total_minor, touched=tuple(touched))
