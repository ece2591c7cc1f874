"""What has not left: which ways there are, and that each is carried out completely, with nothing left behind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from makegood.catalog.models import Stock, StockReservation
from makegood.kit import clock
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Dispatch
from makegood.parcels.queries import parcels_in_danger
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.promises.queries import promises_in_danger
from makegood.remedies.actions import NotPossibleNow, StoppedBefore, finish_stop, grant_remedy
from makegood.remedies.models import GrantStep, GrantUnits, StopTask
from makegood.remedies.planner import NothingLost, plan, plan_together
from makegood.remedies.queries import open_stops, options_for
from makegood.remedies.rules.steps.stop import Stop
from makegood.remedies.rules.values import FreeAnywhere, LaterDay, NotLeft
from makegood.staff.rules import SYSTEM
from tests import worlds
from tests.faces.api.conftest import Program
from tests.remedies.situations import NOON, TODAY, route, situation, units, usd
from tests.worlds import DAY, DUE, HELPER, HOUR, live_until, order_record, parcel_record

FASTER, ELSEWHERE, AGAIN = RemedyKind.SEND_FASTER, RemedyKind.SEND_ELSEWHERE, RemedyKind.SEND_AGAIN
LATER, REFUND = RemedyKind.NEW_DATE, RemedyKind.REFUND
# When it can't leave in time any more in its ordinary way.
LEAVE_BY = datetime(2026, 10, 9, 22, tzinfo=UTC)


def waiting(number=1, *, promised=TODAY + timedelta(days=2), place=1, new_day=None, kept=False, **more):
    known = NotLeft(promised_date=promised, place_id=place, new_day=new_day, is_kept_aside=kept)
    return replace(units(number, **more), not_left=known)


def later(days: int) -> LaterDay:
    return LaterDay(delivery_id=1, by_date=TODAY + timedelta(days=days), due_at=NOON + timedelta(days=days))


def routes():
    return (
        route(1, service=1, days=4, rate=480),
        route(1, service=2, days=2, rate=1900),
        route(1, service=3, days=1, rate=4900),
        route(2, service=1, days=3, rate=480),
        route(2, service=2, days=1, rate=1500),
    )


EVERYWHERE = {(1, 1): 9, (2, 1): 9}


def test_of_what_keeps_the_day_the_cheapest_is_taken_from_each_place():
    found = plan(situation([waiting()], stock=EVERYWHERE, routes=routes()))
    assert found.kinds == (FASTER, ELSEWHERE, REFUND)
    faster, elsewhere = found.of_kind(FASTER), found.of_kind(ELSEWHERE)
    assert [(each.route.place_id, each.route.service_id) for each in faster.sendings] == [(1, 2)]
    assert [(each.route.place_id, each.route.service_id) for each in elsewhere.sendings] == [(2, 2)]
    # What never left is not lost: only its way costs us.
    assert (faster.cost, elsewhere.cost) == (usd(1900), usd(1500))
    assert faster.steps[0] == Stop(delivery_id=1)


def test_where_nothing_keeps_the_day_the_soonest_is_taken_and_what_is_in_time_comes_first():
    late = [each for each in routes() if (each.place_id, each.service_id) in {(1, 1), (1, 2), (2, 1)}]
    found = plan(situation([waiting(promised=TODAY + timedelta(days=1))], stock=EVERYWHERE, routes=late))
    assert found.of_kind(FASTER).arrives_date == TODAY + timedelta(days=2)
    in_time = [each for each in routes() if (each.place_id, each.service_id) in {(1, 1), (2, 2)}]
    found = plan(situation([waiting()], stock=EVERYWHERE, routes=in_time))
    assert found.kinds == (ELSEWHERE, FASTER, REFUND)


def test_where_nobody_knows_where_it_lies_any_place_may_send_it():
    found = plan(situation([waiting(place=None)], stock=EVERYWHERE, routes=routes()))
    assert found.kinds == (ELSEWHERE, REFUND)


def test_what_was_lost_is_sent_again_and_what_has_not_left_goes_with_it():
    lost = replace(units(2), delivery_id=2)
    found = plan(situation([waiting(), lost], stock=EVERYWHERE, routes=routes()))
    assert found.kinds == (AGAIN, REFUND)
    again = found.of_kind(AGAIN)
    assert sorted((each.delivery_units_id, each.treatment.value) for each in again.makes_good) == [
        (1, "sent_otherwise"),
        (2, "sent_again"),
    ]
    assert [step for step in again.steps if isinstance(step, Stop)] == [Stop(delivery_id=1)]
    # Of the two, only the lost one costs us itself.
    assert again.cost == usd(600 + sum(each.route.rate.amount_minor for each in again.sendings))
    assert [step for step in found.of_kind(REFUND).steps if isinstance(step, Stop)] == [Stop(delivery_id=1)]


def test_a_later_day_is_offered_where_it_is_later_and_we_can_stand_by_it():
    def kinds(new_day):
        return plan(situation([waiting(new_day=new_day)], stock={}, routes=())).kinds

    assert kinds(later(5)) == (LATER, REFUND)
    assert kinds(later(2)) == (REFUND,)
    assert kinds(None) == (REFUND,)


# What follows is carried out in a shop.


@pytest.fixture
def shop(db):
    worlds.open_shop()
    worlds.customer()


def late(reference="100", **more):
    order = worlds.take_in(order_record(reference, **more))
    live_until(LEAVE_BY)
    return order


def grant(order, kind, by=HELPER):
    granted = grant_remedy(order_id=order.pk, kind=kind, by=by, now=clock.now())
    worlds.settle()
    return granted


def steps(granted):
    return [(each.kind, each.state) for each in GrantStep.objects.filter(grant=granted).order_by("id")]


def test_sent_otherwise_its_promise_is_replaced_its_stock_kept_and_the_first_way_to_be_stopped(shop):
    order = late()
    granted = grant(order, ELSEWHERE)
    assert steps(granted) == [("stop", "requested"), ("reserve_stock", "done"), ("dispatch", "requested")]
    first, second = Promise.objects.filter(kind="deliver").order_by("id")
    assert (first.state, first.made_good_at is not None, second.state) == ("withdrawn", True, "open")
    assert (second.due_at < DUE, promises_in_danger(limit=9)) == (True, [])
    assert GrantUnits.objects.get().treatment == "sent_otherwise"
    assert Stock.objects.get(place=worlds.place(), product=worlds.product()).held == 1
    assert (Dispatch.objects.get().charged_minor, granted.cost_minor) == (0, 2895)
    with pytest.raises(NothingLost):
        grant_remedy(order_id=order.pk, kind=REFUND, by=HELPER, now=clock.now())
    live_until(DUE + HOUR)
    assert [each.news for each in worlds.letters() if "14 October" not in each.body] == []


def test_paid_back_it_is_to_be_stopped_and_a_person_says_when_it_is(shop):
    granted = grant(late(), REFUND)
    assert steps(granted) == [("stop", "requested"), ("refund", "requested")]
    assert Refund.objects.get().amount_minor == 1695 + 480
    task = StopTask.objects.get()
    finish_stop(task_id=task.pk, by=HELPER, now=clock.now())
    assert steps(granted) == [("stop", "done"), ("refund", "requested")]
    with pytest.raises(StoppedBefore):
        finish_stop(task_id=task.pk, by=HELPER, now=clock.now())


def test_what_left_all_the_same_is_known(shop):
    granted = grant(late(), REFUND)
    worlds.take_in(order_record(parcels=[parcel_record("P1", {"BIRDS": 1}, label_at=clock.now())]))
    worlds.settle()
    assert (StopTask.objects.get().left_as.reference, steps(granted)[0]) == ("P1", ("stop", "failed"))
    assert still_to_stop() == []


def still_to_stop():
    """What is to be stopped, as the pick list and the API have it alike."""
    task_ids = [task.pk for task in open_stops(limit=9)]
    assert [each["id"] for each in Program().items("/stops?is_done=false")] == task_ids
    assert len(Program().items("/stops?is_done=true")) == StopTask.objects.count() - len(task_ids)
    return task_ids


def test_of_a_cancelled_order_nobody_has_to_stop_anything(shop):
    worlds.take_in(order_record(version_at=worlds.MONDAY), order_record("200", version_at=worlds.MONDAY))
    live_until(LEAVE_BY)
    granted, other = (grant(Order.objects.get(reference=each), ELSEWHERE) for each in ("100", "200"))
    assert still_to_stop() == [task.pk for task in StopTask.objects.order_by("id")]
    worlds.take_in(order_record(version_at=clock.now(), cancelled_at=clock.now()))
    worlds.settle()
    assert still_to_stop() == [StopTask.objects.get(grant=other).pk]
    task = StopTask.objects.get(grant=granted)
    assert (task.done_at, task.done_by, steps(granted)[0]) == (clock.now(), str(SYSTEM), ("stop", "done"))


def test_a_replacement_that_does_not_leave_is_cancelled_and_asked_for_anew_with_its_own_stock(shop):
    worlds.count(BIRDS=1)
    parcel = worlds.lost()
    worlds.settle()
    first = grant(parcel.delivery.order, AGAIN)
    assert Stock.objects.get(place=worlds.place(), product=worlds.product()).held == 1
    live_until(Dispatch.objects.get().delivery.promise.due_at + HOUR)
    second = grant(parcel.delivery.order, FASTER)
    assert steps(second) == [("stop", "done"), ("reserve_stock", "done"), ("dispatch", "requested")]
    assert dict(steps(first)) == {"reserve_stock": "compensated", "dispatch": "compensated"}
    assert list(Dispatch.objects.order_by("id").values_list("state", flat=True)) == ["cancelled", "requested"]
    assert list(StockReservation.objects.order_by("id").values_list("state", flat=True)) == ["released", "held"]
    assert Stock.objects.get(place=worlds.place(), product=worlds.product()).held == 1


def test_a_later_day_moves_the_promise_while_it_is_open(shop):
    order = late()
    granted = grant(order, LATER)
    promise = Promise.objects.get(kind="deliver")
    assert (promise.state, promise.original_due_at, promise.at_risk_since) == ("open", DUE, None)
    assert promise.due_at == DUE + 4 * DAY
    assert (granted.arrives_date, granted.cost_minor, Delivery.objects.get().by_date) == (
        date(2026, 10, 20),
        0,
        date(2026, 10, 20),
    )
    assert not options_for(order, now=clock.now())
    # Watched anew: by ground the last parcel for Tuesday the 20th leaves on Wednesday the 14th.
    assert promise.at_risk_at == datetime(2026, 10, 14, 18, tzinfo=UTC)


def test_a_later_day_after_the_first_has_passed_is_another_promise_and_the_first_stays_broken(shop):
    order = late()
    live_until(DUE + HOUR)
    grant(order, LATER)
    first, second = Promise.objects.filter(kind="deliver").order_by("id")
    assert (first.state, first.is_owed, second.state, second.original_due_at) == ("broken", False, "open", DUE)
    (moved,) = second.revisions.all()
    assert (moved.was_due_at, moved.due_at) == (DUE, second.due_at)
    assert Delivery.objects.get(promise=second).units.get().quantity == 1
    assert not options_for(order, now=clock.now())
    live_until(second.due_at + HOUR)
    assert [each.news for each in worlds.letters()].count("broken") == 2


def test_a_later_day_of_a_replacement_moves_what_its_place_was_asked_for(shop):
    parcel = worlds.lost()
    worlds.settle()
    grant(parcel.delivery.order, AGAIN)
    before = Dispatch.objects.get()
    live_until(before.delivery.promise.due_at + HOUR)
    grant(parcel.delivery.order, LATER)
    after = Dispatch.objects.get()
    assert after.leaves_date > before.leaves_date
    assert (after.delivery.promise.state, after.delivery.units.get().quantity) == ("open", 1)


def test_an_agreed_day_stands_when_the_shop_repeats_the_first_and_moves_when_it_names_another(shop):
    worlds.take_in(order_record(version_at=worlds.MONDAY))
    live_until(LEAVE_BY)
    grant(Order.objects.get(), LATER)
    agreed = Promise.objects.get(kind="deliver").due_at
    worlds.take_in(order_record(version_at=clock.now(), postage_minor=500))
    assert Promise.objects.get(kind="deliver").due_at == agreed
    other = (DUE + 9 * DAY).date()
    worlds.take_in(order_record(version_at=clock.now() + HOUR, deliver_by_date=other))
    assert Promise.objects.get(kind="deliver").due_at != agreed


def test_no_unit_is_promised_to_two_for_a_later_day(shop):
    worlds.customer("ben")
    worlds.count(BIRDS=1)
    worlds.take_in(order_record("100"), order_record("200", by="ben"))
    live_until(LEAVE_BY)
    first, second = Order.objects.order_by("reference")
    assert [LATER in options_for(each, now=clock.now()).kinds for each in (first, second)] == [True, True]
    grant(first, LATER)
    assert LATER not in options_for(second, now=clock.now()).kinds
    with pytest.raises(NotPossibleNow):
        grant_remedy(order_id=second.pk, kind=LATER, by=HELPER, now=clock.now())
    # Late again, it may be promised once more what is its own.
    live_until(Promise.objects.get(kind="deliver", customer__reference="ada").due_at + HOUR)
    assert LATER in options_for(first, now=clock.now()).kinds
    worlds.count(BIRDS=2)
    grant(second, LATER)


def test_orders_that_are_planned_together_are_promised_no_unit_twice():
    def kinds(free, *, kept=False):
        pair = [
            situation([waiting(number, new_day=replace(later(5), delivery_id=number), kept=kept)], stock={}, routes=())
            for number in (1, 2)
        ]
        stock = (FreeAnywhere(product_id=1, free=free),)
        return [each.kinds[0] for each in plan_together([replace(one, free_anywhere=stock) for one in pair])]

    assert kinds(2) == [LATER, LATER]
    assert kinds(1) == [LATER, REFUND]
    assert kinds(0) == [REFUND, REFUND]
    assert kinds(0, kept=True) == [LATER, LATER]


def test_what_is_nowhere_is_not_promised_anew(shop):
    worlds.count(BIRDS=0)
    order = late()
    assert options_for(order, now=clock.now()).kinds == (REFUND,)
    with pytest.raises(NotPossibleNow):
        grant_remedy(order_id=order.pk, kind=LATER, by=HELPER, now=clock.now())


def test_what_is_made_good_is_in_danger_on_no_list(shop):
    parcel = worlds.lost()
    worlds.settle()
    assert [each.pk for each in parcels_in_danger(limit=9)] == [parcel.pk]
    grant(parcel.delivery.order, AGAIN)
    assert (parcels_in_danger(limit=9), promises_in_danger(limit=9)) == ([], [])
