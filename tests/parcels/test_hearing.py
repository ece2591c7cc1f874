"""Who hears of parcels, since when, and what comes of silence before that: nothing."""

from datetime import timedelta

import pytest

from makegood.kit import clock
from makegood.parcels import actions
from makegood.parcels.hearing import HearingInTheFuture, UnknownCarrier, say_heard
from makegood.parcels.models import CarrierHearing, Parcel
from makegood.parcels.rules.hearing import MANY_CUSTOMERS, SETTLES
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.scanning import Way, take_in_scans
from makegood.promises.models import Promise
from tests import worlds
from tests.worlds import DAY, DUE, HOUR, MINUTE, MONDAY

pytestmark = pytest.mark.django_db
K = ScanKind


@pytest.fixture(autouse=True)
def nobody_tells():
    """A shop on its first day: no carrier has told it of anything."""
    worlds.open_shop()
    worlds.customer()
    CarrierHearing.objects.all().delete()


def state(parcel):
    parcel.refresh_from_db()
    promise = Promise.objects.get(id=parcel.delivery.promise_id)
    return parcel.estimate.verdict, promise.state, promise.awaits_news


def test_of_a_parcel_that_nobody_tells_of_no_letter_and_no_danger_comes():
    parcel = worlds.shipped()
    worlds.live_until(DUE + 20 * DAY, step=DAY)
    assert state(parcel) == ("label_made", "open", True)
    assert worlds.letters() == []
    assert not Parcel.objects.in_danger().exists()


def test_the_first_scan_of_any_of_its_parcels_says_that_a_carrier_tells_us():
    parcel, other = worlds.shipped(), worlds.shipped("200", serial=2)
    clock.freeze(MONDAY + HOUR)
    worlds.say(other, K.ACCEPTED)
    assert [(each.carrier, each.heard_since) for each in CarrierHearing.objects.all()] == [("usps", MONDAY + HOUR)]
    worlds.settle()
    assert state(parcel) == ("label_made", "open", False)
    worlds.live_until(MONDAY + HOUR + 2 * DAY, step=6 * HOUR)
    assert state(parcel)[0] == "never_scanned"
    assert len(worlds.letters("in_danger")) == 1
    assert CarrierHearing.objects.get().heard_since == MONDAY + HOUR


def test_a_first_import_of_parcels_on_their_way_concludes_nothing_from_what_it_was_never_told():
    clock.freeze(MONDAY + 6 * DAY)
    came, moves, unheard = (worlds.shipped(f"{n}00", serial=n, deliver_by_date=MONDAY.date()) for n in (1, 2, 3))
    worlds.settle()
    clock.freeze(clock.now() + MINUTE)
    worlds.say(moves, K.ACCEPTED, MONDAY + 2 * HOUR)
    worlds.say(came, K.ACCEPTED, MONDAY + 2 * HOUR)
    worlds.settle()
    clock.freeze(clock.now() + 5 * MINUTE)
    worlds.say(came, K.DELIVERED, MONDAY + 6 * HOUR)
    worlds.settle()
    assert worlds.letters() == []
    assert [state(each)[1:] for each in (came, moves, unheard)] == [("kept", False), ("open", True), ("open", True)]
    # An hour later a backlog has been told: what moved last a week ago, and was due then, is late.
    worlds.live_until(clock.now() + SETTLES, step=MINUTE * 30)
    assert state(moves) == ("delayed", "broken", False)
    assert [letter.news for letter in worlds.letters()] == ["broken"]
    worlds.live_until(MONDAY + 30 * DAY, step=DAY)
    assert state(unheard) == ("label_made", "open", True)
    assert state(moves)[0] == "lost"


def test_what_a_backlog_says_of_damage_is_told_when_no_delivery_follows():
    clock.freeze(MONDAY + 3 * DAY)
    parcel, delivered = worlds.shipped(), worlds.shipped("200", serial=2)
    for each in (parcel, delivered):
        worlds.say(each, K.DAMAGED, MONDAY + DAY)
    worlds.settle()
    worlds.say(delivered, K.DELIVERED, MONDAY + 2 * DAY)
    worlds.settle()
    assert worlds.letters() == []
    worlds.live_until(MONDAY + 3 * DAY + SETTLES, step=HOUR)
    assert [letter.news for letter in worlds.letters()] == ["in_danger"]
    assert state(delivered)[1] == "kept"


def test_a_second_shop_whose_parcels_come_later_begins_anew_though_its_carrier_tells_us_for_long():
    say_heard(carrier="usps", since=MONDAY - 100 * DAY, now=MONDAY)
    clock.freeze(MONDAY + 5 * DAY)
    parcel = worlds.shipped()
    worlds.live_until(MONDAY + 12 * DAY, step=DAY)
    assert state(parcel) == ("label_made", "open", True)
    assert worlds.letters() == []


def test_who_says_that_it_never_came_is_heard():
    clock.freeze(DUE + DAY)
    parcel = worlds.shipped()
    worlds.settle()
    assert state(parcel) == ("label_made", "open", True)
    actions.say_not_received(parcel_id=parcel.pk, now=clock.now())
    worlds.settle()
    assert state(parcel) == ("not_received", "broken", False)
    (letter,) = worlds.letters("broken")
    assert "You told us on Saturday 17 October that it is not there. We have not heard from USPS." in letter.body
    assert "It may only be late: we think it 35\N{NO-BREAK SPACE}% likely that it is lost." in letter.body
    assert "never scanned" not in letter.body
    assert "will still reach you" not in letter.body


def test_who_says_it_before_its_day_is_no_witness_of_what_came_after():
    parcel = worlds.shipped()
    worlds.live_until(MONDAY + 2 * DAY)
    actions.say_not_received(parcel_id=parcel.pk, now=clock.now())
    worlds.live_until(DUE + DAY, step=DAY)
    assert state(parcel) == ("label_made", "open", True)
    assert worlds.letters() == []


def test_somebody_may_say_since_when_a_carrier_tells_and_the_earliest_stands():
    parcel = worlds.shipped()
    clock.freeze(MONDAY + 3 * DAY)
    say_heard(carrier="usps", since=MONDAY + DAY, now=clock.now())
    say_heard(carrier="usps", since=MONDAY, now=clock.now())
    say_heard(carrier="usps", since=MONDAY + 2 * DAY, now=clock.now())
    worlds.settle()
    assert CarrierHearing.objects.get().heard_since == MONDAY
    assert state(parcel)[0] == "never_scanned"
    with pytest.raises(UnknownCarrier):
        say_heard(carrier="pigeon", since=MONDAY, now=clock.now())
    with pytest.raises(HearingInTheFuture):
        say_heard(carrier="ups", since=clock.now() + timedelta(seconds=1), now=clock.now())


def customers_of(count):
    """So many customers with a parcel each."""
    found = []
    for number in range(count):
        worlds.customer(f"c{number}")
        found.append(worlds.shipped(f"C{number}", serial=100 + number, by=f"c{number}"))
    return found


def told_since_a_week(newest_at):
    """A carrier that told us of something every day, until then."""
    say_heard(carrier="usps", since=MONDAY - 7 * DAY, now=MONDAY)
    clock.freeze(newest_at)
    worlds.say(worlds.shipped("T1", serial=99), K.ACCEPTED, newest_at)
    return CarrierHearing.objects.get()


def test_a_carrier_that_falls_silent_about_everything_frightens_nobody():
    parcels = customers_of(MANY_CUSTOMERS)
    told_since_a_week(MONDAY + HOUR)
    worlds.live_until(DUE + DAY, step=DAY)
    assert worlds.letters() == []
    assert CarrierHearing.objects.get().heard_until == MONDAY + HOUR
    assert {state(each) for each in parcels} == {("label_made", "open", True)}


def test_one_customers_boxes_may_all_be_lost_together():
    parcels = [worlds.shipped(f"{number}00", serial=number) for number in range(1, MANY_CUSTOMERS + 1)]
    told_since_a_week(MONDAY + HOUR)
    worlds.live_until(MONDAY + 3 * DAY, step=DAY)
    assert CarrierHearing.objects.get().heard_until is None
    assert {state(each)[0] for each in parcels} == {"never_scanned"}


def test_what_a_carrier_tells_of_after_its_silence_counts_from_then_on():
    parcels = customers_of(MANY_CUSTOMERS)
    told_since_a_week(MONDAY + HOUR)
    worlds.live_until(MONDAY + 4 * DAY, step=DAY)
    back_at = MONDAY + 4 * DAY + HOUR
    clock.freeze(back_at)
    worlds.say(parcels[0], K.MOVED, back_at)
    box = worlds.parcel_record("P950", {"BIRDS": 1}, serial=95, label_at=back_at)
    worlds.take_in(worlds.order_record("950", parcels=[box], placed_at=back_at, deliver_by_date="2026-10-30"))
    fresh = Parcel.objects.get(reference="P950")
    worlds.settle()
    hearing = CarrierHearing.objects.get()
    assert (hearing.heard_since, hearing.newest_at, hearing.heard_until) == (back_at, back_at, None)
    for day in range(1, 7):
        clock.freeze(back_at + day * DAY)
        worlds.say(parcels[0], K.MOVED, clock.now())
        worlds.settle()
    assert state(fresh)[0] == "never_scanned"
    # What left long before may have come while nobody told us.
    assert state(parcels[1]) == ("label_made", "open", True)
    assert [letter.customer.reference for letter in worlds.letters("in_danger")] == ["ada"]


def test_a_file_of_scans_is_heard_up_to_its_newest():
    moves, unheard = worlds.shipped(), worlds.shipped("200", serial=2)
    clock.freeze(MONDAY + HOUR)
    take_in_scans([worlds.scan_of(moves, K.ACCEPTED, MONDAY + MINUTE)], now=clock.now(), way=Way.FILE)
    assert CarrierHearing.objects.get().heard_until == MONDAY + MINUTE
    worlds.live_until(DUE + 5 * DAY, step=DAY)
    assert worlds.letters() == []
    assert [state(each) for each in (moves, unheard)] == [("moving", "open", True), ("label_made", "open", True)]


def test_files_day_by_day_are_heard_as_far_as_they_go():
    moves, unheard = worlds.shipped(), worlds.shipped("200", serial=2)
    for day in range(5):
        clock.freeze(MONDAY + day * DAY + HOUR)
        scan = worlds.scan_of(moves, K.MOVED, MONDAY + day * DAY + MINUTE)
        take_in_scans([scan], now=clock.now(), way=Way.FILE)
        worlds.settle()
    assert [state(each)[0] for each in (moves, unheard)] == ["moving", "never_scanned"]


def test_a_push_says_more_than_the_file_before_it_and_a_file_no_less_than_the_push():
    parcel = worlds.shipped()
    say = [worlds.scan_of(parcel, K.MOVED, MONDAY + hours * HOUR) for hours in range(4)]
    for now, scan, way, until in (
        (MONDAY + HOUR, say[0], Way.FILE, MONDAY),
        (MONDAY + 2 * HOUR, say[1], Way.TOLD, None),
        (MONDAY + 3 * HOUR, say[2], Way.FILE, None),
    ):
        take_in_scans([scan], now=now, way=way)
        assert CarrierHearing.objects.get().heard_until == until
    assert CarrierHearing.objects.get().heard_since == MONDAY + 2 * HOUR
    # Written down every ten minutes, not at every push.
    take_in_scans([worlds.scan_of(parcel, K.MOVED, MONDAY + 2 * HOUR + MINUTE)], now=MONDAY + 3 * HOUR)
    assert CarrierHearing.objects.get().newest_at == MONDAY + 2 * HOUR
