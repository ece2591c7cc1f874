"""Which remedies a situation allows, ranked."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from makegood.money.rules import Money, sum_of
from makegood.policies.rules.grant_situations import ClaimingCustomer, Past
from makegood.policies.rules.granting import WithheldFor
from makegood.policies.rules.values import Grantor, RemedyKind
from makegood.remedies.kinds.registry import KINDS
from makegood.remedies.planner import NothingLost, Plan, plan, plan_together
from makegood.remedies.rules.authority import Claims, Spent
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.values import Route, Situation, Treatment
from makegood.staff.rules import Standpoint
from tests.policies.granted import authority_of, lets, limits
from tests.remedies.situations import LEADS, route, situation, situations, table, units, usd

AGAIN, PART, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.SEND_PART, RemedyKind.REFUND


def sent(remedy: Remedy) -> Counter[int]:
    found: Counter[int] = Counter()
    for sending in remedy.sendings:
        found.update(dict(sending.units))
    return found


def back(remedy: Remedy) -> list[tuple[int, int, Money | None]]:
    return [(each.delivery_units_id, each.quantity, each.refund) for each in remedy.treated(Treatment.REFUNDED)]


def of_kind(options: Plan, kind: RemedyKind) -> Remedy:
    found = options.of_kind(kind)
    assert found is not None
    return found


def test_every_kind_is_registered_once():
    assert sorted(kind.kind for kind in KINDS) == sorted(RemedyKind)


def test_nothing_lost_nothing_planned():
    options = plan(situation([]))
    assert not options
    assert (list(options), options.kinds, options.refund) == ([], (), None)
    with pytest.raises(NothingLost):
        _ = options.best


def test_the_same_again_comes_before_money_back():
    options = plan(situation([units(1, quantity=2)]))
    assert options.kinds == (AGAIN, REFUND)
    again, refund = options.best, of_kind(options, REFUND)
    assert (again.kind, sent(again), back(again), again.refund, again.refund_by_date) == (AGAIN, {1: 2}, [], None, None)
    assert again.cost == usd(2 * 600 + 480)
    assert (back(refund), refund.refund, refund.cost) == ([(1, 2, usd(3390))], usd(3390), usd(3390))
    assert options.of_kind(PART) is None


def test_part_again_and_the_rest_back_to_the_cent_where_stock_is_short():
    lost = replace(units(1, quantity=3, price=0), refunds=table((0, 34, 67, 100)))
    options = plan(situation([lost], stock={(1, 1): 2}))
    assert options.kinds == (PART, REFUND)
    part = options.best
    assert (sent(part), back(part)) == ({1: 2}, [(1, 1, usd(34))])
    assert (part.refund, of_kind(options, REFUND).refund) == (usd(34), usd(100))
    assert part.cost == usd(2 * 600 + 480 + 34)


def test_no_money_is_offered_where_none_is_left_to_pay_back():
    free = replace(units(1, quantity=2, price=0), refunds=table((0, 0, 0)))
    assert plan(situation([free])).kinds == (AGAIN,)
    assert not plan(situation([free], stock={}))
    assert plan(situation([free, units(2)], stock={})).kinds == (REFUND,)


def test_without_stock_or_way_there_is_the_money():
    assert plan(situation([units(1)], stock={})).kinds == (REFUND,)
    assert plan(situation([units(1)], routes=[])).kinds == (REFUND,)
    assert plan(situation([units(1)], routes=[route(place=2)])).kinds == (REFUND,)
    assert plan(situation([units(1)], routes=[route(goes_to=2)])).kinds == (REFUND,)


def ways_of(remedy: Remedy) -> list[int]:
    return [sending.route.service_id for sending in remedy.sendings]


def test_the_soonest_way_counts_and_of_those_the_cheapest():
    ways = [
        route(service=1, days=2, rate=900),
        route(service=2, days=1, rate=2900),
        route(service=3, days=1, rate=2800),
    ]
    again = plan(situation([units(1)], routes=ways)).best
    assert ways_of(again) == [3]
    assert again.arrives_date == route(days=1).arrives_date


def test_of_the_soonest_ways_one_in_the_orders_currency_counts_since_rates_in_two_do_not_compare():
    ways = [route(service=1, days=1, rate=1, currency="EUR"), route(service=2, days=1, rate=9000)]
    assert ways_of(plan(situation([units(1)], routes=ways)).best) == [2]
    assert ways_of(plan(situation([units(1)], routes=[*ways, route(service=3, days=0, currency="EUR")])).best) == [3]


def test_one_place_that_has_it_all_comes_before_two_that_have_some_each():
    lost = [units(1, 1), units(2, 2)]
    stock = {(1, 1): 5, (2, 2): 5, (3, 1): 1, (3, 2): 1}
    again = plan(situation(lost, stock=stock, routes=[route(1, days=1), route(2, days=1), route(3, days=5)])).best
    assert [sending.route.place_id for sending in again.sendings] == [3]


def test_several_places_send_what_none_has_alone_and_it_arrives_with_the_last():
    lost = [units(1, 1), units(2, 2)]
    again = plan(situation(lost, stock={(1, 1): 1, (2, 2): 1}, routes=[route(1, days=1), route(2, days=5)])).best
    assert again.kind is AGAIN
    assert [sending.route.place_id for sending in again.sendings] == [1, 2]
    assert again.arrives_date == route(days=5).arrives_date
    assert again.cost == usd(2 * (600 + 480))


def test_what_goes_to_two_addresses_goes_in_two_boxes_from_one_stock():
    lost = [units(1, goes_to=1), units(2, goes_to=2), units(3, goes_to=1)]
    ways = [route(goes_to=1), route(goes_to=2, days=9)]
    again = plan(situation(lost, routes=ways)).best
    assert [(sending.route.goes_to, sending.units) for sending in again.sendings] == [
        (1, ((1, 1), (3, 1))),
        (2, ((2, 1),)),
    ]
    assert again.arrives_date == route(days=9).arrives_date
    part = plan(situation(lost, routes=ways, stock={(1, 1): 2})).best
    assert (part.kind, sent(part), back(part)) == (PART, {1: 1, 3: 1}, [(2, 1, usd(1695))])


def test_postage_goes_back_only_with_all_the_money():
    options = plan(situation([units(1, quantity=2)], stock={(1, 1): 1}, postage_back=usd(480)))
    assert (options.best.refund, of_kind(options, REFUND).refund) == (usd(1695), usd(3390 + 480))


def test_costs_in_two_currencies_stand_apart_and_both_need_authority():
    rules = [lets(who=(Grantor.HELPER,), up_to=6), lets("less", who=(Grantor.TOKEN,), up_to=5), *LEADS.grants]
    authority = authority_of(*rules, worth=(("USD", 100), ("EUR", 80)))
    again = plan(situation([units(1)], routes=[route(currency="EUR")], authority=authority)).best
    assert again.costs == (usd(600), Money(amount_minor=480, currency="EUR"))
    assert again.may_grant == (Standpoint.HELPER, Standpoint.LEAD)


def test_a_remedy_names_the_rule_by_which_each_may_grant_it_or_not():
    rules = [lets(who=(Grantor.HELPER,), up_to=1), *LEADS.grants]
    again = plan(situation([units(1)], authority=authority_of(*rules))).best
    assert again.granting.of(Grantor.LEAD).rule == "leads"
    (withheld,) = again.granting.of(Grantor.HELPER).withheld
    assert (withheld.rule, withheld.because) == ("lets", WithheldFor.BEYOND)


def test_what_is_planned_for_one_order_counts_against_limits_for_the_next():
    month = limits(who=(Grantor.HELPER,), up_to=15)
    authority = authority_of(lets(who=(Grantor.HELPER,)), *LEADS.grants, month)
    before = Claims(customer=ClaimingCustomer(), spent=(Spent(span=month.span, grantor=None, past=Past()),))
    two = [situation([units(1)], authority=authority, claims=before, order_id=number) for number in (1, 2)]
    first, second = plan_together(two)
    assert [each.best.may_grant for each in (first, second)] == [
        (Standpoint.HELPER, Standpoint.LEAD),
        (Standpoint.LEAD,),
    ]


def test_two_groups_of_one_line_share_its_cents_in_whatever_order_they_are_paid():
    cents = table((0, 34, 67, 100))
    lost = [replace(each, refunds=cents) for each in (units(1, line=9), units(2, quantity=2, line=9))]
    refund = plan(situation(lost, stock={})).best
    assert (back(refund), refund.refund) == ([(1, 1, usd(34)), (2, 2, usd(66))], usd(100))
    part = plan(situation(lost, stock={(1, 1): 1})).best
    assert (sent(part), back(part)) == ({1: 1}, [(2, 2, usd(67))])


def test_several_orders_share_one_stock():
    alike = situation([units(1)], stock={(1, 1): 1})
    assert [options.kinds for options in plan_together([alike, situation([]), alike])] == [
        (AGAIN, REFUND),
        (),
        (REFUND,),
    ]


def money_left(case: Situation) -> Money:
    return sum_of({unit.line_id: unit.refunds[-1] for unit in case.units}.values()) or usd(0)


def sendings_of(case: Situation) -> tuple[Sending, ...]:
    options = plan(case)
    return options.best.sendings if options else ()


def most_that_can_be_sent(case: Situation) -> int:
    """By brute force over the order in which addresses are served: what stock that can reach them covers."""
    free = Counter({(row.place_id, row.product_id): row.free for row in case.stock})
    count = 0
    for address in dict.fromkeys(unit.goes_to for unit in case.units):
        places = {way.place_id for way in case.routes if way.goes_to == address}
        for product in {unit.product_id for unit in case.units}:
            wanted = sum(u.quantity for u in case.units if (u.goes_to, u.product_id) == (address, product))
            reached = sum(free[place, product] for place in places)
            count += min(wanted, reached)
            if len({unit.goes_to for unit in case.units}) == 1:
                continue
            for sending in sendings_of(case):
                if sending.route.goes_to == address:
                    mine = {u.delivery_units_id for u in case.units if u.product_id == product}
                    free[sending.route.place_id, product] -= sum(n for units_id, n in sending.units if units_id in mine)
    return count


@given(situations())
def test_whatever_the_situation_every_unit_is_made_good_once_and_nothing_is_sent_that_is_not_there(case):
    options = plan(case)
    quantities = {unit.delivery_units_id: unit.quantity for unit in case.units}
    products = {unit.delivery_units_id: unit.product_id for unit in case.units}
    addresses = {unit.delivery_units_id: unit.goes_to for unit in case.units}
    free = {(row.place_id, row.product_id): row.free for row in case.stock}
    assert (REFUND in options.kinds) == bool(money_left(case).amount_minor)
    for remedy in options:
        assert sent(remedy) + Counter({units_id: n for units_id, n, _ in back(remedy)}) == quantities
        assert Counter(each.delivery_units_id for each in remedy.makes_good for _ in range(each.quantity)) == quantities
        taken: Counter[tuple[int, int]] = Counter()
        for sending in remedy.sendings:
            assert {addresses[units_id] for units_id, _ in sending.units} == {sending.route.goes_to}
            for units_id, quantity in sending.units:
                taken[sending.route.place_id, products[units_id]] += quantity
        assert all(n <= free.get(key, 0) for key, n in taken.items())
        ways = [(sending.route.place_id, sending.route.goes_to) for sending in remedy.sendings]
        assert len(set(ways)) == len(ways)
        amounts = [amount for _, _, amount in back(remedy) if amount]
        assert (sum_of(amounts) or usd(0)) == (remedy.refund or usd(0))
        assert all(amount.amount_minor >= 0 for amount in amounts)


@given(situations())
def test_as_much_is_sent_again_as_can_be_and_the_kind_says_whether_that_is_all(case):
    most = most_that_can_be_sent(case)
    options = plan(case)
    if not options:
        assert (most, money_left(case)) == (0, usd(0))
        return
    best = options.best
    assert sum(sent(best).values()) == most
    whole = sum(unit.quantity for unit in case.units)
    assert best.kind is (AGAIN if most == whole else PART if most else REFUND)


def rivals(case: Situation, sending: Sending) -> list[Route]:
    here = sending.route
    return [way for way in case.routes if (way.place_id, way.goes_to) == (here.place_id, here.goes_to)]


@given(situations())
def test_each_sending_takes_its_places_soonest_way(case):
    for sending in sendings_of(case):
        assert sending.route.arrives_date == min(way.arrives_date for way in rivals(case, sending))


@given(situations())
def test_all_the_money_is_what_the_lines_cost_to_the_cent(case):
    refund = plan(case).of_kind(REFUND)
    assert (refund.refund if refund else usd(0)) == money_left(case)
