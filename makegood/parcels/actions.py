"""Taking in parcels, and looking at them again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import IntegrityError, transaction

from makegood.catalog.models import Place, Service
from makegood.journal.actions import announce
from makegood.kit.bulk import store_new
from makegood.kit.rows import BadRows, RowError, UpsertResult, news_of
from makegood.orders.actions import Known, cancel_told, put_orders
from makegood.orders.delivering import split_delivery
from makegood.orders.models import Delivery
from makegood.orders.records import OrderRecord, ParcelRecord
from makegood.orders.rules import VersionRelation, version_batches
from makegood.orders.settling import go_by_older, hear_older
from makegood.parcels.assessing import assess_status, first_estimate, lock_parcels
from makegood.parcels.facts import ParcelLabelled
from makegood.parcels.models import Parcel, StatusEstimate
from makegood.parcels.rules.numbers import BadTrackingNumber, check
from makegood.parcels.rules.scans import SHOP_CODE, Scan, ScanKind
from makegood.parcels.rules.verdicts import Verdict
from makegood.parcels.scanning import adopt_unmatched, store_scans
from makegood.promises.actions import clear_risk

HERE = Path(__file__).parent


def take_in_orders(records: Sequence[OrderRecord], *, now: datetime) -> UpsertResult:
    """Take in orders with the parcels they name; in whatever order an order's versions come, the newest stands.

    Raises:
        BadRows: a row can't be taken; then none is.
    """
    try:
        return _in_version_batches(records, now=now)
    except IntegrityError:
        # Somebody took one of them in at the same time: it is known now.
        return _in_version_batches(records, now=now)


def _in_version_batches(records: Sequence[OrderRecord], *, now: datetime) -> UpsertResult:
    """Several versions of one order follow each other as they were made."""
    taken = UpsertResult()
    with transaction.atomic():
        for places in version_batches([(record.id, record.version_at) for record in records]):
            try:
                taken += _take_in([records[place] for place in places], now=now)
            except BadRows as bad:
                raise BadRows([replace(error, index=places[error.index]) for error in bad.errors]) from bad
    return taken


def _take_in(records: Sequence[OrderRecord], *, now: datetime) -> UpsertResult:
    with transaction.atomic():
        taken, known = put_orders(records, packed_among=_packed_among, now=now)
        gained = _label_all(known, now=now) | cancel_told(known, now=now)
    changed_anyway = [
        each.record.id for each in known if not each.is_new and not each.is_changed and each.order.pk in gained
    ]
    more = UpsertResult(changed=len(changed_anyway), same=-len(changed_anyway), news=news_of(changed=changed_anyway))
    return taken + more


def _packed_among(order_ids: Collection[int]) -> set[int]:
    rows = Parcel.objects.filter(delivery__order__in=order_ids, delivery__is_replacement=False)
    return set(rows.values_list("delivery_id", flat=True))


def _label_all(known: Sequence[Known], *, now: datetime) -> set[int]:
    """Label the parcels that are new, and hear of deliveries; the ids of the orders that gained something."""
    named = {parcel.id for each in known for parcel in each.record.parcels}
    if not named:
        return set()
    there = {row.reference: row for row in Parcel.objects.filter(reference__in=named).select_related("delivery")}
    places = {p.reference: p for p in Place.objects.all()}
    services = {s.reference: s for s in Service.objects.all()}
    _refuse_bad_parcels(known, there, places, services)
    righted = _hear_older(known, there, now=now)
    rows = [row for each in known for row in _deliveries_for(each, there, now=now)]
    parcels = [_new_parcel(delivery, record, places, services) for delivery, record in rows]
    store_parcels(parcels, now=now)
    fresh = {parcel.reference: parcel for parcel in parcels}
    delivered = [(fresh.get(record.id) or there[record.id], record) for each in known for record in each.record.parcels]
    heard = _store_known_deliveries([(parcel, record) for parcel, record in delivered if record.delivered_at], now=now)
    return {parcel.delivery.order_id for parcel in parcels} | heard | righted


def _hear_older(known: Sequence[Known], there: dict[str, Parcel], *, now: datetime) -> set[int]:
    """Put right what older versions say of known parcels, and let them be judged by it; the orders concerned."""
    boxes = {reference: parcel.delivery_id for reference, parcel in there.items()}
    righted = {
        delivery_id: each.order.pk
        for each in known
        if each.turn is VersionRelation.OLDER
        for delivery_id in hear_older(each.deliveries, each.record, boxes, now=now)
    }
    concerned = list(Parcel.objects.filter(delivery__in=righted).values_list("id", flat=True))
    lock_parcels(concerned)
    StatusEstimate.objects.filter(parcel__in=concerned).update(look_at=now)
    return set(righted.values())


def _refuse_bad_parcels(
    known: Sequence[Known], there: dict[str, Parcel], places: dict[str, Place], services: dict[str, Service]
) -> None:
    errors: list[RowError] = []
    seen: set[str] = set()
    for each in known:
        for at, parcel in enumerate(each.record.parcels):
            wrong = [*_parcel_errors(each, parcel, there.get(parcel.id), places, services)]
            if parcel.id in seen:
                wrong.append(("id", f"parcel {parcel.id!r} comes twice; give each parcel an id of its own"))
            seen.add(parcel.id)
            errors += [
                RowError(index=each.index, field=f"parcels.{at}.{field}", reason=reason) for field, reason in wrong
            ]
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


def _deliveries_for(each: Known, there: dict[str, Parcel], *, now: datetime) -> list[tuple[Delivery, ParcelRecord]]:
    """Each parcel that is new, with the delivery it carries."""
    if each.is_new:
        return list(zip(each.deliveries, each.record.parcels, strict=False))
    found = []
    for at, record in enumerate(each.record.parcels):
        if record.id in there:
            continue
        delivery = _unpacked(each, record, now=now)
        if delivery is None:
            reason = f"parcel {record.id!r} holds units that are in other parcels already, or not in the order any more"
            raise BadRows([RowError(index=each.index, field=f"parcels.{at}.units", reason=reason)])
        found.append((delivery, record))
    return found


def _unpacked(each: Known, record: ParcelRecord, *, now: datetime) -> Delivery | None:
    """The part of the order's unsent delivery that a parcel carries, going by the version that names it."""
    units: dict[int, int] = {}
    for row in record.units:
        if row.line not in each.lines:
            return None
        units[each.lines[row.line].pk] = units.get(each.lines[row.line].pk, 0) + row.quantity
    packed = Parcel.objects.filter(delivery__order=each.order).values("delivery_id")
    for delivery in each.order.deliveries.filter(is_replacement=False).exclude(id__in=packed).order_by("id"):
        if all(delivery.units.filter(line_id=line, quantity__gte=q).exists() for line, q in units.items()):
            part = split_delivery(delivery=delivery, units=units, now=now)
            clear_risk(promise_ids=[part.promise_id])
            if each.turn is VersionRelation.OLDER:
                go_by_older(part, each.record, now=now)
            return part
    return None


def _new_parcel(
    delivery: Delivery, record: ParcelRecord, places: dict[str, Place], services: dict[str, Service]
) -> Parcel:
    return Parcel(
        reference=record.id,
        customer_id=delivery.customer_id,
        delivery=delivery,
        place=places.get(record.place or ""),
        service=services.get(record.service or ""),
        carrier=record.carrier,
        number=check(record.number, record.carrier),
        label_at=record.label_at,
    )


def store_parcels(parcels: Sequence[Parcel], *, now: datetime) -> None:
    """Write parcels with what is to be believed of them, say so, and give them the scans that came before them."""
    if not parcels:
        return
    store_new(parcels)
    store_new([first_estimate(parcel, now=now) for parcel in parcels])
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
    adopt_unmatched({(parcel.carrier, parcel.number) for parcel in parcels}, now=now)
    # Once more when everybody can see the parcels: a scan that came meanwhile may not have seen them. Two ids a batch
    # are kept until then, and not its numbers, so that an import of any length keeps its memory flat.
    ids = sorted(parcel.pk for parcel in parcels)
    transaction.on_commit(partial(_adopt_between, ids[0], ids[-1], now=now))


def _adopt_between(first_id: int, last_id: int, *, now: datetime) -> None:
    rows = Parcel.objects.filter(id__gte=first_id, id__lte=last_id)
    adopt_unmatched(set(rows.values_list("carrier", "number")), now=now)


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
        lock_parcels([parcel_id])
        parcel = Parcel.objects.get(id=parcel_id)
        # Who said so before the carrier called it delivered, and says so again, is believed again.
        if parcel.estimate.verdict != Verdict.NOT_RECEIVED:
            parcel.said_not_received_at = now
            parcel.save(update_fields=["said_not_received_at"])
            assess_status([parcel_id], now=now)


def sweep(now: datetime, limit: int = 10_000) -> int:
    """Judge anew the parcels whose silence has lasted long enough to mean something; how many there were."""
    with transaction.atomic():
        free = (
            Parcel.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(estimate__look_at__lte=now)
            .order_by("estimate__look_at")
            .values_list("id", flat=True)[:limit]
        )
        # Asked once more now that they are held: somebody may have looked at some of them a moment ago.
        due = list(
            StatusEstimate.objects.filter(parcel__in=list(free), look_at__lte=now).values_list("parcel_id", flat=True)
        )
        assess_status(due, now=now)
    return len(due)
