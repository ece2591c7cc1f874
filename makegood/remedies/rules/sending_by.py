"""What can be sent by a day: for the least that gets it there in time, or else by the day that comes nearest."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from makegood.remedies.rules.sending import Sendable, sendable_of, soonest
from makegood.remedies.rules.splitting import Split, Way, best_split
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.values import Route, Situation


def ways_to_send(situation: Situation) -> Iterator[Sendable]:
    """What could be sent, the best first: all that can be in time, for the least; and where that is not all that could
    be sent at all, so much by the day that comes nearest. Where nobody said when it is needed, the soonest.
    """
    need = situation.need
    if need is None:
        yield soonest(situation)
        return
    in_time = _by(situation, need.by_at)
    if in_time.sendings:
        yield in_time
    most = _by(situation, None)
    if sum(in_time.left.values()) > sum(most.left.values()):
        yield _nearest(situation, most)


def _nearest(situation: Situation, most: Sendable) -> Sendable:
    """As much as can be sent at all, by the first day on which that can be."""
    for due_at in sorted({route.due_at for route in situation.routes}):
        found = _by(situation, due_at)
        if sum(found.left.values()) == sum(most.left.values()):
            return found
    return most


def _by(situation: Situation, by_at: datetime | None) -> Sendable:
    """As much as can be there by an instant, or at all, for the least."""
    # Of equals the one that arrives first.
    routes = sorted((each for each in situation.routes if by_at is None or each.due_at <= by_at), key=_soonest_first)
    wanted: dict[tuple[int, int], int] = {}
    for unit in situation.units:
        wanted[unit.goes_to, unit.product_id] = wanted.get((unit.goes_to, unit.product_id), 0) + unit.quantity
    stock: dict[tuple[int, int], int] = {}
    for row in situation.stock:
        stock[row.place_id, row.product_id] = stock.get((row.place_id, row.product_id), 0) + row.free
    split = best_split(wanted, stock, _ways(routes, situation.currency))
    return sendable_of(situation, _sendings(situation, split, routes))


def _soonest_first(route: Route) -> tuple[object, ...]:
    return route.due_at, route.leaves_date, route.place_id, route.service_id


def _ways(routes: Sequence[Route], currency: str) -> list[Way]:
    """What each route costs: in the order's currency before others, of which each adds up by itself (law 6)."""
    foreign = sorted({route.rate.currency for route in routes} - {currency})
    return [
        Way(
            recipient=route.goes_to,
            place=route.place_id,
            cost=(
                int(route.rate.currency != currency),
                *(route.rate.amount_minor if route.rate.currency == each else 0 for each in (currency, *foreign)),
            ),
            key=number,
        )
        for number, route in enumerate(routes)
    ]


def _sendings(situation: Situation, split: Split, routes: Sequence[Route]) -> list[Sending]:
    """The parcels of a split as steps: units of a product go in the order of their deliveries."""
    left = {unit.delivery_units_id: unit.quantity for unit in situation.units}
    ordered = sorted(situation.units, key=lambda unit: (unit.delivery_id, unit.delivery_units_id))
    sendings = []
    for parcel in split.parcels:
        units: list[tuple[int, int]] = []
        for product, quantity in parcel.units:
            rest = quantity
            for unit in (
                each for each in ordered if (each.goes_to, each.product_id) == (parcel.way.recipient, product)
            ):
                part = min(rest, left[unit.delivery_units_id])
                if part:
                    units.append((unit.delivery_units_id, part))
                    left[unit.delivery_units_id] -= part
                    rest -= part
        sendings.append(Sending(route=routes[parcel.way.key], units=tuple(units)))
    return sendings
