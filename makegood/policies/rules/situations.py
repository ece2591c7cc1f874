"""What conditions see: a change somebody asks for, the order as it stands, and who asks. Sums are minor units."""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from makegood.kit.instants import local_time, zone_named
from makegood.policies.rules.values import ChangeKind

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# CEL counts in 64 bits; a larger number would silently become a fraction.
LARGEST = 2**63 - 1


class OrderStatus(StrEnum):
    """How far an order is, seen as a whole."""

    PENDING = "pending"  # nobody has begun to pack it
    PROCESSED = "processed"  # it is being packed, or is packed
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class WholeNumbers:
    """Numbers of a situation are whole.

    Raises:
        TypeError: one is a fraction.
        ValueError: one is beyond what CEL counts.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # each of them is a dataclass
            value = getattr(self, field.name)
            if isinstance(value, float):
                raise TypeError(f"{field.name}: {value!r} is no whole number; sums are in minor units")
            if isinstance(value, int) and abs(value) > LARGEST:
                raise ValueError(f"{field.name}: {value} is too large")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine(WholeNumbers):
    """One line of the order. `price_minor` is what it cost in all; settled: returned, exchanged or cancelled."""

    category: str = ""
    price_minor: int
    quantity: int = 1
    is_settled: bool = False
    is_returned: bool = False
    is_in_change: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSituation(WholeNumbers):
    """The order that is to change, as it stands. `earlier`: each change that was made before, `labels`: the shop's own
    marks.
    """

    status: OrderStatus
    placed_at: datetime
    delivered_at: datetime | None = None
    is_packed: bool = False
    is_gift: bool = False
    currency: str
    total_minor: int
    subtotal_minor: int
    discount_minor: int = 0
    postage_minor: int = 0
    paid_minor: int
    tender_kinds: tuple[str, ...] = ()
    payment_count: int = 1
    earlier: tuple[ChangeKind, ...] = ()
    lines: tuple[OrderedLine, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedItem(WholeNumbers):
    """Units that a change concerns, and what is to take their place where something is.

    `current_price_minor` is what the same costs today, or what it cost where it isn't sold any more.
    """

    category: str = ""
    price_minor: int
    current_price_minor: int = 0
    new_price_minor: int = 0
    quantity: int = 1
    is_same_product: bool = True
    is_available: bool = True
    is_settled: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedChange(WholeNumbers):
    """What is asked for. `price_difference_minor` is what the customer has to pay, below zero what they get back.

    `tender_kind`: the tender named for that, "" where none is. `tender_balance_minor`: what a gift card or credit has.
    """

    kind: ChangeKind
    reason: str = ""
    tender_kind: str = ""
    tender_is_original: bool = False
    tender_balance_minor: int = 0
    price_difference_minor: int = 0
    items: tuple[RequestedItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSituation(WholeNumbers):
    """Who asks: how long and how well they and the shop know each other."""

    tier: str = ""
    memberships: tuple[str, ...] = ()
    order_count: int = 0
    days_known: int = 0
    promises_kept: int = 0
    promises_broken: int = 0
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSituation:
    """All that a condition may look at; `zone` is the shop's, in which months and days are counted."""

    order: OrderSituation
    change: RequestedChange
    customer: CustomerSituation
    now: datetime
    zone: str = "UTC"

    def as_plain(self) -> dict[str, Any]:
        """The same as conditions name it: instants are seconds since 1970, and days are whole ones of 24 hours."""
        return {
            "order": self._order(),
            "change": plain_of(self.change) | {"items": [plain_of(each) for each in self.change.items]},
            "customer": plain_of(self.customer),
            "now": seconds(self.now),
            "minute": MINUTE,
            "hour": HOUR,
            "day": DAY,
        }

    def _order(self) -> dict[str, Any]:
        order, now = self.order, seconds(self.now)
        placed_at = seconds(order.placed_at)
        delivered_at = None if order.delivered_at is None else seconds(order.delivered_at)
        placed = local_time(order.placed_at, zone_named(self.zone))
        counts = Counter(order.earlier)
        return plain_of(order) | {
            "lines": [plain_of(each) for each in order.lines],
            "earlier": {kind.value: counts[kind] for kind in ChangeKind},
            "placed_at": placed_at,
            "placed_year": placed.year,
            "placed_month": placed.month,
            "days_since_placed": (now - placed_at) // DAY,
            "delivered_at": delivered_at,
            "days_since_delivered": None if delivered_at is None else (now - delivered_at) // DAY,
        }


def seconds(instant: datetime) -> int:
    """Since 1970, the fraction dropped."""
    return int(instant.timestamp())


def plain_of(value: WholeNumbers) -> dict[str, Any]:
    return {field.name: _listed(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
