"""The shop's files as rows of the public import. What they leave open is chosen here, and said.

- **Instants.** There are none. Orders were placed two days ago and are promised in thirty, so that nothing is overdue
  and nothing is history; parcels left yesterday, and what was delivered came half a day ago.
- **Zones.** The policy says that all times are Eastern.
- **Items.** Each becomes a line of one unit: the same item may stand in an order twice.
- **Parcels.** One for each fulfilment; its numbers belong to no carrier we know. What no fulfilment of a sent order
  names goes with its last one.
- **Tenders.** Gift cards hold now what the file says.
- **Orders that were cancelled before.** What went back then, and parcels that were called off, are that shop's past
  and not told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from verification.retail.files import Files, Row, minor

ZONE = "America/New_York"
COUNTRIES = {"USA": "US"}
COUNTRY_NAMES = {code: name for name, code in COUNTRIES.items()}
CURRENCY = "USD"
SENT = {"processed", "delivered"}


@dataclass(frozen=True, slots=True)
class Namespace:
    """Ids of our own for what one request is about, so that requests never meet."""

    prefix: str

    def ours(self, theirs: str) -> str:
        return f"{self.prefix}{theirs}"

    def theirs(self, ours: str) -> str:
        return ours.removeprefix(self.prefix)


def product_rows(files: Files) -> list[Row]:
    """The catalogue, and what stands in an order and is sold no more."""
    rows = {
        variant["item_id"]: _product(product, variant, is_on_sale=variant["available"])
        for product, variant in files.variants()
    }
    for order in files.orders.values():
        for item in order["items"]:
            rows.setdefault(item["item_id"], _product(item, item, is_on_sale=False))
    return list(rows.values())


def _product(product: Row, variant: Row, *, is_on_sale: bool) -> Row:
    return {
        "sku": variant["item_id"],
        "title": f"{product['name']} ({', '.join(str(value) for value in variant['options'].values())})",
        "currency": CURRENCY,
        "price_minor": minor(variant["price"]),
        "family": product["product_id"],
        "is_on_sale": is_on_sale,
    }


def customer_row(reference: str, user: Row, space: Namespace) -> Row:
    name = name_of(user)
    return {
        "id": space.ours(reference),
        "name": name,
        "email": user["email"],
        "zone": ZONE,
        "address": address_row(user["address"], name),
    }


def name_of(user: Row) -> str:
    return f"{user['name']['first_name']} {user['name']['last_name']}"


def address_row(address: Row, name: str) -> Row:
    """An address as we keep one: `address_of` reads it back."""
    lines = [address["address1"], address["address2"], f"{address['city']}, {address['state']}"]
    return {
        "name": name,
        "lines": [line for line in lines if line],
        "postcode": address["zip"],
        "country": COUNTRIES.get(address["country"], address["country"]),
        "zone": ZONE,
    }


def address_of(row: Row) -> Row:
    """The files' address that became `row`."""
    first, *second, last = row["lines"]
    city, _, state = last.rpartition(", ")
    return {
        "address1": first,
        "address2": second[0] if second else "",
        "city": city,
        "country": COUNTRY_NAMES.get(row["country"], row["country"]),
        "state": state,
        "zip": row["postcode"],
    }


def tender_rows(reference: str, user: Row, space: Namespace) -> list[Row]:
    return [
        {
            "id": method["id"],
            "customer": space.ours(reference),
            "kind": method["source"],
            "label": label_of(method),
            "currency": CURRENCY,
            **({"balance_minor": minor(method["balance"])} if "balance" in method else {}),
        }
        for method in user["payment_methods"].values()
    ]


def label_of(method: Row) -> str:
    return f"{method['brand']} ending {method['last_four']}" if "last_four" in method else ""


def method_of(tender: Row) -> Row:
    """The files' payment method that became a tender on file."""
    source = {"card": "credit_card", "wallet": "paypal"}.get(tender["kind"], tender["kind"])
    brand, is_card, last_four = tender["label"].partition(" ending ")
    return {
        "source": source,
        **({"brand": brand, "last_four": last_four} if is_card else {}),
        **({"balance": tender["balance_minor"] / 100} if tender["balance_minor"] is not None else {}),
        "id": tender["id"],
    }


def order_row(order: Row, user: Row, space: Namespace, *, now: datetime) -> Row:
    lines = [
        {
            "id": str(number),
            "sku": item["item_id"],
            "title": item["name"],
            "quantity": 1,
            "unit_price_minor": minor(item["price"]),
        }
        for number, item in enumerate(order["items"], start=1)
    ]
    return {
        "id": space.ours(order["order_id"]),
        "customer": space.ours(order["user_id"]),
        "placed_at": (now - timedelta(days=2)).isoformat(),
        "currency": CURRENCY,
        "lines": lines,
        "paid": [_paid(each, user) for each in order["payment_history"] if each["transaction_type"] == "payment"],
        "ship_to": address_row(order["address"], name_of(user)),
        "deliver_by_date": (now + timedelta(days=30)).date().isoformat(),
        **_what_became(order, lines, space, now=now),
    }


def _paid(payment: Row, user: Row) -> Row:
    method = user["payment_methods"][payment["payment_method_id"]]
    return {"tender": method["source"], "id": method["id"], "amount_minor": minor(payment["amount"])}


def _what_became(order: Row, lines: list[Row], space: Namespace, *, now: datetime) -> Row:
    if order["status"] == "cancelled":
        return {"cancelled_at": (now - timedelta(days=1)).isoformat()}
    if order["status"] not in SENT:
        return {}
    delivered = {"delivered_at": (now - timedelta(hours=12)).isoformat()} if order["status"] == "delivered" else {}
    parcels = list(_parcels(order["fulfillments"] or [{"tracking_id": [], "item_ids": []}], lines))
    return {
        "parcels": [
            {
                "id": space.ours(f"{order['order_id']}-{number}"),
                "carrier": "other",
                "number": space.ours("+".join(numbers) or f"{order['order_id'].strip('#')}{number}"),
                "label_at": (now - timedelta(days=1)).isoformat(),
                "units": [{"line": line, "quantity": 1} for line in units],
                **delivered,
            }
            for number, (numbers, units) in enumerate(parcels, start=1)
        ]
    }


def _parcels(fulfilments: Iterable[Row], lines: list[Row]) -> Iterable[tuple[list[str], list[str]]]:
    """The tracking numbers and the lines of each parcel that holds anything."""
    left = list(lines)
    found: list[tuple[list[str], list[str]]] = []
    for fulfilment in fulfilments:
        held: list[str] = []
        for item_id in fulfilment["item_ids"]:
            line = next((each for each in left if each["sku"] == item_id), None)
            if line is not None:
                left.remove(line)
                held.append(line["id"])
        found.append((list(fulfilment["tracking_id"]), held))
    found[-1][1].extend(line["id"] for line in left)
    return [each for each in found if each[1]]


def rows_of(files: Files, users: Iterable[str], space: Namespace, *, now: datetime) -> dict[str, list[Row]]:
    """All rows of some users: who they are, what they have on file, and what they ordered."""
    known = {user: files.users[user] for user in users}
    orders: list[Any] = [order_row(each, known[each["user_id"]], space, now=now) for each in files.orders_of(known)]
    return {
        "customers": [customer_row(user, row, space) for user, row in known.items()],
        "tenders": [row for user, each in known.items() for row in tender_rows(user, each, space)],
        "orders": orders,
    }
