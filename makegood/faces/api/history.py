"""The journal: what happened, and reactions that were set aside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from ninja import FilterLookup, Query, Schema
from pydantic import JsonValue

from makegood.customers.queries import ids_of, references_of
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import RowWith, Shown, of
from makegood.faces.api.unassigned import DismissalIn
from makegood.faces.api.versions import edited_row
from makegood.journal.actions import dismiss_dead_letter, retry_dead_letter
from makegood.journal.facts import adapter_of
from makegood.journal.models import DeadLetter, FactRow
from makegood.journal.queries import all_dead_letters, all_facts, read


class FactOut(Schema):
    """Something that happened. `matter` names what it is about, by its own number in our records."""

    id: int
    kind: str
    customer: str
    matter: str = of("ordering_key")
    happened_at: datetime
    recorded_at: datetime
    content: dict[str, JsonValue]

    @staticmethod
    def resolve_content(row: Any) -> Any:
        return adapter_of(row.kind).dump_python(read(row), mode="json")


def with_customers(rows: Sequence[FactRow] | Sequence[DeadLetter]) -> list[RowWith]:
    """With whose they are, read once for all."""
    customers = references_of([row.customer_id for row in rows])
    return [RowWith(row, customer=customers.get(row.customer_id, "")) for row in rows]


class FactsWanted(Wanted):
    customer: str | None = None
    kind: str | None = None
    matter: Annotated[str | None, FilterLookup("ordering_key")] = None

    def filter_customer(self, customer: str | None) -> Q:
        return Q(customer_id__in=ids_of([customer or ""]))


@router.get("/facts", response=Page[FactOut], auth=READ)
def facts(request: Call, wanted: Query[FactsWanted], paging: Query[Paging]) -> Any:
    """Facts, the oldest first."""
    return page_of(wanted.filter(all_facts()), paging, shape=with_customers)


class DeadLetterOut(Schema):
    """A reaction that kept failing. Instants are in system time."""

    id: int
    reaction: str
    fact: int = of("fact_id")
    fact_kind: str = of("fact.kind")
    matter: str = of("fact.ordering_key")
    customer: str
    error: Shown
    parked_at: datetime
    try_again_at: datetime | None
    resolution: str
    resolved_at: datetime | None
    resolved_by: str
    reason: Shown


def _one(parked_id: int) -> RowWith:
    return with_customers([all_dead_letters().get(id=parked_id)])[0]


class DeadLettersWanted(Wanted):
    is_open: Annotated[bool | None, FilterLookup("resolved_at__isnull")] = True


@router.get("/parked-reactions", response=Page[DeadLetterOut], auth=READ)
def parked(request: Call, wanted: Query[DeadLettersWanted], paging: Query[Paging]) -> Any:
    """Reactions that were set aside, the oldest first."""
    return page_of(wanted.filter(all_dead_letters()), paging, shape=with_customers)


@router.get("/parked-reactions/{int:parked}", response=DeadLetterOut, auth=READ)
@edited_row(DeadLetter, id="parked")
def one_parked(request: Call, parked: int) -> Any:
    """A reaction that was set aside, and what became of it."""
    return _one(parked)


@router.post("/parked-reactions/{int:parked}/retry", response={201: DeadLetterOut}, auth=ACT)
def retry(request: Call, parked: int) -> Any:
    """Give it another try."""
    retry_dead_letter(parked_id=parked, by=str(request.auth.actor))
    return _one(parked)


@router.post("/parked-reactions/{int:parked}/dismissal", response={201: DeadLetterOut}, auth=ACT)
def dismiss(request: Call, parked: int, dismissal: DismissalIn) -> Any:
    """Let it go for good, and keep why."""
    dismiss_dead_letter(parked_id=parked, by=str(request.auth.actor), reason=dismissal.reason)
    return _one(parked)
