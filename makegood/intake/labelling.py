"""The parcels that records of orders name: labels that are new, and what shops know to have arrived."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from makegood.catalog.models import Place, Service
from makegood.kit.rows import BadRows, RowError
from makegood.orders.delivering import join_delivery, split_delivery, take_along
from makegood.orders.models import Delivery
from makegood.orders.packed_anyway import sell_packed
from makegood.orders.records import ParcelRecord
from makegood.orders.rules import VersionRelation, remainder
from makegood.orders.settling import go_by_record, hear_older
from makegood.orders.versions import Known
from makegood.parcels.actions import look_soon, store_parcels
from makegood.parcels.models import Parcel
from makegood.parcels.queries import parcels_by_reference
from makegood.parcels.rules.numbers import BadTrackingNumber, check
from makegood.parcels.rules.scans import SHOP_CODE, Scan, ScanKind
from makegood.parcels.scanning import store_scans
from makegood.promises.actions import clear_risk


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shop:
    """What there is already, by the shop's own names: `parcels` are those that the records name."""

    parcels: Mapping[str, Parcel]
    places: Mapping[str, Place]
    services: Mapping[str, Service]


def label_parcels(known: Sequence[Known], *, now: datetime) -> set[int]:
    """Label the parcels that are new, and hear of deliveries; the ids of the orders that gained something.

    Raises:
        BadRows: a parcel that can't be, or that holds what is in another one.
    """
    named = {parcel.id for each in known for parcel in each.record.parcels}
    if not named:
        return set()
    shop = _Shop(
        parcels=parcels_by_reference(named),
        places={place.reference: place for place in Place.objects.all()},
        services={service.reference: service for service in Service.objects.all()},
    )
    numbers = _numbers_of(known, shop)
    righted = _hear_older(known, shop, now=now)
    parcels = [
        _new_parcel(delivery, record, shop, number=numbers[record.id])
        for each in known
        for delivery, record in _deliveries_for(each, shop, now=now)
    ]
    store_parcels(parcels, now=now)
    there = {**shop.parcels, **{parcel.reference: parcel for parcel in parcels}}
    delivered = [(there[record.id], record) for each in known for record in each.record.parcels if record.delivered_at]
    return {parcel.delivery.order_id for parcel in parcels} | _hear_delivered(delivered, now=now) | righted


def _numbers_of(known: Sequence[Known], shop: _Shop) -> dict[str, str]:
    """Each named parcel's tracking number as it is stored.

    Raises:
        BadRows: every parcel that can't be taken, with what is wrong.
    """
    errors: list[RowError] = []
    numbers: dict[str, str] = {}
    for each in known:
        for at, record in enumerate(each.record.parcels):
            wrong = list(_errors_of(record, shop))
            comes_twice = record.id in numbers
            try:
                numbers[record.id] = check(record.number, record.carrier)
                wrong += _errors_against(shop.parcels.get(record.id), record, each, number=numbers[record.id])
            except BadTrackingNumber as bad:
                numbers[record.id] = record.number
                wrong.append(("number", str(bad)))
            if comes_twice:
                wrong.append(("id", f"parcel {record.id!r} comes twice; give each parcel an id of its own"))
            errors += [
                RowError(index=each.index, field=f"parcels.{at}.{field}", reason=reason) for field, reason in wrong
            ]
    if errors:
        raise BadRows(errors)
    return numbers


def _errors_of(record: ParcelRecord, shop: _Shop) -> Iterator[tuple[str, str]]:
    if record.place is not None and record.place not in shop.places:
        yield "place", f"{record.place!r} is unknown; import the place first"
    if record.service is not None and record.service not in shop.services:
        yield "service", f"{record.service!r} is unknown; import the service first"


def _errors_against(
    there: Parcel | None, record: ParcelRecord, each: Known, *, number: str
) -> Iterator[tuple[str, str]]:
    """What a known parcel has against what is told of it now."""
    if there is not None and there.delivery.order_id != each.order.pk:
        yield "id", f"parcel {record.id!r} is known from another order; give it an id of its own"
    elif there is not None and (there.carrier, there.number) != (record.carrier, number):
        yield "number", f"parcel {record.id!r} left as {there.carrier} {there.number}, and that can't be changed here"


def _hear_older(known: Sequence[Known], shop: _Shop, *, now: datetime) -> set[int]:
    """Put right what older versions say of known parcels, and let them be judged by it; the orders concerned."""
    boxes = {reference: parcel.delivery_id for reference, parcel in shop.parcels.items()}
    righted = {
        delivery_id: each.order.pk
        for each in known
        if each.turn is VersionRelation.OLDER
        for delivery_id in hear_older(each.order, each.record, boxes, now=now)
    }
    look_soon(delivery_ids=righted, now=now)
    return set(righted.values())


def _deliveries_for(each: Known, shop: _Shop, *, now: datetime) -> list[tuple[Delivery, ParcelRecord]]:
    """Each parcel that is new, with the delivery it carries."""
    if each.is_new:
        return [(each.boxes[record.id], record) for record in each.record.parcels]
    found = []
    each = _with_what_is_packed(each, shop, now=now)
    for at, record in enumerate(each.record.parcels):
        if record.id in shop.parcels:
            continue
        delivery = _unpacked(each, record, now=now)
        if delivery is None:
            reason = f"parcel {record.id!r} holds units that are in other parcels already, or not in the order any more"
            raise BadRows([RowError(index=each.index, field=f"parcels.{at}.units", reason=reason)])
        found.append((delivery, record))
    return found


def _with_what_is_packed(each: Known, shop: _Shop, *, now: datetime) -> Known:
    """The same, once what its parcels hold though it was cancelled here is sold again."""
    if not each.told:
        return each
    units: Counter[str] = Counter()
    for record in each.record.parcels:
        if record.id not in shop.parcels:
            for row in record.units:
                units[row.line] += row.quantity
    sold = sell_packed(each, units, waiting=_waiting(each), now=now) if units else {}
    return replace(each, lines={**each.lines, **sold})


def _unpacked(each: Known, record: ParcelRecord, *, now: datetime) -> Delivery | None:
    """The part of the order's unsent delivery that a parcel carries, going by the version that names it."""
    units: dict[int, int] = {}
    for row in record.units:
        if row.line not in each.lines:
            return None
        units[each.lines[row.line].pk] = units.get(each.lines[row.line].pk, 0) + row.quantity
    part = _part_of(each, units, now=now)
    if part is None:
        return None
    clear_risk(promise_ids=[part.promise_id])
    if each.turn is VersionRelation.OLDER or record.ship_to:
        go_by_record(part, each.record, record.ship_to, now=now)
    return part


def _waiting(each: Known) -> list[Delivery]:
    """What is in no parcel yet: what is owed first, then what was made good."""
    packed = Parcel.objects.filter(delivery__order=each.order).values("delivery_id")
    rows = Delivery.objects.filter(order=each.order, is_replacement=False, units__isnull=False).distinct()
    rows = rows.exclude(id__in=packed).select_related("promise")
    return sorted(rows, key=lambda row: (row.promise.made_good_at is not None, row.pk))


def _part_of(each: Known, units: Mapping[int, int], *, now: datetime) -> Delivery | None:
    """These units (line id to quantity) as a delivery of their own: of what is owed, and else of what was made good and
    leaves all the same, or of both in one box.
    """
    waiting = _waiting(each)
    there = {row.pk: dict(row.units.values_list("line_id", "quantity")) for row in waiting}
    for delivery in waiting:
        if all(there[delivery.pk].get(line, 0) >= quantity for line, quantity in units.items()):
            return split_delivery(delivery=delivery, units=units, now=now)
    left, part = dict(units), None
    for delivery in waiting:
        share = {line: min(left[line], there[delivery.pk].get(line, 0)) for line in left}
        share = {line: quantity for line, quantity in share.items() if quantity}
        if share and part is None:
            part = split_delivery(delivery=delivery, units=share, now=now)
        elif share and part and delivery.promise.made_good_at is not None:
            take_along(part, other=delivery, units=share)
        elif share and part:
            # What was split while it waited, and is packed together after all.
            join_delivery(split_delivery(delivery=delivery, units=share, now=now), to=part, now=now)
        else:
            continue
        left = remainder(whole=left, part=share)
    return None if left else part


def _new_parcel(delivery: Delivery, record: ParcelRecord, shop: _Shop, *, number: str) -> Parcel:
    return Parcel(
        reference=record.id,
        customer_id=delivery.customer_id,
        delivery=delivery,
        place=shop.places.get(record.place or ""),
        service=shop.services.get(record.service or ""),
        carrier=record.carrier,
        number=number,
        label_at=record.label_at,
    )


def _hear_delivered(parcels: Sequence[tuple[Parcel, ParcelRecord]], *, now: datetime) -> set[int]:
    """What the shop knew to be delivered stands as a scan of the shop's own; the orders of which that was news."""
    scans = [
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
    ]
    learned = store_scans(scans, now=now)
    return {parcel.delivery.order_id for parcel, _ in parcels if parcel.pk in learned}
