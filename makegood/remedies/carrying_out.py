"""Carrying out what was granted: its steps, written with what they make as it is granted, and how far each is.

What happens here alone is done when it is written; the outside is asked by reactions, and what it answers comes back as
facts (`reactions.py`).
"""

from collections import Counter
from datetime import datetime
from typing import assert_never

from django.utils import translation
from django.utils.translation import gettext as _

from makegood.catalog.models import StockReservation
from makegood.money.rules import Money
from makegood.orders.delivering import deliver_later, promise_replacement
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.addresses import addresses_now
from makegood.parcels.dispatching import dispatch_later, request_dispatch, stop_dispatch
from makegood.parcels.models import Dispatch
from makegood.payments.models import Refund
from makegood.promises.models import Promise
from makegood.remedies.booking import bear_cost, draw, reverse_charge, turn_cost
from makegood.remedies.locks import lock_steps
from makegood.remedies.models import Grant, GrantStep, StopTask
from makegood.remedies.rules.steps import MADE_BY, StepKind, StepState, costs_otherwise, leads_to
from makegood.remedies.rules.values import MoneyBack, NewDay, Remedy, Sending, Situation, Stop
from makegood.staff.rules import SYSTEM, Actor


def carry_out(grant: Grant, remedy: Remedy, situation: Situation, *, by: Actor, now: datetime) -> None:
    """Do what happens here, and request what happens outside; in the transaction of the grant.

    Raises:
        StockShort: somebody else was given the last units at the same moment.
    """
    reverse_charge(grant, remedy, situation, now=now)
    for number, step in enumerate(remedy.steps, start=1):
        key = f"{grant.key}/{number}"
        match step:
            case Stop():
                _stop(grant, step, key=key, now=now)
            case NewDay():
                _let_come_later(grant, step, key=key, by=by, now=now)
            case Sending():
                _send(grant, step, key=key, by=by, now=now)
                bear_cost(grant, step, situation, key=key, now=now)
            case MoneyBack():
                _pay_back(grant, step, key=key, by=by, now=now)
            case _:
                assert_never(step)


Made = Dispatch | Promise | Refund | StockReservation | StopTask


def advance_step(made: Made, news: StepState, *, now: datetime) -> None:
    """Say how far the step is that made this row; one that nothing was granted for has none.

    What came before is old news and changes nothing, however often and in whatever order it comes.
    """
    for step in lock_steps(**{MADE_BY[_kind_of(made)]: made}):
        was = StepState(step.state)
        if leads_to(was, news):
            set_step(step, news, now=now)
            if costs_otherwise(was, news):
                turn_cost(step, now=now)


def set_step(step: GrantStep, state: StepState, *, now: datetime) -> None:
    """Write down how far a step is, locked, and since when."""
    if step.state != state:
        step.state, step.changed_at = state, now
        step.save(update_fields=["state", "changed_at"])


def _kind_of(made: Made) -> StepKind:
    match made:
        case StopTask():
            return StepKind.STOP
        case Promise():
            return StepKind.NEW_DATE
        case StockReservation():
            return StepKind.RESERVE_STOCK
        case Dispatch():
            return StepKind.DISPATCH
        case Refund():
            return StepKind.REFUND
        case _:
            assert_never(made)


def _write_step(
    grant: Grant,
    made: Made,
    *,
    key: str,
    now: datetime,
    state: StepState = StepState.REQUESTED,
    amount: Money | None = None,
) -> None:
    kind = _kind_of(made)
    GrantStep.objects.create(
        grant=grant,
        customer_id=grant.customer_id,
        kind=kind,
        key=key,
        state=state,
        amount_minor=amount.amount_minor if amount else None,
        currency=amount.currency if amount else None,
        changed_at=now,
        **{MADE_BY[kind]: made},
    )


def _stop(grant: Grant, step: Stop, *, key: str, now: datetime) -> None:
    """What we had asked a place for is cancelled there at once; what the shop sends by itself a person has to stop."""
    delivery = Delivery.objects.get(pk=step.delivery_id)
    is_done = stop_dispatch(delivery, now=now)
    task = StopTask.objects.create(
        grant=grant,
        customer_id=grant.customer_id,
        delivery=delivery,
        asked_at=now,
        done_at=now if is_done else None,
        done_by=str(SYSTEM) if is_done else "",
    )
    _write_step(grant, task, key=key, state=StepState.DONE if is_done else StepState.REQUESTED, now=now)


def _let_come_later(grant: Grant, step: NewDay, *, key: str, by: Actor, now: datetime) -> None:
    """The promise moves, and what a place was asked for with it."""
    delivery = Delivery.objects.select_related("promise", "customer").get(pk=step.delivery_id)
    with translation.override(delivery.customer.language):
        reason = _("you accepted a later day.")
    later = deliver_later(delivery, by_date=step.by_date, due_at=step.due_at, reason=reason, by=str(by), now=now)
    dispatch_later(delivery, later=later)
    _write_step(grant, later.promise, key=key, state=StepState.DONE, now=now)


def _pay_back(grant: Grant, step: MoneyBack, *, key: str, by: Actor, now: datetime) -> None:
    refund = draw(grant, step, key=key, by=by, now=now)
    # What goes to a balance that we keep is there at once.
    state = StepState.DONE if refund.is_settled else StepState.REQUESTED
    _write_step(grant, refund, key=key, state=state, amount=step.amount, now=now)


def _send(grant: Grant, sending: Sending, *, key: str, by: Actor, now: datetime) -> None:
    """Promise and request one dispatch; several lost boxes with one address travel together."""
    line_of = dict(
        DeliveryUnits.objects.filter(id__in=[units_id for units_id, _ in sending.units]).values_list("id", "line_id")
    )
    by_line: Counter[int] = Counter()
    for units_id, quantity in sending.units:
        by_line[line_of[units_id]] += quantity
    lost = Delivery.objects.get(pk=sending.route.goes_to)
    delivery = promise_replacement(
        lost=lost,
        to=addresses_now([lost])[lost.pk],
        units=by_line.items(),
        by_date=sending.route.arrives_date,
        due_at=sending.route.due_at,
        by=str(by),
        now=now,
    )
    dispatch = request_dispatch(
        key=key,
        delivery=delivery,
        place_id=sending.route.place_id,
        service_id=sending.route.service_id,
        leaves_date=sending.route.leaves_date,
        currency=grant.currency,
        now=now,
    )
    for units in dispatch.units.select_related("reservation").order_by("id"):
        # The stock is kept aside by now: nobody outside has to agree.
        _write_step(grant, units.reservation, key=f"{key}/{units.line_id}", state=StepState.DONE, now=now)
    _write_step(grant, dispatch, key=key, amount=sending.route.rate, now=now)
