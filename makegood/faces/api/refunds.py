"""Money that goes back: to where it came from, or to another tender; how far each sum is, and saying so by hand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from ninja import Query, Schema
from pydantic import Field

from makegood.faces.api.callers import ACT, READ_OWN, Call
from makegood.faces.api.filters import ByCustomer
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, RowWith, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Minor, Quantity, Record, Reference, Text
from makegood.orders.queries import all_orders
from makegood.payments.models import Refund
from makegood.payments.queries import all_refunds
from makegood.payments.refunding import fail
from makegood.payments.rules.refunds import RefundKind, RefundRoute, RefundState
from makegood.promises.rules import PromiseState
from makegood.remedies.actions import finish_refund
from makegood.remedies.refunding import RefundPart, refund_order
from makegood.remedies.refunds import refunds_of_order, with_reasons


class RefundOut(Schema):
    """Money that goes back, drawn on one receipt, by the date of its promise.

    `kind`: a refund goes to where the money came from, a payout to another tender on file. `route`: who carries it out.
    What goes to a gift card or a credit of the shop's own is there at once, and has no promise.
    """

    id: int
    kind: RefundKind
    route: RefundRoute
    state: RefundState
    grant: int | None = Field(description="The grant that it is a step of, if it is one of any.")
    customer: Ref
    order: Ref | None = Field(description="The order that it goes back for, if it is for one.")
    receipt: int = of("receipt_id")
    amount_minor: int
    currency: str
    tender: str = Field(description="Where it goes: the label of the tender; empty where nobody knows.")
    tender_kind: str = Field(description="Its kind, as in card or gift_card; empty where nobody knows.")
    due_at: datetime | None
    promise: int | None = of("promise_id")
    promise_state: PromiseState | None
    sent_at: datetime | None
    done_at: datetime | None
    done_by: str
    note: str
    failed_at: datetime | None
    failure: str
    sent_again_as: int | None = Field(validation_alias="sent_again_as_id", description="The one by which it goes now.")

    @staticmethod
    def resolve_promise_state(refund: Any) -> str | None:
        return refund.promise.state if refund.promise else None


def _told(refunds: Iterable[Refund]) -> list[RowWith]:
    """With what each is for, read once for all."""
    return [RowWith(each.refund, order=each.order, grant=each.grant_id) for each in with_reasons(refunds)]


class RefundsWanted(ByCustomer):
    order: str | None = None
    state: RefundState | None = None
    is_done: bool | None = None

    def filter_order(self, order: str | None) -> Q:
        return refunds_of_order(order) if order is not None else Q()

    def filter_is_done(self, is_done: bool | None) -> Q:
        return Q(done_at__isnull=not is_done)


@router.get("/refunds", response=Page[RefundOut], auth=READ_OWN)
def refunds(request: Call, wanted: Query[RefundsWanted], paging: Query[Paging]) -> Any:
    """Money that goes back, the oldest first."""
    return page_of(wanted.filter(request.auth.sees(all_refunds())), paging, shape=_told)


@router.get("/refunds/{int:refund}", response=RefundOut, auth=READ_OWN)
@edited_row(Refund, id="refund")
def refund(request: Call, refund: int) -> Any:
    """One sum that goes back."""
    return _told([request.auth.sees(all_refunds()).get(id=refund)])[0]


class CompletionIn(Record):
    note: str = ""


@router.post("/refunds/{int:refund}/completion", response={201: RefundOut}, auth=ACT)
def complete(request: Call, refund: int, completion: CompletionIn) -> Any:
    """Say that the money is back; its promise is kept."""
    finish_refund(refund_id=refund, by=request.auth.actor, note=completion.note, now=clock.now())
    return _told([all_refunds().get(id=refund)])[0]


class FailureIn(Record):
    failure: Text = Field(description="Why it did not arrive, in words for whoever helps.")


@router.post("/refunds/{int:refund}/failure", response={201: RefundOut}, auth=ACT)
def did_not_arrive(request: Call, refund: int, failure: FailureIn) -> Any:
    """Say that it did not arrive: the money is the customer's, with the shop, and they are asked how they want it."""
    fail(refund, by=str(request.auth.actor), failure=failure.failure, now=clock.now())
    return _told([all_refunds().get(id=refund)])[0]


class RefundedIn(Record):
    """So many units of a line, or a sum of it."""

    line: Reference
    quantity: Quantity = 1
    amount_minor: Annotated[Minor, Field(gt=0)] | None = Field(
        default=None, description="A part of the line, in place of whole units."
    )


class OrderRefundIn(Record):
    units: list[RefundedIn] = Field(default_factory=list, max_length=500)
    postage_minor: Minor = 0
    tender: Reference | None = Field(
        default=None, description="A tender on file that gets it; to where the money came from if left out."
    )
    reason: Text


class OrderRefundsOut(Schema):
    items: list[RefundOut]


@router.post("/orders/{reference}/refunds", response={201: OrderRefundsOut}, auth=ACT)
def refund_part_of_order(request: Call, reference: str, wanted: OrderRefundIn) -> Any:
    """Pay back units, a part of one or postage, within authority: a refund for each payment that it is drawn on."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    made = refund_order(
        order_id=order.pk,
        parts=[
            RefundPart(line=each.line, quantity=each.quantity, amount_minor=each.amount_minor) for each in wanted.units
        ],
        postage_minor=wanted.postage_minor,
        tender=wanted.tender or "",
        reason=wanted.reason,
        by=request.auth.actor,
        now=clock.now(),
    )
    return {"items": _told(all_refunds().filter(id__in=[refund.pk for refund in made]).order_by("id"))}
