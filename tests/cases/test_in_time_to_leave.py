"""What should have left: in the inbox while it can still leave in time, and told when it can't as it was meant to."""

from datetime import UTC, datetime

import pytest

from makegood.cases.models import Case
from makegood.cases.quiet_start import begin, keep_quiet, letters_held
from makegood.catalog.actions import put_services
from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.promises.models import Promise
from makegood.staff.rules import SYSTEM
from tests import worlds
from tests.worlds import DAY, DUE, HOUR, MINUTE, live_until, news_told, parcel_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def cases():
    return [(each.case_type, each.state, each.attention) for each in Case.objects.order_by("id")]


# By ground, four days, from Reno to New York over Columbus Day: the last parcel that is there on Friday the 16th leaves
# on Friday the 9th at 15:00, and packing has to begin four hours before.
PACK_BY = datetime(2026, 10, 9, 18, tzinfo=UTC)
LEAVE_BY = PACK_BY + 4 * HOUR


def test_an_order_that_has_not_left_is_in_the_inbox_while_it_can_still_leave_in_time_and_nobody_is_told():
    worlds.take_in(worlds.order_record())
    live_until(PACK_BY - HOUR)
    assert (news_told(), cases()) == ([], [])
    live_until(PACK_BY)
    assert (news_told(), cases()) == ([], [("delivery", "open", "danger")])
    live_until(LEAVE_BY - HOUR)
    assert news_told() == []
    parcels = [parcel_record("P1", {"BIRDS": 1}, label_at=clock.now())]
    take_in_orders([worlds.order_record(parcels=parcels)], now=clock.now())
    worlds.settle()
    assert cases() == [("delivery", "open", "none")]
    live_until(LEAVE_BY + DAY)
    assert news_told() == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Your order hasn’t left us yet, and it should have."),
        ("fr", "Votre commande n’est pas encore partie de chez nous"),
        ("es", "Su pedido todavía no ha salido de aquí"),
    ],
)
def test_its_customer_is_told_once_it_cant_leave_in_time_any_more_in_its_ordinary_way(language, words):
    worlds.customer(language=language)
    worlds.take_in(worlds.order_record())
    live_until(LEAVE_BY)
    (letter,) = worlds.letters()
    assert (letter.news, words in letter.body, "%" in letter.body) == ("in_danger", True, False)
    assert "USPS" not in letter.body
    live_until(DUE - HOUR)
    assert news_told() == ["in_danger"]


@pytest.mark.parametrize(
    ("language", "rest", "delivered"),
    [
        ("en", "The rest of that order travels separately.", "The rest of that order has been delivered."),
        ("fr", "Le reste de cette commande voyage séparément.", "Le reste de cette commande a été livré."),
        ("es", "El resto de ese pedido viaja por separado.", "El resto de ese pedido ha sido entregado."),
    ],
)
@pytest.mark.parametrize("came", [False, True])
def test_of_an_order_that_is_half_packed_or_half_delivered_each_half_is_told(language, rest, delivered, came):
    worlds.customer(language=language)
    parcels = [parcel_record("P1", {"BIRDS": 1}, label_at=LEAVE_BY - 2 * DAY)]
    record = worlds.order_record(lines={"BIRDS": 1, "ATLAS": 1}, parcels=parcels)
    worlds.take_in(record)
    live_until(LEAVE_BY - HOUR)
    worlds.say(Parcel.objects.get(), ScanKind.DELIVERED if came else ScanKind.ACCEPTED)
    live_until(LEAVE_BY)
    (letter,) = worlds.letters()
    assert (rest in letter.body, delivered in letter.body) == (not came, came)
    assert ("Atlas of Small Islands" in letter.body, "Field Notes" in letter.body) == (True, False)


def test_a_service_that_became_faster_lets_an_order_wait_in_peace():
    worlds.take_in(worlds.order_record())
    put_services([worlds.service("ground", rate_minor=480, transit_days=2)])
    live_until(PACK_BY + HOUR)
    assert (cases(), Promise.objects.get().at_risk_since) == ([], None)
    live_until(LEAVE_BY + 5 * DAY)
    assert cases() == [("delivery", "open", "danger")]


def test_what_can_leave_in_time_yet_is_not_told_beside_what_is_lost():
    worlds.take_in(worlds.order_record())
    live_until(PACK_BY + MINUTE)
    assert cases() == [("delivery", "open", "danger")]
    worlds.lost("200")
    worlds.settle()
    (letter,) = worlds.letters()
    assert ("Order 200" in letter.body, "rder 100" in letter.body) == (True, False)


def test_a_shop_that_begins_does_not_tell_of_what_can_leave_in_time_yet():
    keep_quiet(until=LEAVE_BY - HOUR, now=clock.now())
    worlds.take_in(worlds.order_record())
    live_until(PACK_BY + MINUTE)
    (case,) = Case.objects.all()
    assert list(letters_held([case], now=clock.now())) == []
    begin(by=SYSTEM, now=clock.now())
    worlds.settle()
    assert worlds.letters() == []
    live_until(LEAVE_BY + MINUTE)
    assert news_told() == ["in_danger"]


def test_where_no_service_was_ever_in_time_an_order_is_watched_from_two_days_before_its_day():
    rates = {"ground": 480, "express": 2895, "courier": 1950}
    put_services([worlds.service(each, rate_minor=rate, transit_days=30) for each, rate in rates.items()])
    worlds.take_in(worlds.order_record())
    live_until(DUE - 2 * DAY - HOUR)
    assert cases() == []
    live_until(DUE - HOUR)
    assert (news_told(), cases()) == ([], [("delivery", "open", "danger")])
