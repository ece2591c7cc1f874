"""Which names may be one person's."""

import pytest

from makegood.intake.rules import names_alike


@pytest.mark.parametrize(
    ("payer", "name"),
    [
        ("Ada Marsh", "ada marsh"),
        ("MARSH, ADA", "Ada Marsh"),
        ("A. Marsh", "Ada Marsh"),
        ("Marsh", "Ada Marsh"),
        ("Mrs Ada Marsh", "Ada Marsh"),
        ("Ada Marhs", "Ada Marsh"),
        ("José Núñez", "Jose Nunez"),
        ("阿部 典子", "阿部 典子"),
    ],
)
def test_names_of_one(payer, name):
    assert names_alike(payer, name)
    assert names_alike(name, payer)


@pytest.mark.parametrize(
    ("payer", "name"),
    [
        ("Ben Marshall", "Ada Marsh"),
        ("A. M.", "Ada Marsh"),
        ("", "Ada Marsh"),
        ("", ""),
        ("42", "Ada Marsh"),
        ("B. Marsh", "Ada Marsh"),
    ],
)
def test_names_of_two(payer, name):
    assert not names_alike(payer, name)
