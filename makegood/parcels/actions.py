"""Taking in parcels and what carriers say of them, and judging them anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from makegood.catalog.models import Place, Service
from makegood.journal.actions import announce
from makegood.kit import sql
from makegood.kit.rows import BadRows, RowError, Taken
from makegood.orders.actions import Known, put_orders, split_delivery
from makegood.orders.models import Delivery
from makegood.orders.records import OrderRecord, ParcelRecord
from makegood.parcels.facts import ParcelLabelled
from makegood.parcels.judging import first_verdict, judge
from makegood.parcels.models import Parcel, UnmatchedScan
from makegood.parcels.rules.numbers import BadTrackingNumber, check
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.promises.actions import calm_down

HERE = Path(__file__).parent
# Scans of numbers we don't know wait for their parcel; beyond this many, the oldest make room (law 10).
KEEP_UNMATCHED = 100_000
# The code of a scan that the shop's own record stands for.
SHOP_CODE = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScansTaken:
    """How many scans were new, known already, or wait for their parcel."""

    new: int
    same: int
    unmatched: int


def take_in_orders(records: Sequence[OrderRecord], *, now: datetime) -> Taken:
    """Take in orders with the parcels they name; what is known already changes nothing.

    Raises:
        BadRows: a row can't be taken; then none is.
    """
    with transaction.atomic():
        taken, known = put_orders(records, now=now)
        fresh = _label_all(known, now=now)
    changed_anyway = sum(not each.is_new and not each.is_changed and each.order.pk in fresh for each in known)
    return taken + Taken(changed=changed_anyway, same=-changed_anyway)


def _label_all(known: Sequence[Known], *, now: datetime) -> set[int]:
    """Label the parcels that are new; the ids of the orders that gained one."""
    named = {parcel.id for each in known for parcel in each.record.parcels}
    there = dict(Parcel.objects.filter(reference__in=named).values_list("reference", "delivery__order_id"))
    places = {p.reference: p for p in Place.objects.all()}
    services = {s.reference: s for s in Service.objects.all()}
    errors = _named_twice(known)
    rows: list[tuple[Delivery, ParcelRecord]] = []
    for index, each in enumerate(known):
        errors += _parcel_errors(index, each, there, places, services)
        if errors:
            continue
        rows += _deliveries_for(index, each, there, now=now)
    if errors:
        raise BadRows(errors)
    parcels = [_new_parcel(delivery, record, places, services, now=now) for delivery, record in rows]
    store_parcels(parcels, now=now)
    _store_known_deliveries(list(zip(parcels, [record for _, record in rows], strict=True)), now=now)
    return {delivery.order_id for delivery, _ in rows}


def _named_twice(known: Sequence[Known]) -> list[RowError]:
    """A parcel is one box, so it is named once in all orders taken in together."""
    seen: set[str] = set()
    errors = []
    for index, each in enumerate(known):
        for at, parcel in enumerate(each.record.parcels):
            if parcel.id in seen:
                reason = f"parcel {parcel.id!r} comes twice; give each box an id of its own"
                errors.append(RowError(index=index, field=f"parcels.{at}.id", reason=reason))
            seen.add(parcel.id)
    return errors


def _parcel_errors(
    index: int, each: Known, there: dict[str, int], places: dict[str, Place], services: dict[str, Service]
) -> list[RowError]:
    errors = []
    for at, parcel in enumerate(each.record.parcels):
        path = f"parcels.{at}"
        if there.get(parcel.id, each.order.pk) != each.order.pk:
            reason = f"parcel {parcel.id!r} is known from another order; give it an id of its own"
            errors.append(RowError(index=index, field=f"{path}.id", reason=reason))
        if parcel.place is not None and parcel.place not in places:
            reason = f"{parcel.place!r} is unknown; import the place first"
            errors.append(RowError(index=index, field=f"{path}.place", reason=reason))
        if parcel.service is not None and parcel.service not in services:
            reason = f"{parcel.service!r} is unknown; import the service first"
            errors.append(RowError(index=index, field=f"{path}.service", reason=reason))
        try:
            check(parcel.number, parcel.carrier)
        except BadTrackingNumber as bad:
            errors.append(RowError(index=index, field=f"{path}.number", reason=str(bad)))
    return errors


def _deliveries_for(
    index: int, each: Known, there: dict[str, int], *, now: datetime
) -> list[tuple[Delivery, ParcelRecord]]:
    if each.is_new:
        return list(zip(each.deliveries, each.record.parcels, strict=False))
    found = []
    for record in each.record.parcels:
        if record.id in there:
            continue
        units: dict[int, int] = {}
        for row in record.units:
            units[each.lines[row.line].pk] = units.get(each.lines[row.line].pk, 0) + row.quantity
        found.append((_unpacked(index, each, units, record, now=now), record))
    return found


def _unpacked(index: int, each: Known, units: dict[int, int], record: ParcelRecord, *, now: datetime) -> Delivery:
    """The part of the order's unsent delivery that this parcel carries."""
    packed = Parcel.objects.filter(delivery__order=each.order).values("delivery_id")
    for delivery in each.order.deliveries.filter(is_replacement=False).exclude(id__in=packed).order_by("id"):
        if all(delivery.units.filter(line_id=line, quantity__gte=q).exists() for line, q in units.items()):
            part = split_delivery(delivery=delivery, units=units, now=now)
            calm_down(promise_ids=[part.promise_id])
            return part
    reason = f"parcel {record.id!r} holds units that are in other parcels already"
    raise BadRows([RowError(index=index, field="parcels", reason=reason)])


def _new_parcel(
    delivery: Delivery, record: ParcelRecord, places: dict[str, Place], services: dict[str, Service], *, now: datetime
) -> Parcel:
    return first_verdict(
        Parcel(
            reference=record.id,
            customer_id=delivery.customer_id,
            delivery=delivery,
            place=places.get(record.place or ""),
            service=services.get(record.service or ""),
            carrier=record.carrier,
            number=check(record.number, record.carrier),
            label_at=record.label_at,
        ),
        now=now,
    )


def store_parcels(parcels: Sequence[Parcel], *, now: datetime) -> None:
    """Write parcels, say so, and give them the scans that came before them."""
    Parcel.objects.bulk_create(parcels, batch_size=1000)
    announce(
        [
            ParcelLabelled(
                customer_id=parcel.customer_id,
                parcel_id=parcel.pk,
                order_id=parcel.delivery.order_id,
                label_at=parcel.label_at,
                is_replacement=parcel.delivery.is_replacement,
            )
            for parcel in parcels
        ],
        now=now,
    )
    _adopt_unmatched({(parcel.carrier, parcel.number): parcel for parcel in parcels}, now=now)


def _adopt_unmatched(parcels: dict[tuple[str, str], Parcel], *, now: datetime) -> None:
    waiting = UnmatchedScan.objects.filter(number__in={number for _, number in parcels}).select_for_update()
    rows = [row for row in waiting.order_by("id") if (row.carrier, row.number) in parcels]
    if rows:
        store_scans([(parcels[row.carrier, row.number], _value_of(row)) for row in rows], now=now)
        UnmatchedScan.objects.filter(id__in=[row.pk for row in rows]).delete()


def _value_of(row: UnmatchedScan) -> Scan:
    return Scan(
        carrier=row.carrier,
        number=row.number,
        code=row.code,
        kind=ScanKind(row.kind),
        happened_at=row.happened_at,
        place=row.place,
        words=row.words,
    )


def _store_known_deliveries(parcels: Sequence[tuple[Parcel, ParcelRecord]], *, now: datetime) -> None:
    """What the shop knew to be delivered before we were told of it stands as a scan of the shop's own."""
    store_scans(
        [
            (
                parcel,
                Scan(
                    carrier=parcel.carrier,
                    number=parcel.number,
                    code=SHOP_CODE,
                    kind=ScanKind.DELIVERED,
                    happened_at=record.delivered_at,
                ),
            )
            for parcel, record in parcels
            if record.delivered_at
        ],
        now=now,
    )


def take_in_scans(scans: Sequence[Scan], *, now: datetime) -> ScansTaken:
    """Store what carriers said, each scan once in whatever order it comes, and judge the parcels concerned anew."""
    with transaction.atomic():
        parcels = _parcels_of({(scan.carrier, scan.number) for scan in scans})
        matched = [
            (parcels[scan.carrier, scan.number], scan) for scan in scans if (scan.carrier, scan.number) in parcels
        ]
        unmatched = [scan for scan in scans if (scan.carrier, scan.number) not in parcels]
        new = store_scans(matched, now=now)
        _keep_unmatched(unmatched, now=now)
    return ScansTaken(new=new, same=len(matched) - new, unmatched=len(unmatched))


def _parcels_of(numbers: set[tuple[str, str]]) -> dict[tuple[str, str], Parcel]:
    """The newest parcel of each number: carriers use numbers again."""
    rows = Parcel.objects.filter(number__in={number for _, number in numbers}).order_by("label_at", "id")
    return {(row.carrier, row.number): row for row in rows if (row.carrier, row.number) in numbers}


def store_scans(scans: Sequence[tuple[Parcel, Scan]], *, now: datetime) -> int:
    """Write scans of known parcels and judge those that learned something; how many scans were new."""
    if not scans:
        return 0
    with transaction.atomic():
        ids = sorted({parcel.pk for parcel, _ in scans})
        list(Parcel.objects.select_for_update().filter(id__in=ids).order_by("id").values_list("id"))
        learned = sql.rows(
            sql.load(HERE, "store_scans"),
            now=now,
            parcels=[parcel.pk for parcel, _ in scans],
            customers=[parcel.customer_id for parcel, _ in scans],
            codes=[scan.code for _, scan in scans],
            kinds=[scan.kind.value for _, scan in scans],
            instants=[scan.happened_at for _, scan in scans],
            places=[scan.place for _, scan in scans],
            words=[scan.words for _, scan in scans],
        )
        judge([row["parcel_id"] for row in learned], now=now)
    return sum(row["fresh"] for row in learned)


def _keep_unmatched(scans: Iterable[Scan], *, now: datetime) -> None:
    rows = [
        UnmatchedScan(
            carrier=scan.carrier,
            number=scan.number,
            code=scan.code,
            kind=scan.kind,
            happened_at=scan.happened_at,
            place=scan.place,
            words=scan.words,
            received_at=now,
        )
        for scan in scans
    ]
    if not rows:
        return
    UnmatchedScan.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    newest = UnmatchedScan.objects.order_by("-id").values_list("id", flat=True)[KEEP_UNMATCHED : KEEP_UNMATCHED + 1]
    for first_too_old in newest:
        UnmatchedScan.objects.filter(id__lte=first_too_old).delete()


def say_not_received(*, parcel_id: int, now: datetime) -> None:
    """The customer says it never came: believed at the first word.

    Raises:
        Parcel.DoesNotExist: there is none.
    """
    with transaction.atomic():
        parcel = Parcel.objects.select_for_update().get(id=parcel_id)
        if parcel.said_not_received_at is None:
            parcel.said_not_received_at = now
            parcel.save(update_fields=["said_not_received_at"])
            judge([parcel_id], now=now)


def sweep(now: datetime, limit: int = 10_000) -> int:
    """Judge anew the parcels whose silence has lasted long enough to mean something; how many there were."""
    with transaction.atomic():
        due = list(
            Parcel.objects.select_for_update(skip_locked=True)
            .filter(look_at__lte=now)
            .order_by("look_at")
            .values_list("id", flat=True)[:limit]
        )
        judge(due, now=now)
    return len(due)
