"""Changes of orders: what is possible, what was changed, and changing it."""

from datetime import datetime
from typing import Annotated, Any

from django.utils import translation
from ninja import Query, Schema
from pydantic import Field

from makegood.changes.actions import change_order, settle_change
from makegood.changes.previewing import preview_change
from makegood.changes.queries import changes_of, possible_changes
from makegood.changes.records import ChangeRecord
from makegood.faces.api.callers import ACT, ACT_OWN, READ_OWN, Call
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import BY_ID, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.orders.queries import all_orders
from makegood.payments.rules.refunds import RefundKind, RefundState
from makegood.policies.rules.values import ChangeKind


class ChangedUnitsOut(Schema):
    """Units that it was about: what they were, and what took their place (empty: nothing did)."""

    line: str
    quantity: int
    was_sku: str
    was_minor: int
    sku: str
    price_minor: int | None


class ChangedLineOut(Schema):
    id: str
    sku: str
    title: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    tax_minor: int


class WentToOut(Schema):
    """Where an order goes."""

    name: str
    lines: list[str]
    postcode: str = ""
    country: str
    zone: str


class StoodOut(Schema):
    """How the order stood, and where it went."""

    postage_minor: int
    ship_to: WentToOut | None = None
    lines: list[ChangedLineOut]


class ChangeRefundOut(Schema):
    """Money that went back for it."""

    id: int = of("refund_id")
    kind: RefundKind = of("refund.kind")
    state: RefundState = of("refund.state")
    amount_minor: int = of("refund.amount_minor")
    tender: str = of("refund.tender")
    tender_kind: str = of("refund.tender_kind")
    tender_id: str | None = None

    @staticmethod
    def resolve_tender_id(row: Any) -> str | None:
        return row.refund.to.reference if row.refund.to else None


class ChangeOut(Schema):
    """One change of an order. `delta_minor`: by how much what it costs changed; of a return or an exchange, by how
    much it will once the goods are back (`settled_at` null until then). `due_minor` is still to be paid for the order
    now: what a tender that was named is to be charged, where its balance is not ours.
    """

    number: int
    kind: ChangeKind
    made_at: datetime
    made_by: str
    made_through: str
    reason: str
    currency: str = of("order.currency")
    delta_minor: int
    due_minor: int
    units: list[ChangedUnitsOut] = of("request.units")
    tender: str = Field(default="", description="The tender on file that was named.")
    orders: list[str] = Field(default_factory=list, description="The orders that were merged into this one.")
    into: str = Field(default="", description="The order that this one was merged into.")
    before: StoodOut
    after: StoodOut
    settled_at: datetime | None
    settled_by: str
    refunds: Annotated[list[ChangeRefundOut], BY_ID]

    @staticmethod
    def resolve_due_minor(change: Any) -> int:
        return int(change.order.charged_minor - sum(each.amount_minor for each in change.order.allocations.all()))

    @staticmethod
    def resolve_tender(change: Any) -> str:
        return str(change.request.get("tender", ""))

    @staticmethod
    def resolve_orders(change: Any) -> list[str]:
        return list(change.request.get("orders", ()))

    @staticmethod
    def resolve_into(change: Any) -> str:
        return str(change.request.get("into", ""))

    @staticmethod
    def resolve_refunds(change: Any) -> Any:
        return change.refunds.all()


class GoesBackOut(Schema):
    amount_minor: int
    tender: str
    tender_kind: str
    due_at: datetime | None


class PreviewOut(Schema):
    """What a change would come to. `stays_minor` comes free by it and stays on the account, `due_minor` still to be
    paid.

    Of a merge the sums before are of all orders; of a return or an exchange, `after_minor` is once the goods are back.
    """

    currency: str
    before_minor: int
    after_minor: int
    difference_minor: int
    postage_before_minor: int
    postage_after_minor: int
    due_minor: int
    stays_minor: int
    goes_back: list[GoesBackOut]
    waits_for_goods: bool


class PossibleOut(Schema):
    """Whether the shop allows a change of this kind now, and until when; `why_not` in the words of its policy."""

    kind: ChangeKind
    is_allowed: bool
    until: datetime | None
    why_not: str

    @staticmethod
    def resolve_why_not(possible: Any) -> str:
        language = translation.get_language() or "en"
        return possible.words.said_in(language).text if possible.words else ""


class PossibleChangesOut(Schema):
    items: list[PossibleOut]


class ReasonWanted(Schema):
    reason: str = ""


@router.get("/orders/{reference}/possible-changes", response=PossibleChangesOut, auth=READ_OWN)
@edited_row(Order, reference="reference")
def possible(request: Call, reference: str, wanted: Query[ReasonWanted]) -> Any:
    """Every kind of change, and whether the shop allows it of this order as it stands, whatever it would be about."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    return {"items": possible_changes(order, reason=wanted.reason, now=clock.now())}


@router.get("/orders/{reference}/changes", response=Page[ChangeOut], auth=READ_OWN)
def changes(request: Call, reference: str, paging: Query[Paging]) -> Any:
    """What was changed of an order here, the first change first."""
    return page_of(changes_of(request.auth.sees(all_orders()).get(reference=reference)), paging)


@router.post("/orders/{reference}/changes", response={201: ChangeOut}, auth=ACT_OWN)
def change(request: Call, reference: str, wanted: ChangeRecord) -> Any:
    """Change an order, if the shop's policy allows it: completely, with its parcels and its money, or not at all."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    made = change_order(
        reference=order.reference,
        request=wanted.as_request(),
        by=request.auth.actor,
        now=clock.now(),
    )
    return changes_of(order).get(number=made.number)


@router.get("/orders/{reference}/changes/{int:number}", response=ChangeOut, auth=READ_OWN)
@edited_row(Order, reference="reference")
def one_change(request: Call, reference: str, number: int) -> Any:
    """One change of an order."""
    return changes_of(request.auth.sees(all_orders()).get(reference=reference)).get(number=number)


@router.post("/orders/{reference}/changes/{int:number}/settlement", response={201: ChangeOut}, auth=ACT)
def settlement(request: Call, reference: str, number: int) -> Any:
    """Say that the goods of a return or an exchange are back: their money goes back, or what takes their place is
    owed.
    """
    order = request.auth.sees(all_orders()).get(reference=reference)
    settle_change(reference=order.reference, number=number, by=request.auth.actor, now=clock.now())
    return changes_of(order).get(number=number)


@router.post("/orders/{reference}/changes/preview", response=PreviewOut, auth=ACT_OWN)
def preview(request: Call, reference: str, wanted: ChangeRecord) -> Any:
    """What a change would come to, to the cent; nothing is changed."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    return preview_change(
        reference=order.reference, request=wanted.as_request(), by=request.auth.actor, now=clock.now()
    )
