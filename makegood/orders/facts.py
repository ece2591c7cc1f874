"""What happens to orders."""

from dataclasses import dataclass
from datetime import datetime

from makegood.journal.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact(Fact):
    order_id: int

    @property
    def ordering_key(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(OrderFact):
    """We know of a new order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(OrderFact):
    """It will not be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanged(OrderFact):
    """A newer version of it stands. `fields` names what is different now, lines are told by their own ids."""

    version_at: datetime
    fields: tuple[str, ...]
    lines_added: tuple[str, ...] = ()
    lines_removed: tuple[str, ...] = ()
    lines_changed: tuple[str, ...] = ()
