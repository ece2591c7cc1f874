"""What a grant does step by step, and where it sends what it sends again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from makegood.catalog.models import Stock
from makegood.kit import clock
from makegood.orders.models import Delivery, Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.facts import DispatchReaddressed
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.models import GrantStep
from tests import worlds
from tests.worlds import HELPER, MONDAY, parcel_record

pytestmark = pytest.mark.django_db
AGAIN, PART = RemedyKind.SEND_AGAIN, RemedyKind.SEND_PART


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()


def grant(kind=AGAIN):
    return grant_remedy(order_id=Order.objects.get().pk, kind=kind, by=HELPER, now=clock.now())


def units_of(one):
    return sorted(one.units.values_list("lost__line__reference", "quantity", "treatment", "refund_minor"))


def birds():
    return Stock.objects.filter(product__sku="BIRDS", place__reference="reno").values_list("on_hand", "held").get()


def steps_of(one):
    return list(one.steps.order_by("id").values_list("kind", "state", "amount_minor", "currency"))


def test_a_grants_steps_link_what_they_made_and_are_requested_with_it():
    worlds.count(BIRDS=1)
    worlds.lost(lines={"BIRDS": 2})
    one = grant(PART)
    dispatch, task = Dispatch.objects.get(), Refund.objects.get()
    assert steps_of(one) == [
        ("reserve_stock", "done", None, None),
        ("dispatch", "requested", 2895, "USD"),
        ("refund", "requested", 1695, "USD"),
    ]
    made = list(one.steps.order_by("id").values_list("reservation", "dispatch", "refund"))
    assert made == [(dispatch.units.get().reservation_id, None, None), (None, dispatch.pk, None), (None, None, task.pk)]


def test_steps_go_on_as_parcels_leave_and_money_is_paid():
    worlds.count(BIRDS=1)
    worlds.lost(lines={"BIRDS": 2})
    one = grant(PART)
    dispatch = Dispatch.objects.get()
    announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=worlds.number_of(91), label_at=clock.now(), now=clock.now()
    )
    worlds.work()
    finish_refund(refund_id=Refund.objects.get().pk, by=HELPER, note="", now=clock.now())
    worlds.work()
    assert [state for _, state, *_ in steps_of(one)] == ["done", "done", "done"]


def test_what_is_cancelled_is_compensated_and_its_stock_is_free_again():
    worlds.lost()
    one = grant()
    parcels = [parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=MONDAY))
    worlds.work()
    assert [(kind, state) for kind, state, *_ in steps_of(one)] == [
        ("reserve_stock", "compensated"),
        ("dispatch", "compensated"),
    ]
    assert birds() == (10, 0)


def test_postgresql_holds_that_a_step_links_just_what_its_kind_makes():
    worlds.lost()
    step = grant().steps.get(kind="dispatch")
    for wrong in ({"kind": "refund"}, {"dispatch": None}, {"currency": None}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GrantStep.objects.filter(pk=step.pk).update(**wrong)


ELSEWHERE = {"name": "Ada Marsh", "lines": ["9 Harbour Road"], "postcode": "94016", "country": "US"}
WEST = {**ELSEWHERE, "zone": "America/Los_Angeles"}


def told(*, hours, parcels, **more):
    """A version of order 100, made so many hours after it was placed."""
    record = worlds.order_record(lines={"BIRDS": 2}, parcels=parcels).model_dump()
    return worlds.OrderRecord.model_validate(record | {"version_at": MONDAY + timedelta(hours=hours)} | more)


def lose_all(order):
    for delivery in order.deliveries.filter(is_replacement=False).order_by("id"):
        worlds.say(worlds.Parcel.objects.get(delivery=delivery), ScanKind.LOST)


def test_lost_boxes_of_two_addresses_go_again_in_two():
    parcels = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P2", {"BIRDS": 1}, serial=2) | {"ship_to": WEST}]
    lose_all(worlds.take_in(told(hours=0, parcels=parcels)))
    one = grant()
    assert sorted(units_of(one)) == [("BIRDS", 1, "sent_again", 0)] * 2
    again = Delivery.objects.filter(is_replacement=True).order_by("id")
    assert [delivery.address_lines for delivery in again] == [["12 Orchard Street"], ["9 Harbour Road"]]
    assert [delivery.zone for delivery in again] == ["America/New_York", "America/Los_Angeles"]
    assert one.steps.filter(kind="dispatch").count() == 2


def test_a_newer_address_counts_for_what_is_sent_again():
    parcels = [parcel_record("P1", {"BIRDS": 2})]
    order = worlds.take_in(told(hours=0, parcels=parcels))
    worlds.take_in(told(hours=1, parcels=parcels, ship_to=WEST))
    lose_all(order)
    grant()
    first, again = Delivery.objects.order_by("id")
    assert (first.address_lines, again.address_lines) == (["12 Orchard Street"], ["9 Harbour Road"])
    assert again.zone == "America/Los_Angeles"


def test_a_replacement_that_waits_follows_a_newer_address_and_one_that_left_does_not():
    parcels = [parcel_record("P1", {"BIRDS": 2})]
    lose_all(worlds.take_in(told(hours=0, parcels=parcels)))
    grant()
    worlds.take_in(told(hours=1, parcels=parcels, ship_to=WEST))
    worlds.work()
    again = Delivery.objects.get(is_replacement=True)
    assert again.address_lines == ["9 Harbour Road"]
    assert len(worlds.facts(DispatchReaddressed)) == 1
    announce_parcel(
        dispatch_id=Dispatch.objects.get().pk,
        carrier="usps",
        number=worlds.number_of(91),
        label_at=clock.now(),
        now=clock.now(),
    )
    worlds.take_in(told(hours=2, parcels=parcels))
    worlds.work()
    again.refresh_from_db()
    assert again.address_lines == ["9 Harbour Road"]
