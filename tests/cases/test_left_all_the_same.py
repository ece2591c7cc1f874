"""What was to be stopped and left all the same was never lost, whoever had said that it was stopped."""

from datetime import UTC, datetime

import pytest

from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.remedies.actions import finish_stop, grant_remedy
from makegood.remedies.models import StopTask
from makegood.remedies.queries import options_for
from tests import worlds
from tests.worlds import DAY, HOUR, LEAD, MONDAY, live_until, number_of, parcel_record

pytestmark = pytest.mark.django_db
PACK_BY = datetime(2026, 10, 9, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def grant_best():
    order = Order.objects.get(reference="100")
    grant_remedy(order_id=order.pk, kind=options_for(order, now=clock.now()).kinds[0], by=LEAD, now=clock.now())
    worlds.settle()


def announce(dispatch, serial):
    announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=number_of(serial), label_at=clock.now(), now=clock.now()
    )
    worlds.settle()
    return Dispatch.objects.get(pk=dispatch.pk).parcel


def arrive(parcel):
    clock.freeze(clock.now() + 2 * DAY)
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()


def assert_told_as_stopped():
    (letter,) = worlds.letters("turned_up")
    assert "it came in its first way all the same" in letter.subject
    assert "lost" not in letter.body


def test_although_somebody_said_that_it_was_stopped():
    worlds.take_in(worlds.order_record())
    live_until(PACK_BY + 5 * HOUR)
    grant_best()
    finish_stop(task_id=StopTask.objects.get().pk, by=LEAD, now=clock.now())
    clock.freeze(clock.now() + HOUR)
    worlds.take_in(worlds.order_record(parcels=[parcel_record("P1", {"BIRDS": 1}, label_at=clock.now())]))
    worlds.settle()
    parcel = Parcel.objects.get(reference="P1")
    assert StopTask.objects.get().left_as == parcel
    arrive(parcel)
    assert_told_as_stopped()


def test_although_its_place_had_been_told_to_leave_it():
    worlds.lost("100")
    worlds.settle()
    grant_best()
    cancelled = Dispatch.objects.get()
    live_until(MONDAY + 9 * DAY)
    grant_best()
    parcel = announce(cancelled, 33)
    assert StopTask.objects.get().left_as == parcel
    arrive(parcel)
    assert_told_as_stopped()


def test_what_takes_its_place_was_not_to_be_stopped():
    worlds.take_in(worlds.order_record())
    live_until(PACK_BY + 5 * HOUR)
    grant_best()
    announce(Dispatch.objects.get(), 33)
    assert StopTask.objects.get().left_as is None
