"""What that shop's README and policy say, in plain Python over its files: it knows nothing of the product.

Sums are cents here. Where the words leave something open, it is said beside the line.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import Any

from verification.retail.files import Files, Row, minor

REASONS = {"no longer needed", "ordered by mistake"}
MODIFIED = "pending (item modified)"


class Refused(Exception):
    """The shop does not do that."""


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Refused(otherwise)


class Reference:
    """Some users of the shop with their orders, as calls leave them."""

    def __init__(self, files: Files, users: Iterable[str]) -> None:
        self._products = files.products
        self.users = {user: deepcopy(files.users[user]) for user in users}
        self.orders = {order["order_id"]: _in_cents(order) for order in files.orders_of(self.users)}
        for user in self.users.values():
            for method in user["payment_methods"].values():
                if "balance" in method:
                    method["balance"] = minor(method["balance"])

    def carry_out(self, call: Row) -> None:
        """Do what a call asks.

        Raises:
            Refused: it may not be done.
        """
        CALLS[call["name"]](self, **call["arguments"])

    def state(self) -> Row:
        """All that calls may change, in cents."""
        fields = {"user_id", "order_id"}
        return {
            "users": {
                name: {"address": user["address"], "payment_methods": user["payment_methods"]}
                for name, user in self.users.items()
            },
            "orders": {
                name: {field: value for field, value in order.items() if field not in fields}
                for name, order in self.orders.items()
            },
        }

    def _order(self, order_id: str) -> Row:
        _require(order_id in self.orders, "there is no such order")
        return self.orders[order_id]

    def _tender(self, order: Row, tender: str) -> Row:
        methods: dict[str, Row] = self.users[order["user_id"]]["payment_methods"]
        _require(tender in methods, "the order's customer has no such tender")
        return methods[tender]

    def _move(self, order: Row, kind: str, cents: int, tender: str) -> None:
        """Write a payment or a refund down; what a gift card holds follows at once."""
        order["payment_history"].append(
            {"transaction_type": kind, "amount": cents, "payment_method_id": tender},
        )
        method = self._tender(order, tender)
        if "balance" in method:
            method["balance"] += cents if kind == "refund" else -cents

    def _replaced(
        self, order: Row, item_ids: Sequence[str], new_item_ids: Sequence[str]
    ) -> tuple[list[tuple[Row, Row]], int]:
        """Each item with the variant that takes its place, and by how much they cost more."""
        _require(len(item_ids) == len(new_item_ids), "each item needs one that takes its place")
        pairs = []
        for item, new in zip(_items(order, item_ids), new_item_ids, strict=True):
            variant = self._products[item["product_id"]]["variants"].get(new)
            _require(variant is not None and variant["available"], "no such variant of that product can be had")
            pairs.append((item, variant))
        return pairs, sum(minor(variant["price"]) - item["price"] for item, variant in pairs)

    def _require_cover(self, method: Row, cents: int) -> None:
        _require("balance" not in method or method["balance"] >= cents, "the gift card does not hold so much")

    def cancel(self, *, order_id: str, reason: str) -> None:
        order = self._order(order_id)
        _require(order["status"] == "pending", "only a pending order is cancelled")
        _require(reason in REASONS, "that is no reason")
        # What was reversed before is not reversed again, or more would go back than came.
        sums = Counter[str]()
        for entry in order["payment_history"]:
            sign = 1 if entry["transaction_type"] == "payment" else -1
            sums[entry["payment_method_id"]] += sign * entry["amount"]
        for tender, cents in sums.items():
            if cents:
                self._move(order, "refund", cents, tender)
        order |= {"status": "cancelled", "cancel_reason": reason}

    def modify_items(
        self, *, order_id: str, item_ids: Sequence[str], new_item_ids: Sequence[str], payment_method_id: str
    ) -> None:
        order = self._order(order_id)
        _require(order["status"] == "pending", "items are modified once, of a pending order")
        method = self._tender(order, payment_method_id)
        pairs, difference = self._replaced(order, item_ids, new_item_ids)
        self._require_cover(method, difference)
        self._move(order, "payment" if difference > 0 else "refund", abs(difference), payment_method_id)
        for item, variant in pairs:
            item |= {
                "item_id": variant["item_id"],
                "price": minor(variant["price"]),
                "options": variant["options"],
            }
        order["status"] = MODIFIED

    def modify_address(self, *, order_id: str, **address: str) -> None:
        order = self._order(order_id)
        _require(order["status"].startswith("pending"), "only a pending order goes elsewhere")
        order["address"] = address

    def modify_payment(self, *, order_id: str, payment_method_id: str) -> None:
        order = self._order(order_id)
        _require(order["status"].startswith("pending"), "only a pending order is paid otherwise")
        method = self._tender(order, payment_method_id)
        history = order["payment_history"]
        _require(len(history) == 1 and history[0]["transaction_type"] == "payment", "there was more than one payment")
        was, cents = history[0]["payment_method_id"], history[0]["amount"]
        _require(payment_method_id != was, "it is paid by that tender")
        self._require_cover(method, cents)
        self._move(order, "payment", cents, payment_method_id)
        self._move(order, "refund", cents, was)

    def return_items(self, *, order_id: str, item_ids: Sequence[str], payment_method_id: str) -> None:
        order = self._order(order_id)
        _require(order["status"] == "delivered", "only a delivered order goes back")
        method = self._tender(order, payment_method_id)
        originals = {entry["payment_method_id"] for entry in order["payment_history"]}
        _require(payment_method_id in originals or "balance" in method, "it goes to the original tender or a gift card")
        items = _items(order, item_ids)
        order |= {
            "status": "return requested",
            "return_items": sorted(item["item_id"] for item in items),
            "return_payment_method_id": payment_method_id,
        }

    def exchange_items(
        self, *, order_id: str, item_ids: Sequence[str], new_item_ids: Sequence[str], payment_method_id: str
    ) -> None:
        order = self._order(order_id)
        _require(order["status"] == "delivered", "only a delivered order is exchanged")
        method = self._tender(order, payment_method_id)
        pairs, difference = self._replaced(order, item_ids, new_item_ids)
        self._require_cover(method, difference)
        order |= {
            "status": "exchange requested",
            "exchange_items": sorted(item["item_id"] for item, _ in pairs),
            "exchange_new_items": sorted(variant["item_id"] for _, variant in pairs),
            "exchange_payment_method_id": payment_method_id,
            "exchange_price_difference": difference,
        }

    def modify_user_address(self, *, user_id: str, **address: str) -> None:
        _require(user_id in self.users, "there is no such user")
        self.users[user_id]["address"] = address


def _in_cents(order: Row) -> Row:
    found = deepcopy(order)
    for item in found["items"]:
        item["price"] = minor(item["price"])
    for entry in found["payment_history"]:
        entry["amount"] = minor(entry["amount"])
    if found["status"] == "cancelled":
        # What went back of it before the shop was taken in is not told, and neither is a parcel that was called off.
        found["payment_history"] = [each for each in found["payment_history"] if each["transaction_type"] == "payment"]
        found["fulfillments"] = []
    return found


def _items(order: Row, item_ids: Sequence[str]) -> list[Row]:
    """The items of an order that are named, each place once; a call that names none asks for nothing."""
    _require(bool(item_ids), "no item is named")
    left: list[Row] = list(order["items"])
    found = []
    for item_id in item_ids:
        item = next((each for each in left if each["item_id"] == item_id), None)
        if item is None:
            raise Refused("the order does not hold so many of it")
        left = [each for each in left if each is not item]
        found.append(item)
    return found


CALLS: dict[str, Callable[..., Any]] = {
    "cancel_pending_order": Reference.cancel,
    "modify_pending_order_items": Reference.modify_items,
    "modify_pending_order_address": Reference.modify_address,
    "modify_pending_order_payment": Reference.modify_payment,
    "return_delivered_order_items": Reference.return_items,
    "exchange_delivered_order_items": Reference.exchange_items,
    "modify_user_address": Reference.modify_user_address,
}
