"""What was promised, order by order, and how much of it we kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.faces.words import local_date
from makegood.kit.instants import local_day, zone_named
from makegood.orders.models import Delivery, Order
from makegood.promises.rules import PromiseState

# What is said of so many units by what became of their promise, in the order of the bar. "Made good" means no more,
# before it has come, than that something else is promised in its place.
TONES = {
    "kept": gettext_lazy("kept"),
    "broken": gettext_lazy("broken"),
    "overdue_again": gettext_lazy("sent again, and overdue"),
    "made_good": gettext_lazy("promised otherwise"),
    "danger": gettext_lazy("in danger"),
    "withdrawn": gettext_lazy("withdrawn"),
    "open": gettext_lazy("still to come"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One order's promise, counted in units (law 7). `segments` are a tone, how many units and their words, `marks`
    what a day under the bar is with the day.
    """

    order: Order
    units: int
    by: tuple[date, ...]
    segments: tuple[tuple[str, int, str], ...]
    marks: tuple[tuple[str, date], ...]

    @property
    def has_failed(self) -> bool:
        return any(tone in {"broken", "overdue_again"} for tone, *_ in self.segments)


def bars_for(orders: Sequence[Order], deliveries: Sequence[Delivery], *, now: datetime) -> list[Bar]:
    return [_bar(order, [d for d in deliveries if d.order_id == order.pk], now=now) for order in orders]


def _bar(order: Order, deliveries: Sequence[Delivery], *, now: datetime) -> Bar:
    first = [delivery for delivery in deliveries if not delivery.is_replacement]
    counted = dict.fromkeys(TONES, 0)
    for delivery in first:
        counted[_tone(delivery)] += sum(row.quantity for row in delivery.units.all())
    # What was made good by a new parcel that is late itself is not made good.
    again = sum(sum(row.quantity for row in each.units.all()) for each in deliveries if _is_late_again(each, now=now))
    counted["overdue_again"] = min(again, counted["made_good"])
    counted["made_good"] -= counted["overdue_again"]
    return Bar(
        order=order,
        units=sum(counted.values()),
        by=tuple(sorted({_due(delivery) for delivery in first})),
        segments=tuple((tone, count, str(TONES[tone])) for tone, count in counted.items() if count),
        marks=_marks(order, deliveries, now=now),
    )


def _is_late_again(delivery: Delivery, *, now: datetime) -> bool:
    promise = delivery.promise
    if not delivery.is_replacement or promise.made_good_at is not None:
        return False
    is_due = promise.state == PromiseState.OPEN and not promise.awaits_news and promise.due_at <= now
    return is_due or (promise.state == PromiseState.BROKEN and promise.fulfilled_at is None)


def _tone(delivery: Delivery) -> str:
    promise = delivery.promise
    if promise.state == PromiseState.KEPT:
        return "kept"
    if promise.state == PromiseState.BROKEN:
        return "broken"
    if promise.state == PromiseState.WITHDRAWN:
        return "withdrawn" if promise.made_good_at is None else "made_good"
    return "danger" if promise.at_risk_since else "open"


def _due(delivery: Delivery) -> date:
    return local_date(delivery.promise.due_at, delivery.zone)


def _marks(order: Order, deliveries: Sequence[Delivery], *, now: datetime) -> tuple[tuple[str, date], ...]:
    """The days that matter, in order, each once."""
    if not deliveries:
        return ()
    zone = zone_named(deliveries[0].zone)
    found = [(_("ordered"), local_date(order.placed_at, zone))]
    found += [(_("due"), _due(each)) for each in deliveries if not each.is_replacement]
    found += [(_("replacement due"), _due(each)) for each in deliveries if each.is_replacement]
    found.append((_("now"), local_day(now, zone)))
    return tuple(sorted(dict.fromkeys(found), key=lambda mark: mark[1]))
