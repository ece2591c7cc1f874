"""What happens to orders."""

from datetime import datetime

from makegood.journal.facts import Fact


class OrderFact(Fact, of="order"):
    order_id: int


class OrderPlaced(OrderFact):
    """We know of a new order."""


class OrderCancelled(OrderFact):
    """It will not be sent."""


class OrderChanged(OrderFact):
    """A newer version of it stands. `fields` names what is different now, lines are told by their own ids."""

    version_at: datetime
    fields: tuple[str, ...]
    lines_added: tuple[str, ...] = ()
    lines_removed: tuple[str, ...] = ()
    lines_changed: tuple[str, ...] = ()
