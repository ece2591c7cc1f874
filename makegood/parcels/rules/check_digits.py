"""The check-digit rules that carriers use, each as the letter or digit that ought to stand at the end.

Written from the published rules: mod 10 with weights (GS1 General Specifications 7.9,
https://www.gs1.org/services/how-calculate-check-digit-manually), Luhn (ISO/IEC 7812-1 annex B), mod 37,36
(ISO/IEC 7064), S10 (Universal Postal Union, standard S10-12, https://www.upu.int/en/postal-solutions), and FedEx's
sum modulo 11 modulo 10 and DHL Express's modulo 7 as https://github.com/jkeen/tracking_number_data states them.
Every function takes the serial without its check digit, of ASCII digits and capital letters.
"""

import string
from collections.abc import Sequence

ALPHABET = string.digits + string.ascii_uppercase
UPU_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def mod_10(serial: str, *, evens_multiplier: int, odds_multiplier: int, reverse: bool) -> str:
    """Places counted from 0 at the left (at the right where `reverse`); A counts as 2, B as 3 and so on."""
    places = reversed(serial) if reverse else serial
    total = sum(
        _worth(letter) * (odds_multiplier if place % 2 else evens_multiplier) for place, letter in enumerate(places)
    )
    return str(-total % 10)


def _worth(letter: str) -> int:
    return int(letter) if letter in string.digits else (ord(letter) - 3) % 10


def mod_7(serial: str) -> str:
    return str(int(serial) % 7)


def luhn(serial: str) -> str:
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(serial)))
    return str(-sum(number // 10 + number % 10 for number in doubled) % 10)


def s10(serial: str) -> str:
    """Weighted sum modulo 11, taken from 11; 10 is written as 0 and 11 as 5."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, UPU_WEIGHTS, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def weighted_sum(serial: str, *, weightings: Sequence[int], modulo1: int, modulo2: int) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(serial, weightings, strict=True))
    return str(total % modulo1 % modulo2)


def mod_37_36(serial: str) -> str:
    """ISO 7064 hybrid system, over digits and letters."""
    carry = 36
    for letter in serial:
        carry = (carry + ALPHABET.index(letter)) % 36 or 36
        carry = carry * 2 % 37
    return ALPHABET[(37 - carry) % 36]
