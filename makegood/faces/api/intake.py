"""What comes in, by kind: its record, its action, its address. One table for the API and for `makegood import`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from pydantic import ValidationError

from makegood.catalog.actions import put_places, put_postage_rates, put_products, put_services, put_stock
from makegood.catalog.carriers import carrier_named
from makegood.catalog.records import PlaceRecord, PostageRateRecord, ProductRecord, ServiceRecord, StockRecord
from makegood.customers.actions import put_customers
from makegood.customers.records import CustomerRecord
from makegood.faces.problems import field_errors
from makegood.intake.actions import take_in_orders
from makegood.intake.receiving import take_in_receipts
from makegood.kit.records import Record
from makegood.kit.rows import UpsertResult
from makegood.orders.records import OrderRecord
from makegood.parcels.carrier import CARRIERS, UnreadableScan
from makegood.parcels.dispatching import announce_all
from makegood.parcels.records import AnnouncementRecord, ScanRecord
from makegood.parcels.rules.scans import Scan
from makegood.parcels.scanning import ScansTaken, Way, take_in_scans
from makegood.payments.filing import put_tenders
from makegood.payments.records import ReceiptRecord, TenderOnFileRecord
from makegood.staff.actions import put_helpers
from makegood.staff.records import HelperRecord
from makegood.staff.rules import Scope

Counts = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of row. `read` makes of a record what the action takes; `key` names the fields of a row's address.

    `is_streamed`: the action takes any number of rows one by one, and refuses none that `read` has let through.
    `has_addresses`: each row has an address of its own.
    """

    name: str
    record: type[Record]
    put: Callable[[Any, datetime], UpsertResult | ScansTaken]
    scope: Scope = Scope.WRITE
    key: tuple[str, ...] = ("id",)
    read: Callable[[Any], Any] = lambda record: record
    counts: tuple[str, ...] = ("new", "changed", "same")
    is_streamed: bool = False
    has_addresses: bool = True

    def take_in(self, rows: Iterable[Any], now: datetime) -> Counts:
        """Take rows in, all or none; how many were what."""
        return counts_of(self.put(rows, now))


class Unreadable(Exception):
    """A record is sound, and what it carries is not."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(str(errors))
        self.errors = tuple(errors)


def counts_of(taken: UpsertResult | ScansTaken) -> Counts:
    """What an action took, by the name of each count."""
    return {name: count for name, count in asdict(taken).items() if isinstance(count, int)}


def _scans_of(record: ScanRecord) -> tuple[Scan, ...]:
    """All scans in a row's body; one that can't be read makes the row a bad one, since nothing is half-loaded."""
    carrier = CARRIERS.get(carrier_named(record.carrier) or record.carrier)
    if carrier is None:
        raise Unreadable([("carrier", f"{record.carrier!r} is not one we read; known: {', '.join(sorted(CARRIERS))}")])
    try:
        parsed = carrier.parse(record.body)
    except UnreadableScan as bad:
        raise Unreadable([(f"body.{bad.field}", bad.reason)]) from bad
    if parsed.refused:
        raise Unreadable([(f"body.{each.index}.{each.field}", each.reason) for each in parsed.refused])
    return parsed.scans


def _put_scans(bodies: Iterable[tuple[Scan, ...]], now: datetime) -> ScansTaken:
    return take_in_scans((scan for scans in bodies for scan in scans), now=now)


def scans_in_a_file() -> Kind:
    """Scans that are told up to the newest of them, and not from then on."""

    def put(bodies: Iterable[tuple[Scan, ...]], now: datetime) -> ScansTaken:
        return take_in_scans((scan for scans in bodies for scan in scans), now=now, way=Way.FILE)

    return replace(KINDS["scans"], put=put)


def _put_orders(rows: Sequence[OrderRecord], now: datetime) -> UpsertResult:
    return take_in_orders(rows, now=now, history_before=settings.HISTORY_BEFORE)


def orders_with_history(before: datetime) -> Kind:
    """Orders of which all that were placed before an instant are taken in as history."""
    return replace(KINDS["orders"], put=lambda rows, now: take_in_orders(rows, now=now, history_before=before))


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name="customers", record=CustomerRecord, put=lambda rows, _: put_customers(rows)),
        Kind(name="products", record=ProductRecord, put=lambda rows, _: put_products(rows), key=("sku",)),
        Kind(name="places", record=PlaceRecord, put=lambda rows, _: put_places(rows)),
        Kind(name="stock", record=StockRecord, put=lambda rows, _: put_stock(rows), key=("place", "sku")),
        Kind(name="services", record=ServiceRecord, put=lambda rows, _: put_services(rows)),
        Kind(
            name="postage-rates",
            record=PostageRateRecord,
            put=lambda rows, _: put_postage_rates(rows),
            key=("country", "currency"),
        ),
        # A tender's id is its customer's own, and what came in is never edited: neither has an address to write to.
        Kind(
            name="tenders",
            record=TenderOnFileRecord,
            put=lambda rows, now: put_tenders(rows, now=now),
            has_addresses=False,
        ),
        Kind(name="orders", record=OrderRecord, put=_put_orders),
        Kind(
            name="receipts",
            record=ReceiptRecord,
            put=lambda rows, now: take_in_receipts(rows, now=now),
            has_addresses=False,
        ),
        # A record of staff may make a lead, whose authority has no limit.
        Kind(
            name="staff",
            record=HelperRecord,
            put=lambda rows, _: put_helpers(rows),
            scope=Scope.ADMIN,
        ),
        Kind(
            name="scans",
            record=ScanRecord,
            put=_put_scans,
            scope=Scope.SCANS,
            key=(),
            read=_scans_of,
            counts=("new", "same", "unmatched"),
            is_streamed=True,
        ),
        Kind(
            name="announcements",
            record=AnnouncementRecord,
            put=lambda rows, now: announce_all(rows, now=now),
            scope=Scope.ACT,
            key=("dispatch",),
        ),
    )
}


def check_row(kind: Kind, plain: object) -> tuple[Any, list[tuple[str, str]]]:
    """What the action takes of one row decoded from JSON, or what is wrong with it, as field and reason."""
    try:
        return kind.read(kind.record.model_validate(plain)), []
    except ValidationError as bad:
        errors = field_errors(bad.errors(include_url=False, include_context=False, include_input=False))
        return None, [_named(error["field"], error["reason"]) for error in errors]
    except Unreadable as bad:
        return None, list(bad.errors)


def _named(field: str, reason: str) -> tuple[str, str]:
    """A rule over the whole record says itself which field it means."""
    if field:
        return field, reason
    named, _, rest = reason.partition(": ")
    return (named, rest) if rest and named.isidentifier() else ("", reason)
