"""A quiet start: until when the shop learns, what it would write, and letting it begin."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Schema
from pydantic import BeforeValidator

from makegood.cases.models import QuietStart
from makegood.cases.quiet_start import begin, cases_waiting, keep_quiet, letters_held
from makegood.faces.api.callers import ADMIN, READ, Call
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Instant, Record
from makegood.replies.rules.values import NewsKind


class QuietStartOut(Schema):
    """While it has not begun, the shop judges everything and writes to nobody by itself."""

    until: datetime
    told_at: datetime
    begun_at: datetime | None
    begun_by: str


class QuietStartRecord(Record):
    """Until when the shop learns."""

    until: Instant


class HeldLetterOut(Schema):
    """A letter that would go now, if the shop had begun, and to which address; null: there is none to go to."""

    customer: Ref = of("case.customer")
    case: int = of("case.pk")
    kind: NewsKind
    address: Annotated[str | None, BeforeValidator(lambda address: address or None)]
    subject: str = of("draft.subject")
    body: str = of("draft.text")


@router.get("/quiet-start", response=QuietStartOut, auth=READ)
@edited_row(QuietStart)
def quiet_start(request: Call) -> Any:
    """Until when the shop learns, or who let it begin; 404 where it never learnt."""
    return QuietStart.objects.get()


@router.put("/quiet-start", response=QuietStartOut, auth=ADMIN)
def learn(request: Call, told: QuietStartRecord) -> Any:
    """Let the shop learn until then; it begins by itself at that instant."""
    return keep_quiet(until=told.until, now=clock.now())


@router.delete("/quiet-start", response=QuietStartOut, auth=ADMIN)
def begin_now(request: Call) -> Any:
    """Let the shop begin now: what is still true of what waited is told."""
    return begin(by=request.auth.actor, now=clock.now())


@router.get("/quiet-start/letters", response=Page[HeldLetterOut], auth=READ)
def letters(request: Call, paging: Query[Paging]) -> Any:
    """What would go now, in the words that it would have. `limit` counts cases: one may have no letter, or two."""
    now = clock.now()
    return page_of(cases_waiting(), paging, shape=lambda cases: list(letters_held(cases, now=now)))
