"""A contradiction on its way through the house: verdict, promise, and every face names both sides."""

import pytest

from makegood.faces.api.explained import explain_parcels
from makegood.kit import clock
from makegood.parcels.models import Parcel
from makegood.parcels.queries import deliveries_of
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Verdict
from makegood.promises.rules import PromiseState
from tests import worlds


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def known_delivered(at):
    """The shop's record calls the parcel delivered."""
    record = worlds.parcel_record("P100", {"BIRDS": 1}, delivered_at=at)
    worlds.take_in(worlds.order_record(parcels=[record]))
    return Parcel.objects.get(reference="P100")


def test_a_promise_kept_by_the_shops_word_alone_is_open_again_once_the_carrier_still_has_it():
    clock.freeze(worlds.MONDAY + worlds.DAY)
    parcel = known_delivered(worlds.MONDAY + worlds.DAY)
    assert (parcel.estimate.verdict, parcel.delivery.promise.state) == (Verdict.DELIVERED, PromiseState.KEPT)
    clock.freeze(worlds.MONDAY + 2 * worlds.DAY)
    worlds.say(parcel, ScanKind.OUT_FOR_DELIVERY, place="QUEENS, NY")
    parcel = Parcel.objects.select_related("delivery__promise").get()
    assert (parcel.estimate.verdict, parcel.estimate.probability_percent) == (Verdict.OUT_FOR_DELIVERY, 75)
    assert parcel.delivery.promise.state == PromiseState.OPEN
    assert parcel.estimate.evidence[1] == {
        "kind": "shop_says_delivered",
        "at": "2026-10-07T16:00:00Z",
        "claimed_at": "2026-10-06T16:00:00Z",
        "scan": "out_for_delivery",
        "place": "QUEENS, NY",
        "code": "out_for_delivery",
    }


def test_explained_by_the_command():
    number = worlds.number_of(1)
    events = [
        {"eventType": "DELIVERED", "eventCode": "01", "GMTTimestamp": "2026-10-08T18:00:00Z"},
        {"eventType": "PROCESSED", "eventCode": "10", "GMTTimestamp": "2026-10-09T18:00:00Z"},
    ]
    body = {"trackingNumber": number, "trackingEvents": events}
    now = worlds.MONDAY + 9 * worlds.DAY
    (parcel,) = explain_parcels(body, carrier="usps", number=None, label_at=worlds.MONDAY, now=now)["parcels"]
    assert (parcel["verdict"], parcel["probability_percent"]) == ("moving", 85)
    assert [each["words"] for each in parcel["evidence"] if each["kind"] == "delivery_undone"] == [
        (
            "The carrier said delivered on 8 October 2026 at 11:00 PDT, and went on with it after that, on 9 October"
            " 2026 at 11:00 PDT: on its way (“PROCESSED”). So it was not delivered then."
        )
    ]


def test_a_delivery_that_is_undone_gives_its_promise_back_and_supports_no_word_of_one():
    clock.freeze(worlds.MONDAY + worlds.DAY)
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED, place="RENO, NV 89502")
    promise = Parcel.objects.select_related("delivery__promise").get().delivery.promise
    assert (promise.state, deliveries_of(parcel)) == (PromiseState.KEPT, {clock.now()})
    clock.freeze(worlds.MONDAY + 3 * worlds.DAY)
    worlds.say(parcel, ScanKind.OUT_FOR_DELIVERY, place="QUEENS, NY 11101")
    parcel = Parcel.objects.select_related("delivery__promise").get()
    assert (parcel.estimate.verdict, parcel.delivery.promise.state) == (Verdict.OUT_FOR_DELIVERY, PromiseState.OPEN)
    assert deliveries_of(parcel) == set()
    clock.freeze(worlds.MONDAY + 3 * worlds.DAY + 5 * worlds.HOUR)
    worlds.say(parcel, ScanKind.DELIVERED, place="QUEENS, NY 11101")
    parcel = Parcel.objects.select_related("delivery__promise").get()
    assert (parcel.estimate.verdict, parcel.delivery.promise.fulfilled_at) == (Verdict.DELIVERED, clock.now())


def test_an_earlier_box_keeps_no_promise_of_this_one():
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED, worlds.MONDAY - 150 * worlds.DAY, place="TAMPA, FL 33602")
    parcel = Parcel.objects.select_related("delivery__promise").get()
    assert (parcel.estimate.verdict, parcel.delivery.promise.state) == (Verdict.LABEL_MADE, PromiseState.OPEN)
    assert deliveries_of(parcel) == set()
    arrived_at = worlds.MONDAY + 2 * worlds.DAY
    clock.freeze(arrived_at)
    worlds.say(parcel, ScanKind.DELIVERED, place="QUEENS, NY 11101")
    parcel = Parcel.objects.select_related("delivery__promise").get()
    assert (parcel.delivery.promise.state, parcel.delivery.promise.fulfilled_at) == (PromiseState.KEPT, arrived_at)
