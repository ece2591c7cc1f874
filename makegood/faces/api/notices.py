"""What places' own systems are told, and how far that is; the pick list as a file."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import FilterLookup, Query, Schema

from makegood.catalog.queries import all_places
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.faces.pick_csv import pick_csv
from makegood.parcels.models import NoticeKind, NoticeState
from makegood.parcels.queries import all_notices
from makegood.parcels.warehouse_notices import retry_notice


class NoticeOut(Schema):
    """One thing a place's system is told. `key` is its webhook-id. Instants are in system time."""

    id: int
    dispatch: int = of("dispatch_id")
    order: Ref = of("dispatch.order")
    place: Ref = of("dispatch.place")
    kind: NoticeKind
    key: str
    state: NoticeState
    attempts: int
    next_try_at: datetime | None
    last_tried_at: datetime | None
    last_words: str


class NoticesWanted(Wanted):
    place: Annotated[str | None, FilterLookup("dispatch__place__reference")] = None
    state: NoticeState | None = None


@router.get("/dispatch-notices", response=Page[NoticeOut], auth=READ)
def notices(request: Call, wanted: Query[NoticesWanted], paging: Query[Paging]) -> Any:
    """What places' systems are told, in the order of telling. `?state=given_up` waits for somebody."""
    return page_of(wanted.filter(all_notices()), paging)


@router.post("/dispatch-notices/{int:notice}/retry", response={201: NoticeOut}, auth=ACT)
def retry(request: Call, notice: int) -> Any:
    """Tell the place again what it would not take."""
    retry_notice(notice_id=notice)
    return all_notices().get(id=notice)


@router.get("/places/{place}/pick-list.csv", response={200: str}, auth=READ)
def pick_list_csv(request: Call, place: str) -> HttpResponse:
    """What a place has to send, as CSV (text/csv), one line for each product in each dispatch."""
    return pick_csv(all_places().get(reference=place))
