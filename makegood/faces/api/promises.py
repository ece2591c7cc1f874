"""What was promised, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from ninja import Field, Query, Schema

from makegood.cases.rules import SubjectKind
from makegood.cases.subjects import orders_of_promises, subjects_of_promises
from makegood.faces.api.callers import ACT, READ_OWN, Call
from makegood.faces.api.filters import OfCustomer, Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import BY_ID, Ref, RowWith
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Instant, Record, Text
from makegood.promises.actions import revise_promise
from makegood.promises.models import Promise
from makegood.promises.queries import IN_DANGER, promises_told
from makegood.promises.rules import TO_CUSTOMERS, PromiseKind, PromiseState
from makegood.remedies.queries import promises_of_order


class RevisionOut(Schema):
    was_due_at: datetime
    due_at: datetime
    reason: str
    revised_at: datetime
    revised_by: str


class PromiseOut(Schema):
    """`order` where it is for one, `delivery` where it is to deliver; `original_due_at` never moves."""

    id: int
    customer: Ref
    order: str | None
    delivery: int | None
    kind: PromiseKind
    state: PromiseState
    due_at: datetime
    original_due_at: datetime
    at_risk_since: datetime | None
    made_at: datetime
    made_by: str
    closed_at: datetime | None
    fulfilled_at: datetime | None
    made_good_at: datetime | None = Field(
        description="Since when it owes nothing: what was chosen in its place is promised by itself."
    )
    called_off_at: datetime | None = Field(
        description="Since when a promise that broke is waited for by nobody: what it was for was cancelled."
    )
    revisions: Annotated[list[RevisionOut], BY_ID]


def with_subjects(promises: Sequence[Promise]) -> list[RowWith]:
    """With what they are for, read once for all."""
    ids = [promise.pk for promise in promises]
    orders, subjects = orders_of_promises(ids), subjects_of_promises(ids)
    deliveries = {promise: each.id for promise, each in subjects.items() if each.kind is SubjectKind.DELIVERY}
    return [RowWith(each, order=orders.get(each.pk), delivery=deliveries.get(each.pk)) for each in promises]


def _seen(request: Call) -> QuerySet[Promise]:
    """All of them, or what a customer was promised themselves."""
    rows = request.auth.sees(promises_told())
    return rows.filter(kind__in=TO_CUSTOMERS) if request.auth.customer else rows


class PromisesWanted(Wanted):
    customer: OfCustomer = None
    order: str | None = None
    state: PromiseState | None = None
    kind: PromiseKind | None = None
    at_risk: bool | None = None

    def filter_order(self, order: str | None) -> Q:
        return promises_of_order(order or "")

    def filter_at_risk(self, at_risk: bool | None) -> Q:
        return IN_DANGER if at_risk else ~IN_DANGER


@router.get("/promises", response=Page[PromiseOut], auth=READ_OWN)
def promises(request: Call, wanted: Query[PromisesWanted], paging: Query[Paging]) -> Any:
    """Promises, the earliest due first."""
    rows = wanted.filter(_seen(request))
    return page_of(rows, paging, keys=("due_at", "id"), shape=with_subjects)


@router.get("/promises/{int:promise}", response=PromiseOut, auth=READ_OWN)
@edited_row(Promise, id="promise")
def promise(request: Call, promise: int) -> Any:
    """One promise with its whole history."""
    return with_subjects([_seen(request).get(id=promise)])[0]


class RevisionIn(Record):
    due_at: Instant
    reason: Text


@router.post("/promises/{int:promise}/revision", response={201: PromiseOut}, auth=ACT)
def revise(request: Call, promise: int, revision: RevisionIn) -> Any:
    """Move an open promise, with the reason the customer is given."""
    revise_promise(
        promise_id=promise,
        due_at=revision.due_at,
        reason=revision.reason,
        by=str(request.auth.actor),
        now=clock.now(),
    )
    return with_subjects([promises_told().get(id=promise)])[0]
