"""Asking UPS, FedEx and DHL, each against a host on loopback that answers in that carrier's own way."""

import base64

import pytest

from makegood.connectors.dhl.polling import DhlTracker
from makegood.connectors.fedex.polling import FedExTracker
from makegood.connectors.ups.polling import UpsTracker
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import AskedTooOften, CarrierAway, NotLetIn, TokenRefused
from tests.connectors.hosts import Host, Said, serving

NUMBER = "1Z5338FF0107231059"


@pytest.fixture
def ups():
    host = Host(lambda request: Said(body={"asked": request.path}), token_path="/security/v1/oauth/token")
    with serving(host) as url:
        yield host, UpsTracker(id="shop", secret="s3cret", url=url)


def test_ups_is_asked_about_one_number_with_a_token_by_basic(ups):
    host, tracker = ups
    assert tracker.ask([NUMBER]).body == {"asked": f"/api/track/v1/details/{NUMBER}"}
    (wanted,), (asked,) = host.asked_for_tokens(), host.asked()
    assert wanted.form == {"grant_type": "client_credentials"}
    assert wanted.headers["authorization"] == "Basic " + base64.b64encode(b"shop:s3cret").decode()
    assert (asked.method, asked.headers["authorization"]) == ("GET", "Bearer token-1")
    assert asked.headers["transactionsrc"] == "makegood"
    assert len(asked.headers["transid"]) == 32


def test_a_number_never_changes_the_address_that_is_asked(ups):
    host, tracker = ups
    tracker.ask(["../../x?y"])
    assert host.asked()[0].path == "/api/track/v1/details/..%2F..%2Fx%3Fy"


def test_ups_renews_a_refused_token_once(ups):
    host, tracker = ups
    tracker.ask([NUMBER])
    host.tokens.clear()
    with pytest.raises(TokenRefused):
        tracker.ask([NUMBER])
    assert tracker.ask([NUMBER]).body
    assert len(host.asked_for_tokens()) == 2


@pytest.fixture
def fedex():
    host = Host(lambda request: Said(body=request.decoded), token_path="/oauth/token")
    with serving(host) as url:
        yield host, FedExTracker(id="shop", secret="s3cret", url=url)


def test_fedex_is_asked_about_many_at_once_with_all_their_scans(fedex):
    host, tracker = fedex
    assert tracker.ask(["123456789012", "61299998820821171811"]).body == {
        "includeDetailedScans": True,
        "trackingInfo": [
            {"trackingNumberInfo": {"trackingNumber": "123456789012"}},
            {"trackingNumberInfo": {"trackingNumber": "61299998820821171811"}},
        ],
    }
    assert host.asked()[0].path == "/track/v1/trackingnumbers"
    assert host.asked_for_tokens()[0].form == {
        "grant_type": "client_credentials",
        "client_id": "shop",
        "client_secret": "s3cret",
    }


def test_fedex_that_is_asked_too_often_says_so(fedex):
    host, tracker = fedex
    host.allowed = (1, 10)
    tracker.ask(["1"])
    with pytest.raises(AskedTooOften) as stopped:
        tracker.ask(["1"])
    assert stopped.value.wait is not None
    assert stopped.value.wait.total_seconds() == 10


def shipments(request):
    """Seven shipments under one number, five a page, as DHL gives them."""
    offset = int(request.query.get("offset", 0))
    page = {"shipments": [{"id": str(place)} for place in range(7)][offset : offset + 5]}
    more = f"https://api-eu.dhl.com/track/shipments?trackingNumber=1&offset={offset + 5}&limit=5"
    return Said(body=page | ({"nextUrl": more} if offset + 5 < 7 else {}))


@pytest.fixture
def dhl():
    host = Host(shipments)
    with serving(host) as url:
        yield host, DhlTracker(key="k3y", url=url)


def test_dhl_is_read_page_by_page(dhl):
    host, tracker = dhl
    first = tracker.ask(["7777777770"])
    last = tracker.ask(["7777777770"], page=first.next_page)
    assert (first.next_page, last.next_page) == ("5", "")
    assert [each["id"] for each in first.body["shipments"] + last.body["shipments"]] == list("0123456")
    assert [asked.query for asked in host.requests] == [
        {"trackingNumber": "7777777770"},
        {"trackingNumber": "7777777770", "offset": "5"},
    ]
    assert {asked.headers["dhl-api-key"] for asked in host.requests} == {"k3y"}


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/?offset=0",
        "?offset=-5",
        "?offset=999999999999999",
        "?offset=soon",
        "no url at all",
        7,
        None,
    ],
)
def test_a_next_page_that_leads_nowhere_is_not_followed(dhl, url):
    host, tracker = dhl
    host.instead.append(Said(body={"shipments": [], "nextUrl": url}))
    assert tracker.ask(["1"]).next_page == ""


def test_dhl_tells_a_wrong_key_a_used_up_day_and_silence_apart(dhl):
    host, tracker = dhl
    host.instead += [
        Said(status=401, body={}),
        Said(status=429, body={}),
        Said(cuts_off=True),
        Said(status=404, body={}),
    ]
    with pytest.raises(NotLetIn):
        tracker.ask(["1"])
    with pytest.raises(AskedTooOften) as stopped:
        tracker.ask(["1"])
    assert stopped.value.wait is None
    with pytest.raises(CarrierAway):
        tracker.ask(["1"])
    assert tracker.ask(["1"]).body is None


@pytest.mark.parametrize(
    ("tracker", "at_once", "limits"),
    [
        (UpsTracker(id="a", secret="b"), 1, (PollLimit(1, 1), PollLimit(10_000, 86_400))),
        (FedExTracker(id="a", secret="b"), 30, (PollLimit(1400, 10), PollLimit(100_000, 86_400))),
        (DhlTracker(key="a"), 1, (PollLimit(1, 5), PollLimit(250, 86_400))),
    ],
    ids=lambda each: getattr(each, "code", ""),
)
def test_what_each_publishes(tracker, at_once, limits):
    assert (tracker.at_once, tracker.limits) == (at_once, limits)
