"""What places' own systems are told, and how far that is; the pick list as a file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema

from makegood.catalog.queries import all_places
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.pick_csv import pick_csv
from makegood.parcels.models import DispatchNotice, NoticeKind, NoticeState
from makegood.parcels.queries import all_notices
from makegood.parcels.warehouse_notices import retry_notice

TAGS = ["dispatches"]


class NoticeOut(Schema):
    """One thing a place's system is told. `key` is its webhook-id. Instants are in system time."""

    id: int
    dispatch: int
    order: str
    place: str
    kind: NoticeKind
    key: str
    state: NoticeState
    attempts: int
    next_try_at: datetime | None
    last_tried_at: datetime | None
    last_words: str


def notices_out(rows: Sequence[DispatchNotice]) -> list[NoticeOut]:
    """As the API shows them."""
    return [
        NoticeOut(
            id=row.pk,
            dispatch=row.dispatch_id,
            order=row.dispatch.order.reference,
            place=row.dispatch.place.reference,
            kind=NoticeKind(row.kind),
            key=row.key,
            state=NoticeState(row.state),
            attempts=row.attempts,
            next_try_at=row.next_try_at,
            last_tried_at=row.last_tried_at,
            last_words=row.last_words,
        )
        for row in rows
    ]


class NoticesWanted(Wanted):
    place: str | None = None
    state: NoticeState | None = None


@router.get("/dispatch-notices", response=Page[NoticeOut], auth=READ, tags=TAGS)
def notices(request: Call, wanted: Query[NoticesWanted], paging: Query[Paging]) -> Any:
    """What places' systems are told, in the order of telling. `?state=given_up` waits for somebody."""
    rows = wanted.narrow(all_notices(), place="dispatch__place__reference", state="state")
    return page_of(rows, keys=("id",), paging=paging, shape=notices_out)


@router.post("/dispatch-notices/{int:notice}/retry", response={201: NoticeOut}, auth=ACT, tags=TAGS)
def retry(request: Call, notice: int) -> Any:
    """Tell the place again what it would not take."""
    retry_notice(notice_id=notice)
    return notices_out([all_notices().get(id=notice)])[0]


@router.get("/places/{place}/pick-list.csv", response={200: str}, auth=READ, tags=TAGS)
def pick_list_csv(request: Call, place: str) -> HttpResponse:
    """What a place has to send, as CSV (text/csv), one line for each product in each dispatch."""
    return pick_csv(all_places().get(reference=place))
