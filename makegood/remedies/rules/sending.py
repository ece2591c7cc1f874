"""What can be sent again, from where, and what is left over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from makegood.remedies.rules.remedy import MadeGood
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.values import LostUnits, Route, Situation, StockAt, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendable:
    """What can be sent, and how many of which lost units (by delivery_units_id) are `left` that can't; those of
    `not_left` never left us.
    """

    sendings: tuple[Sending, ...]
    left: Mapping[int, int]
    not_left: frozenset[int] = frozenset()

    @property
    def made_good(self) -> tuple[MadeGood, ...]:
        return tuple(
            MadeGood(
                delivery_units_id=units_id,
                quantity=quantity,
                treatment=Treatment.SENT_OTHERWISE if units_id in self.not_left else Treatment.SENT_AGAIN,
            )
            for units_id, quantity in total(self.sendings).items()
        )


def total(sendings: Sequence[Sending]) -> dict[int, int]:
    """How many of which lost units several sendings hold together."""
    found: dict[int, int] = {}
    for sending in sendings:
        for units_id, quantity in sending.units:
            found[units_id] = found.get(units_id, 0) + quantity
    return found


def soonest(situation: Situation) -> Sendable:
    """To each address, from the place that has most of it first and by its soonest route. No box has two addresses."""
    free = {(row.place_id, row.product_id): row.free for row in situation.stock if row.free > 0}
    left = {unit.delivery_units_id: unit.quantity for unit in situation.units}
    sendings: list[Sending] = []
    for address in dict.fromkeys(unit.goes_to for unit in situation.units):
        units = [unit for unit in situation.units if unit.goes_to == address]
        routes = [route for route in situation.routes if route.goes_to == address]
        sendings += _send(units, _best_route_by_place(routes, situation.currency), left, free)
    return sendable_of(situation, sendings)


def sendable_of(situation: Situation, sendings: Sequence[Sending]) -> Sendable:
    """These sendings, and what they leave over."""
    sent = total(sendings)
    left = {unit.delivery_units_id: unit.quantity - sent.get(unit.delivery_units_id, 0) for unit in situation.units}
    return Sendable(
        sendings=tuple(sendings),
        left={units_id: quantity for units_id, quantity in left.items() if quantity},
        not_left=frozenset(unit.delivery_units_id for unit in situation.units if unit.not_left),
    )


def stock_left(stock: Sequence[StockAt], sendings: Sequence[Sending], lost: Sequence[LostUnits]) -> tuple[StockAt, ...]:
    """The stock when these sendings have taken theirs; `lost` are the units they send."""
    taken: dict[tuple[int, int], int] = {}
    for sending in sendings:
        for product_id, quantity in sending.takes(lost).items():
            at = sending.route.place_id, product_id
            taken[at] = taken.get(at, 0) + quantity
    return tuple(
        StockAt(
            place_id=row.place_id,
            product_id=row.product_id,
            free=row.free - taken.get((row.place_id, row.product_id), 0),
        )
        for row in stock
    )


def _send(
    units: Sequence[LostUnits], routes: dict[int, Route], left: dict[int, int], free: dict[tuple[int, int], int]
) -> list[Sending]:
    """The sendings to one address; `left` and `free` are what is left after them."""
    products = {unit.delivery_units_id: unit.product_id for unit in units}
    deliveries = {unit.delivery_units_id: unit.delivery_id for unit in units}
    sendings = []
    while any(left[units_id] for units_id in products):
        options = [(place, _taken_from(place, units, left, free)) for place in routes]
        covered = [(sum(taken.values()), place, taken) for place, taken in options if taken]
        if not covered:
            break
        _, place, taken = min(covered, key=lambda option: (-option[0], _rank(routes[option[1]])))
        for units_id, quantity in taken.items():
            left[units_id] -= quantity
            free[place, products[units_id]] -= quantity
        ordered = sorted(taken.items(), key=lambda item: (deliveries[item[0]], item[0]))
        sendings.append(Sending(route=routes.pop(place), units=tuple(ordered)))
    return sendings


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
    rate = route.rate
    return (
        route.arrives_date,
        rate.currency,
        rate.amount_minor,
        route.leaves_date,
        route.place_id,
        route.service_id,
    )


def _best_route_by_place(routes: Sequence[Route], currency: str) -> dict[int, Route]:
    """The soonest route of each place; of those that arrive that day, the cheapest in the order's currency if any."""
    by_place = sorted(routes, key=lambda route: route.place_id)
    return {
        place: min(those, key=lambda route: (route.arrives_date, route.rate.currency != currency, _rank(route)))
        for place, those in groupby(by_place, key=lambda route: route.place_id)
    }
