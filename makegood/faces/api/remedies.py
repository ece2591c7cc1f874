"""Remedies: what can be done now, what was granted, money to be paid back, perks, and who may grant what."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ninja import Query, Schema

from makegood.faces.api.callers import ACT, ACT_OWN, READ_OWN, Call, Caller
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.faces.problems import Problem
from makegood.kit import clock
from makegood.kit.records import Record
from makegood.orders.models import Order
from makegood.orders.queries import all_orders
from makegood.promises.rules import PromiseState
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.models import Grant, GrantStep, Perk, RefundTask
from makegood.remedies.planner import NothingLost, plan
from makegood.remedies.queries import all_grants, all_perks, all_refunds, situation_of
from makegood.remedies.rules.perks import PerkKind
from makegood.remedies.rules.steps import StepKind, StepState
from makegood.remedies.rules.values import LostUnits, Remedy, RemedyKind, Sending, Treatment
from makegood.staff.rules import Actor, Standpoint

TAGS = ["remedies"]


class LostOut(Schema):
    delivery: int
    title: str
    quantity: int


class SendingOut(Schema):
    service: str
    leaves_date: date
    arrives_date: date
    units: list[LostOut]


class RemedyOut(Schema):
    """One way to make it good. `cost_minor` is what it costs us; `you_may`: whether whoever acts may grant it alone."""

    rank: int
    remedy: RemedyKind
    arrives_date: date | None
    currency: str
    cost_minor: int
    refund_minor: int
    refund_by_date: date | None
    may_grant: list[Standpoint]
    you_may: bool
    sendings: list[SendingOut]


class RemediesOut(Schema):
    items: list[RemedyOut]


def remedies_out(order: Order, *, by: Actor, now: datetime) -> list[RemedyOut]:
    """What can be done about an order now, best first; nothing where nothing is wrong."""
    situation = situation_of(order, now=now)
    units = {unit.delivery_units_id: unit for unit in situation.units}
    return [_remedy(rank, remedy, units, by) for rank, remedy in enumerate(plan(situation), start=1)]


def _remedy(rank: int, remedy: Remedy, units: dict[int, LostUnits], by: Actor) -> RemedyOut:
    return RemedyOut(
        rank=rank,
        remedy=remedy.kind,
        arrives_date=remedy.arrives_date,
        currency=remedy.cost.currency,
        cost_minor=remedy.cost.amount_minor,
        refund_minor=remedy.refund.amount_minor if remedy.refund else 0,
        refund_by_date=remedy.refund_by_date,
        may_grant=list(remedy.may_grant),
        you_may=by.standpoint in remedy.may_grant,
        sendings=[_sending(sending, units) for sending in remedy.sendings],
    )


def _sending(sending: Sending, units: dict[int, LostUnits]) -> SendingOut:
    return SendingOut(
        service=sending.route.service_name,
        leaves_date=sending.route.leaves_date,
        arrives_date=sending.route.arrives_date,
        units=[
            LostOut(delivery=units[each].delivery_id, title=units[each].title, quantity=quantity)
            for each, quantity in sending.units
        ],
    )


@router.get("/orders/{reference}/remedies", response=RemediesOut, auth=READ_OWN, tags=TAGS)
@edited_row(Order, reference="reference")
def order_remedies(request: Call, reference: str) -> Any:
    """What can be done about an order now, best first."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    return {"items": remedies_out(order, by=request.auth.actor, now=clock.now())}


class GrantUnitsOut(Schema):
    line: str
    title: str
    quantity: int
    treatment: Treatment
    refund_minor: int


class StepOut(Schema):
    """One thing that a grant does, and how far it is; a sum where it has one, and what it made."""

    kind: StepKind
    state: StepState
    changed_at: datetime
    amount_minor: int | None
    currency: str | None
    dispatch: int | None
    refund: int | None


class GrantOut(Schema):
    """A remedy that was chosen. It never changes, but for how far its steps are.

    `refund_minor` is all the money back, postage included.
    """

    id: int
    customer: str
    order: str
    remedy: RemedyKind
    granted_at: datetime
    granted_by: str
    standpoint: Standpoint
    currency: str
    cost_minor: int
    refund_minor: int
    arrives_date: date | None
    units: list[GrantUnitsOut]
    steps: list[StepOut]


def grants_out(grants: Sequence[Grant]) -> list[GrantOut]:
    """As the API shows them; they come from `all_grants`."""
    ids = [grant.pk for grant in grants]
    back: Counter[int] = Counter()
    for grant_id, amount_minor in all_refunds().filter(grant__in=ids).values_list("grant_id", "amount_minor"):
        back[grant_id] += amount_minor
    return [_grant(grant, back[grant.pk]) for grant in grants]


def _grant(grant: Grant, refund_minor: int) -> GrantOut:
    units = sorted(grant.units.all(), key=lambda row: row.pk)
    return GrantOut(
        id=grant.pk,
        customer=grant.customer.reference,
        order=grant.order.reference,
        remedy=RemedyKind(grant.kind),
        granted_at=grant.granted_at,
        granted_by=grant.granted_by,
        standpoint=Standpoint(grant.standpoint),
        currency=grant.currency,
        cost_minor=grant.cost_minor,
        refund_minor=refund_minor,
        arrives_date=grant.arrives_date,
        units=[
            GrantUnitsOut(
                line=row.lost.line.reference,
                title=row.lost.line.title,
                quantity=row.quantity,
                treatment=Treatment(row.treatment),
                refund_minor=row.refund_minor,
            )
            for row in units
        ],
        steps=[_step(step) for step in grant.steps.all()],
    )


def _step(step: GrantStep) -> StepOut:
    return StepOut(
        kind=StepKind(step.kind),
        state=StepState(step.state),
        changed_at=step.changed_at,
        amount_minor=step.amount_minor,
        currency=step.currency,
        dispatch=step.dispatch_id,
        refund=step.refund_task_id,
    )


class ChoiceIn(Record):
    remedy: RemedyKind


@router.post("/orders/{reference}/remedies", response={201: GrantOut}, auth=ACT_OWN, tags=TAGS)
def choose(request: Call, reference: str, choice: ChoiceIn) -> Any:
    """Make an order's lost units good in this way, each once, within the authority of whoever acts."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    return grants_out([grant_for(order, choice.remedy, request.auth)])[0]


def grant_for(order: Order, kind: RemedyKind, caller: Caller) -> Grant:
    """Grant a remedy for an order.

    Raises:
        Problem: all was made good before, with the grants that did it; and what `grant_remedy` raises.
    """
    try:
        grant = grant_remedy(order_id=order.pk, kind=kind, by=caller.actor, now=clock.now())
    except NothingLost as error:
        before = list(all_grants().filter(order=order).values_list("id", flat=True).order_by("id"))
        if not before:
            raise
        raise Problem(409, "already-made-good", "It was made good already", detail=str(error), grants=before) from error
    return all_grants().get(id=grant.pk)


class ByOrder(Wanted):
    customer: str | None = None
    order: str | None = None


@router.get("/grants", response=Page[GrantOut], auth=READ_OWN, tags=TAGS)
def grants(request: Call, wanted: Query[ByOrder], paging: Query[Paging]) -> Any:
    """What was granted, the oldest first."""
    rows = wanted.narrow(request.auth.sees(all_grants()), customer="customer__reference", order="order__reference")
    return page_of(rows, keys=("id",), paging=paging, shape=grants_out)


class RefundOut(Schema):
    """Money to be paid back by hand, by the date of its promise."""

    id: int
    grant: int
    customer: str
    order: str
    amount_minor: int
    currency: str
    tender: str
    due_at: datetime
    promise: int
    promise_state: PromiseState
    done_at: datetime | None
    done_by: str
    note: str


def refunds_out(tasks: Sequence[RefundTask]) -> list[RefundOut]:
    """As the API shows them; they come from `all_refunds`."""
    return [
        RefundOut(
            id=task.pk,
            grant=task.grant_id,
            customer=task.customer.reference,
            order=task.order.reference,
            amount_minor=task.amount_minor,
            currency=task.currency,
            tender=task.tender,
            due_at=task.promise.due_at,
            promise=task.promise_id,
            promise_state=PromiseState(task.promise.state),
            done_at=task.done_at,
            done_by=task.done_by,
            note=task.note,
        )
        for task in tasks
    ]


class RefundsWanted(ByOrder):
    is_done: bool | None = None


@router.get("/refunds", response=Page[RefundOut], auth=READ_OWN, tags=TAGS)
def refunds(request: Call, wanted: Query[RefundsWanted], paging: Query[Paging]) -> Any:
    """Money to be paid back, the oldest first."""
    rows = wanted.narrow(request.auth.sees(all_refunds()), customer="customer__reference", order="order__reference")
    if wanted.is_done is not None:
        rows = rows.filter(done_at__isnull=not wanted.is_done)
    return page_of(rows, keys=("id",), paging=paging, shape=refunds_out)


@router.get("/refunds/{int:refund}", response=RefundOut, auth=READ_OWN, tags=TAGS)
@edited_row(RefundTask, id="refund")
def refund(request: Call, refund: int) -> Any:
    """One sum to be paid back."""
    return refunds_out([request.auth.sees(all_refunds()).get(id=refund)])[0]


class CompletionIn(Record):
    note: str = ""


@router.post("/refunds/{int:refund}/completion", response={201: RefundOut}, auth=ACT, tags=TAGS)
def complete(request: Call, refund: int, completion: CompletionIn) -> Any:
    """Say that the money is back; its promise is kept."""
    finish_refund(task_id=refund, by=request.auth.actor, note=completion.note, now=clock.now())
    return refunds_out([all_refunds().get(id=refund)])[0]


class PerkOut(Schema):
    """Something given besides, so that they have a reason to come back."""

    id: int
    customer: str
    kind: PerkKind
    granted_at: datetime
    until_date: date
    used_at: datetime | None


def perks_out(perks: Sequence[Perk]) -> list[PerkOut]:
    """As the API shows them."""
    return [
        PerkOut(
            id=perk.pk,
            customer=perk.customer.reference,
            kind=PerkKind(perk.kind),
            granted_at=perk.granted_at,
            until_date=perk.until_date,
            used_at=perk.used_at,
        )
        for perk in perks
    ]


class ByCustomer(Wanted):
    customer: str | None = None


@router.get("/perks", response=Page[PerkOut], auth=READ_OWN, tags=TAGS)
def perks(request: Call, wanted: Query[ByCustomer], paging: Query[Paging]) -> Any:
    """What was given besides, the oldest first."""
    rows = wanted.narrow(request.auth.sees(all_perks()), customer="customer__reference")
    return page_of(rows, keys=("id",), paging=paging, shape=perks_out)
