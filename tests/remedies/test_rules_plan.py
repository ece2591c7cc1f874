"""Which remedies a situation allows, ranked."""

from collections import Counter

from hypothesis import given

from makegood.remedies.rules.plan import plan
from makegood.remedies.rules.values import Remedy, RemedyKind, Situation
from makegood.staff.rules import Standpoint
from tests.remedies.situations import LEADS, limit, route, situation, situations, units

AGAIN, PART, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.SEND_PART, RemedyKind.REFUND


def kinds(*remedies: Remedy):
    return [remedy.kind for remedy in remedies]


def sent(remedy: Remedy) -> Counter[int]:
    found: Counter[int] = Counter()
    for sending in remedy.sendings:
        found.update(dict(sending.units))
    return found


def test_nothing_lost_nothing_planned():
    assert plan(situation([])) == ()


def test_the_same_again_comes_before_money_back():
    again, refund = plan(situation([units(1, quantity=2)]))
    assert kinds(again, refund) == [AGAIN, REFUND]
    assert (sent(again), again.refunded, again.refund_minor, again.refund_by_date) == ({1: 2}, (), 0, None)
    assert again.cost_minor == 2 * 600 + 480
    assert (refund.refunded, refund.refund_minor, refund.cost_minor) == (((1, 2),), 3390, 3390)


def test_part_again_and_the_rest_back_to_the_cent_where_stock_is_short():
    lost = units(1, quantity=3, price=0)
    lost = type(lost)(**{n: getattr(lost, n) for n in lost.__slots__} | {"refund_minor": (0, 34, 67, 100)})
    part, refund = plan(situation([lost], stock={(1, 1): 2}))
    assert kinds(part, refund) == [PART, REFUND]
    assert (sent(part), part.refunded, part.refunded_minor) == ({1: 2}, ((1, 1),), (34,))
    assert (part.refund_minor, refund.refund_minor) == (34, 100)
    assert part.cost_minor == 2 * 600 + 480 + 34


def test_without_stock_or_way_there_is_the_money():
    assert kinds(*plan(situation([units(1)], stock={}))) == [REFUND]
    assert kinds(*plan(situation([units(1)], routes=[]))) == [REFUND]
    assert kinds(*plan(situation([units(1)], routes=[route(place=2)]))) == [REFUND]


def test_the_soonest_way_counts_and_of_those_the_cheapest():
    ways = [
        route(service=1, days=2, rate=900),
        route(service=2, days=1, rate=2900),
        route(service=3, days=1, rate=2800),
    ]
    again, _ = plan(situation([units(1)], routes=ways))
    assert [sending.route.service_id for sending in again.sendings] == [3]
    assert again.arrives_date == ways[2].arrives_date


def test_one_place_that_has_it_all_comes_before_two_that_have_some_each():
    lost = [units(1, 1), units(2, 2)]
    stock = {(1, 1): 5, (2, 2): 5, (3, 1): 1, (3, 2): 1}
    again, _ = plan(situation(lost, stock=stock, routes=[route(1, days=1), route(2, days=1), route(3, days=5)]))
    assert [sending.route.place_id for sending in again.sendings] == [3]


def test_several_places_send_what_none_has_alone_and_it_arrives_with_the_last():
    lost = [units(1, 1), units(2, 2)]
    again, _ = plan(situation(lost, stock={(1, 1): 1, (2, 2): 1}, routes=[route(1, days=1), route(2, days=5)]))
    assert kinds(again) == [AGAIN]
    assert [sending.route.place_id for sending in again.sendings] == [1, 2]
    assert again.arrives_date == route(days=5).arrives_date
    assert again.cost_minor == 2 * (600 + 480)


def test_postage_goes_back_only_with_all_the_money():
    part, refund = plan(situation([units(1, quantity=2)], stock={(1, 1): 1}, postage_back_minor=480))
    assert (part.refund_minor, refund.refund_minor) == (1695, 3390 + 480)


def test_costs_in_two_currencies_stand_apart_and_both_need_authority():
    limits = [limit(Standpoint.HELPER, AGAIN, 600), limit(Standpoint.TOKEN, AGAIN, 600), *LEADS]
    limits.append(limit(Standpoint.HELPER, AGAIN, 480, "EUR"))
    again, _ = plan(situation([units(1)], routes=[route(currency="EUR")], limits=tuple(limits)))
    assert (again.cost_minor, again.other_costs) == (600, (("EUR", 480),))
    assert again.may_grant == (Standpoint.HELPER, Standpoint.LEAD)


def test_two_groups_of_one_line_share_its_cents_in_whatever_order_they_are_paid():
    table = (0, 34, 67, 100)
    lost = [
        type(each)(**{n: getattr(each, n) for n in each.__slots__} | {"refund_minor": table})
        for each in (units(1, quantity=1, line=9), units(2, quantity=2, line=9))
    ]
    (refund,) = plan(situation(lost, stock={}))
    assert (refund.refunded_minor, refund.refund_minor) == ((34, 66), 100)
    part, _ = plan(situation(lost, stock={(1, 1): 1}))
    assert (sent(part), part.refunded, part.refunded_minor) == ({1: 1}, ((2, 2),), (67,))


def most_that_can_be_sent(case: Situation) -> int:
    """By brute force: what each product's stock, in places that any service leaves from, covers."""
    reached = {route.place_id for route in case.routes}
    lost = Counter[int]()
    for unit in case.units:
        lost[unit.product_id] += unit.quantity
    free = Counter[int]()
    for row in case.stock:
        if row.place_id in reached:
            free[row.product_id] += row.free
    return sum(min(count, free[product]) for product, count in lost.items())


@given(situations())
def test_whatever_the_situation_every_unit_is_made_good_once_and_nothing_is_sent_that_is_not_there(case):
    remedies = plan(case)
    quantities = {unit.delivery_units_id: unit.quantity for unit in case.units}
    products = {unit.delivery_units_id: unit.product_id for unit in case.units}
    free = {(row.place_id, row.product_id): row.free for row in case.stock}
    assert kinds(*remedies)[-1] is REFUND
    for remedy in remedies:
        assert sent(remedy) + Counter(dict(remedy.refunded)) == quantities
        taken: Counter[tuple[int, int]] = Counter()
        for sending in remedy.sendings:
            for units_id, quantity in sending.units:
                taken[sending.route.place_id, products[units_id]] += quantity
        assert all(n <= free.get(key, 0) for key, n in taken.items())
        assert len({sending.route.place_id for sending in remedy.sendings}) == len(remedy.sendings)
        assert sum(remedy.refunded_minor) == remedy.refund_minor
        assert all(minor >= 0 for minor in remedy.refunded_minor)


@given(situations())
def test_as_much_is_sent_again_as_can_be_and_the_kind_says_whether_that_is_all(case):
    first = plan(case)[0]
    most = most_that_can_be_sent(case)
    assert sum(sent(first).values()) == most
    whole = sum(unit.quantity for unit in case.units)
    assert first.kind is (AGAIN if most == whole else PART if most else REFUND)


@given(situations())
def test_each_sending_takes_its_places_soonest_way(case):
    for sending in plan(case)[0].sendings:
        ways = [way for way in case.routes if way.place_id == sending.route.place_id]
        assert sending.route.arrives_date == min(way.arrives_date for way in ways)


@given(situations())
def test_all_the_money_is_what_the_lines_cost_to_the_cent(case):
    refund = plan(case)[-1]
    tables = {unit.line_id: unit.refund_minor[-1] for unit in case.units}
    assert refund.refund_minor == sum(tables.values())
