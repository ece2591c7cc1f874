"""The remedies of a case as they are offered: ranked, with arrival, cost, and whose they are to grant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.money.rules import Money, total_by_currency
from makegood.orders.models import Order
from makegood.remedies.planner import plan
from makegood.remedies.queries import options_together
from makegood.remedies.rules.values import Remedy, RemedyKind, Treatment
from makegood.remedies.situations import situations_of
from makegood.staff.rules import Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to make it good, for one order or for several alike; each currency's sum stands apart."""

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
    costs: tuple[Money, ...]
    refunds: tuple[Money, ...]
    may_grant: tuple[Standpoint, ...]
    is_yours: bool

    @property
    def title(self) -> str:
        """What is done with how many units."""
        words = {
            RemedyKind.SEND_AGAIN: ngettext("Send the same again", "Send all %(units)s items again", self.units_again),
            RemedyKind.SEND_PART: _("Send %(again)s again, pay %(back)s back"),
            RemedyKind.REFUND: _("Pay the money back"),
        }
        return words[self.kind] % {"units": self.units_again, "again": self.units_again, "back": self.units_back}

    @property
    def seen(self) -> str:
        """What a helper saw when they chose: if it is no longer so, they are asked again."""
        again = self.arrives_date.isoformat() if self.arrives_date else "-"
        sums = ",".join(f"{amount.currency}{amount.amount_minor}" for amount in (*self.costs, *self.refunds))
        return f"{self.kind.value}/{again}/{sums}"


def choices_for(orders: Sequence[Order], *, standpoint: Standpoint, now: datetime) -> list[Choice]:
    """What can be done now: one list where all orders allow the same, else a list for each order."""
    together = options_together(orders, now=now)
    groups: list[tuple[int | None, list[tuple[Order, Remedy]]]]
    if len({options.kinds for _, options in together}) == 1:
        by_kind: dict[RemedyKind, list[tuple[Order, Remedy]]] = {}
        for order, options in together:
            for remedy in options:
                by_kind.setdefault(remedy.kind, []).append((order, remedy))
        groups = [(None, pairs) for pairs in by_kind.values()]
    else:
        apart = zip(together, situations_of([order for order, _ in together], now=now), strict=True)
        groups = [(order.pk, [(order, remedy)]) for (order, _), situation in apart for remedy in plan(situation)]
    return [
        _choice(pairs, rank=rank, order_id=order_id, standpoint=standpoint)
        for rank, (order_id, pairs) in enumerate(groups, start=1)
    ]


def _choice(
    pairs: Sequence[tuple[Order, Remedy]], *, rank: int, order_id: int | None, standpoint: Standpoint
) -> Choice:
    remedies = [remedy for _, remedy in pairs]
    (kind,) = {remedy.kind for remedy in remedies}
    sendings = [sending for remedy in remedies for sending in remedy.sendings]
    may_grant = tuple(each for each in Standpoint if all(each in remedy.may_grant for remedy in remedies))
    return Choice(
        kind=kind,
        rank=rank,
        order_id=order_id,
        references=tuple(order.reference for order, _ in pairs),
        arrives_date=_latest(remedy.arrives_date for remedy in remedies),
        leaves_date=_latest(sending.route.leaves_date for sending in sendings),
        refund_by_date=_latest(remedy.refund_by_date for remedy in remedies),
        services=tuple(dict.fromkeys(sending.route.service_name for sending in sendings)),
        units_again=sum(quantity for sending in sendings for _, quantity in sending.units),
        units_back=sum(each.quantity for remedy in remedies for each in remedy.treated(Treatment.REFUNDED)),
        costs=total_by_currency(cost for remedy in remedies for cost in remedy.costs),
        refunds=total_by_currency(remedy.refund for remedy in remedies if remedy.refund),
        may_grant=may_grant,
        is_yours=standpoint in may_grant,
    )


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)
