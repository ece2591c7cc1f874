"""What goes in the place of what was ordered does not, as long as nothing of it has left."""

from datetime import datetime

from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit.errors import Conflict
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.dispatching import stop_dispatch
from makegood.parcels.models import Dispatch, DispatchState
from makegood.promises.actions import mark_at_risk
from makegood.remedies.facts import RemedyUndone
from makegood.remedies.locks import lock_for_grants
from makegood.remedies.models import Grant, GrantStep
from makegood.remedies.rules.steps.states import StepKind
from makegood.staff.rules import Actor


class NothingToUndo(Conflict):
    """It left, or was called off, or what was ordered goes anyway."""

    slug, title = "nothing-to-undo", "It can't be undone"

    def __init__(self) -> None:
        super().__init__("it has left, or was called off, or nothing goes in the place of what was ordered")


def undo_grant(*, grant_id: int, by: Actor, now: datetime) -> Grant:
    """Let what was to go in the place of what was ordered stay: its stock is free again, what it costs us is taken
    back, and what was ordered is to be made good as it was before. Money that went back for it is theirs.

    Raises:
        Grant.DoesNotExist: there is none.
        NothingToUndo: something of it left, or nothing goes in the place of what was ordered.
    """
    with transaction.atomic():
        lock_for_grants([Grant.objects.values_list("order_id", flat=True).get(id=grant_id)])
        grant = Grant.objects.get(id=grant_id)
        made = GrantStep.objects.filter(grant=grant, kind=StepKind.DISPATCH).values("dispatch_id")
        dispatches = list(Dispatch.objects.filter(id__in=made).exclude(state=DispatchState.CANCELLED).order_by("id"))
        deliveries = list(Delivery.objects.filter(id__in=[each.delivery_id for each in dispatches]).order_by("id"))
        other = DeliveryUnits.objects.filter(delivery__in=deliveries).exclude(instead=None)
        if not other.exists() or any(each.state == DispatchState.ANNOUNCED for each in dispatches):
            raise NothingToUndo
        for delivery in deliveries:
            stop_dispatch(delivery, now=now)
            _as_ordered(delivery)
        mark_at_risk(promise_ids=[each.promise_id for each in deliveries], now=now)
        announce(
            [
                RemedyUndone(
                    customer_id=grant.customer_id, grant_id=grant.pk, order_id=grant.order_id, undone_by=str(by)
                )
            ],
            now=now,
        )
    return grant


def _as_ordered(delivery: Delivery) -> None:
    """Let a delivery hold what was ordered, a line once."""
    rows = {row.line_id: row for row in DeliveryUnits.objects.filter(delivery=delivery, instead=None)}
    for row in DeliveryUnits.objects.filter(delivery=delivery).exclude(instead=None).order_by("id"):
        beside = rows.get(row.line_id)
        if beside is None:
            row.instead_id = None
            row.save(update_fields=["instead"])
            rows[row.line_id] = row
            continue
        beside.quantity, beside.less_minor = beside.quantity + row.quantity, beside.less_minor + row.less_minor
        row.delete()
        beside.save(update_fields=["quantity", "less_minor"])
