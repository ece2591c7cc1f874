"""The remedies of a case as they are offered: ranked, with arrival, cost, and whose they are to grant."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext, gettext_lazy

from makegood.faces.desk.remedy_words import REMEDY_WORDS
from makegood.faces.words import money
from makegood.money.rules import Money, total_by_currency
from makegood.orders.models import Order
from makegood.policies.rules.granting import WithheldFor
from makegood.policies.rules.values import ASKS_FIRST, RemedyKind
from makegood.remedies.planner import plan
from makegood.remedies.queries import options_together
from makegood.remedies.rules.authority import withheld_reason
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.steps.money_back import MoneyBack
from makegood.remedies.rules.values import Treatment
from makegood.remedies.situations import situations_of
from makegood.staff.rules import Actor, Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to make it good, for one order or for several alike; each currency's sum stands apart.

    `back` says how much goes back to which tender, `unpaid` what of the price was never paid and so does not.
    """

    kind: RemedyKind
    title: str
    rank: int
    order_id: int | None
    references: tuple[str, ...]
    arrives_date: date | None
    leaves_date: date | None
    refund_by_date: date | None
    services: tuple[str, ...]
    fingerprints: tuple[str, ...]
    costs: tuple[Money, ...]
    refunds: tuple[Money, ...]
    back: tuple[tuple[Money, str], ...]
    unpaid: tuple[Money, ...]
    may_grant: tuple[Standpoint, ...]
    is_yours: bool
    # Why it is not theirs; "" where it is.
    why_not: str
    # Whether it comes later than it is needed; None where nobody said when that is.
    is_late: bool | None
    # Whether its customer has to say yes first.
    asks_first: bool = False

    @property
    def seen(self) -> str:
        """What a helper saw when they chose, of which units: if it is no longer so, they are asked again."""
        return f"{self.kind.value}/{','.join(self.fingerprints)}"


def choices_for(orders: Sequence[Order], *, by: Actor, now: datetime) -> list[Choice]:
    """What can be done now: one list where all orders allow the same, else a list for each order."""
    together = options_together(orders, now=now, by=by)
    groups: list[tuple[int | None, list[tuple[Order, Remedy]]]]
    if len({tuple(remedy.kind for remedy in options) for _, options in together}) == 1:
        by_kind: dict[tuple[RemedyKind, int], list[tuple[Order, Remedy]]] = {}
        for order, options in together:
            of_kind = Counter[RemedyKind]()
            for remedy in options:
                by_kind.setdefault((remedy.kind, of_kind[remedy.kind]), []).append((order, remedy))
                of_kind[remedy.kind] += 1
        groups = [(None, pairs) for pairs in by_kind.values()]
    else:
        apart = zip(together, situations_of([order for order, _ in together], now=now, by=by), strict=True)
        groups = [(order.pk, [(order, remedy)]) for (order, _), situation in apart for remedy in plan(situation)]
    return [
        _choice(pairs, rank=rank, order_id=order_id, by=by) for rank, (order_id, pairs) in enumerate(groups, start=1)
    ]


WHY_NOT: Mapping[WithheldFor, Lazy] = {
    WithheldFor.NOT_GRANTED: gettext_lazy("The policy does not let you grant it."),
    WithheldFor.CONDITION: gettext_lazy("The policy does not let you grant it in this situation."),
    WithheldFor.BEYOND: gettext_lazy("It costs more than you may grant alone."),
    WithheldFor.LIMIT: gettext_lazy("With what was granted before, it is more than the policy lets you grant."),
    WithheldFor.HOLD: gettext_lazy("The policy has somebody else look at it first."),
    WithheldFor.NOT_IN_FORCE: gettext_lazy("No version of the policy is in force yet."),
    WithheldFor.UNCOUNTED: gettext_lazy("Nobody can say what was granted before, so the policy’s limit can’t be kept."),
    WithheldFor.FAILED: gettext_lazy("A rule of the policy can’t be evaluated, so it lets nobody grant it."),
}


def _why_not(remedies: Iterable[Remedy], standpoint: Standpoint) -> str:
    """The first reason for which they may not grant all of it alone."""
    for remedy in remedies:
        withheld = withheld_reason(remedy.granting, standpoint)
        if withheld:
            because, reason = withheld
            return reason or str(WHY_NOT[because])
        if standpoint not in remedy.may_grant:
            return gettext("A second person has to agree.")
    return ""


def _is_late(remedies: Iterable[Remedy]) -> bool | None:
    said = [remedy.is_late for remedy in remedies if remedy.is_late is not None]
    return any(said) if said else None


def _choice(pairs: Sequence[tuple[Order, Remedy]], *, rank: int, order_id: int | None, by: Actor) -> Choice:
    remedies = [remedy for _, remedy in pairs]
    (kind,) = {remedy.kind for remedy in remedies}
    sendings = [sending for remedy in remedies for sending in remedy.sendings]
    may_grant = tuple(each for each in Standpoint if all(each in remedy.may_grant for remedy in remedies))
    refunds = total_by_currency(remedy.refund for remedy in remedies if remedy.refund)
    words = {
        "again": sum(quantity for sending in sendings for _, quantity in sending.units),
        "back": sum(each.quantity for remedy in remedies for each in remedy.treated(Treatment.REFUNDED)),
        "services": ", ".join(dict.fromkeys(each.route.service_name for each in sendings)),
        "places": ", ".join(dict.fromkeys(each.route.place_name for each in sendings)),
        "instead": ", ".join(dict.fromkeys(title for remedy in remedies for title in remedy.instead_by_title)),
        "sum": " + ".join(money(each.amount_minor, each.currency) for each in refunds),
    }
    return Choice(
        kind=kind,
        title=str(REMEDY_WORDS[kind].title % words),
        rank=rank,
        order_id=order_id,
        references=tuple(order.reference for order, _ in pairs),
        arrives_date=_latest(remedy.arrives_date for remedy in remedies),
        leaves_date=_latest(sending.route.leaves_date for sending in sendings),
        refund_by_date=_latest(remedy.refund_by_date for remedy in remedies),
        services=tuple(dict.fromkeys(sending.route.service_name for sending in sendings)),
        fingerprints=tuple(remedy.fingerprint for remedy in remedies),
        costs=total_by_currency(cost for remedy in remedies for cost in remedy.costs),
        refunds=refunds,
        back=_back_to(step for remedy in remedies for step in remedy.money_back),
        unpaid=total_by_currency(remedy.unpaid for remedy in remedies if remedy.unpaid),
        may_grant=may_grant,
        is_yours=by.standpoint in may_grant,
        why_not=_why_not(remedies, by.standpoint),
        is_late=_is_late(remedies),
        asks_first=kind in ASKS_FIRST,
    )


def _back_to(steps: Iterable[MoneyBack]) -> tuple[tuple[Money, str], ...]:
    """How much goes back to which tender, by its name; the name is empty where nobody knows."""
    found: dict[str, list[Money]] = {}
    for step in steps:
        found.setdefault(step.tender.name if step.tender else "", []).append(step.amount)
    return tuple((amount, name) for name, amounts in found.items() for amount in total_by_currency(amounts))


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)
