"""Each call of a request as calls of the public API. What is allowed is the product's to say: nothing is decided here.

The adapter is that shop's till as well: where a change leaves an order due, and the tender that was named is one whose
balance we do not keep, it charges that tender there and tells the product what came in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import quote

from makegood.stories.stage import ApiResponse, Stage
from verification.retail.files import Row
from verification.retail.rows import CURRENCY, ZONE, Namespace, address_row

BATCH = 500
# An order that is not theirs is asked for all the same.
UNKNOWN: Row = {"lines": [], "deliveries": [{"ship_to": {"name": "nobody"}}]}


class Unexpected(Exception):
    """The API answered what neither carries a call out nor refuses it."""

    def __init__(self, method: str, path: str, answer: ApiResponse) -> None:
        super().__init__(f"{method} {path}: {answer.status} {answer.body}")


class Refused(Exception):
    """The product said no; `rules` are those of its policy that refuse, where it was the policy."""

    def __init__(self, answer: Row) -> None:
        super().__init__(str(answer.get("detail", "")))
        self.rules: list[str] = list(answer.get("rules", ()))


class Api:
    """The public API of one product."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def try_post(self, path: str, body: Row) -> Any:
        """What came of it.

        Raises:
            Refused: it may not be done, or names what is not there.
        """
        return self._ask("POST", path, body)

    def put_rows(self, kind: str, rows: Sequence[Row]) -> None:
        """Rows of one kind, all of which are to be taken in."""
        for start in range(0, len(rows), BATCH):
            self._ask("PUT", f"/v1/{kind}", {"rows": list(rows[start : start + BATCH])}, may_refuse=False)

    def all_of(self, path: str) -> list[Row]:
        """Every row of a list, over all its pages."""
        found: list[Row] = []
        cursor = ""
        joined = "&" if "?" in path else "?"
        while True:
            page = self._ask("GET", f"{path}{joined}limit=200{cursor}", may_refuse=False)
            found += page["items"]
            if not page["next"]:
                return found
            cursor = f"&cursor={quote(page['next'])}"

    def _ask(self, method: str, path: str, body: Row | None = None, *, may_refuse: bool = True) -> Any:
        answer = self._stage.call(method, path, body=body)
        if answer.status in {200, 201}:
            return answer.body
        if may_refuse and answer.status in {404, 409, 422} and isinstance(answer.body, dict):
            raise Refused(answer.body)
        raise Unexpected(method, path, answer)


class Adapter:
    """One request's world: `orders` by the product's names of them, as they stood before anything was asked.

    Their lines are then read in the answer to whatever changes them.
    """

    def __init__(self, api: Api, space: Namespace, orders: dict[str, Row]) -> None:
        self._api, self._space, self._orders = api, space, orders

    def carry_out(self, call: Row) -> None:
        """Do what a call asks.

        Raises:
            Refused: the product does not do it.
        """
        arguments = dict(call["arguments"])
        if call["name"] == "modify_user_address":
            self._modify_user_address(arguments)
            return
        reference = self._space.ours(arguments.pop("order_id"))
        order = self._orders.get(reference, UNKNOWN)
        made = self._api.try_post(f"{address_of_order(reference)}/changes", CHANGES[call["name"]](order, arguments))
        order["lines"] = made["after"]["lines"]
        if made["tender"] and made["due_minor"] > 0:
            self._charge(order, made)

    def _charge(self, order: Row, change: Row) -> None:
        """Take what is due from the tender that was named, where that is ours to do."""
        tenders = self._api.all_of(of_customer("tenders", order["customer"]))
        tender = next(each for each in tenders if each["id"] == change["tender"])
        if tender["balance_minor"] is not None:
            return
        receipt = {
            "id": f"{order['id']}/change/{change['number']}",
            "order": order["id"],
            "tender": tender["kind"],
            "tender_id": tender["id"],
            "label": tender["label"],
            "currency": CURRENCY,
            "amount_minor": change["due_minor"],
            "received_at": change["made_at"],
        }
        self._api.put_rows("receipts", [receipt])

    def _modify_user_address(self, arguments: Row) -> None:
        reference = self._space.ours(arguments.pop("user_id"))
        known = self._api.get(f"/v1/customers/{quote(reference, safe='')}")
        fields = ("id", "name", "email", "phone", "language", "zone", "since_date")
        row = {name: known[name] for name in fields} | {"address": address_row(arguments, known["name"])}
        self._api.put_rows("customers", [row])


def orders_of(api: Api, space: Namespace, users: Iterable[str]) -> dict[str, Row]:
    """What the API says of the orders of some users, by the product's names of them."""
    rows = [row for user in users for row in api.all_of(of_customer("orders", space.ours(user)))]
    return {row["id"]: row for row in rows}


def address_of_order(reference: str) -> str:
    return f"/v1/orders/{quote(reference, safe='')}"


def of_customer(kind: str, reference: str) -> str:
    return f"/v1/{kind}?customer={quote(reference, safe='')}"


def _cancel(_: Row, arguments: Row) -> Row:
    return {"kind": "cancel", "reason": arguments["reason"]}


def _change_address(order: Row, arguments: Row) -> Row:
    name = order["deliveries"][0]["ship_to"]["name"]
    return {"kind": "change_address", "ship_to": address_row(arguments, name) | {"zone": ZONE}}


def _change_tender(_: Row, arguments: Row) -> Row:
    return {"kind": "change_tender", "tender": arguments["payment_method_id"]}


def _about_items(kind: str) -> Callable[[Row, Row], Row]:
    def change(order: Row, arguments: Row) -> Row:
        units = list(_units(order, arguments["item_ids"], arguments.get("new_item_ids")))
        return {"kind": kind, "units": units, "tender": arguments["payment_method_id"]}

    return change


def _units(order: Row, item_ids: Sequence[str], new_item_ids: Sequence[str] | None) -> Iterator[Row]:
    """The units that a call names by their items: of several lines of one item, one after the other.

    What is not in the order, or not so often, is named all the same, and so is one of two that lacks the other.
    """
    left = list(order["lines"])
    for item_id, new in zip_longest(item_ids, new_item_ids if new_item_ids is not None else item_ids, fillvalue=""):
        line = next((each for each in left if each["sku"] == item_id), None)
        if line is not None:
            left.remove(line)
        named = line["id"] if line is not None else f"item {item_id}"
        yield {"line": named, "quantity": 1, **({"sku": new or "none"} if new_item_ids is not None else {})}


CHANGES: dict[str, Callable[[Row, Row], Row]] = {
    "cancel_pending_order": _cancel,
    "modify_pending_order_address": _change_address,
    "modify_pending_order_payment": _change_tender,
    "modify_pending_order_items": _about_items("change_items"),
    "return_delivered_order_items": _about_items("return"),
    "exchange_delivered_order_items": _about_items("exchange"),
}
