"""Who pushed: USPS's own signature over a notification, and nothing that only looks like it."""

import base64
import hashlib
import hmac
import json

import pytest

from makegood.connectors.usps.tracking import Usps, parse, verify
from makegood.parcels.carrier import Carrier

ANSWER = {
    "trackingNumber": "9400109104250532908587",
    "trackingEvents": [
        {
            "eventType": "Arrived at Post Office",
            "eventTimestamp": "2024-11-22T08:59:00",
            "GMTOffset": "-05:00",
            "eventCity": "LECANTO",
            "eventState": "FL",
            "eventCode": "07",
        }
    ],
}
SECRET = "0123456789abcdef0123456789abcdef"


def envelope_of(body, *, secret=SECRET, timestamp="2026-10-05T16:00:00Z"):
    payload = json.dumps(body)
    raw = json.dumps({"subscriptionId": "a1", "timestamp": timestamp, "payload": payload}).encode()
    digest = hmac.new(secret.encode(), (timestamp + payload).encode(), hashlib.sha256).digest()
    return raw, base64.b64encode(digest).decode()


@pytest.mark.parametrize("name", ["X-HMAC", "x-hmac", "hmac-header"])
def test_a_signed_notification_is_believed(name):
    raw, signature = envelope_of(ANSWER)
    assert verify(headers={name: signature}, raw_body=raw, secret=SECRET)


def test_a_signature_by_hand():
    # printf %s '2026-10-05T16:00:00Z{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef -binary | base64
    raw = b'{"timestamp": "2026-10-05T16:00:00Z", "payload": "{}"}'
    assert verify(headers={"X-HMAC": "otGOLQmc86B22NzWmMWfzAdr0gRvIKsD3pns9T+YAic="}, raw_body=raw, secret=SECRET)


def test_anything_else_is_not():
    raw, signature = envelope_of(ANSWER)
    signed = {"X-HMAC": signature}
    assert not verify(headers=signed, raw_body=raw.replace(b"LECANTO", b"HERNANDO"), secret=SECRET)
    assert not verify(headers=signed, raw_body=raw.replace(b"16:00", b"17:00"), secret=SECRET)
    assert not verify(headers=signed, raw_body=raw, secret="another")
    assert not verify(headers=signed, raw_body=raw, secret="")
    assert not verify(headers={}, raw_body=raw, secret=SECRET)
    assert not verify(headers={"X-HMAC": ""}, raw_body=raw, secret=SECRET)
    unsecret, empty = envelope_of(ANSWER, secret="")
    assert not verify(headers={"X-HMAC": empty}, raw_body=unsecret, secret="")
    for odd in (b"", b"[]", b"\xff", b'{"payload": {}}', b"[" * 100_000):
        assert not verify(headers=signed, raw_body=odd, secret=SECRET)


def test_usps_fits_the_port():
    carrier: Carrier = Usps()
    raw, signature = envelope_of(ANSWER)
    assert carrier.code == "usps"
    assert carrier.verify(headers={"X-HMAC": signature}, raw_body=raw, secret=SECRET)
    assert carrier.parse(json.loads(raw)) == parse(ANSWER)
