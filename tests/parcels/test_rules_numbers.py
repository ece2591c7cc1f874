"""Tracking numbers against the public collection of valid and invalid ones, and some of our own."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from makegood.parcels.rules import check_digits
from makegood.parcels.rules.numbers import (
    BadTrackingNumber,
    Recognised,
    check,
    normalise,
    recognise,
)

COURIERS = Path(__file__).parents[3] / "shared" / "data" / "tracking_numbers" / "couriers"


def collected(which):
    """(courier, format, number) of each number that the collection lists as valid or invalid for a format."""
    return [
        pytest.param(courier["courier_code"], tracking["name"], number, id=f"{courier['courier_code']}-{number}")
        for path in sorted(COURIERS.glob("*.json"))
        for courier in [json.loads(path.read_text("utf-8"))]
        for tracking in courier["tracking_numbers"]
        for number in tracking["test_numbers"][which]
    ] or [pytest.param(None, None, None, marks=pytest.mark.skip(f"no collection of tracking numbers at {COURIERS}"))]


def is_valid(number, courier=None):
    """Whether a number has the shape and check digit of a courier, or of any."""
    return any(one.check_holds for one in recognise(number) if courier in {None, one.courier})


def test_the_collection_is_whole():
    if not COURIERS.exists():
        pytest.skip(f"no collection of tracking numbers at {COURIERS}")
    assert (len(collected("valid")), len(collected("invalid"))) == (192, 88)


@pytest.mark.parametrize(("courier", "form", "number"), collected("valid"))
def test_a_valid_number_is_recognised_as_its_couriers(courier, form, number):
    assert is_valid(number, courier)
    assert (courier, form) in {(one.courier, one.format_name) for one in recognise(number) if one.check_holds}
    assert check(number, courier) == "".join(number.split()).upper()


@pytest.mark.parametrize(("courier", "form", "number"), collected("invalid"))
def test_an_invalid_number_is_refused(courier, form, number):
    assert (courier, form) not in {(one.courier, one.format_name) for one in recognise(number) if one.check_holds}
    # One number that "Purolator (alpha + 9)" lists as not of its shape is listed as valid by "Purolator (12)".
    if number != "331426749957":
        assert not is_valid(number, courier)
        with pytest.raises(BadTrackingNumber):
            check(number, courier)


OURS = [
    ("usps", "9400109104250532908587"),
    ("usps", "9261290289104185136058"),
    ("usps", "420321279400109104250532908587"),
    ("ups", "1Z5R89390357567127"),
    ("fedex", "986578788855"),
    ("dhl", "3318810025"),
    ("s10", "RB123456785GB"),
    ("canada_post", "0073938000549297"),
]


@pytest.mark.parametrize(("courier", "number"), OURS)
def test_numbers_kept_here_are_valid_with_spaces_and_small_letters_too(courier, number):
    spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4)).lower()
    assert check(f"  {spaced}\u00a0", courier) == number


@pytest.mark.parametrize(("courier", "number"), OURS)
def test_one_wrong_digit_is_found(courier, number):
    at = 10 if courier == "s10" else -1
    for digit in set("0123456789") - {number[at]}:
        wrong = number[:at] + digit + (number[at + 1 :] if at != -1 else "")
        assert not any(
            reading.check_holds for reading in recognise(wrong) if reading.courier == courier and reading.is_checked
        )


def test_a_reading_tells_courier_format_and_whether_it_was_checked():
    assert recognise("1z 5R89390357567127") == (
        Recognised(courier="ups", format_name="UPS", number="1Z5R89390357567127", check_holds=True, is_checked=True),
    )


def test_a_reading_whose_check_digit_holds_comes_first():
    readings = recognise("9400109104250532908587")
    assert [reading.check_holds for reading in readings] == sorted(
        [reading.check_holds for reading in readings], reverse=True
    )
    assert readings[0].courier == "usps"


@pytest.mark.parametrize(
    ("number", "carrier", "reason"),
    [
        ("9400109104250532908588", "usps", "its check digit is wrong for USPS IMpb N"),
        ("1Z5R89390357567127", "usps", "it is not a number of usps but of ups"),
        ("hello", "usps", "it has not the shape of any number of usps"),
        (" ", "usps", "it is empty"),
        ("RB123456785GB", "usps", "it is not a number of usps but of s10"),
        ("9" * 5000, "usps", "it has not the shape of any number of usps"),
        ("٩400109104250532908587", "usps", "it has not the shape of any number of usps"),
    ],
)
def test_a_bad_number_is_refused_with_its_reason(number, carrier, reason):
    with pytest.raises(BadTrackingNumber) as refusal:
        check(number, carrier)
    assert (refusal.value.number, refusal.value.reason) == (number, reason)


def test_the_post_of_a_country_also_issues_s10_numbers_that_end_in_it():
    assert check("RB123456785US", "usps") == "RB123456785US"


def test_s10_knows_its_countries():
    assert is_valid("RB123456785US")
    assert not is_valid("RB123456785QQ")


def test_a_carrier_we_know_no_formats_of_has_its_number_accepted_as_typed():
    assert check("  ab-12   34x ", "pigeon post") == "ab-12 34x"


@given(st.text(max_size=80))
@example("9" * 64)
@example("GM" + "9A" * 20)
@settings(max_examples=1000, deadline=None)
def test_nothing_typed_breaks_recognition(text):
    for reading in recognise(text):
        assert reading.number == normalise(text)


@given(st.text("0123456789", min_size=1, max_size=30), st.data())
@settings(max_examples=500, deadline=None)
def test_luhn_finds_any_one_wrong_digit(serial, data):
    at = data.draw(st.integers(0, len(serial) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != serial[at])
    assert check_digits.luhn(serial[:at] + digit + serial[at + 1 :]) != check_digits.luhn(serial)


def test_check_digits_by_hand():
    assert check_digits.luhn("7992739871") == "3"
    assert check_digits.s10("47312482") == "9"
    assert check_digits.mod_37_36("A12425GABC1234002") == "M"
    assert check_digits.mod_10("00614141123456789", evens_multiplier=3, odds_multiplier=1, reverse=False) == "0"
