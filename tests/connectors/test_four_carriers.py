"""Each carrier's payload at each carrier's inlet: its own is taken, every other is refused, and it says why."""

from itertools import permutations

import pytest
from django.test import Client

from makegood.parcels.carrier import CARRIERS, UnreadableScan
from makegood.parcels.models import Scan, UnmatchedScan
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.connectors.published import published

NUMBERS = {
    "usps": "9400109104250532908587",
    "ups": "1Z204W4R0308071865",
    "fedex": "377101283611590",
    "dhl": "3318810025",
}
USPS_EVENT = {"eventType": "ACCEPTED", "eventCode": "03", "GMTTimestamp": "2026-10-05T18:00:00Z", "eventCity": "RENO"}
PUSHED = {
    "usps": {"trackingNumber": NUMBERS["usps"], "trackingEvents": [USPS_EVENT]},
    "ups": published("ups/track_alerts.json")[6],
    "fedex": published("fedex/delivery_exception.json"),
    "dhl": published("dhl/mydhl.json"),
}
PAIRS = list(permutations(NUMBERS, 2))


def body_of(carrier, number):
    """A body in one carrier's shape with any number."""
    return {
        "usps": {"trackingNumber": number, "trackingEvents": [USPS_EVENT]},
        "ups": {"trackResponse": {"shipment": [{"package": [{"trackingNumber": number, "activity": []}]}]}},
        "fedex": {
            "output": {"completeTrackResults": [{"trackingNumber": number, "trackResults": [{"scanEvents": []}]}]}
        },
        "dhl": {"shipments": [{"id": number, "events": []}]},
    }[carrier]


@pytest.mark.parametrize("carrier", NUMBERS)
def test_a_carrier_reads_its_own(carrier):
    assert {scan.number for scan in CARRIERS[carrier].parse(PUSHED[carrier]).scans} == {NUMBERS[carrier]}
    assert CARRIERS[carrier].parse(body_of(carrier, NUMBERS[carrier])).refused == ()


@pytest.mark.parametrize(("sender", "inlet"), PAIRS)
def test_a_payload_of_another_shape_is_refused(sender, inlet):
    with pytest.raises(UnreadableScan) as refused:
        CARRIERS[inlet].parse(PUSHED[sender])
    assert refused.value.field
    assert refused.value.reason


@pytest.mark.parametrize(("sender", "inlet"), PAIRS)
def test_a_number_of_another_is_refused_in_the_right_shape_too(sender, inlet):
    with pytest.raises(UnreadableScan) as refused:
        CARRIERS[inlet].parse(body_of(inlet, NUMBERS[sender]))
    assert refused.value.field in {"trackingNumber", "id"}
    assert f"number of {inlet}" in refused.value.reason or "check digit" in refused.value.reason


@pytest.fixture
def poller(db):
    worlds.open_shop()
    _, secret = issue_token(name="poller", scopes=[Scope.SCANS])
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.parametrize("inlet", NUMBERS)
def test_at_the_inlet_only_its_own_is_taken(poller, inlet):
    for sender in NUMBERS:
        answer = poller.post(f"/inlets/scans/{inlet}", PUSHED[sender], content_type="application/json")
        if sender == inlet:
            assert (answer.status_code, answer.json()["unmatched"] > 0) == (200, True)
        else:
            assert (answer.status_code, [error["field"] != "" for error in answer.json()["errors"]]) == (422, [True])
    assert set(UnmatchedScan.objects.values_list("number", flat=True)) == {NUMBERS[inlet]}
    assert not Scan.objects.exists()
