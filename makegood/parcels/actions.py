"""Taking in parcels, and looking at them again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import IntegrityError, transaction

from makegood.catalog.models import Place, Service
from makegood.journal.actions import announce
from makegood.kit.rows import BadRows, RowError, Taken
from makegood.orders.actions import Known, put_orders, split_delivery
from makegood.orders.models import Delivery
from makegood.orders.records import OrderRecord, ParcelRecord
from makegood.parcels.facts import ParcelLabelled
from makegood.parcels.judging import first_verdict, judge
from makegood.parcels.models import Parcel
from makegood.parcels.rules.numbers import BadTrackingNumber, check
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.rules.verdicts import State
from makegood.parcels.scanning import adopt_unmatched, store_scans
from makegood.promises.actions import calm_down

HERE = Path(__file__).parent
# The code of a scan that the shop's own record stands for.
SHOP_CODE = "shop"


def take_in_orders(records: Sequence[OrderRecord], *, now: datetime) -> Taken:
    """Take in orders with the parcels they name; what is known already changes nothing.

    Raises:
        BadRows: a row can't be taken; then none is.
    """
    try:
        return _take_in_orders(records, now=now)
    except IntegrityError:
        # Somebody took one of them in at the same time: it is known now.
        return _take_in_orders(records, now=now)


def _take_in_orders(records: Sequence[OrderRecord], *, now: datetime) -> Taken:
    with transaction.atomic():
        taken, known = put_orders(records, now=now)
        gained = _label_all(known, now=now)
    changed_anyway = sum(not each.is_new and not each.is_changed and each.order.pk in gained for each in known)
    return taken + Taken(changed=changed_anyway, same=-changed_anyway)


def _label_all(known: Sequence[Known], *, now: datetime) -> set[int]:
    """Label the parcels that are new, and hear of deliveries; the ids of the orders that gained something."""
    named = {parcel.id for each in known for parcel in each.record.parcels}
    there = {row.reference: row for row in Parcel.objects.filter(reference__in=named).select_related("delivery")}
    places = {p.reference: p for p in Place.objects.all()}
    services = {s.reference: s for s in Service.objects.all()}
    _refuse_bad_parcels(known, there, places, services)
    rows = [row for index, each in enumerate(known) for row in _deliveries_for(index, each, there, now=now)]
    parcels = [_new_parcel(delivery, record, places, services, now=now) for delivery, record in rows]
    store_parcels(parcels, now=now)
    fresh = {parcel.reference: parcel for parcel in parcels}
    delivered = [(fresh.get(record.id) or there[record.id], record) for each in known for record in each.record.parcels]
    heard = _store_known_deliveries([(parcel, record) for parcel, record in delivered if record.delivered_at], now=now)
    return {parcel.delivery.order_id for parcel in parcels} | heard


def _refuse_bad_parcels(
    known: Sequence[Known], there: dict[str, Parcel], places: dict[str, Place], services: dict[str, Service]
) -> None:
    errors: list[RowError] = []
    seen: set[str] = set()
    for index, each in enumerate(known):
        for at, parcel in enumerate(each.record.parcels):
            wrong = [*_parcel_errors(each, parcel, there.get(parcel.id), places, services)]
            if parcel.id in seen:
                wrong.append(("id", f"parcel {parcel.id!r} comes twice; give each parcel an id of its own"))
            seen.add(parcel.id)
            errors += [RowError(index=index, field=f"parcels.{at}.{field}", reason=reason) for field, reason in wrong]
    if errors:
        raise BadRows(errors)


def _parcel_errors(
    each: Known, record: ParcelRecord, there: Parcel | None, places: dict[str, Place], services: dict[str, Service]
) -> Iterator[tuple[str, str]]:
    """Each field that is wrong, and why."""
    if record.place is not None and record.place not in places:
        yield "place", f"{record.place!r} is unknown; import the place first"
    if record.service is not None and record.service not in services:
        yield "service", f"{record.service!r} is unknown; import the service first"
    try:
        number = check(record.number, record.carrier)
    except BadTrackingNumber as bad:
        yield "number", str(bad)
        return
    if there is not None and there.delivery.order_id != each.order.pk:
        yield "id", f"parcel {record.id!r} is known from another order; give it an id of its own"
    elif there is not None and (there.carrier, there.number) != (record.carrier, number):
        yield "number", f"parcel {record.id!r} left as {there.carrier} {there.number}, and that can't be changed here"


def _deliveries_for(
    index: int, each: Known, there: dict[str, Parcel], *, now: datetime
) -> list[tuple[Delivery, ParcelRecord]]:
    if each.is_new:
        return list(zip(each.deliveries, each.record.parcels, strict=False))
    found = []
    for at, record in enumerate(each.record.parcels):
        if record.id in there:
            continue
        units: dict[int, int] = {}
        for row in record.units:
            units[each.lines[row.line].pk] = units.get(each.lines[row.line].pk, 0) + row.quantity
        delivery = _unpacked(each, units, now=now)
        if delivery is None:
            reason = f"parcel {record.id!r} holds units that are in other parcels already"
            raise BadRows([RowError(index=index, field=f"parcels.{at}.units", reason=reason)])
        found.append((delivery, record))
    return found


def _unpacked(each: Known, units: dict[int, int], *, now: datetime) -> Delivery | None:
    """The part of the order's unsent delivery that a parcel with these units carries."""
    packed = Parcel.objects.filter(delivery__order=each.order).values("delivery_id")
    for delivery in each.order.deliveries.filter(is_replacement=False).exclude(id__in=packed).order_by("id"):
        if all(delivery.units.filter(line_id=line, quantity__gte=q).exists() for line, q in units.items()):
            part = split_delivery(delivery=delivery, units=units, now=now)
            calm_down(promise_ids=[part.promise_id])
            return part
    return None


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
    adopt = partial(adopt_unmatched, {(parcel.carrier, parcel.number) for parcel in parcels}, now=now)
    adopt()
    # Once more when everybody can see the parcels: a scan that came meanwhile may not have seen them.
    transaction.on_commit(adopt)


def _store_known_deliveries(parcels: Sequence[tuple[Parcel, ParcelRecord]], *, now: datetime) -> set[int]:
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


def say_not_received(*, parcel_id: int, now: datetime) -> None:
    """The customer says it never came: believed at the first word.

    Raises:
        Parcel.DoesNotExist: there is none.
    """
    with transaction.atomic():
        parcel = Parcel.objects.select_for_update().get(id=parcel_id)
        # Who said so before the carrier called it delivered, and says so again, is believed again.
        if parcel.verdict != State.NOT_RECEIVED:
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
