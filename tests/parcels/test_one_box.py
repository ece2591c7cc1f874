"""Several orders, or parts of one, in one box: each of its parcels hears what is scanned of its number."""

from datetime import timedelta

import pytest

from makegood.kit import clock
from makegood.parcels.actions import say_not_received
from makegood.parcels.models import Parcel, UnmatchedScan
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.polling import CarrierPoller
from makegood.parcels.rules.boxes import ONE_BOX_WITHIN
from makegood.parcels.rules.polling import Urgency, Waiting, one_a_number
from makegood.parcels.rules.scans import SHOP_CODE, Scan, ScanKind
from makegood.parcels.scanning import ScansTaken, take_in_scans
from tests import worlds
from tests.carriers import ConsoleTracker
from tests.faces.account.conftest import signed_in
from tests.faces.api.conftest import Program

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


ELM = {"name": "Ben", "lines": ["9 Elm Row"], "postcode": "10003", "country": "US", "zone": "America/New_York"}


def bens(*, lines=("9 Elm Row",), **more):
    """An order of Ben's under the number of Ada's."""
    worlds.customer("ben")
    record = worlds.parcel_record("P900", {"BIRDS": 1}, label_at=clock.now(), **more)
    worlds.take_in(worlds.order_record("900", by="ben", parcels=[record], ship_to=ELM | {"lines": list(lines)}))
    return Parcel.objects.get(reference="P900")


def test_a_number_of_two_customers_at_two_addresses_is_the_ones_that_had_it_first():
    first = in_box("100")
    worlds.say(first, ScanKind.MOVED)
    clock.freeze(worlds.MONDAY + DAY)
    other = bens()
    worlds.say(first, ScanKind.DELIVERED)
    assert verdicts() == {"P100": "delivered", "P900": "label_made"}
    assert heard() == [("P100", "delivered"), ("P100", "moved")]
    # Nothing is concluded from its silence either: it may be there, under the number that it really has.
    worlds.live_until(worlds.DUE + 9 * DAY)
    assert (verdicts()["P900"], worlds.letters()) == ("label_made", [])
    told = {each["id"]: each for each in Program().items("/parcels")}
    assert "Another customer’s parcel" in told["P900"]["number_doubt"]
    assert (told["P100"]["number_doubt"], told["P900"]["awaits_news"]) == (None, True)
    page = signed_in(other.customer).get("/orders/900").content.decode()
    assert "elivered" not in page


def test_what_the_shop_or_the_customer_says_of_it_is_believed():
    in_box("100")
    other = bens(delivered_at=worlds.MONDAY)
    assert verdicts()["P900"] == "delivered"
    say_not_received(parcel_id=other.pk, now=clock.now())
    assert verdicts()["P900"] == "not_received"


def test_two_customers_at_one_address_share_a_box():
    first = in_box("100")
    address = Parcel.objects.get().delivery
    worlds.customer("ben")
    record = worlds.parcel_record("P900", {"BIRDS": 1})
    there = ELM | {"lines": address.address_lines, "postcode": address.postcode}
    worlds.take_in(worlds.order_record("900", by="ben", parcels=[record], ship_to=there))
    worlds.say(first, ScanKind.MOVED)
    assert verdicts() == {"P100": "moving", "P900": "moving"}


def test_a_number_that_is_first_heard_of_with_both_is_the_first_ones():
    told = Scan(carrier="usps", number=worlds.number_of(1), code="10", kind=ScanKind.MOVED, happened_at=worlds.MONDAY)
    take_in_scans([told], now=clock.now())
    worlds.customer("ben")
    record = worlds.parcel_record("P900", {"BIRDS": 1})
    worlds.take_in(
        worlds.order_record("100", parcels=[worlds.parcel_record("P100", {"BIRDS": 1})]),
        worlds.order_record("900", by="ben", parcels=[record], ship_to=ELM),
    )
    assert heard() == [("P100", "moved")]


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
