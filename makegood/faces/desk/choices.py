"""The remedies of a case as they are offered: ranked, with arrival, cost, and whose they are to grant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from makegood.orders.models import Order
from makegood.remedies.queries import options_for, options_together
from makegood.remedies.rules.values import Remedy, RemedyKind
from makegood.staff.rules import Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to make it good, for one order or for several alike. Sums pair currency with minor units."""

    kind: RemedyKind
    rank: int
    order_id: int | None
    references: tuple[str, ...]
    arrives_date: date | None
    leaves_date: date | None
    refund_by_date: date | None
    services: tuple[str, ...]
    units_again: int
    units_back: int
    costs: tuple[tuple[str, int], ...]
    refunds: tuple[tuple[str, int], ...]
    may_grant: tuple[Standpoint, ...]
    is_yours: bool

    @property
    def seen(self) -> str:
        """What a helper saw when they chose: if it is no longer so, they are asked again."""
        again = self.arrives_date.isoformat() if self.arrives_date else "-"
        sums = ",".join(f"{currency}{amount}" for currency, amount in (*self.costs, *self.refunds))
        return f"{self.kind.value}/{again}/{sums}"


def choices_for(orders: Sequence[Order], *, standpoint: Standpoint, now: datetime) -> list[Choice]:
    """What can be done now: one list where all orders allow the same, else a list for each order."""
    options = options_together(orders, now=now)
    kinds = {tuple(remedy.kind for remedy in found) for _, found in options}
    groups: list[tuple[int | None, list[tuple[Order, Remedy]]]]
    if len(kinds) == 1:
        together = [[(order, found[place]) for order, found in options] for place in range(len(options[0][1]))]
        groups = [(None, each) for each in together]
    else:
        groups = [(order.pk, [(order, remedy)]) for order, _ in options for remedy in options_for(order, now=now)]
    return [
        _choice(pairs, rank=rank, order_id=order_id, standpoint=standpoint)
        for rank, (order_id, pairs) in enumerate(groups, start=1)
    ]


def _choice(
    pairs: Sequence[tuple[Order, Remedy]], *, rank: int, order_id: int | None, standpoint: Standpoint
) -> Choice:
    remedies = [remedy for _, remedy in pairs]
    sendings = [sending for remedy in remedies for sending in remedy.sendings]
    may_grant = tuple(each for each in Standpoint if all(each in remedy.may_grant for remedy in remedies))
    return Choice(
        kind=remedies[0].kind,
        rank=rank,
        order_id=order_id,
        references=tuple(order.reference for order, _ in pairs),
        arrives_date=_latest(remedy.arrives_date for remedy in remedies),
        leaves_date=_latest(sending.route.leaves_date for sending in sendings),
        refund_by_date=_latest(remedy.refund_by_date for remedy in remedies),
        services=tuple(dict.fromkeys(sending.route.service_name for sending in sendings)),
        units_again=sum(quantity for sending in sendings for _, quantity in sending.units),
        units_back=sum(quantity for remedy in remedies for _, quantity, *_ in remedy.refunded),
        costs=_sums((remedy.currency, remedy.cost_minor) for remedy in remedies),
        refunds=_sums((remedy.currency, remedy.refund_minor) for remedy in remedies if remedy.refund_minor),
        may_grant=may_grant,
        is_yours=standpoint in may_grant,
    )


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)


def _sums(amounts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Each currency's sum; currencies never mix (law 6)."""
    found: dict[str, int] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, 0) + amount
    return tuple(sorted(found.items()))
