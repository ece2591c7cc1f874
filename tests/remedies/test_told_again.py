"""An order that is told again after some of it was sent otherwise or paid back: that stays, and the rest is owed."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from makegood.kit import clock
from makegood.kit.rows import BadRows
from makegood.orders.models import Delivery, DeliveryUnits, Order, OrderLine
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.remedies.actions import grant_remedy
from makegood.remedies.models import StopTask
from makegood.remedies.planner import NothingLost
from makegood.remedies.queries import situation_of
from tests import worlds
from tests.worlds import DAY, DUE, HELPER, HOUR, MONDAY, live_until, order_record, parcel_record

REFUND, ELSEWHERE = RemedyKind.REFUND, RemedyKind.SEND_ELSEWHERE
LEAVE_BY = datetime(2026, 10, 9, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def made_good(kind, **lines):
    """An order that had not left in time, and was made good wholly."""
    worlds.take_in(order_record(lines=lines, version_at=MONDAY))
    live_until(LEAVE_BY)
    grant_remedy(order_id=Order.objects.get().pk, kind=kind, by=HELPER, now=clock.now())
    worlds.settle()


def tell(parcels=(), **lines):
    clock.freeze(clock.now() + HOUR)
    worlds.take_in(order_record(lines=lines, version_at=clock.now(), parcels=list(parcels)))
    worlds.settle(may_hold=True)


def wrong(**lines):
    with pytest.raises(BadRows) as caught:
        tell(**lines)
    return [error.field for error in caught.value.errors]


def box(name, units, **more):
    return parcel_record(name, units, label_at=clock.now(), **more)


def owed():
    """What is promised and not there yet, by what the deliveries of the order itself hold."""
    rows = Delivery.objects.filter(is_replacement=False, promise__state="open").order_by("id")
    return [dict(each.units.values_list("line__reference", "quantity")) for each in rows]


@pytest.mark.parametrize("kind", [REFUND, ELSEWHERE])
def test_units_that_are_added_are_owed_by_a_promise_of_their_own(kind):
    made_good(kind, BIRDS=1)
    tell(BIRDS=3, TIDES=1)
    assert owed() == [{"BIRDS": 2, "TIDES": 1}]
    tell(BIRDS=2)
    assert owed() == [{"BIRDS": 1}]
    live_until(DUE + HOUR)
    assert lost() == [1]
    tell(BIRDS=1)
    assert (owed(), lost()) == ([], [])


def lost():
    """How many of each could be made good, of what the order itself holds."""
    units = situation_of(Order.objects.get(), now=clock.now()).units
    own = set(Delivery.objects.filter(is_replacement=False).values_list("id", flat=True))
    return [unit.quantity for unit in units if unit.delivery_id in own]


@pytest.mark.parametrize("kind", [REFUND, ELSEWHERE])
def test_what_was_made_good_is_neither_taken_out_nor_exchanged_nor_lessened(kind):
    made_good(kind, BIRDS=3, TIDES=1)
    assert wrong(BIRDS=3) == ["lines"]
    assert wrong(BIRDS=2, TIDES=1) == ["lines.0.quantity"]
    assert wrong(ATLAS=1) == ["lines", "lines"]
    record = order_record(lines={"BIRDS": 3, "TIDES": 1}, version_at=clock.now() + HOUR).model_dump()
    record["lines"][0]["sku"] = "ATLAS"
    with pytest.raises(BadRows) as caught:
        worlds.take_in(type(order_record()).model_validate(record))
    assert [error.field for error in caught.value.errors] == ["lines.0.sku"]
    tell(BIRDS=3, TIDES=1)
    assert (owed(), OrderLine.objects.count()) == ([], 2)


def test_postgresql_keeps_what_was_made_good():
    made_good(REFUND, BIRDS=3)
    with pytest.raises(DatabaseError, match="fewer units would be left"), transaction.atomic():
        lessen()


def lessen():
    DeliveryUnits.objects.update(quantity=2)
    connection.check_constraints()


def test_a_part_of_it_that_leaves_all_the_same_is_owed_and_made_good_no_second_time():
    made_good(REFUND, BIRDS=3)
    first = box("P1", {"BIRDS": 1})
    tell([first], BIRDS=3)
    assert (owed(), StopTask.objects.get().left_as.reference) == ([], "P1")
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    worlds.settle(may_hold=True)
    live_until(DUE + DAY)
    with pytest.raises(NothingLost):
        grant_remedy(order_id=Order.objects.get().pk, kind=REFUND, by=HELPER, now=clock.now())
    tell([first, box("P2", {"BIRDS": 2}, serial=2)], BIRDS=3)
    assert sorted(Delivery.objects.values_list("units__quantity", flat=True)) == [1, 2]
    assert not Promise.objects.filter(kind="deliver", state="open").exists()


def test_what_is_owed_leaves_before_what_was_made_good():
    made_good(REFUND, BIRDS=1)
    tell(BIRDS=2)
    tell([box("P1", {"BIRDS": 1})], BIRDS=2)
    assert Parcel.objects.get().delivery.promise.state == "open"
    assert StopTask.objects.get().left_as is None


def test_both_leave_in_one_box_and_only_what_is_owed_is_made_good_if_that_is_lost():
    made_good(REFUND, BIRDS=3, TIDES=2)
    tell(BIRDS=4, TIDES=2)
    parcels = [box("P1", {"BIRDS": 4, "TIDES": 1})]
    tell(parcels, BIRDS=4, TIDES=2)
    parcel = Parcel.objects.get()
    assert dict(parcel.delivery.units.values_list("line__reference", "quantity")) == {"BIRDS": 4}
    assert (parcel.delivery.promise.state, StopTask.objects.get().left_as) == ("open", parcel)
    worlds.say(parcel, ScanKind.LOST)
    worlds.settle(may_hold=True)
    assert lost() == [1]
    tell(parcels, BIRDS=4, TIDES=2)
    assert owed() == [{"BIRDS": 4}]
