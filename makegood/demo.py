"""The demo shop: a fortnight of a bookshop's life, lived through by the product itself: every page is true."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from makegood.cases.actions import take_in_message
from makegood.cases.matching import create_unmatched_message
from makegood.catalog.actions import put_places, put_products, put_services, put_stock
from makegood.catalog.records import PlaceRecord, ProductRecord, ServiceRecord, StockRecord
from makegood.customers.actions import put_customers
from makegood.customers.models import Customer
from makegood.customers.records import CustomerRecord
from makegood.demo_money import DISPUTED_PAYMENT, money_events, put_tenders_on_file
from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.kit.holidays import calendar_of
from makegood.orders.records import OrderRecord
from makegood.parcels.rules.check_digits import mod_10
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.scanning import take_in_scans
from makegood.working import settle

RENO = ZoneInfo("America/Los_Angeles")
DAYS_BACK = 11

CUSTOMERS: tuple[tuple[str, str, str, Literal["en", "fr", "es"], str], ...] = (
    ("ada", "Ada Marsh", "ada@marsh.example", "en", "America/New_York"),
    ("luc", "Luc Bernard", "luc@bernard.example", "fr", "Europe/Paris"),
    ("ines", "Inés Ortega", "ines@ortega.example", "es", "Europe/Madrid"),
    ("tom", "Tom Reyes", "tom@reyes.example", "en", "America/Chicago"),
    ("mei", "Mei Tanaka", "mei@tanaka.example", "en", "America/Los_Angeles"),
    ("walt", "Walt Ames", "walt@ames.example", "en", "America/Chicago"),
)
BOOKS = (
    ("ECHO-S", "The Echo Chamber, softcover", 2145, 890, 24),
    ("BIRDS", "Field Notes on Birds", 1695, 610, 40),
    ("TIDES", "A Year of Tides", 2890, 1240, 9),
    ("LANTERN", "The Lantern Keepers", 1499, 520, 1),
    ("ATLAS", "Atlas of Small Islands", 5400, 2350, 12),
)
ADDRESSES = {
    "ada": ("Ada Marsh", ["12 Orchard Street", "New York, NY"], "10002", "US", "America/New_York"),
    "luc": ("Luc Bernard", ["8 rue des Lilas", "Paris"], "75011", "FR", "Europe/Paris"),
    "ines": ("Inés Ortega", ["Calle de la Luna 21", "Madrid"], "28004", "ES", "Europe/Madrid"),
    "tom": ("Tom Reyes", ["440 Lake View Avenue", "Chicago, IL"], "60614", "US", "America/Chicago"),
    "mei": ("Mei Tanaka", ["3180 Alder Way", "Portland, OR"], "97205", "US", "America/Los_Angeles"),
    "walt": ("Walt Ames", ["77 Harbor Road", "Duluth, MN"], "55802", "US", "America/Chicago"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in the demo at an instant."""

    at: datetime
    happen: Callable[[datetime], object]


def fill_shop(*, today: datetime) -> None:
    """Live through the fortnight before `today` in an empty shop, whose clock may still go back, and run on from there.

    One that was cut off stands still where it was, and goes on from there.
    """
    first = first_day(today)
    if not clock.is_frozen():
        clock.freeze(datetime.combine(first, time(0), tzinfo=RENO))
    put_world()
    reached = clock.now()
    for event in sorted(events(first), key=lambda each: each.at):
        if event.at < reached:
            continue
        live_until(event.at)
        event.happen(clock.now())
        settle()
    live_until(today)
    clock.run_from(today)


def first_day(today: datetime) -> date:
    """The business day that lies `DAYS_BACK` of them before today."""
    shop = calendar_of(country="US", zone=RENO.key)
    day, back = today.astimezone(RENO).date(), 0
    while back < DAYS_BACK:
        day -= timedelta(days=1)
        back += shop.is_business_day(day)
    return day


def live_until(instant: datetime) -> None:
    """Move the clock on, an hour at a time, as the worker's sweeps would see it."""
    while (now := clock.now()) < instant:
        clock.freeze(min(instant, now + timedelta(hours=1)))
        settle()


def put_world() -> None:
    """Customers, books, two places, three services."""
    put_customers(
        [
            CustomerRecord(id=key, name=name, email=email, language=language, zone=zone)
            for key, name, email, language, zone in CUSTOMERS
        ]
    )
    put_places(
        [
            PlaceRecord(id="reno", name="Reno", country="US", zone="America/Los_Angeles"),
            PlaceRecord(id="columbus", name="Columbus", country="US", zone="America/New_York"),
        ]
    )
    put_products(
        [
            ProductRecord(sku=sku, title=title, currency="USD", price_minor=price, cost_minor=cost)
            for sku, title, price, cost, _ in BOOKS
        ]
    )
    put_stock([StockRecord(place="reno", sku=sku, on_hand=count) for sku, _, _, _, count in BOOKS])
    put_services([ServiceRecord.model_validate(each) for each in _services()])
    put_tenders_on_file(clock.now())


def _services() -> list[dict[str, Any]]:
    def lanes(us: tuple[int, int], other: tuple[int, int]) -> list[dict[str, Any]]:
        return [
            {"country": "US", "rate_minor": us[0], "transit_days": us[1]},
            {"country": "*", "rate_minor": other[0], "transit_days": other[1]},
        ]

    common = {"carrier": "usps", "currency": "USD", "cutoff_time": "15:00"}
    return [
        {"id": "ground", "name": "Ground Advantage", "lanes": lanes((480, 4), (1450, 9)), **common},
        {"id": "priority", "name": "Priority Mail", "lanes": lanes((995, 2), (3900, 6)), **common},
        {"id": "express", "name": "Priority Mail Express", "lanes": lanes((2895, 1), (6200, 4)), **common},
    ]


def events(first: date) -> list[Event]:
    """The fortnight: orders, labels, scans and words, on business days from the `first`."""
    shop = calendar_of(country="US", zone=RENO.key)

    def day(n: int, hour: int = 9, minute: int = 0) -> datetime:
        return shop.at(shop.add_business_days(first, n), time(hour, minute))

    def order(n: int, **more: Any) -> Event:
        return Event(day(n, 10), lambda now: take_in_orders([_order(now, **more)], now=now))

    def parcel(n: int, **more: Any) -> Event:
        return Event(day(n, 9), lambda now: take_in_orders([_with_parcel(now, **more)], now=now))

    def scan(n: int, hour: int, serial: int, kind: ScanKind, place: str, words: str) -> Event:
        said = Scan(
            carrier="usps",
            number=number_of(serial),
            code={ScanKind.ACCEPTED: "03", ScanKind.MOVED: "10", ScanKind.DELIVERED: "01"}.get(kind, "10"),
            kind=kind,
            happened_at=day(n, hour),
            place=place,
            words=words,
        )
        return Event(day(n, hour, 5), lambda now: take_in_scans([said], now=now))

    by = [shop.add_business_days(first, n) for n in range(26)]
    orders = {
        "10455": {"customer": "tom", "skus": ["BIRDS"], "deliver_by_date": by[7], "payment": DISPUTED_PAYMENT},
        "10482": {"customer": "ada", "skus": ["ECHO-S", "BIRDS"], "deliver_by_date": by[8]},
        "10488": {"customer": "ines", "skus": ["TIDES", "LANTERN"], "deliver_by_date": by[13]},
        "10490": {"customer": "luc", "skus": ["ATLAS"], "deliver_by_date": by[15]},
        "10497": {"customer": "mei", "skus": ["TIDES", "BIRDS"], "deliver_by_date": by[12]},
    }
    placed = dict(zip(orders, (1, 2, 3, 5, 8), strict=True))
    for reference, about in orders.items():
        about |= {"reference": reference, "placed_at": day(placed[reference], 10)}
    return [
        *(order(placed[reference], **about) for reference, about in orders.items()),
        parcel(2, serial=1, **orders["10455"]),
        scan(2, 18, 1, ScanKind.ACCEPTED, "RENO, NV 89510", "Accepted at USPS Origin Facility"),
        scan(4, 5, 1, ScanKind.MOVED, "CHICAGO, IL 60607", "Arrived at USPS Regional Facility"),
        scan(5, 12, 1, ScanKind.DELIVERED, "CHICAGO, IL 60614", "Delivered, In/At Mailbox"),
        parcel(3, serial=2, **orders["10482"]),
        parcel(4, serial=3, **orders["10488"]),
        scan(4, 18, 3, ScanKind.ACCEPTED, "RENO, NV 89510", "Accepted at USPS Origin Facility"),
        scan(5, 6, 3, ScanKind.MOVED, "LOS ANGELES, CA 90009", "Departed USPS Regional Facility"),
        parcel(6, serial=4, **orders["10490"]),
        scan(6, 18, 4, ScanKind.ACCEPTED, "RENO, NV 89510", "Accepted at USPS Origin Facility"),
        scan(8, 7, 4, ScanKind.MOVED, "LOS ANGELES, CA 90009", "Processed Through Facility"),
        scan(10, 7, 4, ScanKind.MOVED, "PARIS", "Arrived at Facility"),
        Event(
            day(10, 9, 20),
            lambda now: _words("tom", "Do you gift-wrap? I would like the bird book once more, for my sister.", now),
        ),
        Event(
            day(10, 8, 40),
            lambda now: create_unmatched_message(
                name="A. Marsh",
                address="ada@marsh.example",
                order_reference="10482",
                body="Where are my books? The page says you know more than the carrier does.",
                language="en",
                now=now,
            ),
        ),
        *(Event(at, happen) for at, happen in money_events(day, dict(enumerate(by)), _order)),
    ]


def _words(customer: str, body: str, now: datetime) -> None:
    take_in_message(key=f"demo:{customer}", customer=Customer.objects.get(reference=customer), body=body, now=now)


def _order(
    _now: datetime,
    *,
    reference: str,
    customer: str,
    skus: list[str],
    deliver_by_date: date,
    placed_at: datetime,
    payment: str = "",
    paid: list[dict[str, Any]] | None = None,
) -> OrderRecord:
    """`paid`: with what, where that is not all of it by card; `payment` is what the gateway calls that."""
    prices = {sku: price for sku, _, price, _, _ in BOOKS}
    card = {"tender": "card", "label": "Visa ending 4242", "payment": payment}
    name, lines, postcode, country, zone = ADDRESSES[customer]
    return OrderRecord.model_validate(
        {
            "id": reference,
            "customer": customer,
            "placed_at": placed_at,
            "currency": "USD",
            "lines": [
                {"id": str(place), "sku": sku, "quantity": 1, "unit_price_minor": prices[sku]}
                for place, sku in enumerate(skus, start=1)
            ],
            "postage_minor": 480,
            "paid": [{**card, "amount_minor": sum(prices[sku] for sku in skus) + 480}] if paid is None else paid,
            "ship_to": {"name": name, "lines": lines, "postcode": postcode, "country": country, "zone": zone},
            "deliver_by_date": deliver_by_date,
        }
    )


def _with_parcel(now: datetime, *, serial: int, **about: Any) -> OrderRecord:
    record = _order(now, **about)
    parcel = {
        "id": f"P{record.id}",
        "place": "reno",
        "service": "ground",
        "carrier": "usps",
        "number": number_of(serial),
        "label_at": now,
        "units": [{"line": line.id, "quantity": line.quantity} for line in record.lines],
    }
    return OrderRecord.model_validate(record.model_dump() | {"parcels": [parcel]})


def number_of(serial: int) -> str:
    """A USPS number of 22 digits with its check digit."""
    digits = f"940010000000000000{serial:03d}"
    return digits + mod_10(digits, evens_multiplier=3, odds_multiplier=1, reverse=True)
