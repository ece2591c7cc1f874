"""Who packs says what is not there: the stock is put right, a case is there at once, and nothing is doubled."""

import pytest

from makegood.cases.models import Case
from makegood.catalog.models import Stock
from makegood.channels.models import Message
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved, InvalidField
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.models import Dispatch, Parcel, Shortage
from makegood.parcels.shortages import (
    FewerSaid,
    NotThatManyToPack,
    SomethingFollowed,
    say_short,
    take_back_shortage,
)
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.remedies.actions import grant_remedy
from makegood.remedies.queries import options_for, orders_in_trouble
from tests import worlds
from tests.worlds import DAY, LEAD, order_record, parcel_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db):
    worlds.open_shop()
    worlds.customer()


def ordered(**lines):
    return worlds.take_in(order_record(lines=lines))


def short(order, quantity, *, line="BIRDS", place="reno"):
    return say_short(order_id=order.pk, line=line, quantity=quantity, place=place, by="helper:2", now=clock.now())


def on_hand(sku="BIRDS"):
    return Stock.objects.values_list("on_hand", "held").get(product__sku=sku, place__reference="reno")


def units_of(order):
    """How many of each line lie in each delivery that holds any, and whether it is in danger."""
    rows = DeliveryUnits.objects.filter(delivery__order=order).order_by("delivery_id", "line_id")
    return [(row.line.reference, row.quantity, row.delivery.promise.at_risk_since is not None) for row in rows]


def test_what_is_not_there_is_counted_off_and_waits_apart():
    order = ordered(BIRDS=3, TIDES=1)
    (row,) = short(order, 1)
    assert (row.quantity, row.counted_off, row.product.sku) == (1, 10, "BIRDS")
    assert on_hand() == (0, 0)
    assert units_of(order) == [("BIRDS", 2, False), ("TIDES", 1, False), ("BIRDS", 1, True)]
    worlds.settle()
    (case,) = Case.objects.all()
    assert orders_in_trouble(order.customer_id, now=clock.now()) == [order]
    assert options_for(order, now=clock.now()).kinds == (RemedyKind.REFUND,)
    assert (case.case_type, case.state) == ("delivery", "open")


def test_its_customer_hears_just_what_is_so_where_they_have_something_to_choose():
    order = ordered(BIRDS=3, TIDES=1)
    short(order, 1)
    worlds.settle()
    (letter,) = Message.objects.filter(direction="out")
    assert "Something that you ordered was not there when we packed it." in letter.body
    assert "Of order 100, this was not there when we packed it: “Field Notes on Birds”." in letter.body
    assert "still with us" not in letter.body
    assert "should have" not in letter.body


def test_where_another_place_has_it_in_time_nobody_is_asked():
    worlds.count(place="columbus", BIRDS=4)
    order = ordered(BIRDS=1)
    short(order, 1)
    worlds.settle()
    assert options_for(order, now=clock.now()).best.kind is RemedyKind.SEND_ELSEWHERE
    assert (Case.objects.count(), Message.objects.filter(direction="out").count()) == (1, 0)


def test_the_same_word_again_changes_nothing_and_more_is_more():
    order = ordered(BIRDS=3)
    first = short(order, 1)
    assert short(order, 1) == first
    assert Shortage.objects.count() == 1
    assert [each.quantity for each in short(order, 3)] == [1, 2]
    assert sum(quantity for _, quantity, _ in units_of(order)) == 3
    with pytest.raises(FewerSaid):
        short(order, 2)
    with pytest.raises(NotThatManyToPack):
        short(order, 4)
    worlds.settle()
    worlds.settle()
    assert (Case.objects.count(), Message.objects.filter(direction="out").count()) == (1, 1)


def test_what_nobody_has_ordered_or_knows_is_refused_by_its_field():
    order = ordered(BIRDS=1)
    for wrong in ({"line": "ATLAS"}, {"place": "nowhere"}, {"place": None}):
        with pytest.raises(InvalidField) as bad:
            short(order, 1, **wrong)
        assert bad.value.field == next(iter(wrong))
    worlds.shipped("200", serial=2)
    with pytest.raises(NotThatManyToPack):
        short(Parcel.objects.get(reference="P200").delivery.order, 1)


def test_what_is_held_for_others_stays():
    lost = worlds.lost("200", serial=2, lines={"BIRDS": 2})
    grant_remedy(order_id=lost.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    order = ordered(BIRDS=1)
    (row,) = short(order, 1)
    assert (row.counted_off, on_hand()) == (8, (2, 2))


def test_taken_back_all_is_as_it_was():
    order = ordered(BIRDS=3)
    before = on_hand(), units_of(order)
    (row,) = short(order, 1)
    worlds.settle()
    take_back_shortage(shortage_id=row.pk, by="helper:2", now=clock.now())
    worlds.settle()
    assert (on_hand(), units_of(order)) == before
    assert not orders_in_trouble(order.customer_id, now=clock.now())
    assert Case.objects.get().state == "closed"
    with pytest.raises(AlreadyResolved):
        take_back_shortage(shortage_id=row.pk, by="helper:2", now=clock.now())
    # And it can be short again.
    assert short(order, 1)[0].quantity == 1


def test_taken_back_where_all_of_it_was_short():
    order = ordered(BIRDS=1)
    (row,) = short(order, 1)
    take_back_shortage(shortage_id=row.pk, by="helper:2", now=clock.now())
    assert units_of(order) == [("BIRDS", 1, False)]


def test_what_was_made_good_is_taken_back_no_more():
    order = ordered(BIRDS=1)
    (row,) = short(order, 1)
    grant_remedy(order_id=order.pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())
    with pytest.raises(SomethingFollowed):
        take_back_shortage(shortage_id=row.pk, by="helper:2", now=clock.now())


@pytest.mark.parametrize("packed", [2, 3])
def test_what_is_packed_all_the_same_leaves_in_one_box(packed):
    order = ordered(BIRDS=3)
    short(order, 1)
    worlds.settle()
    worlds.take_in(order_record(lines={"BIRDS": 3}, parcels=[parcel_record("P100", {"BIRDS": packed})]))
    worlds.settle()
    parcel = Parcel.objects.get()
    assert sum(row.quantity for row in parcel.delivery.units.all()) == packed
    assert sum(quantity for _, quantity, _ in units_of(order)) == 3
    assert bool(orders_in_trouble(order.customer_id, now=clock.now())) is (packed == 2)


def test_what_we_asked_a_place_for_is_not_sent_as_it_was_asked_for():
    parcel = worlds.lost("100", lines={"BIRDS": 3})
    worlds.settle()
    grant_remedy(order_id=parcel.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle()
    order = parcel.delivery.order
    (row,) = say_short(order_id=order.pk, line="BIRDS", quantity=1, by="place:reno", now=clock.now())
    assert (Dispatch.objects.get().state, row.counted_off, on_hand()) == ("cancelled", 8, (2, 0))
    worlds.settle()
    # Two of them are there still.
    assert options_for(order, now=clock.now()).kinds == (RemedyKind.SEND_PART, RemedyKind.REFUND)
    worlds.count(place="columbus", BIRDS=3)
    assert RemedyKind.SEND_ELSEWHERE in options_for(order, now=clock.now()).kinds


def test_a_new_day_of_the_shop_does_not_make_it_be_there():
    order = ordered(BIRDS=1)
    short(order, 1)
    worlds.settle()
    later = {"deliver_by_date": worlds.BY + 3 * DAY, "version_at": clock.now()}
    worlds.take_in(order_record(lines={"BIRDS": 1}, **later))
    worlds.settle()
    assert orders_in_trouble(order.customer_id, now=clock.now()) == [order]
    assert Delivery.objects.count() == Promise.objects.filter(kind="deliver").count() == 1
