"""The desk sees how carriers are heard of: budget, who waits, and what failed; and so does the API."""

import pytest

from makegood.kit import clock
from makegood.kit.clock import system_now
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.models import CarrierHearing
from makegood.parcels.polling import CarrierPoller
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import TRACKERS, NotLetIn
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.carriers import ConsoleCarrier, ConsoleTracker


class Closed(ConsoleTracker):
    def ask(self, numbers, *, page=""):
        raise NotLetIn("we are not let in: the answer was 401")


@pytest.fixture(autouse=True)
def _shop(db, monkeypatch):
    monkeypatch.setitem(CARRIERS, "gls", ConsoleCarrier("gls"))
    worlds.open_shop()
    worlds.customer()


def asks(monkeypatch, tracker):
    monkeypatch.setitem(TRACKERS, "gls", tracker)
    for serial in range(3):
        record = worlds.parcel_record(f"P{serial}", {"BIRDS": 1}, carrier="gls", number=f"N{serial}")
        worlds.take_in(worlds.order_record(str(serial), parcels=[record]))
    clock.freeze(worlds.MONDAY + worlds.DAY + 2 * worlds.HOUR)
    CarrierPoller(tracker).poll(now=clock.now(), at=system_now())


def carriers(client):
    secret = issue_token(name="tests", scopes=(Scope.READ,))[1]
    answer = client.get("/v1/carriers", headers={"Authorization": f"Bearer {secret}"})
    return answer.json()["items"]


def page(desk):
    return " ".join(desk.get("/desk/carriers").content.decode().split())


def test_nothing_is_said_of_nobody(desk):
    assert "No parcel is under way, and no carrier is set up." in page(desk)
    assert carriers(desk) == []


def test_parcels_of_which_nobody_tells_us(desk):
    CarrierHearing.objects.all().delete()
    worlds.shipped()
    assert "neither pushes nor is asked" in page(desk)
    assert "Nobody tells us of these parcels." in page(desk)


def test_a_carrier_that_pushes(desk, settings):
    settings.SCAN_SECRETS = {"usps": "s3cret"}
    worlds.shipped()
    text = page(desk)
    assert "pushes" in text
    assert "Nobody tells us of these parcels." not in text
    assert [(one["carrier"], one["is_pushed"], one["is_asked"]) for one in carriers(desk)] == [("usps", True, False)]


def test_a_carrier_that_has_fallen_silent_is_said_on_every_page(desk):
    worlds.shipped()
    CarrierHearing.objects.filter(carrier="usps").update(heard_until=worlds.MONDAY)
    clock.freeze(worlds.MONDAY + worlds.DAY - worlds.MINUTE)
    assert "We have heard nothing from" not in desk.get("/desk/").content.decode()
    clock.freeze(worlds.MONDAY + worlds.DAY)
    assert "We have heard nothing from USPS since Monday 5 October at 16:00 UTC" in desk.get("/desk/").content.decode()
    assert "It has told us nothing since Monday 5 October at 16:00 UTC" in page(desk)
    assert carriers(desk)[0]["heard_until"] == "2026-10-05T16:00:00Z"


def test_what_was_asked_and_what_is_left(desk, monkeypatch):
    asks(monkeypatch, ConsoleTracker({}, code="gls", limits=(PollLimit(60, 3600), PollLimit(250, 86_400))))
    text = page(desk)
    for words in ("is asked", "1 call in the last 24 hours, about 3 numbers", "59 of 60 calls an hour left"):
        assert words in text
    assert "249 of 250 calls a day left" in text
    assert "Asking failed" not in text


def test_a_carrier_that_does_not_let_us_in_is_seen_on_every_page(desk, monkeypatch):
    asks(monkeypatch, Closed({}, code="gls"))
    text = page(desk)
    for words in ("Asking failed:", "we are not let in: the answer was 401", "3 overdue", "never asked about"):
        assert words in text
    assert "Left alone until" in text
    inbox = " ".join(desk.get("/desk/").content.decode().split())
    assert 'Carriers <span class="badge badge-xs badge-warning figure">1</span>' in inbox
    (line,) = carriers(desk)
    assert (line["failures"], line["overdue"], line["last_error"]) == (1, 3, "we are not let in: the answer was 401")
    assert line["oldest"]["asked_at"] is None
