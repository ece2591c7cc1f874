"""Which clock hangs where."""

from datetime import datetime

import pytest

from makegood.kit.zones import STATES, ZIPS, country_named, us_zone, zones_of


def test_every_zip_is_of_a_state_whose_clock_is_known():
    assert set(ZIPS.values()) <= STATES.keys()


@pytest.mark.parametrize(
    ("zip_code", "zone"),
    [
        ("10001", "America/New_York"),
        ("60601-1234", "America/Chicago"),
        ("79901", "America/Denver"),
        ("83814", "America/Los_Angeles"),
        ("85001", "America/Phoenix"),
        ("96813", "Pacific/Honolulu"),
        ("09012", None),
        ("00100", None),
        ("1000", None),
        ("SW1A 1AA", None),
        ("", None),
    ],
)
def test_a_zip_alone_says_which_clock(zip_code, zone):
    found = us_zone(state="", zip_code=zip_code)
    assert (found and found.key) == zone


@pytest.mark.parametrize(
    ("name", "code"), [("ITALY", "IT"), (" Germany ", "DE"), ("USA", "US"), ("EUROPE", ""), ("", ""), ("world", "")]
)
def test_countries_are_known_by_their_english_names(name, code):
    assert country_named(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("CZECH REPUBLIC", "CZ"), ("CZECH REPUBLIC, THE", "CZ"), ("THE NETHERLANDS", "NL"), ("HOLLAND", "NL")),
        *(("HONG KONG SAR, CHINA", "HK"), ("KOREA, REPUBLIC OF (SOUTH K.)", "KR"), ("TURKEY", "TR"), ("ENGLAND", "GB")),
        *(("Frankreich", "FR"), ("DUITSLAND", "DE"), ("ALLEMAGNE", "DE"), ("ALEMANIA", "DE"), ("SCHWEDEN", "SE")),
        *(("TSCHECHIEN", "CZ"), ("VEREINIGTES KÖNIGREICH", "GB"), ("GROSSBRITANNIEN", "GB"), ("CHINA MAINLAND", "CN")),
        *(("LEIPZIG", ""), ("HUB 7", ""), ("(DE)", "")),
    ],
)
def test_countries_are_known_by_what_others_call_them(name, code):
    assert country_named(name) == code


@pytest.mark.parametrize(("code", "zone"), [("DEU", "Europe/Berlin"), ("CN", "Asia/Shanghai"), ("UA", "Europe/Kyiv")])
def test_a_country_of_one_clock_says_which(code, zone):
    assert zone in [each.key for each in zones_of(country=code)]
    assert len({datetime(2026, 11, 12, tzinfo=each).utcoffset() for each in zones_of(country=code)}) == 1
