"""Cases: each customer's matters, and what helpers do on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from ninja import FilterLookup, Query, Schema
from pydantic import Field

from makegood.cases import actions, making_good
from makegood.cases.models import Case
from makegood.cases.queries import cases_told, notes_of, words_of
from makegood.cases.resending import try_again
from makegood.cases.rules import Attention, CaseState, CaseType, Origin, SubjectKind
from makegood.cases.subjects import cases_with_order, heard_of, orders_named_by_case
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import OfCustomer, Wanted
from makegood.faces.api.messages import MessageOut, Words, with_concerns
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.remedies import ChoiceIn, GrantOut, nothing_lost, with_refunds
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, RowWith, Shown, of
from makegood.faces.api.versions import edited_row, locks_first
from makegood.faces.problems import field_problem
from makegood.kit import clock
from makegood.kit.records import Record, Reference
from makegood.orders.models import Delivery
from makegood.remedies.locks import lock_what_is_granted
from makegood.remedies.queries import all_grants
from makegood.replies.rules.values import NewsKind
from makegood.staff.queries import all_helpers


class GatheredOut(Schema):
    """A delivery that a case covers, and since when the customer has known of its trouble."""

    delivery: int = of("pk")
    order: Ref
    told_in_danger_at: datetime | None
    told_broken_at: datetime | None


class CaseOut(Schema):
    """`attention`: why a person is needed, if one is; `due_at`: by when; `origin`: what began it, set once; `orders`:
    those of which it gathers deliveries, and those that its customer's words name.
    """

    id: int
    customer: Ref
    matter: CaseType = of("case_type")
    state: CaseState
    subject: Shown
    attention: Attention
    attention_since: datetime | None
    due_at: datetime | None
    opened_at: datetime
    origin: Origin
    closed_at: datetime | None
    assigned_to: Ref | None
    orders: list[str]
    deliveries: list[GatheredOut]


class NoteOut(Schema):
    id: int
    body: Shown
    written_at: datetime
    written_by: Ref | None


class WholeCaseOut(CaseOut):
    messages: list[MessageOut]
    notes: list[NoteOut]


def with_deliveries(cases: Sequence[Case]) -> list[RowWith]:
    """With what they gather, and since when the customer knows; they come from `cases_told`."""
    gathered = {case: _deliveries_of(case) for case in cases}
    named = orders_named_by_case([case.pk for case in cases])
    heard = heard_of(SubjectKind.DELIVERY, [each.pk for deliveries in gathered.values() for each in deliveries])
    return [
        RowWith(
            case,
            orders=list(
                dict.fromkeys(
                    order.reference for order in (*(each.order for each in deliveries), *named.get(case.pk, ()))
                )
            ),
            deliveries=[
                RowWith(
                    each,
                    told_in_danger_at=heard.get(each.pk, {}).get(NewsKind.IN_DANGER),
                    told_broken_at=heard.get(each.pk, {}).get(NewsKind.BROKEN),
                )
                for each in deliveries
            ],
        )
        for case, deliveries in gathered.items()
    ]


def _deliveries_of(case: Case) -> list[Delivery]:
    links = sorted(case.subjects.all(), key=lambda link: link.pk)
    return [link.delivery for link in links if link.delivery is not None]


def _whole(case_id: int) -> RowWith:
    case = cases_told().get(id=case_id)
    messages = with_concerns([row.message for row in words_of(case).select_related("message__customer")])
    return RowWith(with_deliveries([case])[0], messages=messages, notes=list(notes_of(case)))


class CasesWanted(Wanted):
    customer: OfCustomer = None
    order: str | None = None
    state: CaseState | None = None
    attention: Attention | None = None
    assigned_to: Annotated[str | None, FilterLookup("assigned_to__reference")] = None

    def filter_order(self, order: str | None) -> Q:
        return Q() if order is None else cases_with_order(order)


@router.get("/cases", response=Page[CaseOut], auth=READ)
def cases(request: Call, wanted: Query[CasesWanted], paging: Query[Paging]) -> Any:
    """Cases, the newest first."""
    return page_of(wanted.filter(cases_told()), paging, keys=("-id",), shape=with_deliveries)


@router.get("/cases/{int:case}", response=WholeCaseOut, auth=READ)
@edited_row(Case, id="case")
def case(request: Call, case: int) -> Any:
    """One case with its messages and notes."""
    return _whole(case)


class GrantsOut(Schema):
    items: list[GrantOut]


@router.post("/cases/{int:case}/remedies", response={201: GrantsOut}, auth=ACT)
@locks_first(lambda case: lock_what_is_granted(making_good.orders_of_case(case)))
def make_good(request: Call, case: int, choice: ChoiceIn) -> Any:
    """Make everything good that is lost in this case, in this way, within the authority of whoever acts."""
    granted = making_good.make_good(
        case_id=case, kind=choice.remedy, agreed=choice.agreed, by=request.auth.actor, now=clock.now()
    )
    if not granted:
        raise nothing_lost(cases_told().filter(id=case).values_list("subjects__delivery__order_id", flat=True))
    return {"items": with_refunds(list(all_grants().filter(id__in=[each.pk for each in granted]).order_by("id")))}


class NoteIn(Record):
    body: Words


@router.post("/cases/{int:case}/notes", response={201: NoteOut}, auth=ACT)
def note(request: Call, case: int, note: NoteIn) -> Any:
    """Write something down for helpers only."""
    return actions.add_note(case_id=case, body=note.body, by=request.auth.helper, now=clock.now())


class AssignmentIn(Record):
    helper: Reference | None = Field(description="Null: to nobody.")


@router.put("/cases/{int:case}/assignment", response=WholeCaseOut, auth=ACT)
def assign(request: Call, case: int, assignment: AssignmentIn) -> Any:
    """Give a case to a helper, or to nobody."""
    helper = all_helpers().filter(reference=assignment.helper).first() if assignment.helper else None
    if assignment.helper and helper is None:
        raise field_problem("helper", f"{assignment.helper!r} is unknown")
    actions.assign(case_id=case, to=helper, now=clock.now())
    return _whole(case)


@router.post("/cases/{int:case}/letter-retry", response=WholeCaseOut, auth=ACT)
def retry_letter(request: Call, case: int) -> Any:
    """Let the letter that was held back, refused or returned go once more; one that was held is written anew."""
    try_again(case_id=case, now=clock.now())
    return _whole(case)


class ClosureIn(Record):
    although_they_wait: bool = Field(
        default=False, description="Close it although somebody waits for us there: an answer is owed no more."
    )


@router.put("/cases/{int:case}/closure", response=WholeCaseOut, auth=ACT)
def close(request: Call, case: int, closure: ClosureIn | None = None) -> Any:
    """Close a case by hand. Most close by themselves, once their outcome is proven.

    Where somebody waits for us there, it is refused (409, `customer-waits`) unless the body says that they may.
    """
    actions.close_case(
        case_id=case,
        by=request.auth.actor,
        now=clock.now(),
        although_they_wait=closure is not None and closure.although_they_wait,
    )
    return _whole(case)
