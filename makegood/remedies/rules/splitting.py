"""Which parcels to open so that what is wanted goes out for the least: an exact search, with its gap where it stops.

Opening a parcel costs what its way costs, however much goes into it, and what goods cost is the same wherever they lie:
only the set of opened parcels counts. Whether a set will do is a transport problem of each product by itself, which
Hall's condition decides: no group of recipients may lack more of it than is short anyway. Sets are looked at from the
cheapest on, so that the first that will do is the best, and what was looked at last bounds all others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import chain, combinations

# Costs add up number by number, and are compared from the first number on: sums of two currencies don't mix (law 6).
Cost = tuple[int, ...]
# So many of a product (second) for a recipient, or in a place (first).
Quantities = Mapping[tuple[int, int], int]
# From where each recipient is sent parcels.
Reached = Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A parcel that could be opened: from a place to a recipient, at a cost of nothing or more. `key` is whatever the
    caller knows it by. Of two from one place to one recipient only the cheaper can be worth it.
    """

    recipient: int
    place: int
    cost: Cost
    key: int = 0

    @property
    def counted(self) -> Cost:
        """Its cost, and that it is one parcel: of equals the fewest are the best."""
        return (*self.cost, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A parcel, and how many of each product (by id) go into it."""

    way: Way
    units: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What is opened, what is `left` over because stock or ways are short, and what it costs.

    `at_least` is the least that sending as much can cost: below `cost` only where the search stopped early.
    """

    parcels: tuple[Opened, ...]
    left: Quantities
    cost: Cost
    at_least: Cost

    @property
    def is_best(self) -> bool:
        """Whether, for sure, nothing that sends as much is cheaper."""
        return self.cost == self.at_least


def best_split(wanted: Quantities, stock: Quantities, ways: Sequence[Way], *, most_sets: int = 20_000) -> Split:
    """As much as can be of what is `wanted` by recipients, of free `stock` in places, for the least; of equals the
    fewest parcels.

    After `most_sets` sets of parcels the search stops: then every way is opened, and the dearest that aren't needed are
    closed again.
    """
    goods = _Goods(wanted, stock, ways)
    nothing: Cost = (0,) * (len(ways[0].counted) if ways else 1)
    chosen, at_least = None, nothing
    for count, (cost, opened) in enumerate(_sets(goods, nothing), start=1):
        at_least = cost
        if goods.will_do(opened):
            chosen = opened
            break
        if count == most_sets:
            break
    if chosen is None:
        chosen = _thinned(goods)
    parcels, left = goods.packed(chosen)
    return Split(parcels=parcels, left=left, cost=_total(chosen, nothing)[:-1], at_least=at_least[:-1])


def _total(ways: Iterable[Way], nothing: Cost) -> Cost:
    return tuple(map(sum, zip(nothing, *(way.counted for way in ways), strict=True)))


class _Goods:
    """What is wanted of each product, where it lies, and the ways that can be worth opening."""

    def __init__(self, wanted: Quantities, stock: Quantities, ways: Sequence[Way]) -> None:
        self.wanted: dict[int, dict[int, int]] = {}
        for (recipient, product), quantity in sorted(wanted.items()):
            if quantity > 0:
                self.wanted.setdefault(product, {})[recipient] = quantity
        self.stock: dict[int, dict[int, int]] = {product: {} for product in self.wanted}
        for (place, product), free in sorted(stock.items()):
            if free > 0 and product in self.wanted:
                self.stock[product][place] = free
        self.ways = self._useful(ways)
        self._groups = {product: _groups(those) for product, those in self.wanted.items()}
        everywhere = _reached(self.ways)
        self._short = {product: self._lacking(product, everywhere) for product in self.wanted}
        # What failed last is asked first: most sets fail for one reason.
        self._asked = list(self.wanted)

    @property
    def recipients(self) -> list[int]:
        return sorted({recipient for those in self.wanted.values() for recipient in those})

    def _useful(self, ways: Sequence[Way]) -> list[Way]:
        """Of each place to each recipient the cheapest way, where anything that they want lies there."""
        found: dict[tuple[int, int], Way] = {}
        for way in sorted(ways, key=lambda each: (each.cost, each.key)):
            if any(way.recipient in those and way.place in self.stock[each] for each, those in self.wanted.items()):
                found.setdefault((way.recipient, way.place), way)
        return sorted(found.values(), key=lambda each: (each.cost, each.recipient, each.place))

    def _lacking(self, product: int, reached: Reached) -> int:
        """How many of a product can't be sent, if each recipient is sent parcels from no other places."""
        stock, most = self.stock[product], 0
        for group, quantity in self._groups[product]:
            places = frozenset[int]().union(*(reached.get(each, frozenset()) for each in group))
            most = max(most, quantity - sum(free for place, free in stock.items() if place in places))
        return most

    def will_do(self, opened: Iterable[Way]) -> bool:
        """Whether these parcels hold as much as all ways together would."""
        reached = _reached(opened)
        for number, product in enumerate(self._asked):
            if self._lacking(product, reached) > self._short[product]:
                self._asked.insert(0, self._asked.pop(number))
                return False
        return True

    def will_do_alone(self, recipient: int, opened: Iterable[Way]) -> bool:
        """Whether a recipient who had all stock for themselves would lack no more than is short anyway."""
        places = {way.place for way in opened}
        for product, those in self.wanted.items():
            there = sum(free for place, free in self.stock[product].items() if place in places)
            if those.get(recipient, 0) - there > self._short[product]:
                return False
        return True

    def packed(self, opened: Sequence[Way]) -> tuple[tuple[Opened, ...], dict[tuple[int, int], int]]:
        """What goes into each of these parcels, as much as can be, and what is left over."""
        reached = _reached(opened)
        units: dict[tuple[int, int], list[tuple[int, int]]] = {}
        left: dict[tuple[int, int], int] = {}
        for product, those in self.wanted.items():
            open_quantities = dict(those)
            for (recipient, place), quantity in _transport(those, self.stock[product], reached).items():
                units.setdefault((recipient, place), []).append((product, quantity))
                open_quantities[recipient] -= quantity
            left |= {(recipient, product): rest for recipient, rest in open_quantities.items() if rest}
        parcels = [Opened(way=way, units=tuple(sorted(units.get((way.recipient, way.place), ())))) for way in opened]
        return tuple(sorted(parcels, key=lambda each: (each.way.recipient, each.way.place))), left


def _groups(wanted: Mapping[int, int]) -> list[tuple[tuple[int, ...], int]]:
    """Every group of those who want a product, and how many they want together."""
    groups = chain.from_iterable(combinations(wanted, size) for size in range(1, len(wanted) + 1))
    return [(group, sum(wanted[each] for each in group)) for group in groups]


def _reached(ways: Iterable[Way]) -> Reached:
    found: dict[int, set[int]] = {}
    for way in ways:
        found.setdefault(way.recipient, set()).add(way.place)
    return {recipient: frozenset(places) for recipient, places in found.items()}


def _sets(goods: _Goods, nothing: Cost) -> Iterator[tuple[Cost, list[Way]]]:
    """Sets of parcels from the cheapest on, each with what it costs; only such as would do for each recipient alone."""
    choices = [_Choices(goods, recipient, nothing) for recipient in goods.recipients]

    def cost_of(at: tuple[int, ...]) -> Cost:
        return tuple(map(sum, zip(nothing, *(each[n][0] for each, n in zip(choices, at, strict=True)), strict=True)))

    first = (0,) * len(choices)
    heap = [(cost_of(first), first, 0)]
    while heap:
        cost, at, since = heappop(heap)
        yield cost, [way for each, n in zip(choices, at, strict=True) for way in each[n][1]]
        # Each combination is come to once: by raising its numbers from left to right.
        for place in range(since, len(choices)):
            if choices[place].has(at[place] + 1):
                following = (*at[:place], at[place] + 1, *at[place + 1 :])
                heappush(heap, (cost_of(following), following, place))


class _Choices:
    """The sets of ways that would do for one recipient alone, from the cheapest on, made as they are asked for."""

    def __init__(self, goods: _Goods, recipient: int, nothing: Cost) -> None:
        ways = [way for way in goods.ways if way.recipient == recipient]
        sets = _by_cost(ways, nothing)
        self._next = (each for each in sets if goods.will_do_alone(recipient, each[1]))
        self._made: list[tuple[Cost, tuple[Way, ...]]] = []

    def has(self, number: int) -> bool:
        while len(self._made) <= number:
            following = next(self._next, None)
            if following is None:
                return False
            self._made.append(following)
        return True

    def __getitem__(self, number: int) -> tuple[Cost, tuple[Way, ...]]:
        if not self.has(number):
            raise IndexError(number)
        return self._made[number]


def _by_cost(ways: Sequence[Way], nothing: Cost) -> Iterator[tuple[Cost, tuple[Way, ...]]]:
    """Every set of these ways, the cheapest first; the ways are in the order of their costs."""
    heap: list[tuple[Cost, tuple[int, ...]]] = [(nothing, ())]
    while heap:
        cost, numbers = heappop(heap)
        yield cost, tuple(ways[each] for each in numbers)
        last = numbers[-1] if numbers else -1
        if last + 1 == len(ways):
            continue
        for following in {(*numbers, last + 1), (*numbers[:-1], last + 1)}:
            heappush(heap, (_total((ways[each] for each in following), nothing), following))


def _thinned(goods: _Goods) -> list[Way]:
    """All ways but those that aren't needed, the dearest closed first."""
    opened = list(goods.ways)
    for way in reversed(goods.ways):
        fewer = [each for each in opened if each is not way]
        if goods.will_do(fewer):
            opened = fewer
    return opened


def _transport(wanted: Mapping[int, int], stock: Mapping[int, int], reached: Reached) -> dict[tuple[int, int], int]:
    """As many units as can be, by recipient and place: a greatest flow, found path by path."""
    sent: dict[tuple[int, int], int] = {}
    free = dict(stock)
    for recipient, quantity in wanted.items():
        for _ in range(quantity):
            if not _send_one(recipient, free, reached, sent):
                break
    return {way: quantity for way, quantity in sorted(sent.items()) if quantity}


def _send_one(recipient: int, free: dict[int, int], reached: Reached, sent: dict[tuple[int, int], int]) -> bool:
    """Send one more unit to a recipient, be it that others get theirs from elsewhere; whether it can be."""
    came_by: dict[int, tuple[int, int | None]] = {}
    asking: list[tuple[int, int | None]] = [(recipient, None)]
    for who, instead_of in asking:
        for place in sorted(reached.get(who, ()), key=lambda each: (-sent.get((who, each), 0), each)):
            if place in came_by:
                continue
            came_by[place] = who, instead_of
            if free.get(place, 0):
                free[place] -= 1
                _turn(place, came_by, sent)
                return True
            asking += [(other, place) for (other, at), quantity in sent.items() if at == place and quantity]
    return False


def _turn(place: int, came_by: Mapping[int, tuple[int, int | None]], sent: dict[tuple[int, int], int]) -> None:
    """Along the path that was found, each takes theirs from where it led to, and leaves what they had."""
    at: int | None = place
    while at is not None:
        who, instead_of = came_by[at]
        sent[who, at] = sent.get((who, at), 0) + 1
        if instead_of is not None:
            sent[who, instead_of] -= 1
        at = instead_of
