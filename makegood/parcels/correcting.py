"""Putting right what was said of a dispatch: its number once it has left, and before that where it goes."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from makegood.journal.actions import announce
from makegood.kit.errors import Conflict, InvalidField
from makegood.kit.postcodes import is_postcode
from makegood.orders.delivering import ADDRESS, address, address_of
from makegood.parcels.assessing import assess_status
from makegood.parcels.dispatching import carrier_named
from makegood.parcels.facts import DispatchReaddressed, ParcelRenumbered
from makegood.parcels.locks import lock_dispatch, lock_parcels, lock_unmatched_scans
from makegood.parcels.models import Dispatch, DispatchState, FormerNumber, NoticeKind, Parcel, StatusEstimate
from makegood.parcels.numbering import refuse_earlier_number
from makegood.parcels.rules.numbers import check
from makegood.parcels.scanning import adopt_unmatched, find_anothers, hear_of_one_box, take_over
from makegood.parcels.warehouse_notices import queue_notice, said_of


class NotLeftYet(Conflict):
    """It was announced as no parcel, so there is no number to correct."""

    slug, title = "not-left-yet", "The dispatch has not left yet"

    def __init__(self) -> None:
        super().__init__("this dispatch was announced as no parcel yet; announce it instead")


class LeftAlready(Conflict):
    """It is packed, or cancelled: where it goes can't be changed any more."""

    slug, title = "left-already", "Where it goes can't be changed any more"

    def __init__(self, state: DispatchState) -> None:
        super().__init__(f"ship_to: this dispatch is {state.value}; only what is still to be packed can go elsewhere")


def correct_number(*, dispatch_id: int, carrier: str, number: str, now: datetime) -> Parcel:
    """Say that what was announced left under another number. The same number again changes nothing.

    What was scanned under the wrong one is somebody else's, and counts for nothing here any more
    (`Parcel.number_since`); what was scanned under the right one is this parcel's, whoever was known by it meanwhile.

    Raises:
        Dispatch.DoesNotExist: there is none.
        UnknownCarrier: nobody is called that.
        BadTrackingNumber: the carrier has no such number.
        NotLeftYet: it was announced as no parcel.
        NumberOfEarlierParcel: it is the number of what it replaces.
    """
    carrier = carrier_named(carrier)
    number = check(number, carrier)
    with transaction.atomic():
        dispatch = lock_dispatch(dispatch_id)
        if dispatch.parcel_id is None:
            raise NotLeftYet
        refuse_earlier_number(dispatch, carrier, number)
        lock_unmatched_scans({number})
        concerned = _concerned(dispatch.parcel_id, carrier, number)
        lock_parcels(concerned)
        parcel = Parcel.objects.get(id=dispatch.parcel_id)
        if (parcel.carrier, parcel.number) == (carrier, number):
            return parcel
        # Whoever reads the letter that named it asks by the wrong number still.
        FormerNumber.objects.create(
            parcel=parcel, customer_id=parcel.customer_id, carrier=parcel.carrier, number=parcel.number, until_at=now
        )
        parcel.carrier, parcel.number, parcel.number_since = carrier, number, now
        parcel.save(update_fields=["carrier", "number", "number_since"])
        StatusEstimate.objects.filter(parcel=parcel).update(carrier=carrier)
        announce(
            [ParcelRenumbered(customer_id=parcel.customer_id, parcel_id=parcel.pk, order_id=dispatch.order_id)], now=now
        )
        freed = find_anothers(concerned, now=now)
        adopt_unmatched({(carrier, number)}, now=now)
        hear_of_one_box([parcel.pk], now=now)
        take_over({parcel.pk, *freed}, now=now)
        assess_status([parcel.pk], now=now)
        # Once more when everybody can see it: a scan that came meanwhile may not have found its parcel.
        transaction.on_commit(partial(adopt_unmatched, {(carrier, number)}, now=now))
    return parcel


def _concerned(parcel_id: int, carrier: str, number: str) -> set[int]:
    """The parcel, and whatever is or was known by the number it has or by the one that it gets."""
    named = Q(carrier=carrier, number=number)
    for was_carrier, was_number in Parcel.objects.filter(id=parcel_id).values_list("carrier", "number"):
        named |= Q(carrier=was_carrier, number=was_number)
    former = FormerNumber.objects.filter(named).values_list("parcel_id", flat=True)
    return {parcel_id, *Parcel.objects.filter(named).values_list("id", flat=True), *former}


def correct_address(*, dispatch_id: int, name: str, lines: list[str], postcode: str, now: datetime) -> Dispatch:
    """Let what is still to be packed go to another door in its country, and tell its place; the same changes nothing.

    Raises:
        Dispatch.DoesNotExist: there is none.
        InvalidField: there is no name, or no line, or what can't be printed, or the country has no such postcode.
        LeftAlready: it is packed, or cancelled.
    """
    told = [line.strip() for line in lines if line.strip()]
    if not name.strip():
        raise InvalidField("name", "say whose door it is")
    if not told:
        raise InvalidField("lines", "say at least the street")
    for field, texts in (("name", [name.strip()]), ("lines", told), ("postcode", [postcode.strip()])):
        if not all(each.isprintable() for each in texts):
            raise InvalidField(field, "an address has no control characters")
    with transaction.atomic():
        dispatch = lock_dispatch(dispatch_id)
        if dispatch.state != DispatchState.REQUESTED:
            raise LeftAlready(DispatchState(dispatch.state))
        delivery = dispatch.delivery
        # What the shop told us stands, however it is written.
        is_new = postcode.strip() not in {"", delivery.postcode}
        if is_new and not is_postcode(postcode, country=delivery.country):
            raise InvalidField("postcode", f"{delivery.country} has no such postcode")
        to = replace(address_of(delivery), name=name.strip(), lines=tuple(told), postcode=postcode.strip())
        if to != address_of(delivery):
            delivery.address_corrected_at = now
            address(delivery, to).save(update_fields=[*ADDRESS, "address_corrected_at"])
            queue_notice(dispatch, NoticeKind.READDRESSED)
            announce([DispatchReaddressed(**said_of(dispatch))], now=now)
    return dispatch
