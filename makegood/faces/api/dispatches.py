"""What places are asked to send, and their word that they did."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import FilterLookup, Query, Schema
from pydantic import Field

from makegood.catalog.records import Carrier
from makegood.faces.api.callers import ACT, ACT_OWN, READ_OWN, Call
from makegood.faces.api.filters import ByOrder
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.parcels import UnitsOut
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import BY_ID, Ref, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Instant, Record, Reference, Text
from makegood.parcels.correcting import correct_address, correct_number
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, DispatchState
from makegood.parcels.queries import dispatches_told


class AddressOut(Schema):
    name: str
    lines: list[str] = of("address_lines")
    postcode: str
    country: str
    zone: str


class DispatchOut(Schema):
    """`charged_minor` is what the customer pays for it: nothing, where it makes something good."""

    id: int
    customer: Ref
    order: Ref
    delivery: int = of("delivery_id")
    place: Ref
    service: Ref
    state: DispatchState
    charged_minor: int
    currency: str
    units: Annotated[list[UnitsOut], BY_ID]
    ship_to: AddressOut = of("delivery")
    requested_at: datetime
    leaves_date: date
    arrives_date: date = of("delivery.by_date")
    announced_at: datetime | None
    parcel: Ref | None


class DispatchesWanted(ByOrder):
    place: Annotated[str | None, FilterLookup("place__reference")] = None
    state: DispatchState | None = None


@router.get("/dispatches", response=Page[DispatchOut], auth=READ_OWN)
def dispatches(request: Call, wanted: Query[DispatchesWanted], paging: Query[Paging]) -> Any:
    """What was asked to be sent, in the order of asking. `?state=requested` is the pick list."""
    return page_of(wanted.filter(request.auth.sees(dispatches_told())), paging)


@router.get("/dispatches/{int:dispatch}", response=DispatchOut, auth=READ_OWN)
@edited_row(Dispatch, id="dispatch")
def dispatch(request: Call, dispatch: int) -> Any:
    """One dispatch."""
    return request.auth.sees(dispatches_told()).get(id=dispatch)


class AnnouncedIn(Record):
    carrier: Carrier
    number: Reference
    label_at: Instant | None = None


@router.post("/dispatches/{int:dispatch}/parcel", response={201: DispatchOut}, auth=ACT)
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
    return dispatches_told().get(id=dispatch)


class NumberIn(Record):
    carrier: Carrier
    number: Reference


@router.put("/dispatches/{int:dispatch}/number", response=DispatchOut, auth=ACT)
def renumber(request: Call, dispatch: int, told: NumberIn) -> Any:
    """It left under another number than was announced. Scans of the wrong one count no more; the customer is told."""
    correct_number(dispatch_id=dispatch, carrier=told.carrier, number=told.number, now=clock.now())
    return dispatches_told().get(id=dispatch)


class DoorIn(Record):
    """Where it goes, in the same country: the whole of it, the name too."""

    name: Text
    lines: list[Text] = Field(min_length=1, max_length=8)
    postcode: Annotated[str, Field(max_length=20)] = ""


@router.put("/dispatches/{int:dispatch}/ship_to", response=DispatchOut, auth=ACT_OWN)
def readdress(request: Call, dispatch: int, door: DoorIn) -> Any:
    """Let what still waits to be packed go to another door. Its place is told."""
    known = request.auth.sees(dispatches_told()).get(id=dispatch)
    correct_address(dispatch_id=known.pk, now=clock.now(), **door.model_dump())
    return dispatches_told().get(id=dispatch)
