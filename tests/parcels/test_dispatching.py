"""What a place is asked to send leaves once, as one parcel."""

from datetime import date

import pytest

from makegood.catalog.actions import StockShort
from makegood.catalog.models import Service, Stock
from makegood.kit import clock
from makegood.orders.delivering import SentUnits, address_of, promise_replacement
from makegood.orders.models import OrderLine
from makegood.parcels.dispatching import (
    AnnouncedOtherwise,
    announce_parcel,
    cancel_dispatches,
    request_dispatch,
)
from makegood.parcels.facts import DispatchRequested, ParcelLabelled
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.queries import pick_list
from makegood.parcels.rules.numbers import BadTrackingNumber
from makegood.parcels.rules.scans import ScanKind
from tests import worlds
from tests.committed import at_once
from tests.worlds import BY, DUE, MONDAY, number_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    worlds.open_shop()
    worlds.customer()
    lost = worlds.lost().delivery
    units = [SentUnits(line_id=OrderLine.objects.get().pk, quantity=1)]
    return promise_replacement(
        lost=lost, to=address_of(lost), units=units, by_date=BY, due_at=DUE, by="test", now=MONDAY
    )


def ask(delivery, *, quantity=1, key="order:1/1/1"):
    delivery.units.update(quantity=quantity)
    return request_dispatch(
        key=key,
        delivery=delivery,
        place_id=worlds.place().pk,
        service_id=Service.objects.get(reference="express").pk,
        leaves_date=date(2026, 10, 6),
        currency="USD",
        now=MONDAY,
    )


def announce(dispatch, number):
    return announce_parcel(dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=MONDAY, now=clock.now())


def birds():
    return Stock.objects.filter(product__sku="BIRDS").values_list("on_hand", "held").get()


def test_the_same_key_asks_once(delivery):
    assert ask(delivery) == ask(delivery)
    assert (birds(), pick_list()) == ((10, 1), [Dispatch.objects.get()])
    assert len(worlds.facts(DispatchRequested)) == 1


def test_without_stock_nothing_is_asked(delivery):
    with pytest.raises(StockShort):
        ask(delivery, quantity=11)
    assert (birds(), Dispatch.objects.count()) == ((10, 0), 0)


def test_what_left_is_a_parcel_and_off_the_shelf_and_off_the_list(delivery):
    dispatch = ask(delivery)
    parcel = announce(dispatch, number_of(7))
    assert (parcel.delivery, parcel.estimate.verdict, parcel.number) == (delivery, "label_made", number_of(7))
    assert (birds(), pick_list()) == ((9, 0), [])
    labelled = [fact for fact in worlds.facts(ParcelLabelled) if isinstance(fact, ParcelLabelled)]
    assert [fact.is_replacement for fact in labelled] == [False, True]


def test_the_same_words_again_change_nothing_and_other_words_are_refused(delivery):
    dispatch = ask(delivery)
    spaced = f"{number_of(7)[:4]} {number_of(7)[4:]}"
    assert announce(dispatch, number_of(7)) == announce(dispatch, spaced)
    with pytest.raises(AnnouncedOtherwise, match=number_of(7)):
        announce(dispatch, number_of(8))
    assert (birds(), Parcel.objects.filter(delivery=delivery).count()) == ((9, 0), 1)


def test_two_announcements_at_once_are_one_parcel(committed, delivery):
    dispatch = ask(delivery)
    one, other = at_once(*[lambda: announce(dispatch, number_of(7))] * 2)
    assert one == other == Parcel.objects.get(delivery=delivery)
    assert birds() == (9, 0)


def test_of_two_numbers_announced_at_once_one_is_refused(committed, delivery):
    dispatch = ask(delivery)
    answers = at_once(*[lambda serial=serial: announce(dispatch, number_of(serial)) for serial in (7, 8)])
    assert sorted(type(answer).__name__ for answer in answers) == ["AnnouncedOtherwise", "Parcel"]
    assert (birds(), Parcel.objects.filter(delivery=delivery).count()) == ((9, 0), 1)


def test_a_number_with_a_typing_error_is_refused_before_anything_happens(delivery):
    dispatch = ask(delivery)
    with pytest.raises(BadTrackingNumber):
        announce(dispatch, f"{number_of(7)[:-1]}{(int(number_of(7)[-1]) + 1) % 10}")
    assert birds() == (10, 1)


def test_scans_that_came_before_the_announcement_count(delivery):
    dispatch = ask(delivery)
    worlds.say(Parcel(carrier="usps", number=number_of(7)), ScanKind.ACCEPTED)
    parcel = announce(dispatch, number_of(7))
    parcel.refresh_from_db()
    assert parcel.estimate.verdict == "moving"


def test_a_parcel_of_the_shops_own_may_have_the_name_we_would_have_given(delivery):
    dispatch = ask(delivery)
    own = worlds.parcel_record(f"D{dispatch.pk}", {"BIRDS": 1}, serial=8)
    worlds.take_in(worlds.order_record("101", parcels=[own]))
    assert announce(dispatch, number_of(7)).reference == f"D{dispatch.pk}/order:1/1/1"


def test_a_cancelled_order_is_not_sent_again(delivery):
    ask(delivery)
    assert [cancel_dispatches(order_id=delivery.order_id, now=MONDAY) for _ in range(2)] == [1, 0]
    delivery.promise.refresh_from_db()
    assert (birds(), pick_list(), delivery.promise.state) == ((10, 0), [], "withdrawn")


def test_what_was_cancelled_and_left_all_the_same_is_gone_from_stock_and_promised_anew(delivery):
    dispatch = ask(delivery, quantity=2)
    cancel_dispatches(order_id=delivery.order_id, now=MONDAY)
    parcel = announce(dispatch, number_of(7))
    assert announce(dispatch, number_of(7)) == parcel
    delivery.promise.refresh_from_db()
    assert (birds(), delivery.promise.state, delivery.promise.due_at) == ((8, 0), "open", DUE)


def test_what_others_were_promised_meanwhile_stays_held_for_them(delivery):
    dispatch = ask(delivery, quantity=2)
    cancel_dispatches(order_id=delivery.order_id, now=MONDAY)
    Stock.objects.filter(product__sku="BIRDS").update(on_hand=10, held=9)
    announce(dispatch, number_of(7))
    assert birds() == (9, 9)


def test_what_leaves_after_its_day_although_it_was_cancelled_gets_a_day_that_can_be(delivery):
    dispatch = ask(delivery)
    cancel_dispatches(order_id=delivery.order_id, now=MONDAY)
    clock.freeze(DUE + worlds.HOUR)
    announce(dispatch, number_of(7))
    delivery.refresh_from_db()
    # Asked for on Friday evening in New York, it leaves Reno on Monday by a service of one day.
    assert (delivery.by_date, delivery.promise.state) == (date(2026, 10, 20), "open")
    assert delivery.promise.due_at > clock.now()


def test_what_broke_before_it_was_cancelled_is_owed_again_when_it_leaves(delivery):
    dispatch = ask(delivery)
    clock.freeze(DUE + worlds.HOUR)
    worlds.settle()
    cancel_dispatches(order_id=delivery.order_id, now=clock.now())
    announce(dispatch, number_of(7))
    delivery.promise.refresh_from_db()
    assert (delivery.promise.state, delivery.promise.is_owed) == ("broken", True)
