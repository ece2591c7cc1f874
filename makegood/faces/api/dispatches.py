"""What places are asked to send, and their word that they did."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ninja import Query, Schema

from makegood.faces.api.callers import ACT, READ_OWN, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.parcels import UnitsOut, units_out
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Instant, Record, Reference
from makegood.orders.models import Delivery
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, DispatchState
from makegood.parcels.queries import dispatches_told

TAGS = ["dispatches"]


class AddressOut(Schema):
    name: str
    lines: list[str]
    postcode: str
    country: str
    zone: str


def address_out(delivery: Delivery) -> AddressOut:
    """Where a delivery goes."""
    return AddressOut(
        name=delivery.name,
        lines=delivery.address_lines,
        postcode=delivery.postcode,
        country=delivery.country,
        zone=delivery.zone,
    )


class DispatchOut(Schema):
    """`charged_minor` is what the customer pays for it: nothing, where it makes something good."""

    id: int
    customer: str
    order: str
    delivery: int
    place: str
    service: str
    state: DispatchState
    charged_minor: int
    currency: str
    units: list[UnitsOut]
    ship_to: AddressOut
    requested_at: datetime
    leaves_date: date
    arrives_date: date
    announced_at: datetime | None
    parcel: str | None


def dispatches_out(dispatches: Sequence[Dispatch]) -> list[DispatchOut]:
    """As the API shows them; they come from `dispatches_told`."""
    return [
        DispatchOut(
            id=each.pk,
            customer=each.customer.reference,
            order=each.order.reference,
            delivery=each.delivery_id,
            place=each.place.reference,
            service=each.service.reference,
            state=DispatchState(each.state),
            charged_minor=each.charged_minor,
            currency=each.currency,
            units=[units_out(row) for row in sorted(each.units.all(), key=lambda row: row.pk)],
            ship_to=address_out(each.delivery),
            requested_at=each.requested_at,
            leaves_date=each.leaves_date,
            arrives_date=each.delivery.by_date,
            announced_at=each.announced_at,
            parcel=each.parcel.reference if each.parcel else None,
        )
        for each in dispatches
    ]


class DispatchesWanted(Wanted):
    customer: str | None = None
    order: str | None = None
    place: str | None = None
    state: DispatchState | None = None


@router.get("/dispatches", response=Page[DispatchOut], auth=READ_OWN, tags=TAGS)
def dispatches(request: Call, wanted: Query[DispatchesWanted], paging: Query[Paging]) -> Any:
    """What was asked to be sent, in the order of asking. `?state=requested` is the pick list."""
    rows = wanted.narrow(
        request.auth.sees(dispatches_told()),
        customer="customer__reference",
        order="order__reference",
        place="place__reference",
        state="state",
    )
    return page_of(rows, keys=("id",), paging=paging, shape=dispatches_out)


@router.get("/dispatches/{int:dispatch}", response=DispatchOut, auth=READ_OWN, tags=TAGS)
@edited_row(Dispatch, id="dispatch")
def dispatch(request: Call, dispatch: int) -> Any:
    """One dispatch."""
    return dispatches_out([request.auth.sees(dispatches_told()).get(id=dispatch)])[0]


class AnnouncedIn(Record):
    carrier: Reference
    number: Reference
    label_at: Instant | None = None


@router.post("/dispatches/{int:dispatch}/parcel", response={201: DispatchOut}, auth=ACT, tags=TAGS)
def announce(request: Call, dispatch: int, announced: AnnouncedIn) -> Any:
    """The place says that it left, as which parcel. The same words again change nothing."""
    now = clock.now()
    announce_parcel(
        dispatch_id=dispatch,
        carrier=announced.carrier,
        number=announced.number,
        label_at=announced.label_at or now,
        now=now,
    )
    return dispatches_out([dispatches_told().get(id=dispatch)])[0]
