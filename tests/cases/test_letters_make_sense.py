"""What letters said that was untrue or clumsy, in worlds of more than one trouble."""

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.actions import say_not_received
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.worlds import DAY, DUE, HOUR, LEAD, MONDAY, live_until, number_of, parcel_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def choose(kind, reference="100"):
    grant_remedy(order_id=Order.objects.get(reference=reference).pk, kind=kind, by=LEAD, now=clock.now())
    worlds.settle()


def all_leave():
    for place, dispatch in enumerate(Dispatch.objects.filter(parcel=None).order_by("id")):
        number = number_of(50 + place)
        announce_parcel(dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now())
    worlds.settle()


def draft():
    return draft_for(Case.objects.get(), helper_name="Maya", now=clock.now()).text


def half_of_it_is_here():
    parcels = [parcel_record("P1", {"BIRDS": 1}, label_at=DUE - 8 * DAY)]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 1, "ATLAS": 1}, parcels=parcels))
    live_until(DUE - 8 * DAY)
    worlds.say(Parcel.objects.get(), ScanKind.DELIVERED)
    live_until(DUE + HOUR)


def test_of_what_is_lost_and_what_has_not_left_each_is_offered_by_its_order():
    worlds.lost("100")
    worlds.take_in(worlds.order_record("200"))
    live_until(DUE + HOUR)
    letter = worlds.letters("broken")[-1]
    assert "For order 100: we can send you the same again, to be with you on Tuesday 20 October." in letter.body
    assert "For order 200: we can send it now, to be with you on Tuesday 20 October." in letter.body


def test_what_went_another_way_is_not_said_to_be_still_here():
    worlds.take_in(worlds.order_record())
    live_until(DUE - HOUR)
    choose(RemedyKind.SEND_ELSEWHERE)
    assert "It is still with us." in draft()
    all_leave()
    assert "still with us" not in draft()
    assert "The rest of that order" not in draft()


@pytest.mark.parametrize(
    ("kind", "news", "said"),
    [
        (RemedyKind.SEND_FASTER, "sent_otherwise", "Part of what you ordered goes another way now."),
        (RemedyKind.NEW_DATE, "new_date", "Part of what you ordered comes by a later day now."),
    ],
)
def test_what_is_chosen_for_a_part_is_not_said_of_the_whole(kind, news, said):
    half_of_it_is_here()
    choose(kind)
    assert said in worlds.letters(news)[0].body
    all_leave()
    left = [letter.body for letter in worlds.letters("replacement_left")]
    assert all("Part of what you ordered is on its way." in body for body in left)
    assert bool(left) == (kind is RemedyKind.SEND_FASTER)


def test_a_new_day_is_told_once():
    worlds.take_in(worlds.order_record())
    live_until(DUE - HOUR)
    choose(RemedyKind.NEW_DATE)
    (letter,) = worlds.letters("new_date")
    assert letter.body.count(" October") == 1


def test_a_carrier_that_says_itself_that_it_is_lost_is_named_for_it():
    worlds.lost()
    worlds.settle()
    (letter,) = worlds.letters("in_danger")
    assert "USPS says itself that it is lost, and we are 99\u00a0% sure of it." in letter.body


def test_whoever_told_us_is_thanked_and_not_told():
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED, MONDAY + DAY)
    clock.freeze(MONDAY + 2 * DAY)
    say_not_received(parcel_id=parcel.pk, now=clock.now())
    worlds.settle()
    (letter,) = worlds.letters("in_danger")
    assert "Thank you for telling us" in letter.body
    assert "find out" not in letter.body


def test_what_came_was_promised_and_is_not_promised_any_more():
    parcel = worlds.shipped()
    live_until(MONDAY + 4 * DAY)
    clock.freeze(clock.now() + HOUR)
    worlds.say(parcel, ScanKind.DELIVERED, MONDAY + DAY)
    worlds.settle()
    (letter,) = worlds.letters("corrected")
    assert "It was promised for Friday 16 October." in letter.body
    assert "1 promise" not in letter.body


def test_what_has_turned_up_is_not_said_to_turn_up_perhaps():
    parcel = worlds.lost()
    worlds.settle()
    choose(RemedyKind.SEND_AGAIN)
    assert "If the first parcel turns up after all" in draft()
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    assert "turns up" not in draft()
