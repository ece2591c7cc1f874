"""Two lost parcels, from the orders to the closed case: each step as the product's own actions.

Every step is what a shop, a carrier, a customer or a helper would send again if the answer never came.
"""

from datetime import date, datetime
from typing import Any

from makegood.cases.actions import send_reply, take_in_message
from makegood.cases.making_good import make_good
from makegood.cases.models import Case
from makegood.catalog.actions import put_places, put_products, put_services, put_stock
from makegood.catalog.records import PlaceRecord, ProductRecord, ServiceRecord, StockRecord
from makegood.customers.actions import put_customers
from makegood.customers.models import Customer
from makegood.customers.records import CustomerRecord
from makegood.demo import number_of
from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.orders.records import OrderRecord
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.hearing import say_heard
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.scanning import take_in_scans
from makegood.policies.rules.values import RemedyKind
from makegood.staff.rules import Actor, Standpoint
from tests.crashes.script import LETTER, Stage, Steps, Story

BEGINS = "2026-12-02T17:00Z"
ORDERS = {"10482": ("ECHO-S", 1, 2145), "10483": ("BIRDS", 2, 1695)}


def at(instant: str) -> datetime:
    return datetime.fromisoformat(instant)


def set_clock(instant: str) -> None:
    clock.freeze(at(instant))


def import_world(_: str) -> None:
    now = clock.now()
    say_heard(carrier="usps", since=now, now=now)
    put_customers(
        [
            CustomerRecord(
                id="ada",
                name="Ada Reader",
                email="ada@reader.example",
                zone="America/New_York",
                since_date=date(2020, 3, 1),
            )
        ]
    )
    put_places([PlaceRecord(id="reno", name="Reno", country="US", zone="America/Los_Angeles")])
    put_products(
        [
            ProductRecord(sku=sku, title=f"Book {sku}", currency="USD", price_minor=price, cost_minor=price // 2)
            for sku, _, price in ORDERS.values()
        ]
    )
    put_stock([StockRecord(place="reno", sku=sku, on_hand=10) for sku, _, _ in ORDERS.values()])
    common: dict[str, Any] = {"carrier": "usps", "currency": "USD"}
    lanes = {"ground": (500, 5), "express": (1500, 2)}
    put_services(
        [
            ServiceRecord.model_validate(
                {"id": key, "name": key.title(), "lanes": [{"country": "US", "rate_minor": rate, "transit_days": days}]}
                | common
            )
            for key, (rate, days) in lanes.items()
        ]
    )


def import_orders(_: str) -> None:
    take_in_orders([_order(reference) for reference in ORDERS], now=clock.now())


def label_parcels(instant: str) -> None:
    take_in_orders(
        [_order(reference, label_at=at(instant), serial=place) for place, reference in enumerate(ORDERS, start=1)],
        now=clock.now(),
    )


def _order(reference: str, *, label_at: datetime | None = None, serial: int = 0) -> OrderRecord:
    sku, quantity, price = ORDERS[reference]
    record: dict[str, Any] = {
        "id": reference,
        "customer": "ada",
        "placed_at": BEGINS,
        "currency": "USD",
        "lines": [{"id": "1", "sku": sku, "quantity": quantity, "unit_price_minor": price}],
        "paid": [{"tender": "card", "amount_minor": price * quantity, "label": "Visa ending 4242"}],
        "ship_to": {
            "name": "A. Reader",
            "lines": ["1 Main Street"],
            "postcode": "10001",
            "country": "US",
            "zone": "America/New_York",
        },
        "deliver_by_date": "2026-12-14",
    }
    if label_at:
        record["parcels"] = [
            {
                "id": f"P{reference}",
                "place": "reno",
                "service": "ground",
                "carrier": "usps",
                "number": number_of(serial),
                "label_at": label_at,
                "units": [{"line": "1", "quantity": quantity}],
            }
        ]
    return OrderRecord.model_validate(record)


def customer_writes(words: str) -> None:
    take_in_message(key="web:1", customer=Customer.objects.get(), body=words, now=clock.now())


def helper_replies(words: str) -> None:
    helper = Actor(standpoint=Standpoint.HELPER, id=1, name="Robin")
    send_reply(case_id=_case().pk, key="reply:1", subject="Your books", body=words, by=helper, now=clock.now())


def customer_chooses(kind: str) -> None:
    customer = Actor(standpoint=Standpoint.CUSTOMER, id=Customer.objects.get().pk)
    make_good(case_id=_case().pk, kind=RemedyKind(kind), by=customer, now=clock.now())


def warehouse_announces(instant: str) -> None:
    for place, dispatch in enumerate(Dispatch.objects.order_by("order__reference"), start=11):
        announce_parcel(
            dispatch_id=dispatch.pk, carrier="usps", number=number_of(place), label_at=at(instant), now=clock.now()
        )


def carrier_scans(kind: str) -> None:
    scans = [
        Scan(
            carrier="usps",
            number=number_of(serial),
            code=kind,
            kind=ScanKind(kind),
            happened_at=clock.now(),
            place="RENO",
        )
        for serial in (11, 12)
    ]
    take_in_scans(scans, now=clock.now())


def _case() -> Case:
    return Case.objects.order_by("-id")[0]


STEPS: Steps = {
    "set clock": set_clock,
    "import world": import_world,
    "import orders": import_orders,
    "label parcels": label_parcels,
    "customer writes": customer_writes,
    "helper replies": helper_replies,
    "customer chooses": customer_chooses,
    "warehouse announces": warehouse_announces,
    "carrier scans": carrier_scans,
}

STAGES = (
    Stage(
        "the orders and their labels",
        (("set clock", BEGINS), ("import world", ""), ("import orders", ""), ("label parcels", BEGINS)),
    ),
    Stage("a day of silence", (("set clock", "2026-12-03T17:00Z"),)),
    Stage("told in danger", (("set clock", "2026-12-07T17:00Z"),)),
    Stage("the customer writes", (("customer writes", "Where are my books?"),)),
    Stage("a helper answers", (("helper replies", "We are looking into it, and will not rest."),)),
    Stage("the date passes", (("set clock", "2026-12-15T02:00Z"),)),
    Stage("morning", (("set clock", "2026-12-15T15:00Z"),)),
    Stage("the customer chooses", (("customer chooses", "send_again"),)),
    Stage("the replacements leave", (("warehouse announces", "2026-12-15T15:00Z"),)),
    Stage("evening", (("set clock", "2026-12-16T04:00Z"),)),
    Stage("they move", (("carrier scans", "accepted"),)),
    Stage("the day they are due", (("set clock", "2026-12-17T17:00Z"),)),
    Stage("they arrive", (("carrier scans", "delivered"),)),
)

LOST_PARCELS = Story(
    name="lost parcels",
    stages=STAGES,
    steps=STEPS,
    told={"in_danger": 1, "broken": 1, "reply": 1, "sent_again": 1, "replacement_left": 2},
    cases={"closed": 1},
    sample=14,
    sample_of_postgres=4,
    in_doubt=f"after {LETTER}",
)
