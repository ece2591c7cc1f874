"""Where an event of DHL's happened, whose local time needs its country."""

import pytest

from makegood.connectors.dhl.tracking import parse


def told(status_code, address, **ends):
    event = {"timestamp": "2026-11-12T09:50:00", "statusCode": status_code, "location": {"address": address}}
    (scan,) = parse({"shipments": [{"id": "00340434292135100124", "events": [event], **ends}]}).scans
    return f"{scan.happened_at:%H:%M}"


@pytest.mark.parametrize(
    "address",
    [
        {"countryCode": "DEU"},
        {"addressLocality": "LEIPZIG - GERMANY"},
        {"addressLocality": "Leipzig, Germany"},
        {"addressLocality": "Leipzig, Deutschland"},
        {"addressLocality": "LEIPZIG - DUITSLAND"},
        {"addressLocality": "PRAGUE - CZECH REPUBLIC, THE"},
    ],
)
def test_a_country_in_words_says_the_clock(address):
    assert told("transit", address) == "08:50"


def test_a_label_was_made_where_the_parcel_starts():
    ends = {"origin": {"address": {"countryCode": "DE"}}, "destination": {"address": {"countryCode": "GB"}}}
    assert told("pre-transit", {}, **ends) == "08:50"
