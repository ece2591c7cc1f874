"""`makegood explain parcel`: what a carrier's words come to, without a database."""

import json

import pytest
from typer.testing import CliRunner

from makegood.explaining import explain
from tests import worlds
from tests.connectors.published import published

NUMBER = worlds.number_of(1)
BODY = {
    "trackingNumber": NUMBER,
    "trackingEvents": [
        {"eventType": "SWALLOWED", "eventCode": "Q9", "GMTTimestamp": "2026-10-07T18:00:00Z"},
        {"eventType": "ACCEPTED", "eventCode": "03", "GMTTimestamp": "2026-10-05T18:00:00Z", "eventCity": "RENO"},
        {"eventType": "PROCESSED", "eventCode": "10"},
    ],
}


@pytest.fixture
def explained(tmp_path):
    def run(body, *words):
        file = tmp_path / "scans.json"
        file.write_text(body if isinstance(body, str) else json.dumps(body))
        return CliRunner().invoke(explain, ["parcel", str(file), "--carrier", "usps", *words])

    return run


def test_scans_verdict_and_evidence(explained):
    told = json.loads(explained(BODY, "--now", "2026-10-16T18:00Z", "--json").stdout)
    (parcel,) = told["parcels"]
    assert (parcel["number"], parcel["formats"][0]["check_digit_holds"]) == (NUMBER, True)
    assert [(scan["kind"], scan["happened_at"]) for scan in parcel["scans"]] == [
        ("accepted", "2026-10-05T18:00:00Z"),
        ("unknown", "2026-10-07T18:00:00Z"),
    ]
    assert (parcel["verdict"], parcel["outcome"]) == ("stalled", "lost")
    assert [each["kind"] for each in parcel["evidence"]] == ["no_scan_since", "last_scan", "unknown_code"]
    assert all(each["words"].endswith(".") for each in parcel["evidence"])
    assert [each["index"] for each in told["refused"]] == [2]


@pytest.mark.parametrize(
    ("carrier", "name", "number", "kinds", "verdict"),
    [
        ("ups", "ups/tracking.json", "1Z023E2X0214323462", ["customs", "delivered"], "delivered"),
        (
            "fedex",
            "fedex/delivery_exception.json",
            "377101283611590",
            ["label", "accepted", "moved", "moved", "out_for_delivery", "attempted"],
            "attempted",
        ),
        ("dhl", "dhl/mydhl.json", "3318810025", ["accepted"], "moving"),
        ("dhl", "dhl/unified.json", "7777777770", ["label"], "label_made"),
    ],
)
def test_every_carrier_is_explained(explained, carrier, name, number, kinds, verdict):
    body = published(name)
    heard = json.loads(explained(body, "--carrier", carrier, "--json").stdout)
    latest = max(scan["happened_at"] for scan in heard["parcels"][0]["scans"])
    told = json.loads(explained(body, "--carrier", carrier, "--now", latest, "--json").stdout)
    (parcel,) = told["parcels"]
    assert (told["carrier"], parcel["number"], told["refused"]) == (carrier, number, [])
    assert parcel["formats"][0]["courier"] == carrier
    assert ([scan["kind"] for scan in parcel["scans"]], parcel["verdict"]) == (kinds, verdict)


def test_in_words(explained):
    told = explained(BODY, "--now", "2026-10-16T18:00Z").stdout
    assert "Not scanned since 5 October 2026" in told
    assert "refused: entry 2 of" in told


@pytest.mark.parametrize(
    ("body", "words", "why"),
    [
        ("{", (), "it is not JSON"),
        ({}, (), "trackingNumber: it is missing"),
        (BODY, ("--number", worlds.number_of(2)), "it holds no scans of"),
        (BODY, ("--carrier", "pigeon"), "we read no carrier called 'pigeon'"),
    ],
)
def test_what_can_not_be_explained(explained, body, words, why):
    result = explained(body, *words)
    assert (result.exit_code, why in result.stderr) == (1, True)
    assert why in json.loads(explained(body, *words, "--json").stdout)["error"]


def test_instants_need_their_offset(explained):
    result = explained(BODY, "--now", "2026-10-16T18:00")
    assert result.exit_code == 2
    assert "has no offset" in result.stderr
