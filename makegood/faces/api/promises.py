"""What was promised, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import Field, Query, Schema

from makegood.cases.rules import Subject, SubjectKind
from makegood.cases.subjects import orders_of_promises, subjects_of_promises
from makegood.faces.api.callers import ACT, READ_OWN, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Instant, Record, Text
from makegood.promises.actions import revise_promise
from makegood.promises.models import Promise
from makegood.promises.queries import promises_told
from makegood.promises.rules import PromiseKind, PromiseState
from makegood.remedies.queries import promises_of_order

TAGS = ["promises"]


class RevisionOut(Schema):
    was_due_at: datetime
    due_at: datetime
    reason: str
    revised_at: datetime
    revised_by: str


class PromiseOut(Schema):
    """`order` where it is for one, `delivery` where it is to deliver; `original_due_at` never moves."""

    id: int
    customer: str
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
    made_good_at: datetime | None = Field(description="Since when nothing is owed: it was sent again or paid back.")
    revisions: list[RevisionOut]


def promises_out(promises: Sequence[Promise]) -> list[PromiseOut]:
    """As the API shows them; which orders they are for is read once for all."""
    ids = [promise.pk for promise in promises]
    orders, about = orders_of_promises(ids), subjects_of_promises(ids)
    return [_out(each, order=orders.get(each.pk), about=about.get(each.pk)) for each in promises]


def _out(promise: Promise, *, order: str | None, about: Subject | None) -> PromiseOut:
    revisions = sorted(promise.revisions.all(), key=lambda revision: revision.pk)
    return PromiseOut(
        id=promise.pk,
        customer=promise.customer.reference,
        order=order,
        delivery=about.id if about and about.kind is SubjectKind.DELIVERY else None,
        kind=PromiseKind(promise.kind),
        state=PromiseState(promise.state),
        due_at=promise.due_at,
        original_due_at=promise.original_due_at,
        at_risk_since=promise.at_risk_since,
        made_at=promise.made_at,
        made_by=promise.made_by,
        closed_at=promise.closed_at,
        fulfilled_at=promise.fulfilled_at,
        made_good_at=promise.made_good_at,
        revisions=[
            RevisionOut(
                was_due_at=each.was_due_at,
                due_at=each.due_at,
                reason=each.reason,
                revised_at=each.revised_at,
                revised_by=each.revised_by,
            )
            for each in revisions
        ],
    )


class PromisesWanted(Wanted):
    customer: str | None = None
    order: str | None = None
    state: PromiseState | None = None
    kind: PromiseKind | None = None
    at_risk: bool | None = None


@router.get("/promises", response=Page[PromiseOut], auth=READ_OWN, tags=TAGS)
def promises(request: Call, wanted: Query[PromisesWanted], paging: Query[Paging]) -> Any:
    """Promises, the earliest due first."""
    rows = request.auth.sees(promises_told())
    if wanted.order is not None:
        rows = rows.filter(promises_of_order(wanted.order))
    rows = wanted.narrow(rows, customer="customer__reference", state="state", kind="kind")
    if wanted.at_risk is not None:
        rows = rows.filter(at_risk_since__isnull=not wanted.at_risk)
    return page_of(rows, keys=("due_at", "id"), paging=paging, shape=promises_out)


@router.get("/promises/{int:promise}", response=PromiseOut, auth=READ_OWN, tags=TAGS)
@edited_row(Promise, id="promise")
def promise(request: Call, promise: int) -> Any:
    """One promise with its whole history."""
    return promises_out([request.auth.sees(promises_told()).get(id=promise)])[0]


class RevisionIn(Record):
    due_at: Instant
    reason: Text


@router.post("/promises/{int:promise}/revision", response={201: PromiseOut}, auth=ACT, tags=TAGS)
def revise(request: Call, promise: int, revision: RevisionIn) -> Any:
    """Move an open promise, with the reason the customer is given."""
    revise_promise(
        promise_id=promise,
        due_at=revision.due_at,
        reason=revision.reason,
        by=str(request.auth.actor),
        now=clock.now(),
    )
    return promises_out([promises_told().get(id=promise)])[0]
