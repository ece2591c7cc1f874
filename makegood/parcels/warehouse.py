"""The port through which a place's own system is asked to send, and one that keeps what it was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class NotTaken(Exception):
    """The place's system did not say yes; asking again later may help, and is safe under the same key."""


class NotWanted(Exception):
    """The place's system says that it wants no more of these: asking again would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing a place's system is told, under a `key`, so that being told twice is being told once."""

    key: str
    url: str
    secret: str
    body: Mapping[str, object]


class Warehouse(Protocol):
    def tell(self, notice: Notice) -> None:
        """Tell the place's system; returning means that it accepted.

        Raises:
            NotTaken: it did not, this time.
            NotWanted: it never will.
        """


@dataclass(slots=True)
class ConsoleWarehouse:
    """Accepts everything and sends nothing: for a shop whose connector is not bound."""

    told: list[Notice] = field(default_factory=list)

    def tell(self, notice: Notice) -> None:
        self.told.append(notice)


@dataclass(slots=True)
class Port:
    """Which warehouse is told; `wiring` binds it."""

    warehouse: Warehouse


PORT = Port(warehouse=ConsoleWarehouse())
