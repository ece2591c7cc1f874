"""What carriers push: proven, taken once, the same in the end whatever order it comes in."""

import base64
import hashlib
import hmac
import json

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.faces.inlets.scans import LARGEST, WRONG
from makegood.faces.problems import MEDIA_TYPE
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.models import Parcel, Scan, StatusEstimate, UnmatchedScan
from makegood.parcels.scanning import take_in_scans
from makegood.promises.models import Promise
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.carriers import ConsoleCarrier
from tests.connectors.published import published

SECRET = "a secret of thirty-two characters"


@pytest.fixture
def shop(db):
    worlds.open_shop()
    worlds.customer()


@pytest.fixture
def parcel(shop):
    return worlds.shipped()


@pytest.fixture
def carrier(shop):
    """A client that has a token for scans."""
    _, secret = issue_token(name="poller", scopes=[Scope.SCANS])
    return Client(headers={"Authorization": f"Bearer {secret}"})


def event(code: str, words: str, at: str) -> dict[str, str]:
    return {"eventType": words, "eventCode": code, "GMTTimestamp": at, "eventCity": "RENO", "eventState": "NV"}


ACCEPTED = event("03", "ACCEPTED", "2026-10-05T18:00:00Z")
MOVED = event("10", "PROCESSED", "2026-10-06T09:00:00Z")
DELIVERED = event("01", "DELIVERED", "2026-10-08T20:00:00Z")
UNKNOWN = event("Q9", "SWALLOWED BY A WHALE", "2026-10-07T09:00:00Z")


def tracked(number: str, *events: object) -> dict[str, object]:
    return {"trackingNumber": number, "trackingEvents": list(events)}


def push(client: Client, body: object, *, carrier: str = "usps", **headers: str):
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(f"/inlets/scans/{carrier}", raw, content_type="application/json", headers=headers)


def signed(body: dict[str, object]) -> tuple[bytes, str]:
    """A notification as USPS pushes it, and its signature."""
    envelope = {"subscriptionId": "1", "timestamp": "2026-10-05T18:00:05Z", "payload": json.dumps(body)}
    words = (envelope["timestamp"] + envelope["payload"]).encode()
    return json.dumps(envelope).encode(), base64.b64encode(hmac.digest(SECRET.encode(), words, hashlib.sha256)).decode()


def test_a_webhook_repeated_changes_nothing(carrier, parcel):
    body = tracked(parcel.number, ACCEPTED, MOVED)
    assert push(carrier, body).json() == {"new": 2, "same": 0, "unmatched": 0, "refused": []}
    before = list(Parcel.objects.values())
    assert push(carrier, body).json() == {"new": 0, "same": 2, "unmatched": 0, "refused": []}
    assert list(Parcel.objects.values()) == before


def test_events_that_cant_be_read_are_refused_and_the_others_taken(carrier, parcel):
    worlds.clock.freeze(worlds.MONDAY + 4 * worlds.DAY)
    body = tracked(parcel.number, ACCEPTED, 7, {**MOVED, "GMTTimestamp": "soon"}, {}, UNKNOWN)
    told = push(carrier, body).json()
    assert (told["new"], [each["index"] for each in told["refused"]]) == (2, [1, 2, 3])
    assert {each["number"] for each in told["refused"]} == {parcel.number}
    assert all(each["field"] and each["reason"] for each in told["refused"])
    parcel.refresh_from_db()
    assert "unknown_code" in {each["kind"] for each in parcel.estimate.evidence}


def test_scans_of_strangers_wait_for_their_parcel(carrier, shop):
    number = worlds.number_of(1)
    assert push(carrier, tracked(number, ACCEPTED)).json() == {"new": 0, "same": 0, "unmatched": 1, "refused": []}
    parcel = worlds.shipped()
    assert (Scan.objects.filter(parcel=parcel).count(), UnmatchedScan.objects.count()) == (1, 0)


def test_the_carriers_own_signature_lets_in(parcel, settings):
    settings.SCAN_SECRETS = {"usps": SECRET}
    raw, signature = signed(tracked(parcel.number, ACCEPTED))
    assert push(Client(), raw, **{"X-HMAC": signature}).json()["new"] == 1
    assert push(Client(), raw, **{"X-HMAC": signature[::-1]}).status_code == 401
    assert push(Client(), raw.replace(b"RENO", b"OREN"), **{"X-HMAC": signature}).status_code == 401
    settings.SCAN_SECRETS = {}
    assert push(Client(), raw, **{"X-HMAC": signature}).status_code == 401


def signature_of(raw: bytes) -> str:
    return base64.b64encode(hmac.digest(SECRET.encode(), raw, hashlib.sha256)).decode()


def credential(raw: bytes) -> str:
    return SECRET


OTHERS = [
    ("ups", "ups/track_alerts.json", "credential", credential),
    ("fedex", "fedex/delivery_exception.json", "fdx-signature", signature_of),
    ("dhl", "dhl/mydhl.json", "X-Scan-Secret", credential),
]


@pytest.mark.parametrize(("carrier_code", "name", "header", "proof"), OTHERS)
def test_each_carrier_is_let_in_by_what_it_publishes(shop, settings, carrier_code, name, header, proof):
    settings.SCAN_SECRETS = {carrier_code: SECRET}
    body = published(name)
    raw = json.dumps(body[-1] if isinstance(body, list) else body).encode()
    assert push(Client(), raw, carrier=carrier_code, **{header: proof(raw)}).json()["unmatched"] > 0
    assert push(Client(), raw, carrier=carrier_code, **{header: proof(raw)[:-2]}).status_code == 401
    assert push(Client(), raw, carrier=carrier_code).status_code == 401
    settings.SCAN_SECRETS = {"usps": SECRET}
    assert push(Client(), raw, carrier=carrier_code, **{header: proof(raw)}).status_code == 401


def test_who_shows_nothing_is_not_let_in(parcel, settings):
    settings.SCAN_SECRETS = {"usps": SECRET}
    refused = push(Client(), tracked(parcel.number, ACCEPTED))
    assert (refused.status_code, refused.headers["Content-Type"]) == (401, MEDIA_TYPE)
    _, secret = issue_token(name="other", scopes=set(Scope) - {Scope.SCANS})
    other = Client(headers={"Authorization": f"Bearer {secret}"})
    assert push(other, tracked(parcel.number, ACCEPTED)).status_code == 401
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", None),
        ("{", None),
        (b"\xff\xfe", None),
        ("[" * 200_000, None),
        ("1", "body"),
        ({}, "trackingNumber"),
        ({"trackingNumber": "9400109104250532908588"}, "trackingNumber"),
        ({"trackingNumber": worlds.number_of(1)}, "trackingEvents"),
        ({"error": {"message": "no such number"}}, "error"),
        ({"payload": "{"}, "payload"),
    ],
)
def test_what_says_nothing_is_told_why(carrier, body, field):
    answer = push(carrier, body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, MEDIA_TYPE)
    assert [each["field"] for each in answer.json().get("errors", [])] == ([field] if field else [])


def test_too_much_and_nowhere(carrier):
    assert push(carrier, b" " * (LARGEST + 1)).status_code == 413
    assert push(carrier, {}, carrier="pigeon").status_code == 404
    answer = carrier.get("/inlets/scans/usps")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_one_carriers_number_is_refused_at_anothers_inlet(carrier, parcel, monkeypatch):
    monkeypatch.setitem(CARRIERS, "gls", ConsoleCarrier())
    moved = {"kind": "moved", "happened_at": "2026-10-06T09:00Z"}
    told = push(carrier, {"number": parcel.number, "scans": [moved]}, carrier="gls").json()
    assert told == {"new": 0, "same": 0, "unmatched": 1, "refused": []}
    assert push(carrier, tracked("1Z999AA10123456784", ACCEPTED)).status_code == 422


def end_state() -> object:
    """Everything that scans decide."""
    parcel = StatusEstimate.objects.values("verdict", "outcome", "probability_percent", "evidence", "look_at").get()
    scans = sorted(Scan.objects.values_list("happened_at", "code", "kind", "place", "words"))
    return parcel, scans, Promise.objects.values_list("state", "fulfilled_at", "at_risk_since").get()


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
@pytest.mark.slow
def test_shuffled_doubled_and_split_ends_the_same(data, carrier):
    bodies = [ACCEPTED, MOVED, UNKNOWN, DELIVERED]
    worlds.clock.freeze(max(worlds.clock.now(), worlds.MONDAY + 4 * worlds.DAY))
    with transaction.atomic():
        number = worlds.shipped().number
        push(carrier, tracked(number, *bodies))
        in_order = end_state()
        transaction.set_rollback(True)
    order = data.draw(st.permutations(bodies + data.draw(st.lists(st.sampled_from(bodies), max_size=3))))
    late = data.draw(st.integers(0, len(order)))
    with transaction.atomic():
        for each in order[:late]:
            push(carrier, tracked(number, each))
        worlds.shipped()
        for each in order[late:]:
            push(carrier, tracked(number, each))
        assert end_state() == in_order
        transaction.set_rollback(True)


def test_the_api_and_the_inlet_are_one(carrier, parcel):
    push(carrier, tracked(parcel.number, ACCEPTED))
    parsed = CARRIERS["usps"].parse(tracked(parcel.number, ACCEPTED, MOVED))
    taken = take_in_scans(parsed.scans, now=worlds.clock.now())
    assert (taken.new, taken.same) == (1, 1)


def test_whoever_guesses_is_told_to_wait_and_whoever_proves_who_he_is_is_not(parcel, carrier):
    for _ in range(WRONG.quota):
        assert push(Client(), tracked(parcel.number, MOVED)).status_code == 401
    answer = push(Client(), tracked(parcel.number, MOVED))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert push(carrier, tracked(parcel.number, MOVED)).status_code == 200
