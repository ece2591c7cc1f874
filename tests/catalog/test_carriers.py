"""What carriers are called, in whatever spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import makegood.wiring  # noqa: F401  It binds those that are read.
from makegood.catalog.carriers import NAMES, carrier_named, known_carrier
from makegood.catalog.records import ServiceRecord
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.records import AnnouncementRecord
from tests import worlds

LANES = [{"country": "US", "rate_minor": 600, "transit_days": 3}]


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        (
            "usps",
            (
                "usps|USPS|U.S.P.S.|United States Postal Service|U.S. Postal Service|USPS Priority Mail|"
                "usps_priority|USPS Ground Advantage™|Usps (First-Class)|USPSPriorityMail|Priority Mail (USPS)| usps "
            ),
        ),
        (
            "ups",
            (
                "UPS|ups|U.P.S.|United Parcel Service|united parcel service inc.|UPS Ground|UPS® Next Day Air|"
                "UPS_SUREPOST|UPS Mail Innovations|UPSGround|via UPS|Ground (UPS)|UPS SurePost"
            ),
        ),
        (
            "fedex",
            (
                "FedEx|FEDEX|Fed Ex|Fed-Ex|Federal Express|FedEx Ground|FedEx Home Delivery®|fedex_ground|FedExGround|"
                "fedexground|FedEx SmartPost|FedEx Ground Economy|FDXG|Federal Express Corp"
            ),
        ),
        (
            "dhl",
            (
                "DHL|dhl|D.H.L.|DHL Express|DHL Paket|DHL eCommerce|dhl_express|DHLExpress|Deutsche Post DHL|DHL NL|"
                "dhlexpress|DHL GmbH|Express DHL"
            ),
        ),
        ("canada_post", "Canada Post|canada-post|Canada Post Expedited|CANADA_POST"),
        ("royal_mail", "Royal Mail|ROYAL MAIL Tracked 48|royal_mail|Parcelforce"),
        ("la_poste", "La Poste|Colissimo"),
        ("swiss_post", "Swiss Post|La Poste Suisse"),
        ("dpd", "DPD|DPD UK|dpd local"),
        ("ontrac", "OnTrac|ontrac|On Trac"),
        ("hermes", "Hermes|Hermes Paket|HERMES"),
        ("evri", "Evri|Hermes UK|myHermes"),
    ],
)
def test_a_carrier_is_known_by_any_of_its_spellings(code, spellings):
    assert {spelling: carrier_named(spelling) for spelling in spellings.split("|")} == dict.fromkeys(
        spellings.split("|"), code
    )


@pytest.mark.parametrize(
    "text", ["", " ", "pigeon", "Ground", "UPS or FedEx", "Pick Ups", "groups", "upstairs", "mail"]
)
def test_what_names_no_carrier_or_two_is_refused_with_those_that_are_known(text):
    assert carrier_named(text) == ""
    with pytest.raises(ValueError, match=r"is no carrier that we know; known: USPS, UPS, FedEx, DHL"):
        known_carrier(text)


@pytest.mark.parametrize("code", NAMES)
def test_codes_and_names_are_spellings_of_their_own(code):
    assert carrier_named(code) == carrier_named(NAMES[code]) == carrier_named(NAMES[code].upper()) == code


@given(st.text(max_size=300))
def test_nothing_typed_breaks_it(text):
    assert carrier_named(text) in {"", *NAMES}


def test_whoever_is_read_or_asked_is_known():
    assert {code: carrier_named(code) for code in CARRIERS} == {code: code for code in CARRIERS}


def records(carrier):
    """One record of each kind that names a carrier, and the field that does."""
    parcel = worlds.parcel_record("P1", {"BIRDS": 1}, carrier=carrier, number="1Z5R89390357567127")
    yield lambda: worlds.order_record(parcels=[parcel]).parcels[0].carrier
    yield lambda: AnnouncementRecord(dispatch="D1", carrier=carrier, number="1Z5R89390357567127").carrier
    yield lambda: ServiceRecord(id="s", name="S", carrier=carrier, currency="USD", lanes=LANES).carrier


def test_orders_announcements_and_services_know_it_alike():
    assert [told() for told in records("United Parcel Service (Ground)")] == ["ups", "ups", "ups"]
    for told in records("Pigeon Post"):
        with pytest.raises(ValidationError) as refused:
            told()
        (error,) = refused.value.errors()
        assert error["loc"][-1] == "carrier"
        assert "known: USPS, UPS" in error["msg"]
