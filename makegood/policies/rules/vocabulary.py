"""What conditions may say: every name with the type of what it means, every function, and which texts can occur."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from makegood.policies.rules.situations import (
    ChangeSituation,
    CustomerSituation,
    OrderedLine,
    OrderSituation,
    OrderStatus,
    RequestedChange,
    RequestedItem,
    seconds,
)
from makegood.policies.rules.values import ChangeKind


class Kind(StrEnum):
    """What a name means."""

    NUMBER = "a whole number"
    TEXT = "a text"
    TRUTH = "true or false"
    LIST = "a list"
    GROUP = "a group of names"


_FULL = ChangeSituation(
    order=OrderSituation(
        status=OrderStatus.DELIVERED,
        placed_at=datetime(2026, 1, 1, tzinfo=UTC),
        delivered_at=datetime(2026, 1, 2, tzinfo=UTC),
        currency="EUR",
        total_minor=0,
        subtotal_minor=0,
        paid_minor=0,
        lines=(OrderedLine(price_minor=0),),
    ),
    change=RequestedChange(kind=ChangeKind.RETURN, items=(RequestedItem(price_minor=0),)),
    customer=CustomerSituation(),
    now=datetime(2026, 1, 3, tzinfo=UTC),
)


def _kinds(plain: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Kind]]:
    for name, value in plain.items():
        yield before + name, kind_of(value)
        within = value[0] if isinstance(value, list) and value else value
        if isinstance(within, Mapping):
            yield from _kinds(within, f"{before}{name}.")


def kind_of(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.TRUTH
    if isinstance(value, int):
        return Kind.NUMBER
    if isinstance(value, Mapping):
        return Kind.GROUP
    return Kind.LIST if isinstance(value, list) else Kind.TEXT


NAMES: Mapping[str, Kind] = dict(_kinds(_FULL.as_plain()))
"""By the whole name, as in `order.status`; what an element of a list holds stands under the list's name."""

ROOTS = frozenset(name for name in NAMES if "." not in name)

TEXTS: Mapping[str, frozenset[str]] = {
    "order.status": frozenset(OrderStatus),
    "change.kind": frozenset(ChangeKind),
}
"""Names that can be no other texts than these."""


def functions_of(zone: ZoneInfo) -> dict[str, Callable[..., int]]:
    """What conditions may call besides CEL's own; `instant(2026, 1, 31)` is the beginning of that day in the shop's
    zone.
    """

    def instant(year: int, month: int, day: int) -> int:
        return seconds(datetime(year, month, day, tzinfo=zone))

    return {"total": sum, "least": min, "greatest": max, "instant": instant}


OUR_FUNCTIONS = frozenset(functions_of(ZoneInfo("UTC")))
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
FUNCTIONS = OUR_FUNCTIONS | MACROS | {"size", "contains", "startsWith", "endsWith", "matches"}
