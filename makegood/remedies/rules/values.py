"""The words that a situation is described in: everything the planner may know."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from makegood.money.rules import Money
from makegood.policies.rules.grant_situations import TroubleSituation
from makegood.policies.rules.values import Authority
from makegood.remedies.rules.authority import Claims
from makegood.remedies.rules.tenders import Tender


class Treatment(StrEnum):
    """What becomes of a unit that was lost, or that has not left: the latter is sent in another way."""

    SENT_AGAIN = "sent_again"
    SENT_OTHERWISE = "sent_otherwise"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterDay:
    """By when a delivery that has not left can be promised anew."""

    delivery_id: int
    by_date: date
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLeft:
    """What is known of units that have not left.

    `place_id` is where they lie, as far as anybody knows; `new_day` the day for which they can be promised anew if they
    are there, None where no service goes there. `is_kept_aside`: a place keeps them for this.
    """

    promised_date: date
    place_id: int | None = None
    new_day: LaterDay | None = None
    is_kept_aside: bool = False
    # What sending it was to cost us, where nothing else of its order goes that way.
    postage_due: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """What may be sent in the place of a product: an edition of the same title, or another title.

    `price` is what it is sold for, in the order's currency: what is sold in another does not compare (law 6).
    """

    product_id: int
    title: str
    is_edition: bool
    price: Money
    cost_each: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LostUnits:
    """Units of one line, in one delivery, that nobody has made good yet: lost on their way, or `not_left` at all.

    `product_id` and `title` are what was sent last, or was to be: what was ordered, or what went in its place. What was
    ordered is `worth` the more of its list price and what was asked for it; `given` is what its substitute was worth,
    where that was more. `less` is what went back of the price of all of them, as something cheaper went in their place.
    `substitutes` may go instead, the preferred first.

    `goes_to` is the address that they would be sent to now, by the first of the lost deliveries that go there.
    `refunds[n]` is what paying back n more units of its line comes to, to the cent, discount and tax included. Lost
    units of one line share that table, so that its cents are given once however its units are grouped.
    """

    delivery_units_id: int
    delivery_id: int
    line_id: int
    product_id: int
    title: str
    goes_to: int
    quantity: int
    cost_each: Money
    refunds: tuple[Money, ...]
    worth: Money
    given: Money | None = None
    less: Money | None = None
    substitutes: tuple[Substitute, ...] = ()
    not_left: NotLeft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAt:
    """Free units of a product in a place."""

    place_id: int
    product_id: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeAnywhere:
    """Units of a product that are free, wherever they lie, and promised to nobody for a later day."""

    product_id: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A service from a place to an address: when it would leave and arrive, and what it costs us.

    Its days hold for whoever chooses before `choose_by`, the service's cut-off.
    """

    goes_to: int
    place_id: int
    place_name: str
    service_id: int
    service_name: str
    leaves_date: date
    choose_by: datetime
    arrives_date: date
    due_at: datetime
    rate: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """By when they need what they ordered, as they said, and on which day that is where it goes."""

    by_at: datetime
    by_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What went wrong and what matters now: everything the planner may know, and nothing that changes."""

    order_id: int
    currency: str
    units: tuple[LostUnits, ...]
    # Postage that goes back with the units' money, because then nothing that it paid for was ever brought.
    postage_back: Money
    stock: tuple[StockAt, ...]
    routes: tuple[Route, ...]
    trouble: TroubleSituation
    claims: Claims
    # Who may grant what, as the policy in force says.
    authority: Authority
    refund_by_date: date
    refund_due_at: datetime
    now: datetime
    # How it was paid, in the order in which money goes back.
    tenders: tuple[Tender, ...] = ()
    # Of products that are counted; one that nobody counts is taken to be there.
    free_anywhere: tuple[FreeAnywhere, ...] = ()
    # None: nobody said by when it is needed, and the soonest is the best.
    need: Need | None = None
