"""Tracking numbers against the public collection of valid and invalid ones, and some of our own."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from makegood.parcels.rules import check_digits
from makegood.parcels.rules.numbers import (
    BadTrackingNumber,
    Doubt,
    Recognised,
    check,
    check_told,
    doubt_about,
    normalise,
    numbers_in,
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
    assert check(number, courier) in {one.tracking_number for one in recognise(number) if one.check_holds}
    assert doubt_about(check(number, courier), courier) is None


@pytest.mark.parametrize(("courier", "form", "number"), collected("invalid"))
def test_an_invalid_number_is_refused(courier, form, number):
    assert (courier, form) not in {(one.courier, one.format_name) for one in recognise(number) if one.check_holds}
    # One number that "Purolator (alpha + 9)" lists as not of its shape is listed as valid by "Purolator (12)".
    if number != "331426749957":
        assert not is_valid(number, courier)
        with contextlib.suppress(BadTrackingNumber):
            assert doubt_about(check(number, courier), courier) is not None


OURS = [
    ("usps", "9400109104250532908587"),
    ("usps", "9261290289104185136058"),
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
        Recognised(
            courier="ups",
            format_name="UPS",
            number="1Z5R89390357567127",
            tracking_number="1Z5R89390357567127",
            check_holds=True,
            is_checked=True,
        ),
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
        (" ", "usps", "it is empty"),
        ("LN528523996CN", "usps", "its check digit is wrong for S10"),
        ("471102049318", "dhl", "its check digit is wrong for DHL Paket Identcode"),
        ("420122079400109200000000600048", "usps", "its check digit is wrong for USPS IMpb N"),
        ("9400109104250532908587", "ups", "it is not a number of ups but of usps"),
        ("9" * 5000, "usps", "it has more than the 64 letters of the longest number"),
        ("٩400109104250532908587", "usps", "it has not the shape of any number of usps"),
    ],
)
def test_a_bad_number_is_refused_with_its_reason(number, carrier, reason):
    with pytest.raises(BadTrackingNumber) as refusal:
        check(number, carrier)
    assert (refusal.value.number, refusal.value.reason) == (number, reason)


@pytest.mark.parametrize("carrier", ["usps", "dhl", "canada_post"])
@pytest.mark.parametrize("number", ["RB123456785US", "RB123456785GB", "CP528523743JP"])
def test_a_post_brings_the_numbers_of_every_post(carrier, number):
    assert check(number, carrier) == number


@pytest.mark.parametrize(
    ("carrier", "barcode", "number"),
    [
        ("fedex", "1001900000000001220700772200600011", "772200600011"),
        ("fedex", "1027590111820004833500785458233610", "785458233610"),
        ("fedex", "9622001560001234567100794808390594", "794808390594"),
        ("fedex", "32971514560102447849175802862014", "784917580286"),
        ("fedex", "9622010987654300000026", "987654300000026"),
        ("usps", "420 12207 9400 1092 0000 0000 6000 47", "9400109200000000600047"),
        ("usps", "4201220712349400109200000000600078", "9400109200000000600078"),
        ("usps", "420902459261290336128704042634", "9261290336128704042634"),
        ("usps", "420 22153 9101026837331000039521", "9101026837331000039521"),
        ("ups", "4206064192748902004306500040123016", "92748902004306500040123016"),
        ("ups", "42060641123492748902004306500040123016", "92748902004306500040123016"),
        ("dhl", "420606419261290336128704042634", "9261290336128704042634"),
        ("dhl", "47.11 02.049 31 7", "471102049317"),
        ("usps", "(420)12207(94)00109200000000600047", "9400109200000000600047"),
        ("usps", "]C1420122079400109200000000600047", "9400109200000000600047"),
        ("usps", "9400-1092-0000-0000-6000-47", "9400109200000000600047"),
    ],
)
def test_a_barcode_becomes_the_number_within(carrier, barcode, number):
    assert check(barcode, carrier) == check(number, carrier) == number
    assert number in numbers_in(barcode)


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("dhl", "471102049323"),
        ("dhl", "GMAB12C34D56E78F90A1B2"),
        ("dhl", "3SDEMO0036293280"),
        ("dhl", "24333800029"),
        ("dhl", "60120172242323"),
        ("dhl", "JVGL06239742000012340"),
        ("dhl", "9261290336128704042634"),
        ("ups", "92748902004306500040123016"),
        ("ups", "MI123456000000000000000001"),
        ("ups", "512345678"),
        ("ups", "K1506235620"),
        ("fedex", "9261290336128704042634"),
        ("fedex", "61299098349792366623"),
        ("fedex", "DT123456789012"),
        ("fedex", "312345678"),
    ],
)
def test_what_carriers_really_issue_is_known(carrier, number):
    assert (check(number, carrier), check_told(number, carrier)) == (number, number)
    assert doubt_about(number, carrier) is None


@pytest.mark.parametrize(
    ("carrier", "number", "doubt"),
    [
        ("usps", "HELLO", Doubt.UNKNOWN_FORMAT),
        ("usps", "940010920000000070001", Doubt.UNKNOWN_FORMAT),
        ("ups", "1Z5R8939035756712", Doubt.UNKNOWN_FORMAT),
        ("dhl", "GR295117494011169045", Doubt.UNKNOWN_FORMAT),
        ("ups", "986578788855", Doubt.LOOKS_LIKE_ANOTHERS),
    ],
)
def test_an_unknown_format_is_taken_in_with_a_doubt(carrier, number, doubt):
    assert check(number, carrier) == number
    assert doubt_about(number, carrier) is doubt


def test_a_carriers_own_word_is_not_taken_for_a_number_that_is_anothers():
    with pytest.raises(BadTrackingNumber, match="not a number of ups but of fedex"):
        check_told("986578788855", "ups")
    assert check_told("98657878886", "ups") == "98657878886"
    with pytest.raises(BadTrackingNumber, match="not the shape of any number of usps"):
        check_told("1234", "usps")
    assert check("1234", "usps") == "1234"


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
