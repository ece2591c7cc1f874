"""What parcels do when something happens below."""

from collections.abc import Sequence

from makegood.kit import clock
from makegood.orders.facts import OrderCancelled, OrderChanged
from makegood.parcels.dispatching import cancel_dispatches, readdress_dispatches
from makegood.parcels.facts import DispatchFact, DispatchNoticeDue
from makegood.parcels.queries import dispatches_to_tell
from makegood.parcels.warehouse_notices import tell_waiting


def forget_dispatches(fact: OrderCancelled) -> None:
    """A cancelled order is not sent again either."""
    cancel_dispatches(order_id=fact.order_id, now=clock.now())


def changes_address(facts: Sequence[OrderChanged]) -> list[bool]:
    """Which newer versions send an order elsewhere."""
    return ["ship_to" in fact.fields for fact in facts]


def readdress(fact: OrderChanged) -> None:
    """What an order still waits for goes where it goes now."""
    readdress_dispatches(order_id=fact.order_id, now=clock.now())


def notify_warehouse(fact: DispatchFact) -> None:
    """An outside call: it keeps its own account in the notice's state, and is safe to repeat."""
    tell_waiting(dispatch_id=fact.dispatch_id, attempts=fact.attempts if isinstance(fact, DispatchNoticeDue) else 0)


def has_to_be_told(facts: Sequence[DispatchFact]) -> list[bool]:
    """Whether each fact's place has a system that waits to be told."""
    waiting = dispatches_to_tell([fact.dispatch_id for fact in facts])
    return [fact.dispatch_id in waiting for fact in facts]
