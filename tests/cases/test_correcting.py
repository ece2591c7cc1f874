"""What we told and was not so is put right, once, in words that are true."""

import pytest

from makegood.cases.models import Case, CaseMessage
from makegood.customers.models import Customer
from makegood.kit import clock
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.worlds import DAY, DUE, HOUR, MONDAY

pytestmark = pytest.mark.django_db
K = ScanKind


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()


def told_of(reference="100", **more):
    """A parcel of which nobody has told us for four business days, so that its customer heard of trouble."""
    parcel = worlds.shipped(reference, **more)
    worlds.live_until(MONDAY + 4 * DAY)
    assert "in_danger" in worlds.news_told()
    return parcel


def hears(parcel, kind, at):
    clock.freeze(clock.now() + HOUR)
    worlds.say(parcel, kind, at)
    worlds.settle()


@pytest.mark.parametrize(
    ("language", "words", "delivered"),
    [
        ("en", "your parcel was in trouble, and that was wrong.", "it has been delivered"),
        ("fr", "votre colis avait un problème, et c’était faux.", "il a été livré"),
        ("es", "su paquete tenía un problema, y no era cierto.", "se ha entregado"),
    ],
)
def test_what_had_been_delivered_when_we_wrote_is_put_right_once(language, words, delivered):
    Customer.objects.update(language=language)
    parcel = told_of()
    hears(parcel, K.DELIVERED, MONDAY + DAY)
    hears(parcel, K.NOTICE, MONDAY + 2 * DAY)
    (letter,) = worlds.letters("corrected")
    assert words in letter.body
    assert delivered in letter.body
    assert CaseMessage.objects.get(message=letter).case == Case.objects.get()


def test_what_was_moving_when_we_wrote_is_put_right():
    parcel = told_of()
    hears(parcel, K.MOVED, clock.now() - HOUR - 3 * DAY)
    hears(parcel, K.MOVED, clock.now() - HOUR)
    assert worlds.news_told() == ["in_danger", "corrected"]


def test_what_began_to_move_after_we_wrote_was_told_rightly():
    parcel = told_of()
    hears(parcel, K.MOVED, clock.now())
    assert worlds.news_told() == ["in_danger"]


def test_what_is_in_trouble_still_is_not_put_right():
    parcel = told_of()
    hears(parcel, K.DAMAGED, clock.now() - 3 * DAY)
    assert "corrected" not in worlds.news_told()


def test_that_it_was_late_is_put_right_only_where_it_was_there():
    parcel, other = worlds.shipped(), worlds.shipped("200", serial=2)
    for each in (parcel, other):
        for days in (0, 3, 6, 9):
            worlds.say(each, K.MOVED, MONDAY + days * DAY)
    worlds.live_until(DUE + HOUR, step=DAY)
    assert worlds.news_told() == ["broken"]
    hears(parcel, K.DELIVERED, DUE - HOUR)
    hears(other, K.MOVED, DUE - HOUR)
    (letter,) = worlds.letters("corrected")
    assert "Order 100" in letter.subject
    assert "200" not in letter.subject


def test_several_go_into_one_letter():
    parcels = [worlds.shipped(f"{n}00", serial=n) for n in (1, 2)]
    worlds.live_until(MONDAY + 4 * DAY)
    clock.freeze(clock.now() + HOUR)
    for each in parcels:
        worlds.say(each, K.MOVED, MONDAY + DAY)
    worlds.settle()
    assert worlds.news_told().count("corrected") == 1


def test_what_was_made_good_is_told_by_what_turned_up():
    parcel = told_of()
    grant_remedy(order_id=parcel.delivery.order_id, kind=RemedyKind.REFUND, by=worlds.LEAD, now=clock.now())
    worlds.settle()
    hears(parcel, K.DELIVERED, MONDAY + DAY)
    assert "corrected" not in worlds.news_told()
    assert "turned_up" in worlds.news_told()


def ships_late(label_at, *, at, kind=None, **more):
    """A shop tells only at `at` of a parcel that it had labelled before, and its carrier of a movement, if of any."""
    clock.freeze(at)
    worlds.take_in(worlds.order_record(parcels=[worlds.parcel_record("P1", {"BIRDS": 1}, label_at=label_at)], **more))
    if kind:
        worlds.say(Parcel.objects.get(), kind, label_at + HOUR)
    worlds.settle()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We wrote to you that your order hadn’t left us, and that was wrong."),
        ("fr", "Nous vous avons écrit que votre commande n’était pas partie de chez nous, et c’était faux."),
        ("es", "Le escribimos que su pedido no había salido de aquí, y no era cierto."),
    ],
)
@pytest.mark.parametrize("kind", [None, K.MOVED])
def test_what_we_said_had_not_left_and_had_is_put_right_once(language, words, kind):
    Customer.objects.update(language=language)
    # No service would make the day, so that nothing is told before.
    placed = {"placed_at": DUE - 3 * HOUR}
    clock.freeze(DUE - 3 * HOUR)
    worlds.take_in(worlds.order_record(**placed))
    worlds.live_until(DUE + HOUR)
    assert worlds.news_told() == ["broken"]
    ships_late(DUE - 2 * HOUR, at=DUE + 6 * HOUR, kind=kind, **placed)
    hears(Parcel.objects.get(), K.MOVED, clock.now())
    (letter,) = worlds.letters("corrected")
    assert words in letter.body


def test_what_left_after_we_wrote_needs_no_correction():
    clock.freeze(DUE - 3 * HOUR)
    worlds.take_in(worlds.order_record(placed_at=DUE - 3 * HOUR))
    worlds.live_until(DUE + HOUR)
    ships_late(DUE + 2 * HOUR, at=DUE + 6 * HOUR, kind=K.ACCEPTED, placed_at=DUE - 3 * HOUR)
    assert worlds.letters("corrected") == []


@pytest.mark.parametrize(
    ("language", "wrong"),
    [("en", "What we wrote was wrong."), ("fr", "Ce que nous avons écrit"), ("es", "Lo que escribimos no era cierto.")],
)
def test_what_was_made_good_and_had_come_before_we_wrote_says_that_we_were_wrong(language, wrong):
    Customer.objects.update(language=language)
    parcel = told_of()
    grant_remedy(order_id=parcel.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=worlds.HELPER, now=clock.now())
    worlds.settle()
    hears(parcel, K.DELIVERED, MONDAY + DAY)
    (letter,) = worlds.letters("turned_up")
    assert wrong in letter.body


def test_what_turns_up_after_we_wrote_was_not_wrong_to_be_written():
    parcel = told_of()
    grant_remedy(order_id=parcel.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=worlds.HELPER, now=clock.now())
    worlds.settle()
    hears(parcel, K.DELIVERED, clock.now())
    (letter,) = worlds.letters("turned_up")
    assert "What we wrote was wrong." not in letter.body


def test_two_boxes_of_one_number_say_in_a_letter_that_they_share_it():
    parcels = [worlds.parcel_record("A", {"BIRDS": 1}), worlds.parcel_record("B", {"TIDES": 1})]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 1, "TIDES": 1}, parcels=parcels))
    worlds.live_until(MONDAY + 4 * DAY)
    (letter,) = worlds.letters("in_danger")
    assert letter.body.count("It shares its tracking number with another of these") == 2
