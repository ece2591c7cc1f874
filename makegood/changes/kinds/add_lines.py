"""Something more in the same order."""

from dataclasses import replace

from makegood.changes.kinds.kind import Kind, free_reference
from makegood.changes.rules.values import ChangeRequest, LineNow, OrderNow, Outcome, Shop
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind


class AddLines(Kind):
    """At today's prices; postage grows by what the shop's rates say of the larger parcel, never by more."""

    kind = ChangeKind.ADD_LINES

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        if not request.added:
            raise InvalidField("added", "name what is to be added: its SKU, and how many")
        after, sold = order, []
        for place, each in enumerate(request.added):
            product = shop.product(each.sku, currency=order.currency, field=f"added.{place}.sku")
            sold.append((product, each.quantity))
            line = LineNow(
                reference=free_reference(after, product.sku),
                sku=product.sku,
                title=product.title,
                family=product.family,
                quantity=each.quantity,
                unit_price_minor=product.price_minor,
                open_quantity=each.quantity,
            )
            after = replace(after, lines=(*after.lines, line))
        before, now = shop.postage(order), shop.postage(after)
        if before is not None and now is not None:
            after = replace(after, postage_minor=max(order.postage_minor + now - before, 0))
        return Outcome(after=after, difference_minor=after.total_minor - order.total_minor, added=tuple(sold))
