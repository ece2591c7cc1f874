"""The words remedies are described in."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from makegood.money.rules import Money, sum_of
from makegood.remedies.rules.tenders import Tender
from makegood.staff.rules import Standpoint


class RemedyKind(StrEnum):
    """A name for each kind; what a kind is stands in its own module (`remedies/kinds/`)."""

    SEND_FASTER = "send_faster"
    SEND_ELSEWHERE = "send_elsewhere"
    SEND_AGAIN = "send_again"
    SEND_PART = "send_part"
    NEW_DATE = "new_date"
    REFUND = "refund"


class Besides(StrEnum):
    """What is given besides, whatever went wrong, within the same table of authority."""

    CREDIT = "credit"


Grantable = RemedyKind | Besides


def grantable(name: str) -> Grantable:
    """What a row of the table of authority is about.

    Raises:
        ValueError: there is nothing of that name.
    """
    return Besides(name) if name in set(Besides) else RemedyKind(name)


class Treatment(StrEnum):
    """What becomes of a unit that was lost, or that has not left: the latter is sent in another way."""

    SENT_AGAIN = "sent_again"
    SENT_OTHERWISE = "sent_otherwise"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDay:
    """A step: a delivery that has not left comes by a later day, which its customer accepts."""

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
    new_day: NewDay | None = None
    is_kept_aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LostUnits:
    """Units of one line, in one delivery, that nobody has made good yet: lost on their way, or `not_left` at all.

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
class AuthorityLimit:
    """One row of the table of authority. `up_to` None is no limit; only such a row may be of any currency (`*`)."""

    standpoint: Standpoint
    remedy: Grantable
    currency: str
    up_to: Money | None


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
    limits: tuple[AuthorityLimit, ...]
    refund_by_date: date
    refund_due_at: datetime
    now: datetime
    # How it was paid, in the order in which money goes back.
    tenders: tuple[Tender, ...] = ()
    # Of products that are counted; one that nobody counts is taken to be there.
    free_anywhere: tuple[FreeAnywhere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A step: so many of some lost units (by delivery_units_id), from one place to one address by one service."""

    route: Route
    units: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBack:
    """A step: what is paid back in one sum to one tender, and by when."""

    amount: Money
    by_date: date
    due_at: datetime
    drawn_on: Tender

    @property
    def tender(self) -> Tender | None:
        """Where it goes, as it is told; None where nobody knows how it was paid."""
        return self.drawn_on if self.drawn_on.kind else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A step: a delivery that has not left is not to leave any more, since something else takes its place."""

    delivery_id: int


# What a remedy does, one after the other.
Step = Stop | Sending | MoneyBack | NewDay


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeGood:
    """So many of some lost units and what becomes of them; `refund` is what these units alone bring back."""

    delivery_units_id: int
    quantity: int
    treatment: Treatment
    refund: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One way to make it good.

    `cost` is what it costs us in the order's currency; `foreign_costs` are sums in other currencies, each currency
    once, since sums of two don't add up. `decided_by` are the rows of the table of authority that `may_grant` rests on.
    """

    kind: RemedyKind
    steps: tuple[Step, ...]
    makes_good: tuple[MadeGood, ...]
    cost: Money
    foreign_costs: tuple[Money, ...]
    may_grant: tuple[Standpoint, ...]
    decided_by: tuple[AuthorityLimit, ...]
    # What its units cost besides its refund, that was never paid (or went back before) and so does not go back.
    unpaid: Money | None = None

    @property
    def costs(self) -> tuple[Money, ...]:
        """All it costs us, the order's currency first."""
        return (self.cost, *self.foreign_costs)

    @property
    def fingerprint(self) -> str:
        """Names what whoever is offered it sees: which units of which order go how, by when, and for how much.

        Another remedy has another, and so has the same with other units, days or sums.
        """
        ways = [
            (each.route.goes_to, each.route.service_id, each.route.leaves_date, each.units) for each in self.sendings
        ]
        days = (self.arrives_date, self.refund_by_date)
        back = [(each.amount, each.tender and each.tender.key) for each in self.money_back]
        seen = repr((self.kind.value, self.makes_good, ways, days, back, self.costs))
        return sha256(seen.encode()).hexdigest()[:16]

    @property
    def sendings(self) -> tuple[Sending, ...]:
        return tuple(step for step in self.steps if isinstance(step, Sending))

    @property
    def choose_by(self) -> datetime | None:
        """Until when its day of arrival holds; None where nothing is sent."""
        return min((sending.route.choose_by for sending in self.sendings), default=None)

    @property
    def refund(self) -> Money | None:
        """All the money back, postage where that goes back too."""
        return sum_of(step.amount for step in self.steps if isinstance(step, MoneyBack))

    @property
    def money_back(self) -> tuple[MoneyBack, ...]:
        """What goes back where, a tender each."""
        return tuple(step for step in self.steps if isinstance(step, MoneyBack))

    @property
    def refund_by_date(self) -> date | None:
        return max((step.by_date for step in self.steps if isinstance(step, MoneyBack)), default=None)

    @property
    def new_days(self) -> tuple[NewDay, ...]:
        return tuple(step for step in self.steps if isinstance(step, NewDay))

    @property
    def arrives_date(self) -> date | None:
        """When the last of what is sent, or comes later, arrives."""
        days = [sending.route.arrives_date for sending in self.sendings]
        return max([*days, *(day.by_date for day in self.new_days)], default=None)

    def treated(self, treatment: Treatment) -> tuple[MadeGood, ...]:
        """What becomes of its units in this way."""
        return tuple(each for each in self.makes_good if each.treatment is treatment)
