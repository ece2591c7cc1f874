"""Which remedies a situation allows, ranked: what was ordered, soonest, at our cost; money back comes second."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from makegood.remedies.rules.authority import standpoints_that_may
from makegood.remedies.rules.values import LostUnits, Remedy, RemedyKind, Route, Sending, Situation, StockAt


class NothingLost(ValueError):
    """There is nothing to make good: everything arrived, or was made good already."""

    def __init__(self) -> None:
        super().__init__("nothing in this order is in danger, or all of it was made good already")


def plan(situation: Situation) -> tuple[Remedy, ...]:
    """The remedies, best first.

    1. Everything sent again, where stock and services allow; 2. part sent and the rest refunded, to the cent, where
    stock is short; 3. everything refunded. No units in danger: none.
    """
    if not situation.units:
        return ()
    sendings, left = _send(situation)
    remedies = []
    if sendings:
        kind = RemedyKind.SEND_PART if left else RemedyKind.SEND_AGAIN
        remedies.append(_remedy(situation, kind, sendings, left))
    everything = {unit.delivery_units_id: unit.quantity for unit in situation.units}
    remedies.append(_remedy(situation, RemedyKind.REFUND, (), everything))
    return tuple(remedies)


def plan_together(situations: Sequence[Situation]) -> tuple[tuple[Remedy, ...], ...]:
    """The remedies of each of several situations, if the first of each before is chosen: they share one stock."""
    taken: dict[tuple[int, int], int] = {}
    plans = []
    for situation in situations:
        remedies = plan(replace(situation, stock=_left_of(situation.stock, taken)))
        plans.append(remedies)
        products = {unit.delivery_units_id: unit.product_id for unit in situation.units}
        for sending in remedies[0].sendings if remedies else ():
            for units_id, quantity in sending.units:
                place = sending.route.place_id, products[units_id]
                taken[place] = taken.get(place, 0) + quantity
    return tuple(plans)


def _left_of(stock: Sequence[StockAt], taken: Mapping[tuple[int, int], int]) -> tuple[StockAt, ...]:
    return tuple(replace(row, free=row.free - taken.get((row.place_id, row.product_id), 0)) for row in stock)


def _send(situation: Situation) -> tuple[tuple[Sending, ...], dict[int, int]]:
    """What can be sent, from the place that has most of it first and by its soonest route, and what is left over."""
    free = {(row.place_id, row.product_id): row.free for row in situation.stock if row.free > 0}
    left = {unit.delivery_units_id: unit.quantity for unit in situation.units}
    routes = _best_route_by_place(situation.routes, situation.currency)
    sendings = []
    while any(left.values()):
        options = [(place, _taken_from(place, situation.units, left, free)) for place in routes]
        covered = [(sum(taken.values()), place, taken) for place, taken in options if taken]
        if not covered:
            break
        _, place, taken = min(covered, key=lambda option: (-option[0], _rank(routes[option[1]])))
        products = {unit.delivery_units_id: unit.product_id for unit in situation.units}
        for units_id, quantity in taken.items():
            left[units_id] -= quantity
            free[place, products[units_id]] -= quantity
        deliveries = {unit.delivery_units_id: unit.delivery_id for unit in situation.units}
        ordered = sorted(taken.items(), key=lambda item: (deliveries[item[0]], item[0]))
        sendings.append(Sending(route=routes[place], units=tuple(ordered)))
        del routes[place]
    return tuple(sendings), {units_id: quantity for units_id, quantity in left.items() if quantity}


def _taken_from(
    place: int, units: Sequence[LostUnits], left: dict[int, int], free: dict[tuple[int, int], int]
) -> dict[int, int]:
    there = {product: count for (at, product), count in free.items() if at == place}
    taken = {}
    for unit in units:
        quantity = min(left[unit.delivery_units_id], there.get(unit.product_id, 0))
        if quantity:
            taken[unit.delivery_units_id] = quantity
            there[unit.product_id] -= quantity
    return taken


def _rank(route: Route) -> tuple[object, ...]:
    """The soonest; then by currency, since rates in different ones don't compare (law 6); then the cheapest."""
    return (route.arrives_date, route.currency, route.rate_minor, route.leaves_date, route.place_id, route.service_id)


def _best_route_by_place(routes: Sequence[Route], currency: str) -> dict[int, Route]:
    """The soonest route of each place; of those that arrive that day, the cheapest in the order's currency if any."""
    by_place = sorted(routes, key=lambda route: route.place_id)
    return {
        place: min(those, key=lambda route: (route.arrives_date, route.currency != currency, _rank(route)))
        for place, those in groupby(by_place, key=lambda route: route.place_id)
    }


def _paid_back(units: Sequence[LostUnits], refunded: dict[int, int]) -> tuple[tuple[int, int, int], ...]:
    """Each group of units with how many and how much; one after the other of a line, so that its cents add up."""
    before: dict[int, int] = {}
    found = []
    for unit in sorted(units, key=lambda each: each.delivery_units_id):
        quantity = refunded.get(unit.delivery_units_id, 0)
        if quantity:
            start = before.get(unit.line_id, 0)
            before[unit.line_id] = start + quantity
            minor = unit.refund_minor[start + quantity] - unit.refund_minor[start]
            found.append((unit.delivery_units_id, quantity, minor))
    return tuple(found)


def _remedy(situation: Situation, kind: RemedyKind, sendings: Sequence[Sending], refunded: dict[int, int]) -> Remedy:
    units = {unit.delivery_units_id: unit for unit in situation.units}
    paid_back = _paid_back(situation.units, refunded)
    refund_minor = sum(minor for _, _, minor in paid_back)
    if kind is RemedyKind.REFUND:
        refund_minor += situation.postage_back_minor
    goods = sum(units[u].cost_each_minor * quantity for sending in sendings for u, quantity in sending.units)
    costs = {situation.currency: goods + refund_minor}
    for sending in sendings:
        costs[sending.route.currency] = costs.get(sending.route.currency, 0) + sending.route.rate_minor
    may_grant = standpoints_that_may(situation.limits, remedy=kind, costs=costs)
    return Remedy(
        kind=kind,
        sendings=tuple(sendings),
        refunded=tuple((units_id, quantity) for units_id, quantity, _ in paid_back),
        refunded_minor=tuple(minor for _, _, minor in paid_back),
        refund_minor=refund_minor,
        refund_by_date=situation.refund_by_date if refund_minor else None,
        arrives_date=max((sending.route.arrives_date for sending in sendings), default=None),
        currency=situation.currency,
        cost_minor=costs.pop(situation.currency),
        other_costs=tuple(sorted(costs.items())),
        may_grant=may_grant,
    )
