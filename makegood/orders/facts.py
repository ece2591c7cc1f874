"""What happens to orders."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from makegood.journal.facts import Fact, Upcaster


class OrderFact(Fact, of="order"):
    order_id: int


class OrderPlaced(OrderFact):
    """We know of a new order."""


class OrderCancelled(OrderFact):
    """It will not be sent."""


class OrderChanged(OrderFact):
    """A newer version of it stands, or it was changed here. `fields` names what is different now, lines are told by
    their own ids. `by`: who changed it here; empty where its shop tells it otherwise.
    """

    version: ClassVar[int] = 2
    # Until then nobody wrote down who it was.
    upcasters: ClassVar[Mapping[int, Upcaster]] = {1: lambda content: content | {"by": ""}}

    version_at: datetime
    by: str
    fields: tuple[str, ...]
    lines_added: tuple[str, ...] = ()
    lines_removed: tuple[str, ...] = ()
    lines_changed: tuple[str, ...] = ()
