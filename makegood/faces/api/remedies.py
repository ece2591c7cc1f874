"""Remedies: what can be done now, what was granted, what is not to leave any more, and perks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Q
from ninja import Query, Schema
from pydantic import Field

from makegood.faces.api.callers import ACT, ACT_OWN, READ_OWN, Call
from makegood.faces.api.filters import ByCustomer, ByOrder, OfCustomer, Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import BY_ID, Ref, RowWith, of
from makegood.faces.api.versions import edited_row
from makegood.faces.problems import Problem
from makegood.kit import clock
from makegood.kit.records import Record
from makegood.orders.models import Order
from makegood.orders.queries import all_orders
from makegood.policies.rules.values import ASKS_FIRST, RemedyKind
from makegood.remedies.actions import finish_stop, grant_remedy
from makegood.remedies.models import OPEN_STOP, Grant, StopTask
from makegood.remedies.planner import NothingLost, plan
from makegood.remedies.queries import all_grants, all_perks, all_stops, situation_of
from makegood.remedies.rules.perks import PerkKind
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.steps.states import StepKind, StepState
from makegood.remedies.rules.values import LostUnits, Situation, Treatment
from makegood.remedies.undoing import undo_grant
from makegood.staff.rules import Actor, Standpoint


class LostOut(Schema):
    """So many units that go: `title` is what goes, which is not what was ordered where `is_instead`."""

    delivery: int = of("delivery_id")
    title: str
    quantity: int
    is_instead: bool


class SendingOut(Schema):
    place: str = of("route.place_name")
    service: str = of("route.service_name")
    leaves_date: date = of("route.leaves_date")
    arrives_date: date = of("route.arrives_date")
    units: list[LostOut]


class MoneyBackOut(Schema):
    """How much goes back to one tender; empty texts where nobody knows how the order was paid."""

    amount_minor: int = of("amount.amount_minor")
    tender: str
    tender_kind: str

    @staticmethod
    def resolve_tender(step: Any) -> str:
        return step.tender.name if step.tender else ""

    @staticmethod
    def resolve_tender_kind(step: Any) -> str:
        return step.tender.kind if step.tender else ""


class RemedyOut(Schema):
    """One way to make it good. `cost_minor` is what it costs us; `you_may`: whether whoever acts may grant it alone.

    `key` names just this, with its units, days and sums. `is_late`: something of it comes later than it is needed; null
    where nobody said by when it is.
    """

    rank: int
    key: str = of("fingerprint")
    remedy: RemedyKind = of("kind")
    arrives_date: date | None
    is_late: bool | None
    currency: str = of("cost.currency")
    cost_minor: int = of("cost.amount_minor")
    refund_minor: int
    refunds: list[MoneyBackOut] = of("money_back")
    unpaid_minor: int = Field(description="What its units cost besides, that was never paid and so does not go back.")
    refund_by_date: date | None
    asks_first: bool = Field(description="Its customer has to say yes: it is not what they ordered.")
    may_grant: list[Standpoint]
    you_may: bool
    sendings: list[SendingOut]

    @staticmethod
    def resolve_refund_minor(remedy: Any) -> int:
        return remedy.refund.amount_minor if remedy.refund else 0

    @staticmethod
    def resolve_unpaid_minor(remedy: Any) -> int:
        return remedy.unpaid.amount_minor if remedy.unpaid else 0


class RemediesOut(Schema):
    """`needed_by_date`: the day on which it is needed where it goes, as somebody said."""

    needed_by_date: date | None
    items: list[RemedyOut]


def remedies_for(order: Order, *, by: Actor, now: datetime) -> list[RowWith]:
    """What can be done about an order now, best first; nothing where nothing is wrong."""
    return _remedies_in(situation_of(order, now=now, by=by), by=by)


def _remedies_in(situation: Situation, *, by: Actor) -> list[RowWith]:
    units = {unit.delivery_units_id: unit for unit in situation.units}
    return [
        RowWith(
            remedy,
            rank=rank,
            asks_first=remedy.kind in ASKS_FIRST,
            you_may=all(each in remedy.may_grant for each in by.standpoints),
            sendings=_sendings(remedy, units),
        )
        for rank, remedy in enumerate(plan(situation), start=1)
    ]


def _sendings(remedy: Remedy, lost: dict[int, LostUnits]) -> list[RowWith]:
    return [
        RowWith(sending, units=[_unit(sending, lost[each], quantity) for each, quantity in sending.units])
        for sending in remedy.sendings
    ]


def _unit(sending: Sending, unit: LostUnits, quantity: int) -> RowWith:
    instead = sending.instead_of(unit.delivery_units_id)
    title = instead.title if instead else unit.title
    return RowWith(unit, quantity=quantity, title=title, is_instead=instead is not None)


@router.get("/orders/{reference}/remedies", response=RemediesOut, auth=READ_OWN)
@edited_row(Order, reference="reference")
def order_remedies(request: Call, reference: str) -> Any:
    """What can be done about an order now, best first."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    situation = situation_of(order, now=clock.now(), by=request.auth.actor)
    need = situation.need
    return {"needed_by_date": need.by_date if need else None, "items": _remedies_in(situation, by=request.auth.actor)}


class GrantUnitsOut(Schema):
    line: Ref = of("lost.line")
    title: str = of("lost.line.title")
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
    dispatch: int | None = of("dispatch_id")
    refund: int | None = of("refund_id")
    stop: int | None = of("stop_task_id")
    promise: int | None = of("promise_id")


class GrantOut(Schema):
    """A remedy that was chosen. It never changes, but for how far its steps are.

    `refund_minor` is all the money back, postage included; `unpaid_minor` what its units cost besides and nobody paid.
    `agreed`: how its customer said yes to what they had not ordered. `granted_through`: the token that acted for
    `granted_by`.
    """

    id: int
    customer: Ref
    order: Ref
    remedy: RemedyKind = of("kind")
    granted_at: datetime
    granted_by: str
    granted_through: str
    standpoint: Standpoint
    agreed: str
    currency: str
    cost_minor: int
    refund_minor: int
    unpaid_minor: int
    arrives_date: date | None
    units: Annotated[list[GrantUnitsOut], BY_ID]
    steps: list[StepOut]


def with_refunds(grants: Sequence[Grant]) -> list[RowWith]:
    """With the money that goes back; they come from `all_grants`."""
    return [RowWith(grant, refund_minor=_refund_minor(grant)) for grant in grants]


def _refund_minor(grant: Grant) -> int:
    return sum(step.amount_minor or 0 for step in grant.steps.all() if step.kind == StepKind.REFUND)


class ChoiceIn(Record):
    remedy: RemedyKind
    key: Annotated[str, Field(max_length=64)] | None = Field(
        default=None,
        description="Only just this one, as it was read: where its units, days or sums have changed since, nothing is "
        "done. Left out: the best of its kind.",
    )
    agreed: Annotated[str, Field(max_length=2000)] = Field(
        default="",
        description="How the customer agreed to what they had not ordered (`asks_first`), where somebody else chooses.",
    )


@router.post("/orders/{reference}/remedies", response={201: GrantOut}, auth=ACT_OWN)
def choose(request: Call, reference: str, choice: ChoiceIn) -> Any:
    """Make an order's lost units good in this way, each once, within the authority of whoever acts."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    try:
        grant = grant_remedy(
            order_id=order.pk,
            kind=choice.remedy,
            seen=choice.key,
            agreed=choice.agreed,
            by=request.auth.actor,
            now=clock.now(),
        )
    except NothingLost as error:
        raise nothing_lost([order.pk]) from error
    return with_refunds([all_grants().get(id=grant.pk)])[0]


def nothing_lost(orders: Iterable[int]) -> Exception:
    """What to say where nothing is to be made good: it was before, with the grants that did it, or never had to be."""
    before = list(all_grants().filter(order__in=orders).values_list("id", flat=True).order_by("id"))
    return Problem("already-made-good", str(NothingLost()), grants=before) if before else NothingLost()


@router.get("/grants", response=Page[GrantOut], auth=READ_OWN)
def grants(request: Call, wanted: Query[ByOrder], paging: Query[Paging]) -> Any:
    """What was granted, the oldest first."""
    return page_of(wanted.filter(request.auth.sees(all_grants())), paging, shape=with_refunds)


@router.post("/grants/{int:grant}/undoing", response={201: GrantOut}, auth=ACT)
def undo(request: Call, grant: int) -> Any:
    """What was to go in the place of what was ordered stays, as long as nothing of it has left."""
    undo_grant(grant_id=grant, by=request.auth.actor, now=clock.now())
    return with_refunds([all_grants().get(id=grant)])[0]


class StopOut(Schema):
    """A delivery that is not to leave any more, since something else took its place: tell whoever packs it.

    `left_as`: the parcel as which it left all the same.
    """

    id: int
    grant: int = of("grant_id")
    customer: Ref
    order: Ref = of("delivery.order")
    delivery: int = of("delivery_id")
    asked_at: datetime
    done_at: datetime | None
    done_by: str
    left_as: Ref | None


class StopsWanted(Wanted):
    customer: OfCustomer = None
    order: str | None = None
    is_done: bool | None = None

    def filter_order(self, order: str | None) -> Q:
        return Q(delivery__order__reference=order)

    def filter_is_done(self, is_done: bool | None) -> Q:
        return ~OPEN_STOP if is_done else OPEN_STOP


@router.get("/stops", response=Page[StopOut], auth=READ_OWN)
def stops(request: Call, wanted: Query[StopsWanted], paging: Query[Paging]) -> Any:
    """What is not to leave any more, the oldest first; `is_done=false`: what somebody has still to stop."""
    return page_of(wanted.filter(request.auth.sees(all_stops())), paging)


@router.get("/stops/{int:stop}", response=StopOut, auth=READ_OWN)
@edited_row(StopTask, id="stop")
def stop(request: Call, stop: int) -> Any:
    """One delivery that is not to leave any more."""
    return request.auth.sees(all_stops()).get(id=stop)


@router.post("/stops/{int:stop}/completion", response={201: StopOut}, auth=ACT)
def complete_stop(request: Call, stop: int) -> Any:
    """Say that it can't leave any more."""
    finish_stop(task_id=stop, by=request.auth.actor, now=clock.now())
    return all_stops().get(id=stop)


class PerkOut(Schema):
    """Something given besides, so that they have a reason to come back."""

    id: int
    customer: Ref
    kind: PerkKind
    granted_at: datetime
    until_date: date
    used_at: datetime | None


@router.get("/perks", response=Page[PerkOut], auth=READ_OWN)
def perks(request: Call, wanted: Query[ByCustomer], paging: Query[Paging]) -> Any:
    """What was given besides, the oldest first."""
    return page_of(wanted.filter(request.auth.sees(all_perks())), paging)
