"""Orders come in once, gain parcels and tenders, split and are cancelled; what stands of them can't be changed."""

from datetime import UTC, datetime

import pytest

from makegood.intake.actions import take_in_orders
from makegood.kit.rows import BadRows, UpsertResult
from makegood.orders.delivering import split_delivery
from makegood.orders.facts import OrderCancelled, OrderPlaced
from makegood.orders.models import Delivery, Order, OrderLine
from makegood.orders.rules import NotThatMany
from makegood.parcels.models import Parcel
from makegood.promises.actions import break_overdue
from makegood.promises.models import Promise
from tests import worlds
from tests.committed import at_once
from tests.worlds import DUE, MONDAY, order_record, parcel_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(request):
    if "committed" in request.fixturenames:
        request.getfixturevalue("committed")
    else:
        request.getfixturevalue("db")
    worlds.open_shop()
    worlds.customer()


def put(*records):
    return take_in_orders(records, now=MONDAY)


def reasons(*records):
    with pytest.raises(BadRows) as caught:
        take_in_orders(records, now=MONDAY)
    return [(error.index, error.field) for error in caught.value.errors]


def units_of(delivery):
    return dict(delivery.units.values_list("line__reference", "quantity"))


def test_a_new_order_promises_its_delivery_by_the_evening_there():
    assert put(order_record(lines={"BIRDS": 2})) == UpsertResult(new=1)
    delivery = worlds.delivery_of("100")
    assert (delivery.promise.due_at, delivery.promise.kind, delivery.promise.made_by) == (DUE, "deliver", "shop")
    # By ground it leaves Reno on Friday the 9th at 15:00 at the latest, and is packed in the four hours before.
    assert delivery.promise.at_risk_at == datetime(2026, 10, 9, 18, tzinfo=UTC)
    assert units_of(delivery) == {"BIRDS": 2}
    assert worlds.facts(OrderPlaced) == [OrderPlaced(customer_id=delivery.customer_id, order_id=delivery.order_id)]
    assert OrderLine.objects.get().title == "Field Notes on Birds"


def test_the_same_order_again_changes_nothing_whatever_offset_its_instants_are_written_in():
    record = order_record()
    put(record)
    elsewhere = type(record).model_validate(record.model_dump() | {"placed_at": "2026-10-04T18:00:00+02:00"})
    assert [put(record), put(elsewhere)] == [UpsertResult(same=1)] * 2
    assert (Order.objects.count(), Promise.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "other", [{"lines": {"BIRDS": 2}}, {"deliver_by_date": "2026-10-20"}, {"currency": "EUR"}, {"postage_minor": 0}]
)
def test_what_stands_of_an_order_is_not_changed_in_silence(other):
    put(order_record())
    assert reasons(order_record("99"), order_record(**other)) == [(1, "id")]
    assert not Order.objects.filter(reference="99").exists()


def test_every_reason_is_told_with_its_row():
    line = {"id": "1", "sku": "NOSUCH", "quantity": 1, "unit_price_minor": 1}
    bad = order_record("98").model_dump() | {"customer": "nobody", "lines": [line]}
    found = reasons(order_record("99"), type(order_record()).model_validate(bad), order_record("99"))
    assert found == [(1, "customer"), (1, "lines.0.sku"), (2, "id")]


def test_errors_of_parcels_name_the_row_that_was_sent():
    put(order_record("100"))
    known = order_record(
        "100", parcels=[parcel_record("P1", {"BIRDS": 1}, place="mars", number="9400109104250532908588")]
    )
    assert reasons(known, order_record("200")) == [(0, "parcels.0.place"), (0, "parcels.0.number")]


def test_one_parcel_is_in_one_order_once():
    twice = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P1", {"BIRDS": 1}, serial=2)]
    assert reasons(order_record(lines={"BIRDS": 2}, parcels=twice)) == [(0, "parcels.1.id")]
    one = [parcel_record("P1", {"BIRDS": 1})]
    worlds.take_in(order_record("100", parcels=one))
    assert reasons(order_record("99"), order_record("200", parcels=one)) == [(1, "parcels.0.id")]


def test_a_parcel_that_left_under_one_number_is_not_renumbered_in_silence():
    worlds.shipped()
    other = [parcel_record("P100", {"BIRDS": 1}, serial=2)]
    assert reasons(order_record(parcels=other)) == [(0, "parcels.0.number")]


def test_each_parcel_has_its_own_promise_and_what_is_in_none_another():
    parcels = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P2", {"TIDES": 1}, serial=2)]
    worlds.take_in(order_record(lines={"BIRDS": 2, "TIDES": 1}, parcels=parcels))
    deliveries = list(Delivery.objects.select_related("promise").order_by("id"))
    assert [units_of(each) for each in deliveries] == [{"BIRDS": 1}, {"TIDES": 1}, {"BIRDS": 1}]
    assert [each.promise.at_risk_at for each in deliveries] == [None, None, datetime(2026, 10, 9, 18, tzinfo=UTC)]
    assert [p.delivery_id for p in Parcel.objects.order_by("reference")] == [each.pk for each in deliveries[:2]]


def test_a_parcel_that_leaves_later_splits_the_delivery():
    worlds.take_in(order_record(lines={"BIRDS": 2}))
    left = worlds.delivery_of("100")
    first = [parcel_record("P1", {"BIRDS": 1})]
    assert take_in_orders([order_record(lines={"BIRDS": 2}, parcels=first)], now=MONDAY) == UpsertResult(changed=1)
    part = Parcel.objects.get().delivery
    assert (part.split_from, part.promise.due_at, part.promise.at_risk_at) == (left, DUE, None)
    assert [units_of(part), units_of(left)] == [{"BIRDS": 1}, {"BIRDS": 1}]
    both = [*first, parcel_record("P2", {"BIRDS": 1}, serial=2)]
    assert take_in_orders([order_record(lines={"BIRDS": 2}, parcels=both)], now=MONDAY) == UpsertResult(changed=1)
    assert Parcel.objects.get(reference="P2").delivery == left
    assert take_in_orders([order_record(lines={"BIRDS": 2}, parcels=both)], now=MONDAY) == UpsertResult(same=1)


def test_a_parcel_cannot_hold_what_is_in_another_replacement_or_not():
    worlds.lost()
    other = [parcel_record("P200", {"BIRDS": 1}, serial=2)]
    assert reasons(order_record("99"), order_record(parcels=other)) == [(1, "parcels.0.units")]


def test_tenders_may_be_added():
    put(order_record())
    assert put(order_record(paid=[])) == UpsertResult(changed=1)
    assert Order.objects.get().paid == []


def test_a_cancelled_order_owes_nothing_any_more():
    put(order_record())
    assert put(order_record(cancelled_at=MONDAY)) == UpsertResult(changed=1)
    assert put(order_record(cancelled_at=MONDAY)) == UpsertResult(same=1)
    assert worlds.delivery_of("100").promise.state == "withdrawn"
    assert len(worlds.facts(OrderCancelled)) == 1
    assert break_overdue(now=DUE) == 0


def test_what_comes_in_cancelled_is_cancelled():
    put(order_record(cancelled_at=MONDAY))
    assert worlds.delivery_of("100").promise.state == "withdrawn"


def test_only_units_that_are_there_can_leave_a_delivery():
    put(order_record(lines={"BIRDS": 2}))
    delivery = worlds.delivery_of("100")
    line = OrderLine.objects.get()
    with pytest.raises(NotThatMany):
        split_delivery(delivery=delivery, units={line.pk: 3}, now=MONDAY)
    assert split_delivery(delivery=delivery, units={line.pk: 2}, now=MONDAY) == delivery
    assert Delivery.objects.count() == 1


def test_many_orders_take_as_many_queries_as_few(django_assert_num_queries, django_assert_max_num_queries):
    def some(first, count):
        return [
            order_record(str(n), parcels=[parcel_record(f"P{n}", {"BIRDS": 1})]) for n in range(first, first + count)
        ]

    with django_assert_max_num_queries(62) as few:
        take_in_orders(some(300, 2), now=MONDAY)
    with django_assert_num_queries(len(few)):
        take_in_orders(some(400, 20), now=MONDAY)


def test_one_order_sent_twice_at_once_is_taken_in_once(committed):
    record = order_record(parcels=[parcel_record("P1", {"BIRDS": 1})])
    answers = at_once(*[lambda: take_in_orders([record], now=MONDAY)] * 3)
    assert sorted(answers, key=lambda taken: -taken.new) == [
        UpsertResult(new=1),
        UpsertResult(same=1),
        UpsertResult(same=1),
    ]
    assert (Order.objects.count(), Parcel.objects.count(), Promise.objects.count()) == (1, 1, 1)
