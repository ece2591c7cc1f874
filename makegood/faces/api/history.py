"""The journal: what happened, and reactions that were set aside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import Query, Schema
from pydantic import JsonValue

from makegood.customers.queries import ids_of, references_of
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.unassigned import DismissalIn
from makegood.faces.api.versions import edited_row
from makegood.journal.actions import dismiss_dead_letter, retry_dead_letter
from makegood.journal.facts import adapter_of
from makegood.journal.models import DeadLetter, FactRow
from makegood.journal.queries import all_dead_letters, all_facts, read

TAGS = ["journal"]


class FactOut(Schema):
    """Something that happened. `matter` names what it is about, by its own number in our records."""

    id: int
    kind: str
    customer: str
    matter: str
    happened_at: datetime
    recorded_at: datetime
    content: dict[str, JsonValue]


def facts_out(rows: Sequence[FactRow]) -> list[FactOut]:
    """As the API shows them; whose they are is read once for all."""
    customers = references_of([row.customer_id for row in rows])
    return [
        FactOut(
            id=row.pk,
            kind=row.kind,
            customer=customers.get(row.customer_id, ""),
            matter=row.ordering_key,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            content=adapter_of(row.kind).dump_python(read(row), mode="json"),
        )
        for row in rows
    ]


class FactsWanted(Wanted):
    customer: str | None = None
    kind: str | None = None
    matter: str | None = None


@router.get("/facts", response=Page[FactOut], auth=READ, tags=TAGS)
def facts(request: Call, wanted: Query[FactsWanted], paging: Query[Paging]) -> Any:
    """Facts, the oldest first."""
    rows = wanted.narrow(all_facts(), kind="kind", matter="ordering_key")
    if wanted.customer is not None:
        rows = rows.filter(customer_id__in=ids_of([wanted.customer]))
    return page_of(rows, keys=("id",), paging=paging, shape=facts_out)


class ParkedOut(Schema):
    """A reaction that kept failing. Instants are in system time."""

    id: int
    reaction: str
    fact: int
    fact_kind: str
    matter: str
    customer: str
    error: str
    parked_at: datetime
    try_again_at: datetime | None
    resolution: str
    resolved_at: datetime | None
    resolved_by: str
    reason: str


def parked_out(rows: Sequence[DeadLetter]) -> list[ParkedOut]:
    """As the API shows them; whose they are is read once for all."""
    customers = references_of([row.customer_id for row in rows])
    return [
        ParkedOut(
            id=row.pk,
            reaction=row.reaction,
            fact=row.fact_id,
            fact_kind=row.fact.kind,
            matter=row.fact.ordering_key,
            customer=customers.get(row.customer_id, ""),
            error=row.error,
            parked_at=row.parked_at,
            try_again_at=row.try_again_at,
            resolution=row.resolution,
            resolved_at=row.resolved_at,
            resolved_by=row.resolved_by,
            reason=row.reason,
        )
        for row in rows
    ]


class ParkedWanted(Wanted):
    is_open: bool | None = True


@router.get("/parked-reactions", response=Page[ParkedOut], auth=READ, tags=TAGS)
def parked(request: Call, wanted: Query[ParkedWanted], paging: Query[Paging]) -> Any:
    """Reactions that were set aside, the oldest first."""
    rows = all_dead_letters()
    if wanted.is_open is not None:
        rows = rows.filter(resolved_at__isnull=wanted.is_open)
    return page_of(rows, keys=("id",), paging=paging, shape=parked_out)


@router.get("/parked-reactions/{int:parked}", response=ParkedOut, auth=READ, tags=TAGS)
@edited_row(DeadLetter, id="parked")
def one_parked(request: Call, parked: int) -> Any:
    """A reaction that was set aside, and what became of it."""
    return parked_out([all_dead_letters().get(id=parked)])[0]


@router.post("/parked-reactions/{int:parked}/retry", response={201: ParkedOut}, auth=ACT, tags=TAGS)
def retry(request: Call, parked: int) -> Any:
    """Give it another try."""
    retry_dead_letter(parked_id=parked, by=str(request.auth.actor))
    return parked_out([all_dead_letters().get(id=parked)])[0]


@router.post("/parked-reactions/{int:parked}/dismissal", response={201: ParkedOut}, auth=ACT, tags=TAGS)
def dismiss(request: Call, parked: int, dismissal: DismissalIn) -> Any:
    """Let it go for good, and keep why."""
    dismiss_dead_letter(parked_id=parked, by=str(request.auth.actor), reason=dismissal.reason)
    return parked_out([all_dead_letters().get(id=parked)])[0]
