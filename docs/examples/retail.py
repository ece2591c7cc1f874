"""Turn the retail benchmark's shop (users.json, products.json, orders.json) into files that `makegood import` takes.

    .venv/bin/python docs/examples/retail.py ../shared/data/retail OUT --as-of 2026-11-20
    makegood import customers OUT/customers.jsonl    (then places, products, stock, services, orders)

What the source does not say is chosen, and stays the same from run to run:

- **Dates.** It has none. Each order gets a day before `--as-of`, spread evenly by its place in the file: delivered and
  cancelled ones 20 to 60 days ago, processed and pending ones in the morning of that day (UTC), so that nothing in it
  is late on the day it is imported. Promised is the tenth day after the order; delivered ones came on the fifth.
- **Zones** follow from the state of the address; Texas, Florida and Indiana are taken as their larger zone.
- **Titles** are the product's name with its options; **costs** are unknown, and so count at the price.
- **Stock.** It only says whether a variant can be had: 20 of those, none of the others, all in one place.
- **Numbers.** Tracking ids have twelve digits and belong to no carrier we know, so their carrier is "other" and
  is believed by the patient clock.
- **Cancelled** orders that had a fulfilment keep no parcel: their one delivery is withdrawn.
- **Payments.** Tenders are as paid; refunds of cancelled orders are left out, because they are not tenders.
- An item that stands in an order twice becomes one line of two.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ZONES = {
    "AZ": "America/Phoenix",
    "CA": "America/Los_Angeles",
    "CO": "America/Denver",
    "IL": "America/Chicago",
    "IN": "America/Indiana/Indianapolis",
    "TX": "America/Chicago",
    "WA": "America/Los_Angeles",
}
EASTERN = "America/New_York"
PLACE = {"id": "warehouse", "name": "Warehouse", "country": "US", "zone": "America/Chicago"}
SERVICES = [
    {
        "id": reference,
        "name": reference.title(),
        "carrier": "other",
        "currency": "USD",
        "lanes": [{"country": "US", "rate_minor": rate, "transit_days": days}],
    }
    for reference, rate, days in (("standard", 695, 5), ("express", 1895, 2))
]
TENDERS = {"credit_card": "card", "gift_card": "gift_card", "paypal": "paypal"}
Row = dict[str, Any]


def minor(amount: float) -> int:
    """Dollars as cents, without the noise of binary fractions."""
    return int((Decimal(str(amount)) * 100).to_integral_value())


def zone_of(address: Row) -> str:
    return ZONES.get(address["state"], EASTERN)


def name_of(user: Row) -> str:
    return f"{user['name']['first_name']} {user['name']['last_name']}"


def title_of(item: Row) -> str:
    return f"{item['name']} ({', '.join(str(value) for value in item['options'].values())})"


def customers(users: Row) -> Iterable[Row]:
    for reference, user in users.items():
        yield {
            "id": reference,
            "name": name_of(user),
            "email": user["email"],
            "zone": zone_of(user["address"]),
        }


def variants(products: Row) -> Iterable[Row]:
    for product in products.values():
        for variant in product["variants"].values():
            yield {**variant, "name": product["name"]}


def catalog(products: Row) -> Iterable[Row]:
    for item in variants(products):
        price = minor(item["price"])
        yield {"sku": item["item_id"], "title": title_of(item), "currency": "USD", "price_minor": price}


def stock(products: Row) -> Iterable[Row]:
    for item in variants(products):
        yield {"place": PLACE["id"], "sku": item["item_id"], "on_hand": 20 if item["available"] else 0}


def orders(plain: Row, users: Row, *, as_of: date) -> Iterable[Row]:
    for place, order in enumerate(plain.values()):
        yield order_of(order, users[order["user_id"]], placed_at=placed_at(order["status"], place, as_of))


def placed_at(status: str, place: int, as_of: date) -> datetime:
    """When an order was placed, from its place in the file: nothing is late on the day of import."""
    noon = datetime.combine(as_of, time(12), tzinfo=UTC)
    if status in {"delivered", "cancelled"}:
        return noon - timedelta(days=20 + place % 41, minutes=place % 600)
    return noon - timedelta(hours=4, minutes=place % 240)


def order_of(order: Row, user: Row, *, placed_at: datetime) -> Row:
    lines = lines_of(order["items"])
    address = order["address"]
    return {
        "id": order["order_id"],
        "customer": order["user_id"],
        "placed_at": written(placed_at),
        "currency": "USD",
        "lines": lines,
        "paid": [tender_of(each, user) for each in order["payment_history"] if each["transaction_type"] == "payment"],
        "ship_to": {
            "name": name_of(user),
            "lines": [line for line in (address["address1"], address["address2"]) if line]
            + [f"{address['city']}, {address['state']}"],
            "postcode": address["zip"],
            "country": "US",
            "zone": zone_of(address),
        },
        "deliver_by_date": str(placed_at.date() + timedelta(days=10)),
        **what_became(order, lines, placed_at),
    }


def lines_of(items: list[Row]) -> list[Row]:
    counted = Counter(item["item_id"] for item in items)
    by_id = {item["item_id"]: item for item in items}
    return [
        {
            "id": item_id,
            "sku": item_id,
            "title": title_of(by_id[item_id]),
            "quantity": quantity,
            "unit_price_minor": minor(by_id[item_id]["price"]),
        }
        for item_id, quantity in counted.items()
    ]


def tender_of(payment: Row, user: Row) -> Row:
    method = user["payment_methods"][payment["payment_method_id"]]
    label = f"{method['brand'].title()} ending {method['last_four']}" if "last_four" in method else ""
    return {"tender": TENDERS[method["source"]], "amount_minor": minor(payment["amount"]), "label": label}


def what_became(order: Row, lines: list[Row], placed_at: datetime) -> Row:
    if order["status"] == "cancelled":
        return {"cancelled_at": written(placed_at + timedelta(hours=6))}
    label_at = placed_at + timedelta(hours=3)
    delivered = {"delivered_at": written(placed_at + timedelta(days=5))} if order["status"] == "delivered" else {}
    return {
        "parcels": [
            {
                "id": f"{order['order_id']}-{number}",
                "place": PLACE["id"],
                "service": "standard",
                "carrier": "other",
                "number": number,
                "label_at": written(label_at),
                "units": units_of(fulfilment["item_ids"], lines),
                **delivered,
            }
            for fulfilment in order["fulfillments"]
            for number in fulfilment["tracking_id"]
        ]
    }


def units_of(item_ids: list[str], lines: list[Row]) -> list[Row]:
    """A fulfilment names each item once, also where it was bought twice: all of a line's units went with it."""
    return [{"line": line["id"], "quantity": line["quantity"]} for line in lines if line["id"] in set(item_ids)]


def written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def convert(source: Path, target: Path, *, as_of: date) -> dict[str, int]:
    """Write each kind's file; how many rows each has."""
    users, products, plain = (
        json.loads((source / f"{name}.json").read_text("utf-8")) for name in ("users", "products", "orders")
    )
    rows = {
        "customers": customers(users),
        "places": [PLACE],
        "products": catalog(products),
        "stock": stock(products),
        "services": SERVICES,
        "orders": orders(plain, users, as_of=as_of),
    }
    target.mkdir(parents=True, exist_ok=True)
    return {kind: write(target / f"{kind}.jsonl", each) for kind, each in rows.items()}


def write(path: Path, rows: Iterable[Row]) -> int:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path, help="the folder with users.json, products.json and orders.json")
    parser.add_argument("target", type=Path, help="where to write")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the day of the import")
    options = parser.parse_args()
    if not (options.source / "orders.json").is_file():
        sys.exit(f"{options.source} holds no orders.json")
    for kind, count in convert(options.source, options.target, as_of=options.as_of).items():
        print(f"{count:6,} {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
