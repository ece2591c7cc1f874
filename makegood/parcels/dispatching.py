"""Asking a place to send something, and hearing that it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from makegood.catalog.actions import hold_stock, release_holds, ship_holds
from makegood.journal.actions import announce
from makegood.orders.models import Delivery
from makegood.parcels.actions import store_parcels
from makegood.parcels.facts import DispatchRequested
from makegood.parcels.judging import first_verdict
from makegood.parcels.models import Dispatch, DispatchState, DispatchUnits, Parcel
from makegood.parcels.rules.numbers import check
from makegood.promises.actions import withdraw_promise
from makegood.promises.rules import State as PromiseState


class AnnouncedOtherwise(Exception):
    """The dispatch was announced before, with another parcel."""

    def __init__(self, number: str) -> None:
        super().__init__(f"number: this dispatch left as {number}; a second parcel for it can't be announced")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsToSend:
    line_id: int
    product_id: int
    quantity: int


def request_dispatch(
    *,
    key: str,
    delivery: Delivery,
    place_id: int,
    service_id: int,
    units: Sequence[UnitsToSend],
    leaves_date: date,
    currency: str,
    now: datetime,
) -> Dispatch:
    """Hold the stock and put the dispatch on the place's pick list, at our cost; the same key is the same dispatch.

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
        for each in sorted(units, key=lambda unit: unit.product_id):
            hold = hold_stock(
                key=f"{key}/{each.line_id}",
                customer_id=delivery.customer_id,
                place_id=place_id,
                product_id=each.product_id,
                quantity=each.quantity,
            )
            DispatchUnits.objects.create(
                dispatch=dispatch,
                customer_id=delivery.customer_id,
                line_id=each.line_id,
                product_id=each.product_id,
                quantity=each.quantity,
                hold=hold,
            )
        announce(
            [DispatchRequested(customer_id=delivery.customer_id, dispatch_id=dispatch.pk, order_id=delivery.order_id)],
            now=now,
        )
    return dispatch


def cancel_dispatches(*, order_id: int, now: datetime) -> int:
    """Take what an order still waits for off the pick lists and let its stock go; how many dispatches there were."""
    with transaction.atomic():
        waiting = list(
            Dispatch.objects.select_for_update(of=("self",))
            .select_related("delivery__promise")
            .filter(order_id=order_id, state=DispatchState.REQUESTED)
            .order_by("id")
        )
        for dispatch in waiting:
            dispatch.state = DispatchState.CANCELLED
            dispatch.save(update_fields=["state"])
            release_holds(dispatch.units.values_list("hold_id", flat=True))
            if dispatch.delivery.promise.state == PromiseState.OPEN:
                withdraw_promise(promise_id=dispatch.delivery.promise_id, now=now)
    return len(waiting)


def announce_parcel(*, dispatch_id: int, carrier: str, number: str, label_at: datetime, now: datetime) -> Parcel:
    """The warehouse says that a dispatch left, as which parcel. The same words again change nothing.

    Raises:
        Dispatch.DoesNotExist: there is none.
        BadTrackingNumber: the carrier has no such number.
        AnnouncedOtherwise: it was announced before with another number.
    """
    number = check(number, carrier)
    with transaction.atomic():
        dispatch = (
            Dispatch.objects.select_for_update(of=("self",))
            .select_related("delivery__promise", "place", "parcel")
            .get(id=dispatch_id)
        )
        if dispatch.parcel is not None:
            if (dispatch.parcel.carrier, dispatch.parcel.number) != (carrier, number):
                raise AnnouncedOtherwise(dispatch.parcel.number)
            return dispatch.parcel
        parcel = first_verdict(
            Parcel(
                reference=_reference_of(dispatch),
                customer_id=dispatch.customer_id,
                delivery=dispatch.delivery,
                place=dispatch.place,
                service_id=dispatch.service_id,
                carrier=carrier,
                number=number,
                label_at=label_at,
            ),
            now=now,
        )
        store_parcels([parcel], now=now)
        dispatch.parcel, dispatch.state, dispatch.announced_at = parcel, DispatchState.ANNOUNCED, now
        dispatch.save(update_fields=["parcel", "state", "announced_at"])
        ship_holds(dispatch.units.values_list("hold_id", flat=True))
    return parcel


def _reference_of(dispatch: Dispatch) -> str:
    """Our own name for its parcel; a longer one where the shop calls a parcel of its own so."""
    short = f"D{dispatch.pk}"
    return f"{short}/{dispatch.key}" if Parcel.objects.filter(reference=short).exists() else short
