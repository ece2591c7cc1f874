"""What parcels do when something happens below."""

from makegood.kit import clock
from makegood.orders.facts import OrderCancelled
from makegood.parcels.dispatching import cancel_dispatches


def forget_dispatches(fact: OrderCancelled) -> None:
    """A cancelled order is not sent again either."""
    cancel_dispatches(order_id=fact.order_id, now=clock.now())
