"""Disputes: what banks ask back, what we say to it, and where a gateway's books and ours differ."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from makegood.cases.dispute_evidence import LONGEST_SUMMARY, evidence_pdf
from makegood.cases.disputing import answer_with_evidence
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.filters import OfCustomer, Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Instant, Record, Text
from makegood.orders.queries import receipts_of_order
from makegood.payments.models import Dispute
from makegood.payments.queries import all_disputes
from makegood.payments.reconciling import reconcile
from makegood.payments.rules.disputes import DisputeAnswer
from makegood.payments.rules.reconciling import DifferenceKind
from makegood.payments.rules.values import DisputeStatus
from makegood.promises.rules import PromiseState
from makegood.remedies.disputing import grant_dispute


class DisputeOut(Schema):
    """Money that a card's holder asks back through their bank. An inquiry is a question, and has moved no money yet.

    `reference`, `status` and `reason` are the gateway's; `receipt`: the money that came in and is disputed.
    """

    id: int
    customer: Ref
    reference: str
    receipt: int = of("receipt_id")
    payment: str = of("receipt.gateway_reference")
    currency: str
    amount_minor: int
    taken_minor: int = Field(description="What the bank has of it now.")
    status: DisputeStatus
    reason: str
    opened_at: datetime
    evidence_due_at: datetime | None = Field(description="Until when an answer counts; null: none can be given.")
    promise: int | None = of("promise_id")
    promise_state: PromiseState | None
    answer: DisputeAnswer | None = Field(description="What one of us answers: evidence, or that they may have it.")
    answer_asked_at: datetime | None
    answer_asked_by: str
    answer_reason: str = Field(description="Why we let them have it, for ourselves.")
    answer_sent_at: datetime | None = Field(description="Since when the gateway has it.")
    answer_refusal: str = Field(description="Why the gateway did not take the last answer; it may be given again.")
    closed_at: datetime | None

    @staticmethod
    def resolve_promise_state(dispute: Dispute) -> str | None:
        return dispute.promise.state if dispute.promise else None

    @staticmethod
    def resolve_answer(dispute: Dispute) -> str | None:
        return dispute.answer or None


class DisputesWanted(Wanted):
    customer: OfCustomer = None
    order: str | None = None
    is_open: bool | None = None

    def filter_order(self, order: str | None) -> Q:
        return Q(receipt__in=receipts_of_order(order or ""))

    def filter_is_open(self, is_open: bool | None) -> Q:
        return Q(closed_at__isnull=is_open)


@router.get("/disputes", response=Page[DisputeOut], auth=READ)
def disputes(request: Call, wanted: Query[DisputesWanted], paging: Query[Paging]) -> Any:
    """Disputes, the oldest first."""
    return page_of(wanted.filter(all_disputes()), paging)


@router.get("/disputes/{int:dispute}", response=DisputeOut, auth=READ)
@edited_row(Dispute, id="dispute")
def dispute(request: Call, dispute: int) -> Any:
    """One dispute."""
    return all_disputes().get(id=dispute)


class AcceptanceIn(Record):
    reason: Text = Field(description="Why they have the money; for ourselves, and kept.")


@router.post("/disputes/{int:dispute}/acceptance", response={201: DisputeOut}, auth=ACT)
def accept(request: Call, dispute: int, acceptance: AcceptanceIn) -> Any:
    """Let the customer have the money, once and for good, within the authority to pay back of whoever asks."""
    grant_dispute(dispute_id=dispute, reason=acceptance.reason, by=request.auth.actor, now=clock.now())
    return all_disputes().get(id=dispute)


class EvidenceIn(Record):
    """What a helper says in front of all that we know: the order, its parcels and scans, refunds, words exchanged."""

    summary: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_SUMMARY)]


class Previewed(Record):
    summary: Annotated[str, StringConstraints(max_length=LONGEST_SUMMARY)] = ""


@router.get("/disputes/{int:dispute}/evidence.pdf", response={200: str}, auth=READ)
def evidence_shown(request: Call, dispute: int, words: Query[Previewed]) -> HttpResponse:
    """The pages as they were sent (application/pdf); before that, as they would be sent with these words in front."""
    made = evidence_pdf(all_disputes().get(id=dispute), summary=words.summary)
    return HttpResponse(made, content_type="application/pdf")


@router.post("/disputes/{int:dispute}/evidence", response={201: DisputeOut}, auth=ACT)
def give_evidence(request: Call, dispute: int, evidence: EvidenceIn) -> Any:
    """Answer with all that we know of the payment, in one PDF, once and for good."""
    answer_with_evidence(dispute_id=dispute, summary=evidence.summary, by=request.auth.actor, now=clock.now())
    return all_disputes().get(id=dispute)


class MoneyOut(Schema):
    currency: str
    amount_minor: int


class DifferenceOut(Schema):
    """One thing of which the gateway's books say otherwise than ours; null: nothing there, or nothing here."""

    kind: DifferenceKind
    reference: str
    payment: str
    ours: MoneyOut | None
    theirs: MoneyOut | None


class ReconciliationOut(Schema):
    items: list[DifferenceOut]


class ReconciliationWanted(Record):
    since: Instant


@router.get("/reconciliation", response=ReconciliationOut, auth=READ)
def reconciliation(request: Call, wanted: Query[ReconciliationWanted]) -> Any:
    """Where the gateway's books since an instant and ours differ; the gateway is asked now."""
    return {"items": reconcile(since=wanted.since)}
