"""What never left is not spoken of as sent again: no letter and no page tells of an earlier parcel that never was."""

import re
from datetime import UTC, datetime

import pytest

from makegood.kit import clock
from makegood.orders.models import Delivery, Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.queries import first_of_all
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.remedies.queries import options_for
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.worlds import DAY, DUE, HOUR, LEAD, live_until, number_of, parcel_record

pytestmark = pytest.mark.django_db
K = RemedyKind
PACK_BY = datetime(2026, 10, 9, 18, tzinfo=UTC)
OF_AN_EARLIER_ONE = re.compile(
    r"\b(again|replace\w*|new parcels?|first parcel|turns? up|turned up|thought lost)\b", re.IGNORECASE
)
COUNT_ON_US = "We want you to be able to count on us again."


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def the_order():
    return Order.objects.get(reference="100")


def not_left(**more):
    worlds.take_in(worlds.order_record(**more))
    live_until(PACK_BY + 5 * HOUR)


def grant(kind):
    grant_remedy(order_id=the_order().pk, kind=kind, by=LEAD, now=clock.now())
    worlds.settle()


def page():
    html = signed_in(the_order().customer).get("/orders/100").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1]).split())


def assert_first():
    """Nothing that the customer reads is of an earlier one."""
    for text in (page(), *(f"{letter.subject}\n{letter.body}" for letter in worlds.letters())):
        assert not OF_AN_EARLIER_ONE.search(text.replace(COUNT_ON_US, "")), text


def leave():
    """The box leaves: by the place that was asked, or in the shop's own way."""
    clock.freeze(clock.now() + HOUR)
    dispatch = Dispatch.objects.filter(state="requested").last()
    if dispatch:
        announce_parcel(
            dispatch_id=dispatch.pk, carrier="usps", number=number_of(33), label_at=clock.now(), now=clock.now()
        )
    else:
        units = {row.line.product.sku: row.quantity for row in Delivery.objects.last().units.all()}
        told = worlds.order_record(parcels=[parcel_record("P1", units, label_at=clock.now())])
        worlds.take_in(told)
    worlds.settle()


def come():
    clock.freeze(clock.now() + 2 * DAY)
    worlds.say(Parcel.objects.last(), ScanKind.DELIVERED)
    worlds.settle()


@pytest.mark.parametrize("kind", [K.SEND_ELSEWHERE, K.NEW_DATE, K.REFUND])
def test_what_never_left_is_told_of_as_the_first(kind):
    not_left()
    assert_first()
    kinds = options_for(the_order(), now=clock.now()).kinds
    grant(kind if kind in kinds else kinds[0])
    assert_first()
    if kind is not K.REFUND:
        leave()
        assert_first()
        come()
        assert_first()
        assert "It was delivered." in page()


def test_a_part_of_what_never_left_goes_and_the_rest_is_paid_back():
    worlds.count(TIDES=0)
    not_left(lines={"BIRDS": 1, "TIDES": 1})
    assert "we can send you what we have" in worlds.letters("in_danger")[0].body
    assert "Send what you have, and pay back the rest" in page()
    grant(K.SEND_PART)
    (letter,) = worlds.letters("sent_part")
    assert "We are sending you “Field Notes on Birds”, and you pay nothing more for it." in letter.body
    assert "It will be with you on" in letter.body
    assert_first()
    leave()
    come()
    assert_first()


def test_what_is_sent_another_way_and_then_later_is_still_the_first():
    not_left()
    grant(options_for(the_order(), now=clock.now()).kinds[0])
    live_until(DUE + 3 * DAY)
    grant(K.NEW_DATE)
    assert_first()
    leave()
    assert "on its way now" in worlds.letters("replacement_left")[0].subject
    assert_first()


def test_a_later_day_that_is_cancelled_was_never_sent_at_all():
    not_left(version_at=worlds.MONDAY)
    grant(K.NEW_DATE)
    clock.freeze(clock.now() + HOUR)
    worlds.take_in(worlds.order_record(version_at=clock.now(), cancelled_at=clock.now()))
    worlds.settle()
    assert "It is not sent any more." in page()
    assert_first()


def test_what_left_although_its_money_goes_back_is_kept_or_sent_back_when_it_is_there():
    not_left()
    grant(K.REFUND)
    leave()
    assert "If it reaches you all the same, tell us" in page()
    assert_first()
    come()
    assert "Keep what came, or send it back at our cost" in page()
    assert_first()


def test_what_takes_the_place_of_a_second_box_that_never_left_is_no_first_one():
    worlds.lost("100")
    worlds.settle()
    grant(K.SEND_AGAIN)
    live_until(DUE + DAY)
    again = next(kind for kind in options_for(the_order(), now=clock.now()).kinds if kind.value.startswith("send_"))
    grant(again)
    lost, second, third = Delivery.objects.order_by("id")
    assert (second.split_from, third.split_from) == (lost, second)
    assert first_of_all([lost, second, third]) == set()
