"""What has not left is sent in another way than it was to go."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from makegood.remedies.rules.sending import Sendable, soonest
from makegood.remedies.rules.values import LostUnits, NotLeft, Route, Situation


def sent_otherwise(situation: Situation, *, suits: Callable[[NotLeft, Route], bool]) -> Sendable | None:
    """All of it by routes that suit it; None where that can't be, and where anything has left: that is sent again, and
    what has not goes with it.
    """
    if not all(unit.not_left for unit in situation.units):
        return None
    sendable = as_much_otherwise(situation, suits=suits)
    return sendable if sendable.sendings and not sendable.left else None


def as_much_otherwise(situation: Situation, *, suits: Callable[[NotLeft, Route], bool]) -> Sendable:
    """As much as can be of what has not left, by routes that suit it: those that still make the day, the cheapest
    first, or else the soonest.
    """
    going: dict[int, list[tuple[LostUnits, NotLeft]]] = {}
    for unit in situation.units:
        if unit.not_left:
            going.setdefault(unit.goes_to, []).append((unit, unit.not_left))
    return soonest(replace(situation, routes=tuple(_worth_taking(situation, going, suits))))


def is_late(situation: Situation, sendable: Sendable) -> bool:
    """Whether something of it that has not left would not be there by the day it was promised for."""
    promised = {unit.delivery_units_id: unit.not_left.promised_date for unit in situation.units if unit.not_left}
    return any(
        each.route.arrives_date > promised[units_id]
        for each in sendable.sendings
        for units_id, _ in each.units
        if units_id in promised
    )


def _worth_taking(
    situation: Situation,
    going: dict[int, list[tuple[LostUnits, NotLeft]]],
    suits: Callable[[NotLeft, Route], bool],
) -> Iterator[Route]:
    """From each place to each address the one route that we would take."""
    wanted = [
        route
        for route in situation.routes
        if route.goes_to in going and all(suits(known, route) for _, known in going[route.goes_to])
    ]
    for (goes_to, _), those in groupby(sorted(wanted, key=_way), key=_way):
        promised = min(known.promised_date for _, known in going[goes_to])
        need = situation.need
        yield min(
            those,
            key=lambda each: _preference(
                each,
                situation.currency,
                late=each.due_at > need.by_at if need else each.arrives_date > promised,
            ),
        )


def _way(route: Route) -> tuple[int, int]:
    return route.goes_to, route.place_id


def _preference(route: Route, currency: str, *, late: bool) -> tuple[object, ...]:
    """In time before late; of what is in time the cheapest, in the order's currency first (law 6); else the soonest."""
    price = (route.rate.currency != currency, route.rate.currency, route.rate.amount_minor)
    arrives = route.arrives_date
    return (late, *((arrives, *price) if late else (*price, arrives)), route.service_id)
