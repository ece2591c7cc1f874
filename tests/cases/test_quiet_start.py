"""A shop that is learning writes to nobody by itself, shows what it would, and tells what is true at its start."""

from datetime import timedelta

import pytest
from django.test import Client

from makegood.cases.models import Case, QuietStart
from makegood.cases.quiet_start import NotLearning, QuietIntoThePast, begin, keep_quiet, letters_held
from makegood.kit import clock
from makegood.parcels.rules.scans import ScanKind
from makegood.remedies.models import Perk
from makegood.staff.rules import SYSTEM
from tests import worlds
from tests.faces.api.conftest import Program
from tests.worlds import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db
K = ScanKind
UNTIL = MONDAY + 6 * DAY


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()
    worlds.customer("ben")
    keep_quiet(until=UNTIL, now=MONDAY)


@pytest.fixture
def parcels():
    """Two parcels of two customers that nobody has scanned, four days later."""
    found = worlds.shipped(), worlds.shipped("200", serial=2, by="ben")
    worlds.live_until(MONDAY + 4 * DAY)
    return found


def held():
    return [(letter.case.customer.reference, letter.kind) for letter in letters_held(now=clock.now())]


def test_everything_is_judged_and_nothing_is_told(parcels):
    assert worlds.letters() == []
    assert not Perk.objects.exists()
    assert {case.attention for case in Case.objects.all()} == {"danger"}
    assert held() == [("ada", "in_danger"), ("ben", "in_danger")]
    assert worlds.letters() == []


def test_letters_without_an_address_are_not_counted_as_going(parcels):
    worlds.customer("ben", email=None)
    client = Client()
    client.force_login(worlds.helper())
    page = client.get("/desk/quiet-start").content.decode()
    assert "1 letter would go now" in page
    assert "1 letter has no address to go to" in page


def test_what_has_become_untrue_is_never_sent(parcels):
    worlds.say(parcels[0], K.MOVED)
    worlds.settle()
    assert held() == [("ben", "in_danger")]
    begin(by="lead:Lena", now=clock.now())
    worlds.settle()
    assert [letter.customer.reference for letter in worlds.letters()] == ["ben"]
    start = QuietStart.objects.get()
    assert (start.begun_by, start.begun_at, start.finished_at) == ("lead:Lena", clock.now(), clock.now())
    with pytest.raises(NotLearning):
        begin(by="lead:Lena", now=clock.now())


def test_it_begins_by_itself_at_its_instant_and_goes_on_as_always(parcels):
    worlds.live_until(UNTIL - HOUR)
    assert worlds.letters() == []
    worlds.live_until(UNTIL)
    assert worlds.news_told() == ["in_danger", "in_danger"]
    assert QuietStart.objects.get().begun_by == str(SYSTEM)
    worlds.lost("300", serial=3)
    worlds.settle()
    assert worlds.news_told().count("in_danger") == 3


def test_it_can_be_longer_or_shorter_and_not_into_the_past(parcels):
    keep_quiet(until=UNTIL + DAY, now=clock.now())
    worlds.live_until(UNTIL + HOUR)
    assert worlds.letters() == []
    with pytest.raises(QuietIntoThePast):
        keep_quiet(until=clock.now(), now=clock.now())


def test_the_desk_shows_who_would_be_told_what_and_lets_it_begin(parcels):
    desk = Client()
    desk.force_login(worlds.helper())
    assert "The shop is learning" in desk.get("/desk/").content.decode()
    text = desk.get("/desk/quiet-start").content.decode()
    assert "2 letters would go now" in text
    assert "Ben Marsh" in text
    assert "Your parcel hasn’t started moving" in text
    assert "/enter/" not in text
    desk.post("/desk/quiet-start/beginning")
    worlds.settle()
    assert len(worlds.letters()) == 2
    after = desk.get("/desk/quiet-start").content.decode()
    assert "The shop began on" in after
    assert "(Maya)" in after
    assert "The shop is learning" not in desk.get("/desk/").content.decode()


def test_nobody_waits_where_all_is_well():
    desk = Client()
    desk.force_login(worlds.helper())
    assert "Nothing would go now" in desk.get("/desk/quiet-start").content.decode()


def test_nobody_looks_from_outside():
    assert Client().get("/desk/quiet-start").status_code == 302
    assert Client().post("/desk/quiet-start/beginning").status_code == 302
    assert QuietStart.objects.get().begun_at is None


def test_the_api_does_the_same(parcels):
    program = Program()
    assert program.get("/quiet-start")["begun_at"] is None
    letters = program.items("/quiet-start/letters")
    assert [(each["customer"], each["kind"]) for each in letters] == [("ada", "in_danger"), ("ben", "in_danger")]
    later = (UNTIL + timedelta(days=9)).isoformat()
    assert program.put("/quiet-start", {"until": later})["until"] == "2026-10-20T16:00:00Z"
    program.put("/quiet-start", {"until": MONDAY.isoformat()}, status=422)
    assert program.ask("DELETE", "/quiet-start")["begun_by"]
    program.ask("DELETE", "/quiet-start", status=409)
    worlds.settle()
    assert len(worlds.letters()) == 2
