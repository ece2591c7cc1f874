"""Sequences of calls by chance: what a customer could ask, and every way of asking it wrongly."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random

from verification.retail.files import Files, Row, amount, minor

MOST_CALLS = 6
# How often a call is made wrong, and how often the last one is simply made again.
WRONG, AGAIN = 0.4, 0.1
STREETS = ("12 Mill Lane", "7 Harbour Road", "350 Fifth Avenue")


def varied(files: Files, *, seed: int) -> Files:
    """The same shop with fuller gift cards, items that stand in an order twice, and orders paid by two tenders.

    Without them no gift card ever covers an order, and hardly an item repeats.
    """
    chance = Random(f"shop/{seed}")
    users, orders = deepcopy(files.users), deepcopy(files.orders)
    for user in users.values():
        for method in user["payment_methods"].values():
            if "balance" in method and chance.random() < 0.5:
                method["balance"] = amount(chance.randrange(300_000))
    for order in orders.values():
        if order["status"] != "cancelled":
            _vary(order, users[order["user_id"]], chance)
    return Files(users=users, products=files.products, orders=orders)


def _vary(order: Row, user: Row, chance: Random) -> None:
    payment = order["payment_history"][0]
    if chance.random() < 0.3:
        item = deepcopy(chance.choice(order["items"]))
        order["items"].append(item)
        payment["amount"] = amount(minor(payment["amount"]) + minor(item["price"]))
        for fulfilment in order["fulfillments"]:
            if item["item_id"] in fulfilment["item_ids"]:
                fulfilment["item_ids"].append(item["item_id"])
                break
    others = [tender for tender in user["payment_methods"] if tender != payment["payment_method_id"]]
    if others and chance.random() < 0.15:
        part = chance.randrange(1, minor(payment["amount"]))
        payment["amount"] = amount(minor(payment["amount"]) - part)
        second = {"transaction_type": "payment", "amount": amount(part), "payment_method_id": chance.choice(others)}
        order["payment_history"].append(second)


class Sequences:
    """Sequence n of a seed is always the same."""

    def __init__(self, files: Files, *, seed: int) -> None:
        self._files, self._seed = files, seed
        self._users = [user for user, row in files.users.items() if row["orders"]]
        self._orders = {user: [row["order_id"] for row in files.orders_of([user])] for user in self._users}
        self._variants = [variant for _, variant in files.variants()]
        self._tenders = [tender for row in files.users.values() for tender in row["payment_methods"]]

    def sequence(self, number: int) -> tuple[str, list[Row]]:
        """Whose it is, and the calls."""
        chance = Random(f"calls/{self._seed}/{number}")
        user = chance.choice(self._users)
        calls: list[Row] = []
        for _ in range(chance.randint(1, MOST_CALLS)):
            if calls and chance.random() < AGAIN:
                calls.append(deepcopy(chance.choice(calls)))
                continue
            call = self._call(user, chance)
            if chance.random() < WRONG:
                chance.choice(MUTATIONS)(self, call, chance)
            calls.append(call)
        return user, calls

    def _call(self, user: str, chance: Random) -> Row:
        """Something that this customer's orders would let be done at first."""
        if chance.random() < 0.05:
            return {"name": "modify_user_address", "arguments": {"user_id": user, **_address(chance)}}
        order = self._files.orders[chance.choice(self._orders[user])]
        names = {"pending": PENDING, "delivered": DELIVERED}.get(order["status"], (*PENDING, *DELIVERED))
        return self.call_named(chance.choice(names), order, chance)

    def call_named(self, name: str, order: Row, chance: Random) -> Row:
        """A sound call of this name about an order, whether or not it can be carried out."""
        arguments: Row = {"order_id": order["order_id"]}
        if name == "cancel_pending_order":
            return {"name": name, "arguments": arguments | {"reason": chance.choice(sorted(REASONS))}}
        if name == "modify_pending_order_address":
            return {"name": name, "arguments": arguments | _address(chance)}
        arguments["payment_method_id"] = chance.choice(list(self._files.users[order["user_id"]]["payment_methods"]))
        if name == "modify_pending_order_payment":
            return {"name": name, "arguments": arguments}
        items = chance.sample(order["items"], chance.randint(1, len(order["items"])))
        arguments["item_ids"] = [item["item_id"] for item in items]
        if name != "return_delivered_order_items":
            arguments["new_item_ids"] = [self._another(item, chance) for item in items]
        return {"name": name, "arguments": arguments}

    def _another(self, item: Row, chance: Random) -> str:
        """A variant of the same product that can be had, where there is one."""
        variants = self._files.products[item["product_id"]]["variants"].values()
        found: str = chance.choice([each["item_id"] for each in variants if each["available"]] or [item["item_id"]])
        return found

    # What may be wrong with a call. Each leaves alone what it does not apply to.

    def wrong_status(self, call: Row, chance: Random) -> None:
        order = self._files.orders.get(call["arguments"].get("order_id"))
        if order:
            call |= self.call_named(chance.choice((*PENDING, *DELIVERED)), order, chance)

    def unknown_order(self, call: Row, chance: Random) -> None:
        _put(call, "order_id", f"#W{chance.randrange(10**7):07}x")

    def anothers_order(self, call: Row, chance: Random) -> None:
        _put(call, "order_id", chance.choice(list(self._files.orders)))

    def anothers_tender(self, call: Row, chance: Random) -> None:
        _put(call, "payment_method_id", chance.choice(self._tenders))

    def unknown_tender(self, call: Row, chance: Random) -> None:
        _put(call, "payment_method_id", f"gift_card_{chance.randrange(10**7)}x")

    def gift_card(self, call: Row, chance: Random) -> None:
        order = self._files.orders.get(call["arguments"].get("order_id"))
        methods = self._files.users[order["user_id"]]["payment_methods"].values() if order else ()
        cards = [each["id"] for each in methods if "balance" in each]
        if cards:
            _put(call, "payment_method_id", chance.choice(cards))

    def wrong_reason(self, call: Row, chance: Random) -> None:
        _put(call, "reason", chance.choice(["", "changed my mind", "No Longer Needed", "ordered"]))

    def wrong_variant(self, call: Row, chance: Random) -> None:
        """Any product's, to be had or not."""
        self._into(call, "new_item_ids", chance.choice(self._variants)["item_id"], chance)

    def unavailable_variant(self, call: Row, chance: Random) -> None:
        order = self._files.orders.get(call["arguments"].get("order_id"))
        if order and "new_item_ids" in call["arguments"]:
            product = self._files.products[chance.choice(order["items"])["product_id"]]
            gone = [each["item_id"] for each in product["variants"].values() if not each["available"]]
            self._into(call, "new_item_ids", chance.choice(gone or ["none"]), chance)

    def unknown_item(self, call: Row, chance: Random) -> None:
        name = chance.choice(["item_ids", "new_item_ids"])
        self._into(call, name, chance.choice([chance.choice(self._variants)["item_id"], "0000000000"]), chance)

    def repeated_item(self, call: Row, chance: Random) -> None:
        arguments = call["arguments"]
        if "item_ids" in arguments:
            place = chance.randrange(len(arguments["item_ids"]))
            for name in ("item_ids", "new_item_ids"):
                if name in arguments:
                    arguments[name].append(arguments[name][place])

    def unpaired(self, call: Row, chance: Random) -> None:
        arguments = call["arguments"]
        name = chance.choice(["item_ids", "new_item_ids"])
        if "new_item_ids" in arguments:
            if chance.random() < 0.5:
                arguments[name].append(chance.choice(arguments[name]))
            else:
                arguments[name].pop()

    def nothing(self, call: Row, _: Random) -> None:
        for name in ("item_ids", "new_item_ids"):
            _put(call, name, [])

    def unknown_user(self, call: Row, chance: Random) -> None:
        _put(call, "user_id", f"nobody_{chance.randrange(10**4)}")

    @staticmethod
    def _into(call: Row, name: str, item_id: str, chance: Random) -> None:
        places = call["arguments"].get(name)
        if places:
            places[chance.randrange(len(places))] = item_id


Mutation = Callable[[Sequences, Row, Random], None]
MUTATIONS: tuple[Mutation, ...] = (
    Sequences.wrong_status,
    Sequences.unknown_order,
    Sequences.anothers_order,
    Sequences.anothers_tender,
    Sequences.unknown_tender,
    Sequences.gift_card,
    Sequences.wrong_reason,
    Sequences.wrong_variant,
    Sequences.unavailable_variant,
    Sequences.unknown_item,
    Sequences.repeated_item,
    Sequences.unpaired,
    Sequences.nothing,
    Sequences.unknown_user,
)
PENDING = (
    "cancel_pending_order",
    "modify_pending_order_items",
    "modify_pending_order_address",
    "modify_pending_order_payment",
)
DELIVERED = ("return_delivered_order_items", "exchange_delivered_order_items")
REASONS = {"no longer needed", "ordered by mistake"}


def _put(call: Row, name: str, value: object) -> None:
    if name in call["arguments"]:
        call["arguments"][name] = value


def _address(chance: Random) -> Row:
    return {
        "address1": chance.choice(STREETS),
        "address2": chance.choice(["", "Suite 7"]),
        "city": chance.choice(["Austin", "New York"]),
        "country": "USA",
        "state": chance.choice(["TX", "NY"]),
        "zip": f"{chance.randrange(10**5):05}",
    }


def numbered(sequences: Sequences, numbers: range) -> Iterator[tuple[int, str, list[Row]]]:
    """Sequences with whose they are."""
    for number in numbers:
        user, calls = sequences.sequence(number)
        yield number, user, calls
