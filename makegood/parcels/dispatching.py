"""Asking a place to send something, and hearing that it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from makegood.catalog.actions import consume_reservations, release_reservations, reserve_stock
from makegood.catalog.carriers import known_carrier
from makegood.catalog.queries import LastCalls, arrival_of
from makegood.journal.actions import announce
from makegood.kit.errors import Conflict, InvalidField
from makegood.kit.holidays import calendar_of
from makegood.kit.rows import BadRows, RowError, RowResult, UpsertResult
from makegood.orders.delivering import ADDRESS, address, address_of
from makegood.orders.models import Delivery
from makegood.parcels.actions import store_parcels
from makegood.parcels.addresses import addresses_now
from makegood.parcels.facts import DispatchCancelled, DispatchReaddressed, DispatchRequested
from makegood.parcels.locks import lock_dispatch, lock_requested_dispatches
from makegood.parcels.models import Dispatch, DispatchState, DispatchUnits, NoticeKind, Parcel
from makegood.parcels.numbering import NumberOfEarlierParcel, refuse_earlier_number
from makegood.parcels.records import AnnouncementRecord
from makegood.parcels.rules.numbers import BadTrackingNumber, check
from makegood.parcels.warehouse_notices import queue_notice, said_of
from makegood.promises.actions import call_off, clear_risk, promise_again, worry_from
from makegood.promises.rules import due_on


class UnknownCarrier(InvalidField):
    """Nobody that we know is called that; the reason names those that we know."""

    slug, title = "unknown-carrier", "No carrier that we know is called that"


class AnnouncedOtherwise(Conflict):
    """The dispatch was announced before, with another parcel."""

    slug, title = "announced-otherwise", "The dispatch left as another parcel"

    def __init__(self, number: str) -> None:
        super().__init__(f"number: this dispatch left as {number}; a second parcel for it can't be announced")


def request_dispatch(
    *,
    key: str,
    delivery: Delivery,
    place_id: int,
    service_id: int,
    leaves_date: date,
    currency: str,
    now: datetime,
) -> Dispatch:
    """Reserve a delivery's units and put the dispatch on the place's pick list, at our cost; one key is one dispatch.

    Raises:
        StockShort: not so many are free any more.
    """
    with transaction.atomic():
        known = Dispatch.objects.filter(key=key).first()
        if known:
            return known
        dispatch = Dispatch.objects.create(
            key=key,
            customer_id=delivery.customer_id,
            order_id=delivery.order_id,
            delivery=delivery,
            place_id=place_id,
            service_id=service_id,
            currency=currency,
            requested_at=now,
            leaves_date=leaves_date,
        )
        for each in sorted(delivery.units.select_related("line"), key=lambda row: (row.sends_id, row.pk)):
            reservation = reserve_stock(
                key=f"{key}/{each.line_id}" + (f"/{each.instead_id}" if each.instead_id else ""),
                customer_id=delivery.customer_id,
                place_id=place_id,
                product_id=each.sends_id,
                quantity=each.quantity,
            )
            DispatchUnits.objects.create(
                dispatch=dispatch,
                customer_id=delivery.customer_id,
                line_id=each.line_id,
                product_id=each.sends_id,
                quantity=each.quantity,
                reservation=reservation,
            )
        worry_from({delivery.promise_id: leaves_by(dispatch)})
        queue_notice(dispatch, NoticeKind.REQUESTED)
        announce([DispatchRequested(**said_of(dispatch))], now=now)
    return dispatch


def leaves_by(dispatch: Dispatch) -> datetime:
    """Until when a dispatch can leave on its day: its service's cut-off, by the clocks of its place."""
    place, service = dispatch.place, dispatch.service
    return calendar_of(country=place.country, zone=place.zone).at(dispatch.leaves_date, service.cutoff_time)


def cancel_dispatches(*, order_id: int, now: datetime) -> int:
    """Take what an order still waits for off the pick lists and let its stock go; how many dispatches there were."""
    with transaction.atomic():
        waiting = lock_requested_dispatches(order_id)
        _cancel(waiting, now=now)
        call_off(promise_ids=[dispatch.delivery.promise_id for dispatch in waiting], now=now)
    return len(waiting)


def _cancel(waiting: Sequence[Dispatch], *, now: datetime) -> None:
    for dispatch in waiting:
        dispatch.state = DispatchState.CANCELLED
        dispatch.save(update_fields=["state"])
        release_reservations(dispatch.units.values_list("reservation_id", flat=True))
        queue_notice(dispatch, NoticeKind.CANCELLED)
    announce([DispatchCancelled(**said_of(each)) for each in waiting], now=now)


def stop_dispatch(delivery: Delivery, *, now: datetime) -> bool:
    """Take one delivery off its place's pick list and let its stock go; whether it was asked for at all.

    What was promised for it is the caller's to see to.
    """
    with transaction.atomic():
        waiting = [each for each in lock_requested_dispatches(delivery.order_id) if each.delivery_id == delivery.pk]
        _cancel(waiting, now=now)
    return bool(waiting)


def dispatch_later(delivery: Delivery, *, later: Delivery) -> None:
    """What a place was asked to send leaves later, in time for its new day; the place sees the new day."""
    with transaction.atomic():
        for dispatch in lock_requested_dispatches(delivery.order_id):
            if dispatch.delivery_id == delivery.pk:
                dispatch.delivery, dispatch.leaves_date = later, _leaving_date(dispatch, later)
                dispatch.save(update_fields=["delivery", "leaves_date"])
                worry_from({later.promise_id: leaves_by(dispatch)})


def _leaving_date(dispatch: Dispatch, delivery: Delivery) -> date:
    """The last day on which its service brings it in time; its day so far where the service does not go there."""
    calls = LastCalls().to(country=delivery.country, zone=delivery.zone, by_date=delivery.by_date)
    days = [
        call.leave_by.date()
        for call in calls
        if (call.place_id, call.service_id) == (dispatch.place_id, dispatch.service_id)
    ]
    return days[0] if days else dispatch.leaves_date


def readdress_dispatches(*, order_id: int, now: datetime) -> int:
    """Let what an order still waits for go where the order goes now, and tell its places; how many changed.

    The order's newest word counts more than what was put right before.
    """
    with transaction.atomic():
        waiting = lock_requested_dispatches(order_id)
        for dispatch in waiting:
            dispatch.delivery.address_corrected_at = None
        Delivery.objects.filter(id__in=[each.delivery_id for each in waiting]).update(address_corrected_at=None)
        addresses = addresses_now(dispatch.delivery for dispatch in waiting)
        moved = [each for each in waiting if address_of(each.delivery) != addresses[each.delivery_id]]
        for dispatch in moved:
            address(dispatch.delivery, addresses[dispatch.delivery_id]).save(update_fields=list(ADDRESS))
            queue_notice(dispatch, NoticeKind.READDRESSED)
        announce([DispatchReaddressed(**said_of(each)) for each in moved], now=now)
    return len(moved)


def announce_parcel(
    *, dispatch_id: int, carrier: str, number: str, label_at: datetime, now: datetime, first_id: int | None = None
) -> Parcel:
    """The warehouse says that a dispatch left, as which parcel. The same words again change nothing.

    One that was cancelled and left all the same is like any other: its stock is gone, and it is promised anew.
    `first_id` is the first dispatch that was announced in the same breath.

    Raises:
        Dispatch.DoesNotExist: there is none.
        UnknownCarrier: nobody is called that.
        BadTrackingNumber: the carrier has no such number.
        AnnouncedOtherwise: it was announced before with another number.
        NumberOfEarlierParcel: it is the number of what it replaces.
    """
    carrier = carrier_named(carrier)
    number = check(number, carrier)
    with transaction.atomic():
        dispatch = lock_dispatch(dispatch_id)
        if dispatch.parcel is not None:
            if (dispatch.parcel.carrier, dispatch.parcel.number) != (carrier, number):
                raise AnnouncedOtherwise(dispatch.parcel.number)
            return dispatch.parcel
        refuse_earlier_number(dispatch, carrier, number)
        was_called_off = dispatch.state == DispatchState.CANCELLED
        due_at = _new_day(dispatch, now=now) if was_called_off else None
        parcel = Parcel(
            reference=_reference_of(dispatch),
            customer_id=dispatch.customer_id,
            delivery=dispatch.delivery,
            place=dispatch.place,
            service_id=dispatch.service_id,
            carrier=carrier,
            number=number,
            label_at=label_at,
        )
        store_parcels([parcel], now=now)
        dispatch.parcel, dispatch.state, dispatch.announced_at = parcel, DispatchState.ANNOUNCED, now
        dispatch.announced_with_id = first_id if first_id != dispatch.pk else None
        dispatch.save(update_fields=["parcel", "state", "announced_at", "announced_with"])
        if due_at is not None:
            dispatch.delivery.save(update_fields=["by_date"])
        consume_reservations(dispatch.units.values_list("reservation_id", flat=True))
        if due_at is not None:
            promise_again(promise_id=dispatch.delivery.promise_id, due_at=due_at, now=now)
        clear_risk(promise_ids=[dispatch.delivery.promise_id])
    return parcel


def _new_day(dispatch: Dispatch, *, now: datetime) -> datetime:
    """When what was cancelled and left all the same is due: by its own day, or if that is over the soonest it can be.

    The delivery is given that day; it is not written yet.
    """
    delivery = dispatch.delivery
    if delivery.promise.due_at <= now:
        to = {"country": delivery.country, "zone": delivery.zone}
        delivery.by_date = arrival_of(dispatch.service, place=dispatch.place, **to, now=now)
        delivery.promise.due_at = due_on(by_date=delivery.by_date, destination=calendar_of(**to))
    return delivery.promise.due_at


def carrier_named(carrier: str) -> str:
    try:
        return known_carrier(carrier)
    except ValueError as error:
        raise UnknownCarrier("carrier", str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What came of several announcements: which were news, how many were known, and what can't be taken."""

    new_at: tuple[int, ...]
    same: int
    refused: tuple[RowError, ...]

    @property
    def new(self) -> int:
        return len(self.new_at)


def announce_each(records: Sequence[AnnouncementRecord], *, now: datetime, place_id: int | None = None) -> Announced:
    """Take the announcements that can be taken, each by itself, and say what is wrong with the others.

    `place_id`: whose word it is; it may only announce what it was asked to send.
    """
    new_at: list[int] = []
    refused: list[RowError] = []
    first_id: int | None = None
    for index, record in enumerate(records):
        try:
            with transaction.atomic():
                dispatch_id, is_news = _announce(record, place_id=place_id, first_id=first_id, now=now)
            if is_news:
                first_id = first_id or dispatch_id
                new_at.append(index)
        except Dispatch.DoesNotExist:
            reason = f"{record.dispatch!r} is no dispatch" + (" of this place" if place_id else "")
            refused.append(RowError(index=index, field="dispatch", reason=reason))
        except BadTrackingNumber as bad:
            refused.append(RowError(index=index, field="number", reason=bad.reason))
        except (AnnouncedOtherwise, NumberOfEarlierParcel) as bad:
            refused.append(RowError(index=index, field="number", reason=str(bad).removeprefix("number: ")))
    same = len(records) - len(new_at) - len(refused)
    return Announced(new_at=tuple(new_at), same=same, refused=tuple(refused))


def announce_all(records: Sequence[AnnouncementRecord], *, now: datetime) -> UpsertResult:
    """Take all announcements, or none.

    Raises:
        BadRows: one can't be taken.
    """
    with transaction.atomic():
        announced = announce_each(records, now=now)
        if announced.refused:
            raise BadRows(announced.refused)
    news = {records[index].dispatch: RowResult.NEW for index in announced.new_at}
    return UpsertResult(new=len(news), same=len(records) - len(news), news=news)


def _announce(
    record: AnnouncementRecord, *, place_id: int | None, first_id: int | None, now: datetime
) -> tuple[int, bool]:
    """Which dispatch it is, and whether it was news."""
    rows = Dispatch.objects.all() if place_id is None else Dispatch.objects.filter(place_id=place_id)
    digits = record.dispatch.removeprefix("D")
    by_number = Q(id=int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 19 else Q()
    dispatch = rows.filter(by_number | Q(key=record.dispatch) if by_number else Q(key=record.dispatch)).get()
    announce_parcel(
        dispatch_id=dispatch.pk,
        carrier=record.carrier,
        number=record.number,
        label_at=record.label_at or now,
        now=now,
        first_id=first_id,
    )
    return dispatch.pk, dispatch.parcel_id is None


def _reference_of(dispatch: Dispatch) -> str:
    """Our own name for its parcel; a longer one where the shop calls a parcel of its own so."""
    short = f"D{dispatch.pk}"
    return f"{short}/{dispatch.key}" if Parcel.objects.filter(reference=short).exists() else short
