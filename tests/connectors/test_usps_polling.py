"""Asking USPS, against a host on loopback that keeps tokens, quota and lists as USPS publishes them."""

import threading

import pytest

from makegood.connectors.usps.polling import LIMITS, UspsTracker
from makegood.connectors.usps.tracking import parse
from makegood.kit import clock
from makegood.parcels.models import Parcel
from makegood.parcels.polling import CarrierPoller
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Verdict
from makegood.parcels.tracker import AskedTooOften, CarrierAway, NotLetIn, NumbersRefused, TokenRefused
from makegood.working import ask_until
from tests import worlds
from tests.connectors.hosts import Host, Request, Said, serving
from tests.waiting import until

PATH = "/tracking/v3r2/tracking"
UNKNOWN = {"error": {"code": "404", "message": "Tracking is not available for this item."}}


def event(code: str) -> dict[str, str]:
    return {"eventCode": code, "eventType": code, "eventTimestamp": "2026-10-06T09:00:00", "GMTOffset": "-07:00"}


def answer(request: Request) -> Said:
    """USPS knows every number that ends in an even digit."""
    found = []
    for wanted in request.decoded:
        number = wanted["trackingNumber"]
        found.append({"trackingNumber": number, "trackingEvents": [event("10")]} if int(number) % 2 == 0 else UNKNOWN)
    return Said(body=found, status=200 if UNKNOWN not in found else 207)


@pytest.fixture
def host():
    return Host(answer, token_path="/oauth2/v3/token")


@pytest.fixture
def usps(host):
    with serving(host) as url:
        yield UspsTracker(id="shop", secret="s3cret", url=url)


EVEN = [number for number in map(worlds.number_of, range(1, 60)) if int(number) % 2 == 0]
ODD = [number for number in map(worlds.number_of, range(1, 60)) if int(number) % 2]


def test_numbers_are_asked_together_and_read_as_pushes_are(host, usps):
    parsed = parse(usps.ask(EVEN[:2] + ODD[:1]).body)
    assert [(scan.number, scan.kind) for scan in parsed.scans] == [(each, ScanKind.MOVED) for each in EVEN[:2]]
    assert [refused.reason for refused in parsed.refused] == ["Tracking is not available for this item."]
    (asked,) = host.asked()
    assert (asked.method, asked.path) == ("POST", PATH)
    assert asked.decoded == [{"trackingNumber": number} for number in (*EVEN[:2], ODD[0])]


def test_a_token_is_asked_for_once(host, usps):
    usps.ask(EVEN[:1])
    usps.ask(EVEN[1:2])
    (wanted,) = host.asked_for_tokens()
    assert wanted.decoded == {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s3cret"}
    assert [asked.headers["authorization"] for asked in host.asked()] == ["Bearer token-1", "Bearer token-1"]


def test_a_token_that_is_refused_early_is_renewed_by_the_next_call(host, usps):
    usps.ask(EVEN[:1])
    host.tokens.clear()
    with pytest.raises(TokenRefused):
        usps.ask(EVEN[:1])
    assert usps.ask(EVEN[:1]).body
    assert len(host.asked_for_tokens()) == 2


def test_a_new_token_that_is_refused_is_no_matter_of_age(host, usps):
    host.lasts = host.now - host.now
    with pytest.raises(NotLetIn, match="401"):
        usps.ask(EVEN[:1])


def test_wrong_credentials_are_told(host, usps):
    host.gives_tokens = False
    with pytest.raises(NotLetIn, match="look at the id and the secret"):
        usps.ask(EVEN[:1])
    assert host.asked() == []


def test_a_quota_that_is_used_up_says_for_how_long(host, usps):
    host.allowed = (2, 3600)
    usps.ask(EVEN[:1])
    usps.ask(EVEN[:1])
    with pytest.raises(AskedTooOften) as stopped:
        usps.ask(EVEN[:1])
    assert stopped.value.wait is not None
    assert stopped.value.wait.total_seconds() == 3600


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (Said(status=403, body={}), NotLetIn),
        (Said(status=503, body={}), AskedTooOften),
        (Said(status=500, body={}), CarrierAway),
        (Said(status=302, headers={"Location": "http://127.0.0.1:9/"}, body={}), CarrierAway),
        (Said(raw=b"<html>down</html>"), CarrierAway),
        (Said(cuts_off=True), CarrierAway),
        (Said(status=400, body={}), NumbersRefused),
    ],
)
def test_what_is_no_answer_is_told_apart(host, usps, said, failure):
    host.instead.append(said)
    with pytest.raises(failure):
        usps.ask(EVEN[:1])
    assert usps.ask(EVEN[:1]).body


def test_none_of_the_numbers_known_is_an_answer(host, usps):
    host.instead.append(Said(status=404, body=UNKNOWN))
    assert usps.ask(ODD[:2]).body is None


def test_nobody_there_is_told():
    with pytest.raises(CarrierAway):
        UspsTracker(id="shop", secret="s3cret", url="http://127.0.0.1:9").ask(EVEN[:1])


def test_what_usps_publishes_holds_unless_settings_say_otherwise():
    assert (PollLimit(60, 3600),) == LIMITS
    assert UspsTracker.at_once == 35
    assert UspsTracker(id="a", secret="b", limits=(PollLimit(9, 9),)).limits == (PollLimit(9, 9),)


def test_a_worker_asks_until_everybody_is_asked_and_keeps_the_hour(host, usps, committed):
    """As the worker runs it: a thread of its own, against the host, which would refuse the call that is too many."""
    worlds.open_shop()
    worlds.customer()
    host.allowed = (60, 3600)
    lines = {"BIRDS": 1}
    serials = [serial for serial in range(1, 90) if int(worlds.number_of(serial)) % 2 == 0]
    for serial in serials:
        worlds.shipped(f"9{serial}", serial=serial, lines=lines)
    clock.freeze(worlds.MONDAY + 2 * worlds.DAY)
    stop = threading.Event()
    asker = threading.Thread(target=ask_until, args=(stop, CarrierPoller(usps)))
    asker.start()
    try:
        until(lambda: Parcel.objects.filter(estimate__verdict=Verdict.MOVING).count() == len(serials))
    finally:
        stop.set()
        asker.join(10)
    assert not asker.is_alive()
    assert [len(asked.decoded) for asked in host.asked()] == [35, len(serials) - 35]
    assert host.refused == 0
