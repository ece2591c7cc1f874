"""One way to make a situation good: what it does, what becomes of which units, what it costs, and who may grant it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from makegood.money.rules import Money, sum_of
from makegood.policies.rules.grant_situations import ProposedGrant
from makegood.policies.rules.granting import Granting
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.rules.authority import may_alone, proposed_grant
from makegood.remedies.rules.steps.money_back import MoneyBack
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.steps.step import Step
from makegood.remedies.rules.values import Need, Treatment
from makegood.staff.rules import Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeGood:
    """So many of some lost units and what becomes of them; `refund` is what these units alone bring back."""

    delivery_units_id: int
    quantity: int
    treatment: Treatment
    refund: Money | None = None


def is_too_late(steps: Iterable[Step], need: Need | None) -> bool | None:
    """Whether something that these steps bring comes after it is needed; None where they bring nothing, or nobody said
    when that is.
    """
    arrivals = [step.arrives_by for step in steps if step.arrives_by]
    return any(each > need.by_at for each in arrivals) if need and arrivals else None


def proposal_of(
    kind: RemedyKind, costs: Sequence[Money], steps: Iterable[Step], makes_good: Iterable[MadeGood]
) -> ProposedGrant:
    """What the policy is asked about a way to make it good."""
    return proposed_grant(
        kind,
        costs,
        refund=sum_of(step.amount for step in steps if isinstance(step, MoneyBack)),
        unit_count=sum(each.quantity for each in makes_good),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One way to make it good.

    `cost` is what it costs us in the order's currency; `foreign_costs` are sums in other currencies, each currency
    once, since sums of two don't add up. `granting` is what the policy says of who may grant it.
    """

    kind: RemedyKind
    steps: tuple[Step, ...]
    makes_good: tuple[MadeGood, ...]
    cost: Money
    foreign_costs: tuple[Money, ...]
    granting: Granting
    # What its units cost besides its refund, that was never paid (or went back before) and so does not go back.
    unpaid: Money | None = None
    # Whether something of it comes after it is needed; None where nobody said when that is, or nothing comes.
    is_late: bool | None = None

    @property
    def costs(self) -> tuple[Money, ...]:
        """All it costs us, the order's currency first."""
        return (self.cost, *self.foreign_costs)

    @property
    def proposed(self) -> ProposedGrant:
        """What the policy is asked about it."""
        return proposal_of(self.kind, self.costs, self.steps, self.makes_good)

    @property
    def may_grant(self) -> tuple[Standpoint, ...]:
        """Everybody who may grant it without asking."""
        return may_alone(self.granting)

    @property
    def fingerprint(self) -> str:
        """Names what whoever is offered it sees: which units of which order go how, by when, and for how much.

        Another remedy has another, and so has the same with other units, days or sums.
        """
        shown = [step.shown() for step in self.steps]
        seen = repr((self.kind.value, self.makes_good, shown, self.arrives_date, self.costs))
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
    def arrives_date(self) -> date | None:
        """When the last of what is sent, or comes later, arrives."""
        return max((step.arrives_date for step in self.steps if step.arrives_date), default=None)

    @property
    def less_by_units(self) -> dict[int, Money]:
        """What goes back of which units' price because something cheaper is sent in their place."""
        found: dict[int, Money] = {}
        for sending in self.sendings:
            for each in sending.in_place:
                before = found.get(each.delivery_units_id)
                found[each.delivery_units_id] = before + each.less if before else each.less
        return found

    @property
    def instead_by_title(self) -> dict[str, int]:
        """How many of what goes in the place of what was ordered, by its title."""
        found: dict[str, int] = {}
        for sending in self.sendings:
            for units_id, quantity in sending.units:
                instead = sending.instead_of(units_id)
                if instead:
                    found[instead.title] = found.get(instead.title, 0) + quantity
        return found

    def treated(self, treatment: Treatment) -> tuple[MadeGood, ...]:
        """What becomes of its units in this way."""
        return tuple(each for each in self.makes_good if each.treatment is treatment)
