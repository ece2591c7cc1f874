"""The words remedies are described in."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from makegood.staff.rules import Standpoint


class RemedyKind(StrEnum):
    SEND_AGAIN = "send_again"
    SEND_PART = "send_part"
    REFUND = "refund"


class Treatment(StrEnum):
    """What becomes of a lost unit."""

    SENT_AGAIN = "sent_again"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostUnits:
    """Units of one line, in one delivery, that nobody has made good yet.

    `refund_minor[n]` is what paying back n more units of its line comes to, to the cent, discount and tax included.
    Lost units of one line share that table, so that its cents are given once however its units are grouped.
    """

    delivery_units_id: int
    delivery_id: int
    line_id: int
    product_id: int
    title: str
    quantity: int
    cost_each_minor: int
    refund_minor: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAt:
    """Free units of a product in a place."""

    place_id: int
    product_id: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A service from a place to the destination: when it would leave and arrive, and what it costs us."""

    place_id: int
    service_id: int
    service_name: str
    leaves_date: date
    arrives_date: date
    due_at: datetime
    currency: str
    rate_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityLimit:
    """One row of the table of authority. `up_to_minor` None is no limit."""

    standpoint: Standpoint
    remedy: RemedyKind
    currency: str
    up_to_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What went wrong and what matters now: everything the planner may know, and nothing that changes."""

    order_id: int
    currency: str
    units: tuple[LostUnits, ...]
    # Postage that goes back with the units' money, because then nothing that it paid for was ever brought.
    postage_back_minor: int
    stock: tuple[StockAt, ...]
    routes: tuple[Route, ...]
    limits: tuple[AuthorityLimit, ...]
    refund_by_date: date
    refund_due_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """So many of some lost units, from one place by one service."""

    route: Route
    units: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One way to make it good.

    `refunded` pairs lost units (by delivery_units_id) with how many are paid back, and `refunded_minor` says what
    each of these comes to; `refund_minor` is all of it, with postage where that goes back too. `cost_minor` is what
    it costs us in the order's `currency`; `other_costs` are postage in other currencies, apart, since sums of two
    don't add up.
    """

    kind: RemedyKind
    sendings: tuple[Sending, ...]
    refunded: tuple[tuple[int, int], ...]
    refunded_minor: tuple[int, ...]
    refund_minor: int
    refund_by_date: date | None
    arrives_date: date | None
    currency: str
    cost_minor: int
    other_costs: tuple[tuple[str, int], ...]
    may_grant: tuple[Standpoint, ...]
