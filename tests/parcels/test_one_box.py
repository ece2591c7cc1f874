"""Several orders, or parts of one, in one box: each of its parcels hears what is scanned of its number."""

from datetime import timedelta

import pytest

from makegood.kit import clock
from makegood.parcels.models import Parcel, UnmatchedScan
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.polling import CarrierPoller
from makegood.parcels.rules.boxes import ONE_BOX_WITHIN
from makegood.parcels.rules.polling import Urgency, Waiting, one_a_number
from makegood.parcels.rules.scans import SHOP_CODE, Scan, ScanKind
from makegood.parcels.scanning import ScansTaken, take_in_scans
from tests import worlds
from tests.carriers import ConsoleTracker

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def in_box(reference, *, serial=1, label_at=worlds.MONDAY):
    """An order of Ada's that is in the box with this number."""
    record = worlds.parcel_record(f"P{reference}", {"BIRDS": 1}, serial=serial, label_at=label_at)
    worlds.take_in(worlds.order_record(reference, lines={"BIRDS": 1}, parcels=[record]))
    return Parcel.objects.get(reference=f"P{reference}")


def verdicts():
    return dict(Parcel.objects.order_by("reference").values_list("reference", "estimate__verdict"))


def heard():
    return sorted(ScanRow.objects.values_list("parcel__reference", "kind"))


def test_all_parcels_in_a_box_hear_its_scans_and_each_scan_counts_once():
    first, _ = in_box("100"), in_box("200")
    taken = take_in_scans([worlds.scan_of(first, ScanKind.MOVED)], now=clock.now())
    assert taken == ScansTaken(new=1, same=0, unmatched=0)
    assert verdicts() == {"P100": "moving", "P200": "moving"}
    again = take_in_scans([worlds.scan_of(first, ScanKind.MOVED)], now=clock.now())
    assert again == ScansTaken(new=0, same=1, unmatched=0)
    assert heard() == [("P100", "moved"), ("P200", "moved")]


def test_so_do_the_parts_of_one_order():
    parts = [worlds.parcel_record(name, {"BIRDS": 1}) for name in ("P1", "P2")]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 2}, parcels=parts))
    worlds.say(Parcel.objects.get(reference="P1"), ScanKind.DELIVERED)
    assert verdicts() == {"P1": "delivered", "P2": "delivered"}


def test_a_parcel_that_is_labelled_later_hears_what_was_said_before():
    first = in_box("100")
    worlds.say(first, ScanKind.MOVED)
    clock.freeze(worlds.MONDAY + DAY)
    in_box("200", label_at=worlds.MONDAY + DAY)
    assert verdicts() == {"P100": "moving", "P200": "moving"}


def test_scans_that_came_before_both_labels_are_heard_by_both():
    number = worlds.number_of(1)
    told = Scan(carrier="usps", number=number, code="10", kind=ScanKind.MOVED, happened_at=worlds.MONDAY)
    assert take_in_scans([told], now=clock.now()).unmatched == 1
    worlds.take_in(
        *[
            worlds.order_record(name, parcels=[worlds.parcel_record(f"P{name}", {"BIRDS": 1})])
            for name in ("100", "200")
        ]
    )
    assert (heard(), UnmatchedScan.objects.count()) == ([("P100", "moved"), ("P200", "moved")], 0)


@pytest.mark.parametrize(("apart", "hears"), [(ONE_BOX_WITHIN, 2), (ONE_BOX_WITHIN + DAY, 1)])
def test_a_number_that_was_another_parcels_long_ago_is_the_newest_ones(apart, hears):
    in_box("100", label_at=worlds.MONDAY - apart)
    newest = in_box("200")
    worlds.say(newest, ScanKind.MOVED)
    assert len(heard()) == hears
    assert ("P200", "moved") in heard()


def test_what_the_shop_says_of_one_is_not_said_of_the_other():
    record = worlds.parcel_record("P100", {"BIRDS": 1}, delivered_at=worlds.MONDAY)
    worlds.take_in(worlds.order_record("100", parcels=[record]))
    in_box("200")
    assert ScanRow.objects.get().code == SHOP_CODE
    assert verdicts() == {"P100": "delivered", "P200": "label_made"}


def test_a_number_is_asked_about_once_for_all_its_parcels():
    first, _ = in_box("100"), in_box("200")
    moved = {"kind": "moved", "happened_at": worlds.MONDAY.isoformat()}
    tracker = ConsoleTracker({first.number: {"number": first.number, "scans": [moved]}}, code="usps")
    clock.freeze(worlds.MONDAY + 2 * DAY)
    turns = [CarrierPoller(tracker).poll(now=clock.now(), at=clock.now() + DAY).asked for _ in range(2)]
    assert (tracker.asked, turns) == ([(first.number,)], [1, 0])
    asked = set(Parcel.objects.values_list("estimate__asked_at", flat=True))
    assert asked == {clock.now()}


def test_of_one_number_the_most_urgent_waits():
    def waits(parcel_id, number, urgency):
        return Waiting(
            parcel_id=parcel_id, number=number, urgency=urgency, promised_at=worlds.MONDAY, due_at=worlds.MONDAY
        )

    calm, danger, other = waits(1, "A", Urgency.CALM), waits(2, "A", Urgency.DANGER), waits(3, "B", Urgency.NEAR)
    assert one_a_number([calm, danger, other]) == (danger, other)
