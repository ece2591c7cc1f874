"""Words from people who proved nothing: taken in, and matched to a customer by a helper."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import FilterLookup, Query, Schema
from pydantic import BeforeValidator, Field

from makegood.cases.matching import create_unmatched_message, dismiss_words, take_to_customer, take_to_new_contact
from makegood.cases.models import UnmatchedMessage
from makegood.cases.queries import all_unmatched
from makegood.cases.suggestions import Why, suggestions_for
from makegood.channels.file_links import Leads, link_for_programs
from makegood.customers.queries import all_customers
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.messages import Words
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, RowWith, Shown, of
from makegood.faces.api.versions import edited_row
from makegood.faces.problems import field_problem
from makegood.kit import clock
from makegood.kit.records import Email, Record, Reference, Text


class SuggestionOut(Schema):
    customer: Ref
    why: Annotated[list[Why], BeforeValidator(sorted)]


class WaitingFileOut(Schema):
    """A file in the mail that words came in. `url` saves it for an hour, without token or cookie."""

    name: str
    content_type: str
    size: int
    url: str


class UnassignedOut(Schema):
    """`due_at`: by when whoever wrote this is answered. `suggestions`: who that may be, while nobody has said; they
    prove nothing. `mail`: what it came in, `attachments`: what came with it, `is_automatic`: whether a program seems to
    have written it.
    """

    id: int
    name: Shown
    address: Shown
    order: Shown = of("order_reference")
    subject: Shown
    body: Shown
    quoted_text: Shown
    signature: Shown
    reply_to: Shown
    language: str
    received_at: datetime
    due_at: datetime
    mail: int | None = of("mail_id")
    is_automatic: bool
    attachments: list[WaitingFileOut]
    suggestions: list[SuggestionOut]
    case: int | None = of("taken_to_id")
    dismissed_reason: Shown
    closed_at: datetime | None


def with_suggestions(rows: Sequence[UnmatchedMessage]) -> list[RowWith]:
    """With who may have written them, read once for all."""
    return [
        RowWith(row, suggestions=each, attachments=_files_of(row))
        for row, each in zip(rows, suggestions_for(rows), strict=True)
    ]


def _files_of(row: UnmatchedMessage) -> list[dict[str, object]]:
    return [
        {**each, "url": link_for_programs(Leads.FILE_IN_MAIL, row.mail_id or 0, place=place)}
        for place, each in enumerate(row.attachments)
    ]


def _one(words_id: int) -> RowWith:
    return with_suggestions([all_unmatched().get(id=words_id)])[0]


class ContactIn(Record):
    address: Email
    body: Words
    name: Annotated[str, Field(max_length=200)] = ""
    order: Annotated[str, Field(max_length=200)] = ""
    language: Literal["en", "fr", "es"] = "en"


@router.post("/contact", response={201: UnassignedOut}, auth=ACT)
def contact(request: Call, form: ContactIn) -> Any:
    """Words from a form that asked for no sign-in; they wait for a helper."""
    row = create_unmatched_message(
        name=form.name,
        address=form.address,
        order_reference=form.order,
        body=form.body,
        language=form.language,
        now=clock.now(),
    )
    return with_suggestions([row])[0]


class UnassignedWanted(Wanted):
    is_open: Annotated[bool | None, FilterLookup("closed_at__isnull")] = True


@router.get("/unassigned", response=Page[UnassignedOut], auth=READ)
def unassigned(request: Call, wanted: Query[UnassignedWanted], paging: Query[Paging]) -> Any:
    """Words that wait to be matched, the oldest first."""
    return page_of(wanted.filter(all_unmatched()), paging, shape=with_suggestions)


@router.get("/unassigned/{int:words}", response=UnassignedOut, auth=READ)
@edited_row(UnmatchedMessage, id="words")
def one_unassigned(request: Call, words: int) -> Any:
    """Words that wait, or that somebody has dealt with."""
    return _one(words)


class MatchIn(Record):
    customer: Reference


@router.post("/unassigned/{int:words}/assignment", response={201: UnassignedOut}, auth=ACT)
def match(request: Call, words: int, match: MatchIn) -> Any:
    """Say whose words these are; they join that customer's case."""
    customer = all_customers().filter(reference=match.customer).first()
    if customer is None:
        raise field_problem("customer", f"{match.customer!r} is unknown")
    take_to_customer(unassigned_id=words, customer=customer, now=clock.now())
    return _one(words)


@router.post("/unassigned/{int:words}/contact", response={201: UnassignedOut}, auth=ACT)
def take_as_contact(request: Call, words: int) -> Any:
    """Answer somebody who is no customer: they become a contact, and their words wait for an answer on their case.

    409 where a customer has their address.
    """
    take_to_new_contact(unassigned_id=words, now=clock.now())
    return _one(words)


class DismissalIn(Record):
    reason: Text


@router.post("/unassigned/{int:words}/dismissal", response={201: UnassignedOut}, auth=ACT)
def dismiss(request: Call, words: int, dismissal: DismissalIn) -> Any:
    """Words that need no answer; the reason is kept."""
    dismiss_words(unassigned_id=words, reason=dismissal.reason, now=clock.now())
    return _one(words)
