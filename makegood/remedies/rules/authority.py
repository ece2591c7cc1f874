"""Who may grant what without asking, as the shop's policy says: the same rules for people, programs and customers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.kit.errors import Forbidden
from makegood.money.rules import Money
from makegood.policies.rules.grant_situations import (
    ClaimingCustomer,
    GrantCost,
    GrantSituation,
    Past,
    ProposedGrant,
    TroubleSituation,
)
from makegood.policies.rules.granting import Granting, GrantorDecision, WithheldFor, decide_grant
from makegood.policies.rules.values import Authority, Grantable, Grantor, Span, Words
from makegood.staff.rules import Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was granted in a span: to the customer, whoever did; or by whoever asks now from where `grantor` says."""

    span: Span
    grantor: Grantor | None
    past: Past


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Whom something is granted to, and all that was granted before that a limit of the policy names."""

    customer: ClaimingCustomer
    spent: tuple[Spent, ...] = ()

    def and_then(self, authority: Authority, costs: Sequence[Money]) -> "Claims":
        """The same if so much is granted to them besides."""
        worth = authority.worth_of((cost.currency, cost.amount_minor) for cost in costs)
        return Claims(customer=self.customer, spent=tuple(_more(each, worth) for each in self.spent))


def _more(spent: Spent, worth: int) -> Spent:
    past = spent.past
    total = min(past.worth, worth) if min(past.worth, worth) < 0 else past.worth + worth
    return Spent(span=spent.span, grantor=spent.grantor, past=Past(worth=total, count=past.count + 1))


def granting_of(
    authority: Authority,
    proposed: ProposedGrant,
    *,
    trouble: TroubleSituation,
    claims: Claims,
    now: datetime,
) -> Granting:
    """Who may grant something to whom, of everybody."""
    return decide_grant(
        authority,
        GrantSituation(
            grant=proposed,
            trouble=trouble,
            customer=claims.customer,
            past={(each.span, each.grantor): each.past for each in claims.spent},
            now=now,
        ),
    )


def proposed_grant(
    remedy: Grantable, costs: Sequence[Money], *, refund: Money | None = None, unit_count: int = 0
) -> ProposedGrant:
    """What somebody wants to grant, as the policy is asked about it; the order's currency comes first of its costs."""
    return ProposedGrant(
        remedy=remedy,
        currency=costs[0].currency,
        costs=tuple(GrantCost(currency=cost.currency, amount_minor=cost.amount_minor) for cost in costs),
        refund_minor=refund.amount_minor if refund else 0,
        unit_count=unit_count,
    )


def may_alone(granting: Granting) -> tuple[Standpoint, ...]:
    """Everybody who may grant it without asking anybody, in the order of their definition."""
    seconds = granting.needs_second
    return tuple(Standpoint(each.value) for each in granting.may if each not in seconds)


def withheld_words(granting: Granting, standpoint: Standpoint) -> Words | None:
    """What the policy has a customer told whom it lets nothing be granted from there; None where it says nothing."""
    decision = _decision(granting, standpoint)
    return next((each.words for each in decision.withheld if each.words), None)


def withheld_reason(granting: Granting, standpoint: Standpoint) -> tuple[WithheldFor, str] | None:
    """Why it may not be granted from there, with the policy's reason for helpers; None where it may."""
    decision = _decision(granting, standpoint)
    if decision.withheld:
        first = decision.withheld[0]
        return first.because, first.reason
    return None


def withheld_rule(granting: Granting, standpoint: Standpoint) -> str:
    """The rule by which it may not be granted from there alone; "" where it may."""
    decision = _decision(granting, standpoint)
    return decision.withheld[0].rule if decision.withheld else next(iter(decision.seconds), "")


class NotYoursToGrant(Forbidden):
    """Beyond what this standpoint may grant alone."""

    slug, title = "beyond-authority", "Beyond your authority"

    def __init__(self, standpoint: Standpoint, remedy: Grantable, granting: Granting) -> None:
        self.standpoint, self.remedy, self.granting = standpoint, remedy, granting
        self.may_grant = may_alone(granting)
        decision = _decision(granting, standpoint)
        self.rule = withheld_rule(granting, standpoint)
        who = ", ".join(each.value for each in self.may_grant) or "nobody; a lead can change the policy"
        super().__init__(f"{remedy.value} is not a {standpoint.value}'s to grant: {_why(decision)}; who may: {who}")

    @property
    def members(self) -> Mapping[str, object]:
        return {"may_grant": [each.value for each in self.may_grant], "rule": self.rule}


def check_authority(granting: Granting, *, remedy: Grantable, standpoints: Iterable[Standpoint]) -> None:
    """Whether all who have to be allowed a remedy may grant it without asking.

    Raises:
        NotYoursToGrant: one of them may not.
    """
    may = may_alone(granting)
    for standpoint in standpoints:
        if standpoint not in may:
            raise NotYoursToGrant(standpoint, remedy, granting)


def _decision(granting: Granting, standpoint: Standpoint) -> GrantorDecision:
    return granting.of(Grantor(standpoint.value))


_Say = Callable[[GrantorDecision], str]

WHY: Mapping[WithheldFor, _Say] = {
    WithheldFor.NOT_GRANTED: lambda _: "no rule of the policy lets them",
    WithheldFor.CONDITION: lambda _: "no rule of the policy lets them in this situation",
    WithheldFor.BEYOND: lambda _: "it costs more than they may grant at once",
    WithheldFor.LIMIT: lambda each: f"with what was granted before it passes the limit {each.withheld[0].rule!r}",
    WithheldFor.HOLD: lambda each: f"{each.withheld[0].reason} ({each.withheld[0].rule!r})",
    WithheldFor.NOT_IN_FORCE: lambda _: "no version of the policy is in force yet",
    WithheldFor.UNCOUNTED: lambda each: f"the limit {each.withheld[0].rule!r} can't be reckoned",
    WithheldFor.FAILED: lambda each: f"the policy's rule {each.withheld[0].rule!r} can't be evaluated",
}


def _why(decision: GrantorDecision) -> str:
    if decision.withheld:
        return WHY[decision.withheld[0].because](decision)
    return f"a second person has to agree ({', '.join(map(repr, decision.seconds))})"
