"""What the public API says of some users and their orders, in the shape of the shop's files."""

import re
from collections.abc import Callable, Collection, Iterable
from itertools import chain
from typing import Any

from verification.retail.adapter import Api, address_of_order, of_customer
from verification.retail.files import Files, Row, amount
from verification.retail.rows import Namespace, address_of, method_of

# What a receipt is called that came for a change, whether the product took it off a balance or the till told it.
_OF_CHANGE = re.compile(r"/change/(\d+)$")
MODIFIED, RETURNED, EXCHANGED = "pending (item modified)", "return requested", "exchange requested"
_STATUSES = {"change_items": MODIFIED, "return": RETURNED, "exchange": EXCHANGED}


class Exporter:
    """Reads one request's world. What an item is called and which options it has is the catalogue's to say."""

    def __init__(self, api: Api, space: Namespace, items: dict[str, Row]) -> None:
        self._api, self._space, self._items = api, space, items

    def state(self, users: Iterable[str], *, asked: Collection[str] = ()) -> Row:
        """All that may be different after a request; `asked`: the orders of which something was asked. Of the others,
        what they are and what pays for them is all there is to know.
        """
        found: Row = {"users": {}, "orders": {}}
        for user in users:
            reference = self._space.ours(user)
            rows = self._api.all_of(of_customer("orders", reference))
            for row in rows:
                name = self._space.theirs(row["id"])
                found["orders"][name] = self._order(row) | (self._asked(row) if name in asked else {})
            found["users"][user] = self._user(reference)
        return found

    def _user(self, reference: str) -> Row:
        customer = self._api.get(f"/v1/customers/{reference}")
        tenders = self._api.all_of(of_customer("tenders", reference))
        return {
            "address": address_of(customer["address"]),
            "payment_methods": {each["id"]: method_of(each) for each in tenders},
        }

    def _order(self, row: Row) -> Row:
        payments = sorted(row["payments"], key=lambda each: each["receipt"])
        return {
            "status": row["status"],
            "address": address_of(row["deliveries"][0]["ship_to"]),
            "items": [self._item(line) for line in row["lines"]],
            "fulfillments": [self._fulfilment(parcel) for parcel in row["parcels"]],
            "payment_history": [_entry("payment", each["tender_id"], each["amount_minor"]) for each in payments],
        }

    def _asked(self, row: Row) -> Row:
        """What came of what was asked of an order, on top of how it is."""
        address = address_of_order(row["id"])
        changes = self._api.all_of(f"{address}/changes")
        if not changes:
            return {}
        receipts = self._api.all_of(f"/v1/receipts?order={address.rpartition('/')[2]}")
        status = next((_STATUSES[each["kind"]] for each in changes if each["kind"] in _STATUSES), row["status"])
        found = {"status": status, "payment_history": _history(receipts, changes)}
        for change in changes:
            found |= TOLD.get(change["kind"], _nothing)(change)
        return found

    def _item(self, line: Row) -> Row:
        return {**self._items[line["sku"]], "price": amount(line["unit_price_minor"])}

    def _fulfilment(self, parcel: Row) -> Row:
        numbers = self._space.theirs(parcel["number"]).split("+")
        return {"tracking_id": numbers, "item_ids": [units["sku"] for units in parcel["units"]]}


def items_by_id(files: Files) -> dict[str, Row]:
    """What the files say of each item wherever it stands."""
    ordered = {item["item_id"]: item for order in files.orders.values() for item in order["items"]}
    sold = {variant["item_id"]: {**variant, **_named(product)} for product, variant in files.variants()}
    return {
        item_id: {name: item[name] for name in ("name", "product_id", "item_id", "options")}
        for item_id, item in (ordered | sold).items()
    }


def _named(product: Row) -> Row:
    return {"name": product["name"], "product_id": product["product_id"]}


def _history(receipts: list[Row], changes: list[Row]) -> list[Row]:
    """What came in and what went back, as it happened: at first, and then with each change."""
    by_change: dict[int, list[Row]] = {}
    for receipt in receipts:
        named = _OF_CHANGE.search(receipt["reference"] or "")
        by_change.setdefault(int(named[1]) if named else 0, []).append(receipt)
    history = [_entry("payment", each["tender"], each["amount_minor"]) for each in by_change.get(0, ())]
    for change in changes:
        came = [_entry("payment", each["tender"], each["amount_minor"]) for each in by_change.get(change["number"], ())]
        went = _refunds(change, [each["payment_method_id"] for each in history])
        if not came and not went and change["kind"] == "change_items":
            # Nothing moved, and that is told as well.
            went = [_entry("refund", change["tender"], 0)]
        history += [*came, *went]
    return history


def _refunds(change: Row, paid_by: list[str]) -> list[Row]:
    """What went back to each tender, in the order in which they paid."""
    sums: dict[str, int] = {}
    for refund in change["refunds"]:
        sums[refund["tender_id"]] = sums.get(refund["tender_id"], 0) + refund["amount_minor"]
    turns = sorted(sums, key=lambda tender: paid_by.index(tender) if tender in paid_by else len(paid_by))
    return [_entry("refund", tender, sums[tender]) for tender in turns]


def _entry(kind: str, tender: str, minor: int) -> Row:
    return {"transaction_type": kind, "amount": amount(minor), "payment_method_id": tender}


def _skus(change: Row, name: str) -> list[str]:
    return sorted(chain.from_iterable([each[name]] * each["quantity"] for each in change["units"]))


def _nothing(_: Row) -> Row:
    return {}


def _cancelled(change: Row) -> Row:
    return {"cancel_reason": change["reason"]}


def _returned(change: Row) -> Row:
    return {"return_items": _skus(change, "was_sku"), "return_payment_method_id": change["tender"]}


def _exchanged(change: Row) -> Row:
    return {
        "exchange_items": _skus(change, "was_sku"),
        "exchange_new_items": _skus(change, "sku"),
        "exchange_payment_method_id": change["tender"],
        "exchange_price_difference": amount(change["delta_minor"]),
    }


TOLD: dict[str, Callable[[Row], Row]] = {"cancel": _cancelled, "return": _returned, "exchange": _exchanged}


def difference(before: Row, after: Row) -> Row:
    """What is different afterwards: of each user and order the fields that changed, whole."""
    found: Row = {}
    for kind, rows in after.items():
        changed: dict[str, Any] = {}
        for name, row in rows.items():
            was = before[kind].get(name, {})
            fields = {field: value for field, value in row.items() if field not in was or was[field] != value}
            if fields:
                changed[name] = fields
        found[kind] = changed
    return found
