"""What to do about an order that has not left: wait, look again, or tell its customer."""

from dataclasses import dataclass
from datetime import datetime

from makegood.catalog.queries import LastCalls
from makegood.catalog.rules import worry_at as when_to_worry
from makegood.orders.delivering import expected_way
from makegood.orders.models import Delivery


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


def outlook_of(delivery: Delivery, *, calls: LastCalls, now: datetime) -> Outlook:
    """By the places and services of today, which may be others than when it was ordered."""
    way = None if delivery.is_replacement else expected_way(delivery, calls=calls)
    if way is None:
        return Outlook()
    worry_at = when_to_worry(way, since=delivery.order.placed_at)
    if worry_at > now:
        return Outlook(calm_until=worry_at)
    return Outlook(tell_at=way.leave_by) if way.leave_by > now else Outlook(is_to_be_told=True)
