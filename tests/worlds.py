"""A small bookshop to test in, built through the product's own actions, and a worker inside the test's transaction.

Reno sends, Columbus is empty until a test says otherwise. Everybody is promised Friday 16 October 2026.

It is wide where narrowness hides faults: an order is paid by card and, the smaller part and named first, by gift card;
each order has an address of its own; a courier is as fast as express and costs less, in another currency; and `lived`
gives a customer orders of long ago, in other currencies and zones.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from makegood import wiring
from makegood.catalog.actions import put_places, put_products, put_services, put_stock
from makegood.catalog.models import Place, Product
from makegood.catalog.records import PlaceRecord, ProductRecord, ServiceRecord, StockRecord
from makegood.channels.models import Message
from makegood.channels.rules import MessageState
from makegood.customers.actions import put_customers
from makegood.customers.models import Customer
from makegood.customers.records import CustomerRecord
from makegood.intake.actions import take_in_orders
from makegood.intake.receiving import take_in_receipts
from makegood.journal.actions import react
from makegood.journal.facts import Fact
from makegood.journal.models import FactRow
from makegood.journal.queries import facts_of
from makegood.journal.registry import CALLS, QUEUE
from makegood.kit import clock
from makegood.money.rules import Money
from makegood.orders.models import Delivery, Order
from makegood.orders.records import OrderRecord
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.scanning import take_in_scans
from makegood.payments.hearing import hear_dispute
from makegood.payments.models import Dispute
from makegood.payments.records import ReceiptRecord
from makegood.payments.rules.values import DisputeStatus, GatewayDispute
from makegood.staff.actions import put_helpers
from makegood.staff.models import Helper
from makegood.staff.records import HelperRecord
from makegood.staff.rules import Actor, Role, Standpoint

# Monday, 9:00 in Reno.
MONDAY = datetime(2026, 10, 5, 16, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Due at 20:00 in New York.
BY = date(2026, 10, 16)
DUE = datetime(2026, 10, 17, 0, 0, tzinfo=UTC)

# SKU: title, price, cost, units in Reno.
BOOKS: Mapping[str, tuple[str, int, int, int]] = {
    "BIRDS": ("Field Notes on Birds", 1695, 610, 10),
    "TIDES": ("A Year of Tides", 2890, 1240, 10),
    "ATLAS": ("Atlas of Small Islands", 5400, 2350, 10),
}
PAID = (
    {"tender": "gift_card", "amount_minor": 3_000, "label": "Gift card ending 7731"},
    {"tender": "card", "amount_minor": 7_000, "label": "Visa ending 4242"},
)
# Where orders go, each by the last digits of its reference: all of it in the zone of New York.
STREETS = ("12 Orchard Street", "7 Harbour Road", "301 Mill Lane", "5 Station Square")
# Where somebody lived before: country, zone, postcode, currency.
ABROAD = (
    ("FR", "Europe/Paris", "75011", "EUR"),
    ("JP", "Asia/Tokyo", "980-0001", "JPY"),
    ("US", "Pacific/Honolulu", "96813", "USD"),
    ("KW", "Asia/Kuwait", "32001", "KWD"),
)


def open_shop(*, stock: Mapping[str, int] | None = None, at: datetime = MONDAY) -> None:
    """Books, two places, two services and the units in Reno; the clock stands at `at`."""
    clock.freeze(at)
    put_places(
        [
            PlaceRecord(id="reno", name="Reno", country="US", zone="America/Los_Angeles"),
            PlaceRecord(id="columbus", name="Columbus", country="US", zone="America/New_York"),
        ]
    )
    put_products(
        [
            ProductRecord(sku=sku, title=title, currency="USD", price_minor=price, cost_minor=cost)
            for sku, (title, price, cost, _) in BOOKS.items()
        ]
    )
    counted: dict[str, int] = {sku: units for sku, (_, _, _, units) in BOOKS.items()}
    counted |= dict(stock or {})
    put_stock([StockRecord(place="reno", sku=sku, on_hand=units) for sku, units in counted.items()])
    put_services(
        [
            service("ground", rate_minor=480, transit_days=4),
            service("express", rate_minor=2895, transit_days=1),
            service("courier", rate_minor=1950, transit_days=1, currency="EUR"),
        ]
    )


def service(reference: str, *, rate_minor: int, transit_days: int, country: str = "*", **more: Any) -> ServiceRecord:
    lanes = [{"country": country, "rate_minor": rate_minor, "transit_days": transit_days}]
    words = {"id": reference, "name": reference.title(), "carrier": "usps", "currency": "USD", "cutoff_time": "15:00"}
    return ServiceRecord.model_validate(words | {"lanes": lanes} | more)


def count(*, place: str = "reno", **units: int) -> None:
    """So many units lie in a place, by SKU."""
    put_stock([StockRecord(place=place, sku=sku, on_hand=on_hand) for sku, on_hand in units.items()])


def customer(reference: str = "ada", **more: Any) -> Customer:
    words = {
        "id": reference,
        "name": f"{reference.title()} Marsh",
        "email": f"{reference}@marsh.example",
        "zone": "America/New_York",
        "since_date": "2020-03-14",
    }
    put_customers([CustomerRecord.model_validate(words | more)])
    return Customer.objects.get(reference=reference)


def helper(reference: str = "maya", *, role: Role = Role.HELPER) -> Helper:
    record = {"id": reference, "name": reference.title(), "email": f"{reference}@shop.example", "role": role}
    put_helpers([HelperRecord.model_validate(record | {"password": "correct horse battery"})])
    return Helper.objects.get(reference=reference)


LEAD = Actor(standpoint=Standpoint.LEAD, id=1, name="Lena")
HELPER = Actor(standpoint=Standpoint.HELPER, id=2, name="Maya")


def acting(who: Customer) -> Actor:
    return Actor(standpoint=Standpoint.CUSTOMER, id=who.pk, name=who.name)


def order_record(
    reference: str = "100", *, by: str = "ada", lines: Mapping[str, int] | None = None, **more: Any
) -> OrderRecord:
    """An order of one bird book, or of so many of each SKU; a line is called by its SKU."""
    wanted = lines or {"BIRDS": 1}
    words = {
        "id": reference,
        "customer": by,
        "placed_at": MONDAY - DAY,
        "currency": "USD",
        "lines": [
            {"id": sku, "sku": sku, "quantity": quantity, "unit_price_minor": BOOKS[sku][1]}
            for sku, quantity in wanted.items()
        ],
        "postage_minor": 480,
        "paid": PAID,
        "ship_to": {
            "name": f"{by.title()} Marsh",
            "lines": [street_of(reference)],
            "postcode": "10002",
            "country": "US",
            "zone": "America/New_York",
        },
        "deliver_by_date": BY,
    }
    return OrderRecord.model_validate(words | more)


def street_of(reference: str) -> str:
    digits = "".join(each for each in reference if each.isdigit())
    return STREETS[(int(digits or 0) // 100 - 1) % len(STREETS)]


def lived(by: str = "ada", *, orders: int = len(ABROAD)) -> list[Parcel]:
    """What a customer ordered long ago, where they lived then: each came in time."""
    records = []
    for number in range(orders):
        country, zone, postcode, currency = ABROAD[number % len(ABROAD)]
        left_at = MONDAY - (100 + 30 * number) * DAY
        reference = f"{by}-{number}"
        box = parcel_record(
            f"P{reference}", {"ATLAS": 1}, serial=900 + number, label_at=left_at, delivered_at=left_at + 3 * DAY
        )
        address = {"name": by.title(), "lines": ["Elsewhere 1"], "postcode": postcode, "country": country, "zone": zone}
        records.append(
            order_record(
                reference,
                by=by,
                lines={"ATLAS": 1},
                currency=currency,
                ship_to=address,
                placed_at=left_at - DAY,
                deliver_by_date=(left_at + 9 * DAY).date(),
                parcels=[box],
            )
        )
    take_in(*records)
    return list(Parcel.objects.filter(reference__in=[f"P{record.id}" for record in records]).order_by("id"))


def parcel_record(reference: str, units: Mapping[str, int], *, serial: int = 1, **more: Any) -> dict[str, Any]:
    """A parcel of so many of each line, to go into an order's record."""
    words = {
        "id": reference,
        "place": "reno",
        "service": "ground",
        "carrier": "usps",
        "number": number_of(serial),
        "label_at": MONDAY,
        "units": [{"line": line, "quantity": quantity} for line, quantity in units.items()],
    }
    return words | more


def number_of(serial: int) -> str:
    """A USPS number of 22 digits with its check digit (mod 10, weights 3 and 1 from the right)."""
    digits = f"940010000000000000{serial:03d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def take_in(*records: OrderRecord) -> Order:
    """Take orders in now; the last of them."""
    take_in_orders(records, now=clock.now())
    return Order.objects.get(reference=records[-1].id)


def pays(reference: str = "MO-1", **more: Any) -> None:
    """Money comes in, as the shop tells it."""
    words = {"id": reference, "tender": "money_order", "currency": "USD", "received_at": clock.now()}
    take_in_receipts([ReceiptRecord.model_validate(words | more)], now=clock.now())


def disputed(payment: str, *, amount_minor: int, **more: Any) -> Dispute:
    """A bank asks back what came in by a payment, and we hear of it now: an answer counts for nine days."""
    now = clock.now()
    said = GatewayDispute(
        payment=payment,
        amount=Money(amount_minor=amount_minor, currency="USD"),
        **{
            "reference": f"dp_{payment}",
            "status": DisputeStatus.NEEDS_RESPONSE,
            "reason": "product_not_received",
            "evidence_due_at": now + 9 * DAY,
            "is_evidence_submitted": False,
            "is_refundable": False,
            "created_at": now,
            **more,
        },
    )
    with transaction.atomic():
        hear_dispute(said, told_at=now)
    return Dispute.objects.get(reference=said.reference)


def shipped(
    reference: str = "100", *, serial: int = 1, by: str = "ada", lines: Mapping[str, int] | None = None, **more: Any
) -> Parcel:
    """An order that left whole, in one parcel named after it."""
    wanted = dict(lines or {"BIRDS": 1})
    parcels = [parcel_record(f"P{reference}", wanted, serial=serial)]
    take_in(order_record(reference, by=by, lines=wanted, parcels=parcels, **more))
    return Parcel.objects.get(reference=f"P{reference}")


def lost(reference: str = "100", **more: Any) -> Parcel:
    """An order whose parcel the carrier calls lost."""
    parcel = shipped(reference, **more)
    say(parcel, ScanKind.LOST)
    parcel.refresh_from_db()
    return parcel


def scan_of(parcel: Parcel, kind: ScanKind, at: datetime | None = None, **more: Any) -> Scan:
    return Scan(
        carrier=parcel.carrier,
        number=parcel.number,
        code=more.pop("code", kind.value),
        kind=kind,
        happened_at=at or clock.now(),
        **more,
    )


def say(parcel: Parcel, kind: ScanKind, at: datetime | None = None, **more: Any) -> None:
    """The carrier says something about a parcel, and we hear it now."""
    take_in_scans([scan_of(parcel, kind, at, **more)], now=clock.now())


def place(reference: str = "reno") -> Place:
    return Place.objects.get(reference=reference)


def product(sku: str = "BIRDS") -> Product:
    return Product.objects.get(sku=sku)


def delivery_of(reference: str) -> Delivery:
    """The only delivery of an order that is no replacement."""
    return Delivery.objects.select_related("promise").get(order__reference=reference, is_replacement=False)


def work() -> int:
    """Run the reactions that are ready now, in order, in this thread and transaction; how many there were."""
    done = 0
    while job := _next_job():
        react(fact_id=job["args"]["fact_id"], reaction=job["task_name"])
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job["id"]])
        done += 1
    return done


def _next_job() -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = ANY(%s)"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1",
            [[QUEUE, CALLS]],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return {"id": row[0], "task_name": row[1], "args": json.loads(row[2]) if isinstance(row[2], str) else row[2]}


def settle(*, may_hold: bool = False) -> None:
    """Sweep and work until nothing is left to do now; no letter may have been held back for what it says."""
    while wiring.sweep() + work():
        pass
    held = Message.objects.filter(state=MessageState.HELD)
    assert may_hold or not held, [(letter.subject, letter.error) for letter in held]


def live_until(at: datetime, *, step: timedelta = 12 * HOUR) -> None:
    """Move the clock on to `at`, looking around on the way as the worker would."""
    settle()
    while (now := clock.now()) < at:
        clock.freeze(min(at, now + step))
        settle()


def facts(*kinds: type[Fact], about: Customer | None = None) -> list[Fact]:
    """What was announced of these kinds, the oldest first."""
    everybody = FactRow.objects.order_by("customer_id").values_list("customer_id", flat=True).distinct()
    ids = [about.pk] if about else list(everybody)
    return [fact for each in ids for _, fact in facts_of(customer_id=each, kinds=kinds, limit=1000)]


def letters(news: str | None = None) -> list[Message]:
    """What was written to customers, the oldest first."""
    rows = Message.objects.filter(direction="out").order_by("id")
    return list(rows.filter(news=news) if news else rows)


def news_told() -> Sequence[str]:
    """The kinds of news that went out, in order."""
    return [letter.news for letter in letters()]
