"""What parcels do when something happens below."""

from collections.abc import Sequence

from django.db import transaction

from makegood.catalog.queries import LastCalls
from makegood.kit import clock
from makegood.orders.delivering import worry_at
from makegood.orders.facts import OrderCancelled, OrderChanged
from makegood.orders.queries import promised_deliveries
from makegood.parcels.dispatching import cancel_dispatches, readdress_dispatches
from makegood.parcels.facts import DispatchFact, DispatchNoticeDue
from makegood.parcels.queries import dispatches_to_tell, not_left
from makegood.parcels.warehouse_notices import tell_waiting
from makegood.promises.actions import worry_from
from makegood.promises.facts import PromiseRevised
from makegood.promises.rules import PromiseKind


def forget_dispatches(fact: OrderCancelled) -> None:
    """A cancelled order is not sent again either."""
    cancel_dispatches(order_id=fact.order_id, now=clock.now())


def changes_address(facts: Sequence[OrderChanged]) -> list[bool]:
    """Which newer versions send an order elsewhere."""
    return ["ship_to" in fact.fields for fact in facts]


def readdress(fact: OrderChanged) -> None:
    """What an order still waits for goes where it goes now."""
    readdress_dispatches(order_id=fact.order_id, now=clock.now())


def is_to_deliver(facts: Sequence[PromiseRevised]) -> list[bool]:
    """Which days that moved are of deliveries."""
    return [fact.kind is PromiseKind.DELIVER for fact in facts]


def watch_for_new_day(fact: PromiseRevised) -> None:
    """What has not left is worried about in time for its new day, by the calendars of today."""
    calls = LastCalls()
    with transaction.atomic():
        waiting = not_left(promised_deliveries([fact.promise_id]).values())
        worry_from({each.promise_id: worry_at(each, due_at=each.promise.due_at, calls=calls) for each in waiting})


def notify_warehouse(fact: DispatchFact) -> None:
    """An outside call: it keeps its own account in the notice's state, and is safe to repeat."""
    tell_waiting(dispatch_id=fact.dispatch_id, attempts=fact.attempts if isinstance(fact, DispatchNoticeDue) else 0)


def has_to_be_told(facts: Sequence[DispatchFact]) -> list[bool]:
    """Whether each fact's place has a system that waits to be told."""
    waiting = dispatches_to_tell([fact.dispatch_id for fact in facts])
    return [fact.dispatch_id in waiting for fact in facts]
