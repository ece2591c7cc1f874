"""What can be sent by a day: in time before cheap, cheap before soon, and the nearest where nothing is in time."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.planner import plan
from makegood.remedies.rules.sending import total
from makegood.remedies.rules.sending_by import ways_to_send
from makegood.remedies.rules.values import LaterDay, Need, NotLeft
from tests.remedies.situations import NOON, TODAY, route, situation, situations, units

AGAIN, PART, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.SEND_PART, RemedyKind.REFUND
FASTER, NEW_DATE = RemedyKind.SEND_FASTER, RemedyKind.NEW_DATE


def needed(days):
    return Need(by_at=NOON + timedelta(days=days), by_date=TODAY + timedelta(days=days))


def offers(found):
    return [(each.kind, each.is_late, each.arrives_date and (each.arrives_date - TODAY).days) for each in found]


def test_what_is_in_time_goes_by_the_cheapest_service_that_is():
    ways = [route(1, service=1, days=1, rate=2900), route(1, service=2, days=3, rate=900), route(1, service=3, days=6)]
    one = situation([units(1)], routes=ways)
    assert plan(one).best.arrives_date == TODAY + timedelta(days=1)
    found = plan(replace(one, need=needed(4)))
    assert offers(found) == [(AGAIN, False, 3), (REFUND, None, None)]


def test_where_nothing_is_in_time_the_nearest_comes_before_the_money():
    ways = [route(1, service=1, days=5, rate=2900), route(1, service=2, days=8)]
    found = plan(situation([units(1)], routes=ways, need=needed(4)))
    assert offers(found) == [(AGAIN, True, 5), (REFUND, None, None)]


def test_what_can_be_in_time_may_go_alone_and_all_of_it_later():
    """The near place has one of two; the far one has both, and is late."""
    ways = [route(1, days=2), route(2, days=6)]
    there = {(1, 1): 1, (2, 1): 2, (2, 2): 2, (1, 2): 0}
    found = plan(situation([units(1), units(2, product=2)], stock=there, routes=ways, need=needed(3)))
    assert offers(found) == [(AGAIN, True, 6), (PART, False, 2), (REFUND, None, None)]


def test_one_parcel_in_time_is_better_than_two():
    ways = [route(1, days=2, rate=500), route(2, days=2, rate=400), route(3, days=2, rate=700)]
    there = {(1, 1): 1, (2, 2): 1, (3, 1): 1, (3, 2): 1}
    (best, *_) = plan(situation([units(1), units(2, product=2)], stock=there, routes=ways, need=needed(3)))
    assert [sending.route.place_id for sending in best.sendings] == [3]


def waits(*, promised, later=None):
    """What lies in place 1, promised in so many days, and if late then in so many more."""
    day = later and LaterDay(delivery_id=1, by_date=TODAY + timedelta(days=later), due_at=NOON + timedelta(days=later))
    known = NotLeft(promised_date=TODAY + timedelta(days=promised), place_id=1, new_day=day)
    return replace(units(1), not_left=known)


def test_what_has_not_left_is_late_by_the_day_on_which_it_is_needed_not_by_the_one_that_was_promised():
    """Promised in six days, needed in three: the cheap way keeps the promise, and only the dear one is in time."""
    ways = [route(1, service=1, days=5), route(1, service=2, days=2, rate=2900)]
    one = situation([waits(promised=6, later=8)], routes=ways)
    assert (plan(one).best.kind, plan(one).best.arrives_date) == (FASTER, TODAY + timedelta(days=5))
    assert offers(plan(replace(one, need=needed(3)))) == [(FASTER, False, 2), (NEW_DATE, True, 8), (REFUND, None, None)]
    # Needed later than it was promised, a later day is in time.
    assert (NEW_DATE, False, 8) in offers(plan(replace(one, need=needed(9))))


def test_nothing_is_in_time_or_late_where_nobody_said_when_it_is_needed():
    assert {each.is_late for each in plan(situation([waits(promised=1, later=8)], routes=[route(1, days=9)]))} == {None}


@given(one=situations(), days=st.integers(0, 10))
def test_what_is_said_to_be_in_time_is_and_nothing_is_sent_twice(one, days):
    need = needed(days)
    stock = {(row.place_id, row.product_id): row.free for row in one.stock}
    products = {unit.delivery_units_id: unit.product_id for unit in one.units}
    goes_to = {unit.delivery_units_id: unit.goes_to for unit in one.units}
    for sendable in ways_to_send(replace(one, need=need)):
        sent = total(sendable.sendings)
        for unit in one.units:
            count = sent.get(unit.delivery_units_id, 0) + sendable.left.get(unit.delivery_units_id, 0)
            assert count == unit.quantity
        taken = {}
        for sending in sendable.sendings:
            assert sending.units
            for units_id, quantity in sending.units:
                at = sending.route.place_id, products[units_id]
                taken[at] = taken.get(at, 0) + quantity
                assert goes_to[units_id] == sending.route.goes_to
        assert all(quantity <= stock.get(at, 0) for at, quantity in taken.items())


@given(one=situations(), days=st.integers(0, 10))
def test_all_in_time_is_offered_first_whenever_it_can_be(one, days):
    need = needed(days)
    found = list(plan(replace(one, need=need)))
    whole = [each for each in found if each.kind is AGAIN]
    in_time = [each for each in whole if not each.is_late]
    assert found == [] or not in_time or found[0] == in_time[0]
    soonest = next((each for each in plan(one) if each.kind is AGAIN), None)
    if soonest is not None and all(sending.route.due_at <= need.by_at for sending in soonest.sendings):
        # What can be there as soon as possible in time can be there in time, and for no more parcels' worth.
        assert in_time
