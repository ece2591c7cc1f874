"""Tracking numbers: whose they are, and whether their check digit holds.

The 39 formats of 18 carriers come from https://github.com/jkeen/tracking_number_data (MIT, see THIRD_PARTY.md) and
are kept in `number_formats.json`, written by `docs/examples/number_formats.py`. What they lack, `_MORE` adds.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from makegood.kit.errors import InvalidField
from makegood.parcels.rules import check_digits

SHORTEST = 8
"""No carrier gives shorter ones; a shop may write what it likes and is told of the doubt."""

LONGEST = 64
"""No format is longer (42 letters); what is longer is never matched, so that nobody can make matching slow."""

POSTS = frozenset({"usps", "canada_post", "dhl"})
"""Carriers that bring the post of their country, and so also the international S10 numbers of every post."""

PARTNERS = frozenset({"ups", "fedex", "dhl"})
"""Carriers that hand parcels over to USPS for the last mile, under its numbers that begin with 92 and 93 (UPS Mail
Innovations, FedEx Ground Economy, DHL eCommerce)."""

_IDENT: Mapping[str, Any] = {
    "name": "mod10",
    "modulo": 10,
    "evens_multiplier": 4,
    "odds_multiplier": 9,
    "reverse": False,
}
_MORE: tuple[Mapping[str, Any], ...] = (
    {
        "courier": "dhl",
        "name": "DHL Paket (20)",
        "pattern": "(?P<SerialNumber>0034043[0-9]{12})(?P<CheckDigit>[0-9])",
        "check": {"name": "mod10", "modulo": 10, "evens_multiplier": 3, "odds_multiplier": 1, "reverse": False},
    },
    {"courier": "dhl", "name": "DHL Piece ID (20)", "pattern": "(?P<SerialNumber>J(?:JD|VGL|D)[0-9]{16,18})"},
    {
        "courier": "dhl",
        "name": "DHL Paket Identcode",
        "pattern": "(?P<SerialNumber>[0-9]{11})(?P<CheckDigit>[0-9])",
        "check": _IDENT,
    },
    {
        "courier": "dhl",
        "name": "DHL Paket Leitcode",
        "pattern": "(?P<SerialNumber>[0-9]{13})(?P<CheckDigit>[0-9])",
        "check": _IDENT,
    },
    {"courier": "dhl", "name": "DHL Parcel Poland", "pattern": "(?P<SerialNumber>[0-9]{11})"},
    {"courier": "dhl", "name": "DHL Parcel Benelux (3S)", "pattern": "(?P<SerialNumber>3S[A-Z]{2,8}[0-9]{7,13})"},
    {
        "courier": "dhl",
        "name": "DHL E-Commerce (letters)",
        "pattern": "(?P<SerialNumber>(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=[A-Z]{1,12}[0-9])[0-9A-Z]{10,39})",
    },
    {
        "courier": "usps",
        "name": "USPS IMpb (26)",
        "pattern": "420[0-9]{9}(?P<SerialNumber>9[23][0-9]{23})(?P<CheckDigit>[0-9])",
        "check": {"name": "mod10", "modulo": 10, "evens_multiplier": 3, "odds_multiplier": 1, "reverse": False},
    },
    {"courier": "ups", "name": "UPS Freight", "pattern": "(?P<SerialNumber>[0-9]{9})"},
    {"courier": "ups", "name": "UPS Mail Innovations", "pattern": "(?P<SerialNumber>MI[0-9]{6}[0-9A-Z]{1,22})"},
    {"courier": "fedex", "name": "FedEx Freight", "pattern": "(?P<SerialNumber>[0-9]{9})"},
    {"courier": "fedex", "name": "FedEx Door Tag", "pattern": "(?P<SerialNumber>DT[0-9]{12})"},
)
"""Numbers that the collection lacks. Of DHL's own examples (https://developer.dhl.com/api-reference/shipment-tracking):
00340434292135100124, an SSCC of the prefix that GS1 gave Deutsche Post, JD014600006281230704, a piece, and those of its
divisions in Benelux and Poland. Identcode and Leitcode end in a check digit by the weights 4 and 9. UPS's freight has
nine digits, its Mail Innovations MI with a mailer and a package (https://www.ups.com/us/en/support/tracking-support/
where-is-my-package/tracking-number-formats); so do FedEx's freight and its notes at the door."""

BARCODES = frozenset(
    {
        "USPS IMpb N",
        "USPS IMpb C",
        "USPS IMpb (26)",
        "USPS Legacy",
        "FedEx Express (34)",
        "FedEx ASTRA (32)",
        "FedEx Ground 96 (22)",
        "FedEx Ground GSN",
    }
)
"""Formats whose number stands within something longer: the ZIP code of a routing, or the rest of a barcode."""
_AT_LEAST = 12
"""How many digits a number of FedEx has; what its barcodes put before it are zeros."""
_MARKS = re.compile(r"^\][A-Z][0-9]|[-./()\u00b7]")
"""What stands in a number for the eye, as in 47.11 02.049 31 7 and (420) 89502, and what scanners put before a barcode
to name its kind (]C1: ISO/IEC 15424)."""
_FOR_THE_LAST_MILE = re.compile(r"9[23][0-9]{18,32}|61299[0-9]{15}")

CLEAR_FROM = 20
"""So many digits, with the beginning that their format asks for, are no carrier's by chance."""

Check = Callable[[str], str]


class BadTrackingNumber(InvalidField, ValueError):
    """A number that its carrier can't have issued; `reason` says why, for people."""

    slug, title = "tracking-number", "The carrier can't have issued this number"

    def __init__(self, number: str, reason: str) -> None:
        super().__init__("number", reason)
        self.number = number

    def __str__(self) -> str:
        return f"{self.number!r}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """One way to read a number. `check_holds` is False for a wrong check digit (or an unknown country, in S10) and
    True where the format has no check digit, as `is_checked` tells. `number` is normalised, and `tracking_number` is
    the number within it where it is a barcode, else the same.
    """

    courier: str
    format_name: str
    number: str
    tracking_number: str
    check_holds: bool
    is_checked: bool


class Doubt(StrEnum):
    """Why a number may be mistyped: it is none of its carrier's, or another's."""

    ON_ANOTHERS_PARCEL = "on_anothers_parcel"
    UNKNOWN_FORMAT = "unknown_format"
    LOOKS_LIKE_ANOTHERS = "looks_like_anothers"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    courier: str
    name: str
    pattern: re.Pattern[str]
    check: Check | None
    prepend_if: re.Pattern[str] | None
    prepend: str
    countries: frozenset[str] = field(default=frozenset())


def normalise(number: str) -> str:
    """Without white space of any kind, in capital letters: the form that is stored and compared."""
    return "".join(number.split()).upper()


def recognise(number: str) -> tuple[Recognised, ...]:
    """Every format that `number` has the shape of, those whose check digit holds first; () for none."""
    return _read_all(_formats(), normalise(number))


def _read_all(forms: Iterable[_Format], wanted: str) -> tuple[Recognised, ...]:
    if not wanted.isascii() or len(wanted) > LONGEST:
        return ()
    readings = [reading for form in forms if (reading := _read(form, wanted))]
    return tuple(sorted(readings, key=lambda reading: (not reading.check_holds, not reading.is_checked)))


def check(number: str, carrier: str) -> str:
    """The tracking number that a shop names, normalised, out of its barcode; of an unknown format too (`doubt_about`).

    A carrier that we know no formats of has its number accepted as typed, but for white space at its ends and
    doubled inside.

    Raises:
        BadTrackingNumber: empty, too long, with letters that no number has, with a wrong check digit, or clearly
            another carrier's.
    """
    return _accept(number, carrier, is_anothers=_is_clearly)


def check_told(number: str, carrier: str) -> str:
    """The same of a number that `carrier` tells us itself: one whose check digit holds as another's is not its.

    Raises:
        BadTrackingNumber: as for `check`, another carrier's, or shorter than any number is.
    """
    found = _accept(number, carrier, is_anothers=lambda reading: reading.is_checked)
    if len(found) < SHORTEST and doubt_about(found, carrier):
        raise BadTrackingNumber(number, f"it has not the shape of any number of {carrier}")
    return found


def doubt_about(number: str, carrier: str) -> Doubt | None:
    """Why a number that was taken in may not be its carrier's; None where its format is one of the carrier's."""
    if carrier not in _couriers() or _own(normalise(number), carrier) or _own(_spelled(number), carrier):
        return None
    others = any(reading.check_holds and reading.is_checked for reading in recognise(number))
    return Doubt.LOOKS_LIKE_ANOTHERS if others else Doubt.UNKNOWN_FORMAT


def numbers_in(text: str) -> frozenset[str]:
    """The tracking numbers that what somebody typed or scanned may mean."""
    plain = _spelled(text)
    readings = (*recognise(text), *(reading for reading in recognise(plain) if reading.check_holds))
    return frozenset({normalise(text), " ".join(text.split())} | {reading.tracking_number for reading in readings})


def _accept(number: str, carrier: str, *, is_anothers: Callable[[Recognised], bool]) -> str:
    if not number.strip():
        raise BadTrackingNumber(number, "it is empty")
    carrier = carrier.strip().lower()
    if carrier not in _couriers():
        return " ".join(number.split())
    wanted = normalise(number)
    own = _own(wanted, carrier) or _own(_spelled(number), carrier)
    if any(reading.check_holds for reading in own):
        return own[0].tracking_number
    problem = _problem(wanted, carrier, own, is_anothers)
    if problem:
        raise BadTrackingNumber(number, problem)
    return wanted


def _own(wanted: str, carrier: str) -> list[Recognised]:
    return [reading for reading in _read_all(_formats_of(carrier), wanted) if _may_issue(carrier, reading)]


def _spelled(number: str) -> str:
    """Without the marks that numbers are printed and scanned with."""
    return _MARKS.sub("", normalise(number))


def _problem(wanted: str, carrier: str, own: list[Recognised], is_anothers: Callable[[Recognised], bool]) -> str:
    """Why a number that is none of a carrier's formats can't be taken; "" where it can."""
    if not wanted.isascii() or not wanted.isprintable():
        return f"it has not the shape of any number of {carrier}"
    if len(wanted) > LONGEST:
        return f"it has more than the {LONGEST} letters of the longest number"
    if own:
        return f"its check digit is wrong for {own[0].format_name}"
    others = sorted({each.courier for each in recognise(wanted) if each.check_holds and is_anothers(each)})
    return f"it is not a number of {carrier} but of {' or '.join(others)}" if others else ""


def _is_clearly(reading: Recognised) -> bool:
    """Whether a number is somebody's beyond what chance makes of digits: one in ten has some carrier's check digit."""
    return reading.is_checked and (not reading.number.isdigit() or len(reading.number) >= CLEAR_FROM)


@cache
def _formats_of(carrier: str) -> tuple[_Format, ...]:
    """Every format that a number of this carrier may have; the posts share one, and USPS has partners."""
    couriers = {carrier, "s10"} | ({"usps"} if carrier in PARTNERS else set())
    return tuple(form for form in _formats() if form.courier in couriers)


def _may_issue(carrier: str, reading: Recognised) -> bool:
    if reading.courier == carrier:
        return True
    if reading.courier == "s10":
        return carrier in POSTS
    return carrier in PARTNERS and _FOR_THE_LAST_MILE.fullmatch(reading.tracking_number) is not None


def _read(form: _Format, number: str) -> Recognised | None:
    match = form.pattern.fullmatch(number)
    if match is None:
        return None
    holds = form.check is None or _holds(form, match)
    if form.countries:
        holds = holds and match["CountryCode"] in form.countries
    return Recognised(
        courier=form.courier,
        format_name=form.name,
        number=number,
        tracking_number=_within(form, match) if form.name in BARCODES else number,
        check_holds=holds,
        is_checked=form.check is not None,
    )


def _within(form: _Format, match: re.Match[str]) -> str:
    """The number that a barcode holds: USPS's whole, FedEx's without the zeros that fill it up."""
    number = match["SerialNumber"] + match["CheckDigit"]
    return number if form.courier == "usps" else number.lstrip("0").rjust(_AT_LEAST, "0")


def _holds(form: _Format, match: re.Match[str]) -> bool:
    serial = match["SerialNumber"]
    if form.prepend_if and form.prepend_if.match(serial):
        serial = form.prepend + serial
    return form.check is not None and form.check(serial) == match["CheckDigit"]


@lru_cache(maxsize=1)
def _formats() -> tuple[_Format, ...]:
    text = files("makegood.parcels.rules").joinpath("number_formats.json").read_text("utf-8")
    return tuple(_format(plain) for plain in (*json.loads(text), *_MORE))


@lru_cache(maxsize=1)
def _couriers() -> frozenset[str]:
    return frozenset(form.courier for form in _formats())


def _format(plain: Mapping[str, Any]) -> _Format:
    prepend = plain.get("prepend", {})
    return _Format(
        courier=plain["courier"],
        name=plain["name"],
        pattern=re.compile(plain["pattern"]),
        check=_check(plain["check"]) if "check" in plain else None,
        prepend_if=re.compile(prepend["if"]) if prepend else None,
        prepend=prepend.get("content", ""),
        countries=frozenset(plain.get("countries", ())),
    )


def _check(plain: Mapping[str, Any]) -> Check:
    """The rule that a format names; an unknown one is an error of ours, found when the file is read."""
    match plain["name"]:
        case "mod10":
            evens, odds, reverse = plain["evens_multiplier"], plain["odds_multiplier"], plain["reverse"]
            return lambda serial: check_digits.mod_10(
                serial, evens_multiplier=evens, odds_multiplier=odds, reverse=reverse
            )
        case "sum_product_with_weightings_and_modulo":
            weights, first, second = tuple(plain["weightings"]), plain["modulo1"], plain["modulo2"]
            return lambda serial: check_digits.weighted_sum(serial, weightings=weights, modulo1=first, modulo2=second)
        case "mod7":
            return check_digits.mod_7
        case "luhn":
            return check_digits.luhn
        case "s10":
            return check_digits.s10
        case "mod_37_36":
            return check_digits.mod_37_36
        case unknown:
            raise ValueError(f"no check-digit rule is called {unknown!r}")
