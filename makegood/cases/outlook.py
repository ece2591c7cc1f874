"""What to do about an order that has not left: wait, look again, or tell its customer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from makegood.catalog.queries import LastCalls
from makegood.catalog.rules import worry_at as when_to_worry
from makegood.kit.instants import local_day, zone_named
from makegood.orders.delivering import expected_way
from makegood.orders.models import Delivery
from makegood.parcels.queries import short_among
from makegood.policies.rules.values import ASKS_FIRST
from makegood.remedies.planner import Plan
from makegood.remedies.queries import options_together


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What to do about an order that has not left: nothing until `calm_until`, or tell them at `tell_at`, or now.

    With neither, somebody is asked, and the customer hears of it when its day has passed.
    """

    calm_until: datetime | None = None
    tell_at: datetime | None = None
    is_to_be_told: bool = False

    @property
    def look_at(self) -> datetime | None:
        """When it is looked at again, if at all."""
        return self.calm_until or self.tell_at


def outlooks_of(deliveries: Collection[Delivery], *, now: datetime) -> dict[int, Outlook]:
    """What to do about each of these, by their ids; they come with their orders and promises."""
    calls, short = LastCalls(), short_among(deliveries)
    asked = _are_to_be_asked([each for each in deliveries if each.pk in short], now=now) if short else set()
    return {
        each.pk: _when_short(each, is_asked=each.pk in asked, calls=calls, now=now)
        if each.pk in short
        else _outlook_of(each, calls=calls, now=now)
        for each in deliveries
    }


def _when_short(delivery: Delivery, *, is_asked: bool, calls: LastCalls, now: datetime) -> Outlook:
    """Who has something to choose hears of it now; else whoever helps chooses, as long as it can be in time."""
    way = expected_way(delivery, calls=calls)
    if is_asked or way is None or way.leave_by <= now:
        return Outlook(is_to_be_told=True)
    return Outlook(tell_at=way.leave_by)


def _are_to_be_asked(short: Collection[Delivery], *, now: datetime) -> set[int]:
    """Those of these of which the best that can be done is nothing that we would do unasked, in time."""
    orders = {each.order_id: each.order for each in short}
    plans = {order.pk: plan for order, plan in options_together(orders.values(), now=now)}
    return {each.pk for each in short if not _is_ours_to_send(plans.get(each.order_id), each)}


def _is_ours_to_send(plan: Plan | None, delivery: Delivery) -> bool:
    if plan is None or plan.best.kind in ASKS_FIRST or plan.best.arrives_date is None or plan.best.refund:
        return False
    return plan.best.arrives_date <= local_day(delivery.promise.due_at, zone_named(delivery.zone))


def _outlook_of(delivery: Delivery, *, calls: LastCalls, now: datetime) -> Outlook:
    """By the places and services of today, which may be others than when it was ordered."""
    way = None if delivery.is_replacement else expected_way(delivery, calls=calls)
    if way is None:
        return Outlook()
    worry_at = when_to_worry(way, since=delivery.order.placed_at)
    if worry_at > now:
        return Outlook(calm_until=worry_at)
    return Outlook(tell_at=way.leave_by) if way.leave_by > now else Outlook(is_to_be_told=True)
