"""A shop that is learning writes to nobody by itself, shows what it would, and tells what is true at its start."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from makegood.cases.facts import ShopBegan
from makegood.cases.models import Case, QuietStart
from makegood.cases.quiet_start import NotLearning, QuietIntoThePast, begin, cases_waiting, keep_quiet, letters_held
from makegood.kit import clock
from makegood.parcels.actions import say_not_received
from makegood.parcels.rules.scans import ScanKind
from makegood.remedies.models import Perk
from makegood.staff.rules import SYSTEM, Role
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
    return [(letter.case.customer.reference, letter.kind) for letter in letters_held(cases_waiting(), now=clock.now())]


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
    begin(by=worlds.LEAD, now=clock.now())
    worlds.settle()
    assert [letter.customer.reference for letter in worlds.letters()] == ["ben"]
    start = QuietStart.objects.get()
    assert (start.begun_by, start.begun_at, start.finished_at) == ("lead:1", clock.now(), clock.now())
    assert worlds.facts(ShopBegan) == [ShopBegan(customer_id=0, by="lead:1", through=0)]
    with pytest.raises(NotLearning):
        begin(by=worlds.LEAD, now=clock.now())


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


def test_who_says_that_it_never_came_is_answered_all_the_same(parcels):
    worlds.say(parcels[0], K.DELIVERED)
    worlds.settle()
    say_not_received(parcel_id=parcels[0].pk, now=clock.now())
    worlds.settle()
    assert [(each.customer.reference, each.news) for each in worlds.letters()] == [("ada", "in_danger")]
    assert held() == [("ben", "in_danger")]


def test_a_helper_can_not_let_it_begin_and_neither_can_a_program_for_one(parcels):
    desk = Client()
    desk.force_login(worlds.helper())
    text = desk.get("/desk/quiet-start").content.decode()
    assert ("A lead can let it begin before." in text, "Begin now" in text) == (True, False)
    refused = desk.post("/desk/quiet-start/beginning")
    assert refused.status_code == 403
    assert "Only a lead may let the shop begin." in refused.content.decode()
    for_her = Program(acting_for="helper:maya").ask("DELETE", "/quiet-start", status=403)
    assert for_her["type"].endswith("only-a-lead")
    assert QuietStart.objects.get().begun_at is None


def test_whatever_waits_can_be_paged_through(parcels, monkeypatch):
    monkeypatch.setattr("makegood.faces.desk.quiet_start.LIMIT", 1)
    desk = Client()
    desk.force_login(worlds.helper())
    first = desk.get("/desk/quiet-start").content.decode()
    assert ("1 letter would go now, of the cases on this page" in first, "Ben Marsh" in first) == (True, False)
    (after,) = re.findall(r'href="\?after=(\d+)"', first)
    second = desk.get(f"/desk/quiet-start?after={after}").content.decode()
    assert ("Ben Marsh" in second, "?after=" in second) == (True, False)
    page = Program().get("/quiet-start/letters?limit=1")
    rest = Program().get(f"/quiet-start/letters?limit=1&cursor={page['next']}")
    assert [each["customer"] for each in (*page["items"], *rest["items"])] == ["ada", "ben"]
    assert rest["next"] is None


def test_the_desk_shows_who_would_be_told_what_and_lets_a_lead_begin(parcels):
    desk = Client()
    desk.force_login(worlds.helper(role=Role.LEAD))
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
