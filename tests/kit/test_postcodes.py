"""Which postcodes a country has."""

import pytest

from makegood.kit.postcodes import is_postcode


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "10002"), ("US", "10002-1234"), ("DE", "10115"), ("DE", "D-10115"), ("GB", "sw1a 1aa"), ("GB", "M1 1AE"),
        ("NL", "1012 AB"), ("CA", "K1A 0B1"), ("FR", "75011"), ("JP", "980-0001"), ("PT", "1000-205"),
        ("IE", "D02 AF30"), ("KW", "32001"), ("AR", "C1001AAB"), ("AT", "1010"),
    ],
)  # fmt: skip
def test_what_is_written_so_is_one(country: str, code: str) -> None:
    assert is_postcode(code, country=country)


@pytest.mark.parametrize(
    ("country", "code"),
    [("DE", "99999999999 DE"), ("DE", "1011"), ("US", "K1A 0B1"), ("GB", "12345"), ("KW", "1" * 13), ("AR", "?")],
)
def test_what_is_written_otherwise_is_none(country: str, code: str) -> None:
    assert not is_postcode(code, country=country)
