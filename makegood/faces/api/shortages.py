"""What was not there when somebody packed it: said, read, and taken back."""

from datetime import datetime
from typing import Annotated, Any

from ninja import FilterLookup, Query, Schema
from pydantic import Field

from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import ByOrder
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Record, Reference
from makegood.orders.queries import all_orders
from makegood.parcels.models import Shortage
from makegood.parcels.queries import all_shortages
from makegood.parcels.shortages import say_short, take_back_shortage


class ShortageOut(Schema):
    """Units of a line that were not there. `counted_off`: by how many the stock of the place was put right."""

    id: int
    customer: Ref
    order: Ref
    delivery: int = of("delivery_id")
    line: Ref
    sku: str = of("product.sku")
    place: Ref
    quantity: int
    counted_off: int
    said_at: datetime
    said_by: str
    taken_back_at: datetime | None
    taken_back_by: str


class ShortagesWanted(ByOrder):
    place: Annotated[str | None, FilterLookup("place__reference")] = None


class ShortIn(Record):
    line: Reference = Field(description="The line of the order.")
    quantity: Annotated[int, Field(ge=1, le=10**8, strict=True)] = Field(
        description="How many of it are not there in all: the same again changes nothing, more says how many more."
    )
    place: Reference | None = Field(
        default=None, description="Where it is packed; left out: the place that was asked to send it, or the only one."
    )


@router.get("/shortages", response=Page[ShortageOut], auth=READ)
def shortages(request: Call, wanted: Query[ShortagesWanted], paging: Query[Paging]) -> Any:
    """What was not there when somebody packed it, the oldest first."""
    return page_of(wanted.filter(all_shortages()), paging)


@router.get("/shortages/{int:shortage}", response=ShortageOut, auth=READ)
@edited_row(Shortage, id="shortage")
def one_shortage(request: Call, shortage: int) -> Any:
    """One of them."""
    return all_shortages().get(id=shortage)


@router.post("/orders/{reference}/shortages", response={201: list[ShortageOut]}, auth=ACT)
def say(request: Call, reference: str, short: ShortIn) -> Any:
    """Who packs an order says what is not there: the stock is put right, and a case says what can be done."""
    order = all_orders().get(reference=reference)
    rows = say_short(order_id=order.pk, by=str(request.auth.actor), now=clock.now(), **short.model_dump())
    return list(all_shortages().filter(id__in=[each.pk for each in rows]).order_by("id"))


@router.post("/shortages/{int:shortage}/undoing", response={201: ShortageOut}, auth=ACT)
def take_back(request: Call, shortage: int) -> Any:
    """It is there after all; as long as nothing was done about it."""
    take_back_shortage(shortage_id=shortage, by=str(request.auth.actor), now=clock.now())
    return all_shortages().get(id=shortage)
