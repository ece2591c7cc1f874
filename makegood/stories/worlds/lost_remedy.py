"""What must become of his choice: what goes again, by which way, what is paid back, and what it costs us."""

from dataclasses import dataclass
from datetime import UTC, datetime

from makegood.stories.worlds.cast import calendar_at
from makegood.stories.worlds.lost_goods import PlotLine, Purchase
from makegood.stories.worlds.lost_plot import HOUR, Plot
from makegood.stories.worlds.lost_script import Times, places_of
from makegood.stories.worlds.reckoning import Way, best_ways, share_minor

# What the policy that ships lets a customer grant alone each time, in cents of a dollar.
CUSTOMERS_LIMIT = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """For one order: `again` and `back` count units by line id; `ways` are those that can't be told apart."""

    kind: str
    purchase: Purchase
    again: dict[str, int]
    back: dict[str, int]
    refund_minor: int
    ways: list[Way]

    @property
    def way(self) -> Way:
        return self.ways[0]


def remedy_for(plot: Plot, purchase: Purchase, *, now: datetime) -> Remedy:
    """What he gets if he chooses the best there is, or his money if he prefers it."""
    lost = {line.id: purchase.lost_quantity(line) for line in purchase.lines if purchase.lost_quantity(line)}
    again = {} if plot.prefers_refund else {line.id: _left(plot, line, lost.get(line.id, 0)) for line in purchase.lines}
    again = {id_: quantity for id_, quantity in again.items() if quantity}
    back = {id_: quantity - again.get(id_, 0) for id_, quantity in lost.items() if quantity > again.get(id_, 0)}
    return Remedy(
        kind="refund" if not again else "send_part" if back else "send_again",
        purchase=purchase,
        again=again,
        back=back,
        refund_minor=refund_of(purchase, back),
        ways=best_ways(places=places_of(plot), services=plot.services, land=purchase.land, now=now),
    )


def _left(plot: Plot, line: PlotLine, lost: int) -> int:
    return min(lost, plot.short[1]) if plot.short and plot.short[0] == line.sku else lost


def refund_of(purchase: Purchase, units: dict[str, int]) -> int:
    """What so many units of each line come to, discount and tax included; with postage, where that is all there was."""
    lines = {line.id: line for line in purchase.lines}
    goods = sum(
        share_minor(total_minor=lines[id_].total_minor, quantity=lines[id_].quantity, count=quantity)
        for id_, quantity in units.items()
    )
    is_all = all(units.get(line.id, 0) == line.quantity for line in purchase.lines)
    return goods + (purchase.postage_minor if is_all else 0)


def chooser_of(plot: Plot, remedies: list[Remedy]) -> str:
    """He himself where he may; a helper where it costs more than that."""
    is_small = all(cost_of(each) <= CUSTOMERS_LIMIT * each.purchase.land.scale for each in remedies)
    return plot.chooser if is_small else "staff:h1"


def cost_of(remedy: Remedy) -> int:
    lines = {line.id: line for line in remedy.purchase.lines}
    goods = sum(lines[id_].unit_price_minor * quantity for id_, quantity in remedy.again.items())
    return goods + (remedy.way.rate_minor if remedy.again else 0) + remedy.refund_minor


def arrives_at(remedy: Remedy, times: Times) -> datetime | None:
    """When the replacement is at his door, at noon on its day; None where there is no time to tell it."""
    zone = calendar_at(remedy.purchase.land).zone
    day = remedy.way.arrives_date
    noon = datetime(day.year, day.month, day.day, 12, 7, tzinfo=zone).astimezone(UTC)
    return noon if noon > times.announces_at + 8 * HOUR else None
