"""Which remedies a situation allows, ranked: every kind is asked, in the order in which we prefer them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from makegood.kit.errors import Conflict
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.kinds.registry import KINDS
from makegood.remedies.rules.authority import granting_of
from makegood.remedies.rules.costs import costs_of
from makegood.remedies.rules.promising_later import free_left
from makegood.remedies.rules.remedy import Remedy, is_too_late, proposal_of
from makegood.remedies.rules.sending import stock_left
from makegood.remedies.rules.values import Need, Situation

# All of what was ordered, of which what is in time comes before what is not.
AS_ORDERED = frozenset({RemedyKind.SEND_FASTER, RemedyKind.SEND_ELSEWHERE, RemedyKind.SEND_AGAIN})
# What is worth as much as what was ordered at least, and comes before what is ordered and late.
BETTER = frozenset({RemedyKind.UPGRADE_EDITION})


class NothingLost(Conflict):
    """There is nothing to make good: everything arrived, or was made good already."""

    slug, title = "nothing-lost", "There is nothing to make good"

    def __init__(self) -> None:
        super().__init__("nothing in this order is in danger, or all of it was made good already")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The remedies that a situation allows: asked for the best, for one of a kind, or for all by rank."""

    ranked: tuple[Remedy, ...]
    # By when it is needed, where somebody said so.
    need: Need | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to make good."""
        return bool(self.ranked)

    def __iter__(self) -> Iterator[Remedy]:
        """The remedies by rank, the best first."""
        return iter(self.ranked)

    @property
    def best(self) -> Remedy:
        """The one we would take.

        Raises:
            NothingLost: there is none.
        """
        for remedy in self.ranked:
            return remedy
        raise NothingLost

    @property
    def kinds(self) -> tuple[RemedyKind, ...]:
        """The kinds by rank."""
        return tuple(dict.fromkeys(remedy.kind for remedy in self.ranked))

    def of_kind(self, kind: RemedyKind) -> Remedy | None:
        """The best of a kind; None where the situation does not allow it."""
        return next((remedy for remedy in self.ranked if remedy.kind is kind), None)

    @property
    def refund(self) -> Remedy | None:
        """All the money back."""
        return self.of_kind(RemedyKind.REFUND)


def plan(situation: Situation) -> Plan:
    """The remedies of a situation; none where no units are in danger."""
    if not situation.units:
        return Plan(ranked=())
    need = situation.need
    options = [(kind.kind, option) for kind in KINDS for option in kind.options(situation)]
    options.sort(key=lambda each: _standing(each[0], is_late=_late(each[1], need)))
    return Plan(ranked=tuple(_remedy(situation, kind, option) for kind, option in options), need=need)


def _standing(kind: RemedyKind, *, is_late: bool) -> int:
    """What was ordered in time, what is better in time, what was ordered later; then in our order of preference."""
    if kind in AS_ORDERED:
        return 2 if is_late else 0
    return 1 if kind in BETTER and not is_late else 3


def _late(option: Option, need: Need | None) -> bool:
    """Whether it comes after it is needed, where somebody said when, and else later than it was promised for."""
    return bool(is_too_late(option.steps, need)) if need else option.is_late


def plan_together(situations: Sequence[Situation]) -> tuple[Plan, ...]:
    """The plan of each of several situations, if the best of each before is chosen: they share one stock."""
    plans: list[Plan] = []
    done: list[tuple[Situation, Plan]] = []
    for situation in situations:
        stock, free, claims = situation.stock, situation.free_anywhere, situation.claims
        for before, planned in done:
            stock = stock_left(stock, planned.best.sendings, before.units)
            free = free_left(free, planned.best.steps, before.units)
            claims = claims.and_then(situation.authority, planned.best.costs)
        planned = plan(replace(situation, stock=stock, free_anywhere=free, claims=claims))
        plans.append(planned)
        if planned:
            done.append((situation, planned))
    return tuple(plans)


def _remedy(situation: Situation, kind: RemedyKind, option: Option) -> Remedy:
    cost, foreign_costs = costs_of(option.steps, situation)
    proposed = proposal_of(kind, (cost, *foreign_costs), option.steps, option.makes_good)
    return Remedy(
        kind=kind,
        steps=option.steps,
        makes_good=option.makes_good,
        cost=cost,
        foreign_costs=foreign_costs,
        granting=granting_of(
            situation.authority, proposed, trouble=situation.trouble, claims=situation.claims, now=situation.now
        ),
        unpaid=option.unpaid,
        is_late=is_too_late(option.steps, situation.need),
    )
