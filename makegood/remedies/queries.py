"""Reads: a situation as it is now, and what was granted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from makegood.orders.models import Delivery, Order, OrderRefund
from makegood.parcels.models import Dispatch, Parcel, Shortage
from makegood.promises.models import Promise
from makegood.promises.queries import IN_DANGER, OWED
from makegood.remedies.conditions import conditions_of
from makegood.remedies.models import OPEN_STOP, Grant, GrantStep, GrantUnits, Perk, StopTask
from makegood.remedies.planner import Plan, plan, plan_together
from makegood.remedies.rules.perks import perk_key
from makegood.remedies.rules.steps.states import StepKind
from makegood.remedies.rules.values import Situation, Treatment
from makegood.remedies.situations import situations_of
from makegood.staff.rules import Actor

STEPS = Prefetch("steps", queryset=GrantStep.objects.order_by("id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Where a step's row leads to: the promise that it made and the delivery, if it made any, and when it is done."""

    promise: str | None
    delivery: str | None
    done_at: str | None


MADE: Mapping[StepKind, Made] = {
    StepKind.STOP: Made(promise=None, delivery=None, done_at="stop_task__done_at"),
    # It moves a promise that was made before, and makes nothing.
    StepKind.NEW_DATE: Made(promise=None, delivery=None, done_at="promise__fulfilled_at"),
    StepKind.RESERVE_STOCK: Made(promise=None, delivery=None, done_at=None),
    StepKind.DISPATCH: Made(
        promise="dispatch__delivery__promise_id",
        delivery="dispatch__delivery_id",
        done_at="dispatch__delivery__promise__fulfilled_at",
    ),
    StepKind.REFUND: Made(promise="refund__promise_id", delivery=None, done_at="refund__done_at"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """The kind of step that ends a treatment; `may_need_none`: what costs nothing has nothing to pay back."""

    by: StepKind
    may_need_none: bool


CARRIED_OUT: Mapping[Treatment, CarriedOut] = {
    Treatment.SENT_AGAIN: CarriedOut(by=StepKind.DISPATCH, may_need_none=False),
    Treatment.SENT_OTHERWISE: CarriedOut(by=StepKind.DISPATCH, may_need_none=False),
    Treatment.REFUNDED: CarriedOut(by=StepKind.REFUND, may_need_none=True),
}


def situation_of(order: Order, *, now: datetime, by: Actor | None = None) -> Situation:
    """What is wrong with an order now, and what could be done: everything the planner may know. `by`: who would grant
    it, where that is known.
    """
    return situations_of([order], now=now, by=by)[0]


def options_for(order: Order, *, now: datetime, by: Actor | None = None) -> Plan:
    """The remedies for an order; none where nothing is wrong."""
    return plan(situation_of(order, now=now, by=by))


def options_together(orders: Iterable[Order], *, now: datetime, by: Actor | None = None) -> list[tuple[Order, Plan]]:
    """The orders in which something is wrong, each with its remedies if the best is chosen for all of them at once.

    They share one stock, so that nothing is offered twice over; in the order in which they are made good.
    """
    rows = sorted(orders, key=lambda order: order.pk)
    plans = plan_together(situations_of(rows, now=now, by=by))
    return [(order, options) for order, options in zip(rows, plans, strict=True) if options]


def grants_of_orders(order_ids: Iterable[int]) -> list[Grant]:
    """What was granted for these orders with its steps, the oldest first."""
    return list(Grant.objects.filter(order__in=list(order_ids)).prefetch_related(STEPS).order_by("id"))


def dispatches_of_grants(grants: Iterable[Grant]) -> QuerySet[Dispatch]:
    """What places were asked to send for these grants."""
    steps = GrantStep.objects.filter(grant__in=list(grants), kind=StepKind.DISPATCH)
    return Dispatch.objects.filter(id__in=steps.values("dispatch_id")).order_by("id")


def grant_of_dispatch(dispatch_id: int, *, customer_id: int) -> int | None:
    """What a place was asked to send was granted by this, to this customer."""
    rows = GrantStep.objects.filter(dispatch=dispatch_id, customer=customer_id)
    return rows.values_list("grant_id", flat=True).first()


def perk_of_case(case_number: int, *, customer_id: int) -> Perk | None:
    """What was given besides with a case, if anything was."""
    return Perk.objects.filter(customer_id=customer_id, key=perk_key(case_number)).first()


def made_good_of_orders(order_ids: Iterable[int]) -> list[GrantUnits]:
    """Which lost units of these orders were made good, and how, the oldest first."""
    rows = GrantUnits.objects.filter(grant__order__in=list(order_ids)).select_related("grant", "lost__line")
    return list(rows.order_by("id"))


def orders_in_trouble(customer_id: int, *, now: datetime) -> list[Order]:
    """A customer's orders with a delivery in trouble, the newest first, with their lines."""
    in_danger = Parcel.objects.in_danger().filter(customer_id=customer_id).values("delivery_id")
    owed = Promise.objects.filter(OWED, Q(due_at__lte=now) | IN_DANGER, customer_id=customer_id)
    short = Shortage.objects.filter(customer_id=customer_id, taken_back_at=None).values("delivery_id")
    rows = Delivery.objects.filter(Q(id__in=in_danger) | Q(promise__in=owed) | Q(id__in=short), customer_id=customer_id)
    conditions = conditions_of(deliveries := list(rows.select_related("promise")), now=now)
    ids = {each.order_id for each in deliveries if conditions[each.pk].is_in_trouble}
    found = Order.objects.filter(id__in=ids).prefetch_related("lines")
    return list(found.order_by("-placed_at", "-id"))


def is_any_in_danger(orders: Iterable[Order], *, now: datetime) -> bool:
    """Whether anything of these orders is still to be made good, though nothing may be possible."""
    return any(situation.units for situation in situations_of(orders, now=now))


def what_is_owed(delivery_ids: Iterable[int], *, now: datetime) -> dict[Promise, bool]:
    """The promises owed for deliveries and those made in their place, each with whether it is in trouble.

    What took their place is what the steps of their grants made, and of the grants for that again.
    """
    everything, made = set(delivery_ids), set[int]()
    new = set(everything)
    while new:
        grants = GrantUnits.objects.filter(lost__delivery__in=new).values("grant_id")
        steps = GrantStep.objects.filter(grant__in=grants)
        made |= _reached(steps, [each.promise for each in MADE.values()])
        new = _reached(steps, [each.delivery for each in MADE.values()]) - everything
        everything |= new
    deliveries = list(Delivery.objects.filter(id__in=everything).select_related("promise").order_by("id"))
    conditions = conditions_of(deliveries, now=now)
    owed = {
        each.promise: conditions[each.pk].is_in_trouble
        for each in deliveries
        # One that was emptied after it was late owes nothing either.
        if each.promise.is_owed and not conditions[each.pk].is_made_good
    }
    others = Promise.objects.filter(id__in=made - {each.promise_id for each in deliveries}).order_by("id")
    return owed | {promise: False for promise in others if promise.is_owed}


def _reached(steps: QuerySet[GrantStep], ways: Iterable[str | None]) -> set[int]:
    """The ids to which any of these ways leads from any of these steps."""
    rows = steps.values_list(*(way for way in ways if way))
    return {each for row in rows for each in row if each is not None}


@dataclass(frozen=True, slots=True)
class Redress:
    """What was chosen in place of a delivery: when first, in which ways, and since when all of it is done, if it is."""

    chosen_at: datetime
    treatments: frozenset[Treatment]
    done_at: datetime | None


def redress_of(delivery_ids: Iterable[int]) -> dict[int, Redress]:
    """What was chosen in place of each delivery; those for which nothing was are missing.

    Something else in the place of what was chosen (a replacement that was lost too) is no end of it.
    """
    units = GrantUnits.objects.filter(lost__delivery__in=list(delivery_ids)).order_by("grant_id")
    chosen: dict[int, dict[int, tuple[datetime, set[Treatment]]]] = {}
    for delivery_id, grant_id, granted_at, treatment in units.values_list(
        "lost__delivery_id", "grant_id", "grant__granted_at", "treatment"
    ):
        grants = chosen.setdefault(delivery_id, {})
        grants.setdefault(grant_id, (granted_at, set()))[1].add(Treatment(treatment))
    ends = _ends_of({grant_id for grants in chosen.values() for grant_id in grants})
    found = {}
    for delivery_id, grants in chosen.items():
        wanted = [(grant_id, treatment) for grant_id, (_, treatments) in grants.items() for treatment in treatments]
        first = min(granted_at for granted_at, _ in grants.values())
        done = [at for each in wanted for at in ends.get(each, _without_a_step(each[1], chosen_at=first))]
        found[delivery_id] = Redress(
            chosen_at=first,
            treatments=frozenset(treatment for _, treatment in wanted),
            done_at=max(at for at in done if at) if all(done) else None,
        )
    return found


def _without_a_step(treatment: Treatment, *, chosen_at: datetime) -> list[datetime | None]:
    """The end of what no step carries out: its choice, where none need be."""
    return [chosen_at if CARRIED_OUT[treatment].may_need_none else None]


def _ends_of(grant_ids: Iterable[int]) -> dict[tuple[int, Treatment], list[datetime | None]]:
    """When what each grant sends again arrived, and what it pays back was paid; None where it was not yet."""
    ends: dict[tuple[int, Treatment], list[datetime | None]] = {}
    steps = GrantStep.objects.filter(grant__in=list(grant_ids))
    for treatment, carried_out in CARRIED_OUT.items():
        if (done_at := MADE[carried_out.by].done_at) is None:
            raise LookupError(f"nothing says when {treatment.value} is done: name it in MADE")
        for grant_id, at in steps.filter(kind=carried_out.by).values_list("grant_id", done_at):
            ends.setdefault((grant_id, treatment), []).append(at)
    return ends


def deliveries_moved(grant_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Each of these grants with a delivery that it let come by a later day."""
    steps = GrantStep.objects.filter(grant__in=list(grant_ids), kind=StepKind.NEW_DATE).order_by("id")
    moved = list(steps.values_list("promise_id", "grant_id"))
    rows = Delivery.objects.filter(promise__in=[promise_id for promise_id, _ in moved])
    deliveries = dict(rows.values_list("promise_id", "id"))
    return [(grant_id, deliveries[promise_id]) for promise_id, grant_id in moved if promise_id in deliveries]


def open_stops(*, limit: int) -> list[StopTask]:
    """What is not to leave any more, and that nobody has stopped yet, the oldest first."""
    rows = StopTask.objects.filter(OPEN_STOP).select_related("customer", "delivery__order")
    return list(rows.prefetch_related("delivery__units__line").order_by("id")[:limit])


def stops_of_orders(order_ids: Iterable[int]) -> list[StopTask]:
    """What is not to leave any more of these orders, stopped or not, the oldest first."""
    rows = StopTask.objects.filter(delivery__order__in=list(order_ids)).select_related("delivery__order", "left_as")
    return list(rows.prefetch_related("delivery__units__line").order_by("id"))


def orders_to_stop(order_ids: Iterable[int]) -> set[int]:
    """Those of these orders of which something is still to be stopped."""
    rows = StopTask.objects.filter(OPEN_STOP, delivery__order__in=list(order_ids))
    return set(rows.values_list("delivery__order_id", flat=True))


def orders_stopped(order_ids: Iterable[int]) -> set[int]:
    """Those of these orders of which something is not to leave any more, be it that somebody said it was stopped."""
    rows = StopTask.objects.filter(delivery__order__in=list(order_ids), left_as=None)
    return set(rows.values_list("delivery__order_id", flat=True))


def was_to_be_stopped(parcel: Parcel) -> bool:
    """Whether a parcel left although something else takes its place."""
    return StopTask.objects.filter(left_as=parcel).exists()


def all_stops() -> QuerySet[StopTask]:
    return StopTask.objects.select_related("customer", "delivery__order", "left_as")


def all_grants() -> QuerySet[Grant]:
    """Grants with their units, in as many queries for a thousand as for one."""
    return Grant.objects.select_related("customer", "order").prefetch_related("units__lost__line", STEPS)


def all_perks() -> QuerySet[Perk]:
    return Perk.objects.select_related("customer")


def promises_of_order(reference: str) -> Q:
    """Narrows promises to those made for an order: to deliver, and to pay back."""
    deliveries = Delivery.objects.filter(order__reference=reference).values("promise_id")
    refunds = OrderRefund.objects.filter(order__reference=reference).values("refund__promise_id")
    return Q(id__in=deliveries) | Q(id__in=refunds)
