"""How far the steps of what was granted are, as it is heard from below."""

from collections.abc import Sequence

from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit import clock
from makegood.orders.facts import OrderCancelled
from makegood.parcels.facts import DispatchAccepted, DispatchCancelled, DispatchRefused, ParcelLabelled
from makegood.parcels.models import Dispatch, DispatchState, Parcel
from makegood.payments.facts import RefundFact, RefundSettled
from makegood.payments.models import Refund
from makegood.payments.rules.refunds import RefundState
from makegood.remedies.actions import stop_with_order
from makegood.remedies.facts import RefundDone
from makegood.remedies.locks import lock_steps, lock_stops_not_left
from makegood.remedies.models import GrantStep
from makegood.remedies.progress import advance_step, set_step
from makegood.remedies.queries import orders_stopped, orders_to_stop
from makegood.remedies.refunds import grants_of_refunds
from makegood.remedies.rules.steps.states import STEP_OF_REFUND, StepState


def is_of_a_dispatch(facts: Sequence[ParcelLabelled]) -> list[bool]:
    """Which labels are of what we asked a place to send; the shop's own parcels are no step of ours."""
    return [fact.is_replacement for fact in facts]


def note_dispatch_accepted(fact: DispatchAccepted) -> None:
    """A place's own system took what we asked for."""
    _advance(fact.dispatch_id, StepState.UNDER_WAY)


def note_dispatch_refused(fact: DispatchRefused) -> None:
    """It never took it, so that a person has to see to it."""
    _advance(fact.dispatch_id, StepState.FAILED)


def note_dispatch_left(fact: ParcelLabelled) -> None:
    """What we asked for has left, be it that it was cancelled before."""
    dispatch = Dispatch.objects.filter(parcel_id=fact.parcel_id).first()
    if dispatch is not None:
        _advance_with_stock(dispatch.pk, StepState.DONE)


def note_left_all_the_same(fact: ParcelLabelled) -> None:
    """What was to be stopped has left: its step failed, which somebody has to know.

    It may have been packed, or a place have said that it won't go: what left has left, whatever was said of it before.
    """
    now = clock.now()
    with transaction.atomic():
        parcel = Parcel.objects.select_related("delivery").get(id=fact.parcel_id)
        stopped = {parcel.delivery_id}
        # What replaces something else is not what was to be stopped of that.
        if parcel.delivery.split_from_id is not None and not parcel.delivery.is_replacement:
            stopped.add(parcel.delivery.split_from_id)
        for task in lock_stops_not_left(stopped):
            task.left_as = parcel
            task.save(update_fields=["left_as"])
            advance_step(task, StepState.FAILED, now=now)


def is_to_be_stopped(facts: Sequence[ParcelLabelled]) -> list[bool]:
    """Which labels are of orders of which something is not to leave any more."""
    stopped = orders_stopped(fact.order_id for fact in facts)
    return [fact.order_id in stopped for fact in facts]


def have_stops(facts: Sequence[OrderCancelled]) -> list[bool]:
    """Which cancelled orders something was to be stopped of."""
    stopped = orders_to_stop(fact.order_id for fact in facts)
    return [fact.order_id in stopped for fact in facts]


def forget_stops(fact: OrderCancelled) -> None:
    """Nobody has to see to it any more that something of a cancelled order does not leave."""
    stop_with_order(order_id=fact.order_id, now=clock.now())


def note_dispatch_cancelled(fact: DispatchCancelled) -> None:
    """It need not be sent any more, and its stock is free again; unless it has left meanwhile all the same."""
    if Dispatch.objects.get(id=fact.dispatch_id).state == DispatchState.CANCELLED:
        _advance_with_stock(fact.dispatch_id, StepState.COMPENSATED)


def are_of_grants(facts: Sequence[RefundFact]) -> list[bool]:
    """Which refunds are steps of something that was granted."""
    granted = grants_of_refunds(fact.refund_id for fact in facts)
    return [fact.refund_id in granted for fact in facts]


def follow_refund(fact: RefundFact) -> None:
    """The step of a refund is as far as the refund is now, whatever news of it came first."""
    now = clock.now()
    with transaction.atomic():
        refund = Refund.objects.get(id=fact.refund_id)
        for step in lock_steps(refund=refund):
            set_step(step, STEP_OF_REFUND[RefundState(refund.state)], now=now)


def say_refund_done(fact: RefundSettled) -> None:
    """Money that was granted is back."""
    now = clock.now()
    with transaction.atomic():
        announce(
            [
                RefundDone(customer_id=fact.customer_id, grant_id=step.grant_id, order_id=step.grant.order_id)
                for step in GrantStep.objects.filter(refund=fact.refund_id).select_related("grant")
            ],
            now=now,
        )


def _advance_with_stock(dispatch_id: int, news: StepState) -> None:
    """A dispatch, and what was kept aside for it."""
    with transaction.atomic():
        _advance(dispatch_id, news)
        dispatch = Dispatch.objects.get(id=dispatch_id)
        for units in dispatch.units.select_related("reservation").order_by("id"):
            advance_step(units.reservation, news, now=clock.now())


def _advance(dispatch_id: int, news: StepState) -> None:
    with transaction.atomic():
        advance_step(Dispatch.objects.get(id=dispatch_id), news, now=clock.now())
