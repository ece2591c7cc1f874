"""Which parcels are opened: never worse than any other set, nothing sent that is not there, and the gap told."""

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from makegood.remedies.rules.splitting import Split, Way, best_split


def ways_of(costs):
    """`costs` by recipient and place."""
    return [Way(recipient=to, place=at, cost=(cost,), key=n) for n, ((to, at), cost) in enumerate(costs.items())]


def sent(split: Split) -> int:
    return sum(quantity for parcel in split.parcels for _, quantity in parcel.units)


def test_one_parcel_with_all_is_better_than_two_with_a_part_each():
    stock = {(1, 1): 1, (2, 2): 1, (3, 1): 1, (3, 2): 1}
    split = best_split({(1, 1): 1, (1, 2): 1}, stock, ways_of({(1, 1): 300, (1, 2): 300, (1, 3): 500}))
    assert [(each.way.place, each.units) for each in split.parcels] == [(3, ((1, 1), (2, 1)))]
    assert (split.cost, split.left, split.is_best) == ((500,), {}, True)


def test_two_who_want_the_same_share_what_there_is():
    """The near place has one: whoever gets it, the other's comes from afar."""
    costs = {(1, 1): 300, (1, 2): 900, (2, 1): 300, (2, 2): 400}
    split = best_split({(1, 7): 1, (2, 7): 1}, {(1, 7): 1, (2, 7): 1}, ways_of(costs))
    assert [(each.way.recipient, each.way.place) for each in split.parcels] == [(1, 1), (2, 2)]
    assert split.cost == (700,)


def test_what_is_short_is_left_and_costs_nothing():
    split = best_split({(1, 1): 3, (1, 2): 1}, {(1, 1): 2}, ways_of({(1, 1): 300, (1, 2): 100}))
    assert (split.left, split.cost, len(split.parcels)) == ({(1, 1): 1, (1, 2): 1}, (300,), 1)


def test_nothing_wanted_and_nowhere_to_send_it_from():
    assert best_split({}, {(1, 1): 1}, ways_of({(1, 1): 3})).parcels == ()
    split = best_split({(1, 1): 2}, {(1, 1): 2}, [])
    assert (split.parcels, split.left, split.cost, split.at_least) == ((), {(1, 1): 2}, (), ())


def test_of_costs_in_two_currencies_the_first_counts_first():
    ways = [
        Way(recipient=1, place=1, cost=(1, 0, 100)),
        Way(recipient=1, place=2, cost=(0, 900, 0)),
    ]
    split = best_split({(1, 1): 1}, {(1, 1): 1, (2, 1): 1}, ways)
    assert [each.way.place for each in split.parcels] == [2]


def test_of_equals_the_fewest_parcels_are_opened():
    split = best_split(
        {(1, 1): 1, (1, 2): 1},
        {(1, 1): 1, (2, 2): 1, (3, 1): 1, (3, 2): 1},
        ways_of({(1, 1): 200, (1, 2): 300, (1, 3): 500}),
    )
    assert [each.way.place for each in split.parcels] == [3]


def test_a_search_that_stops_says_how_far_it_may_be_off():
    wanted = {(1, product): 1 for product in range(1, 7)}
    stock = {(place, place): 1 for place in range(1, 7)}
    costs = {(1, place): 100 * place for place in range(1, 7)}
    whole = best_split(wanted, stock, ways_of(costs))
    assert (whole.cost, whole.is_best) == ((2100,), True)
    stopped = best_split(wanted | {(2, 1): 0}, stock, ways_of(costs), most_sets=1)
    assert stopped.at_least <= whole.cost <= stopped.cost


amounts = st.integers(0, 3)
pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(
    wanted=st.dictionaries(pairs, amounts, max_size=6),
    stock=st.dictionaries(pairs, amounts, max_size=9),
    costs=st.dictionaries(pairs, st.tuples(st.integers(0, 1), st.integers(0, 9)), max_size=8),
    stops=st.booleans(),
)
def test_no_other_set_of_parcels_sends_as_much_for_less(wanted, stock, costs, stops):
    ways = [Way(recipient=to, place=at, cost=cost) for (to, at), cost in costs.items()]
    split = best_split(wanted, stock, ways, most_sets=1 if stops else 20_000)
    holds_together(split, wanted, stock)
    most, least = by_exhaustion(wanted, stock, ways)
    assert sent(split) == most
    if not split.is_best:
        assert stops
        assert split.at_least <= least <= split.cost
    elif ways:
        assert split.cost == least


def holds_together(split, wanted, stock):
    """Everybody gets what they want or it is left, no place gives more than it has, and no parcel is empty."""
    got, gone = {}, {}
    for parcel in split.parcels:
        assert parcel.units
        for product, quantity in parcel.units:
            assert quantity > 0
            to, at = (parcel.way.recipient, product), (parcel.way.place, product)
            got[to], gone[at] = got.get(to, 0) + quantity, gone.get(at, 0) + quantity
    assert {each: got.get(each, 0) + split.left.get(each, 0) for each in wanted} == wanted
    assert all(quantity <= stock.get(at, 0) for at, quantity in gone.items())


def by_exhaustion(wanted, stock, ways):
    """The most units that any set of parcels sends, and the least that so many cost."""
    best = (0, ())
    found = []
    for chosen in chain.from_iterable(combinations(ways, size) for size in range(len(ways) + 1)):
        units = sum(most_of(product, wanted, stock, chosen) for product in {each for _, each in wanted})
        cost = tuple(map(sum, zip((0, 0), *(each.cost for each in chosen), strict=True)))
        found.append((-units, cost))
    best = min(found)
    return -best[0], best[1]


def most_of(product, wanted, stock, ways):
    """A greatest flow by trying: each unit wanted goes to some place, or to none."""
    units = [to for (to, each), quantity in wanted.items() if each == product for _ in range(quantity)]
    free = tuple(sorted((at, quantity) for (at, each), quantity in stock.items() if each == product))
    reached = {(each.recipient, each.place) for each in ways}
    states = {free: 0}
    for to in units:
        following = dict(states)
        for left, count in states.items():
            for number, (at, quantity) in enumerate(left):
                if quantity and (to, at) in reached:
                    taken = (*left[:number], (at, quantity - 1), *left[number + 1 :])
                    following[taken] = max(following.get(taken, 0), count + 1)
        states = following
    return max(states.values())
