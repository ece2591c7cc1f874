"""Tracking numbers: whose they are, and whether their check digit holds.

The 39 formats of 18 carriers come from https://github.com/jkeen/tracking_number_data (MIT, see THIRD_PARTY.md) and
are kept in `number_formats.json`, written by `docs/examples/number_formats.py`. What they lack, `_MORE` adds.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from makegood.kit.errors import InvalidField
from makegood.parcels.rules import check_digits

LONGEST = 64
"""No format is longer (42 letters); what is longer is never matched, so that nobody can make matching slow."""

POSTS = {"usps": "US", "canada_post": "CA", "dhl": "DE"}
"""Carriers that are their country's post, and so also issue the international S10 numbers that end in it."""

_MORE = (
    {
        "courier": "dhl",
        "name": "DHL Paket (20)",
        "pattern": "(?P<SerialNumber>0034043[0-9]{12})(?P<CheckDigit>[0-9])",
        "check": {"name": "mod10", "modulo": 10, "evens_multiplier": 3, "odds_multiplier": 1, "reverse": False},
    },
    {"courier": "dhl", "name": "DHL Piece ID (20)", "pattern": "(?P<SerialNumber>J(?:JD|VGL|D)[0-9]{16,18})"},
)
"""Numbers of DHL's own examples (https://developer.dhl.com/api-reference/shipment-tracking): 00340434292135100124,
an SSCC of the prefix that GS1 gave Deutsche Post, and JD014600006281230704, a piece."""

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
    True where the format has no check digit, as `is_checked` tells. `number` is normalised.
    """

    courier: str
    format_name: str
    number: str
    check_holds: bool
    is_checked: bool


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
    """The number normalised, if `carrier` can have issued it.

    A carrier that we know no formats of has its number accepted as typed, but for white space at its ends and
    doubled inside.

    Raises:
        BadTrackingNumber: empty, not of the carrier's shape, of another carrier's, or with a wrong check digit.
    """
    if not number.strip():
        raise BadTrackingNumber(number, "it is empty")
    carrier = carrier.strip().lower()
    if carrier not in _couriers():
        return " ".join(number.split())
    wanted = normalise(number)
    own = [reading for reading in _read_all(_formats_of(carrier), wanted) if _may_issue(carrier, reading)]
    if any(reading.check_holds for reading in own):
        return wanted
    raise BadTrackingNumber(number, _why_not(carrier, own, recognise(wanted)))


@cache
def _formats_of(carrier: str) -> tuple[_Format, ...]:
    """Every format that a number of this carrier may have; the posts share one."""
    return tuple(form for form in _formats() if form.courier in {carrier, "s10"})


def _may_issue(carrier: str, reading: Recognised) -> bool:
    return reading.courier == carrier or (
        reading.courier == "s10" and carrier in POSTS and reading.number.endswith(POSTS[carrier])
    )


def _why_not(carrier: str, own: list[Recognised], readings: tuple[Recognised, ...]) -> str:
    if own:
        return f"its check digit is wrong for {own[0].format_name}"
    others = sorted({reading.courier for reading in readings if reading.check_holds and reading.is_checked})
    if others:
        return f"it is not a number of {carrier} but of {' or '.join(others)}"
    return f"it has not the shape of any number of {carrier}"


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
        check_holds=holds,
        is_checked=form.check is not None,
    )


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
