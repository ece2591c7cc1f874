"""Which clock hangs in a place, for local times that come without their offset.

States of the USA and their zones follow 49 CFR part 71 (https://www.ecfr.gov/current/title-49/part-71), three-digit ZIP
prefixes USPS labelling list L002 (https://pe.usps.com/text/LabelingLists/L002.htm); where a prefix itself lies in two
zones, the zone of its larger part is taken. Prefixes belong to the states that L002 has them in; 969 (Guam, and Palau
an hour behind) is taken for Guam, by far the larger part of its mail. The provinces of Canada and the states of
Australia are those of the tz database's zone.tab (https://www.iana.org/time-zones), again by their larger part. For
every other country its zones are those of CLDR, which babel carries; where they don't show the same time, the place is
not known well enough.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import Locale, get_global

_STATES = {
    "America/New_York": "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Boise": "ID",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
    "America/St_Thomas": "VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
_PREFIXES = {
    "America/Chicago": "FL 324 325, IN 463 464 476 477, KY 420 421 422 423 424",
    "America/New_York": "TN 373 374 376 377 378 379",
    "America/Denver": "TX 798 799 885, ND 586, SD 577, NE 691 693, AZ 865",
    "America/Boise": "OR 979",
    "America/Los_Angeles": "ID 835 838",
}
_ZIPS = (
    "NY 005, PR 006 007, VI 008, PR 009, MA 010-027, RI 028 029, NH 030-038, ME 039-049, VT 050-054, MA 055, VT "
    "056-059, CT 060-069, NJ 070-089, NY 100-149, PA 150-196, DE 197-199, DC 200, VA 201, DC 202-205, MD 206-212 "
    "214-219, VA 220-246, WV 247-268, NC 270-289, SC 290-299, GA 300-319, FL 320-339 341 342 344 346 347 349, AL "
    "350-352 354-369, TN 370-385, MS 386-397, GA 398 399, KY 400-427, OH 430-459, IN 460-479, MI 480-499, IA "
    "500-516 520-528, WI 530-532 534 535 537-549, MN 550 551 553-567, DC 569, SD 570-577, ND 580-588, MT 590-599, "
    "IL 600-620 622-629, MO 630 631 633-641 644-658, KS 660-662 664-679, NE 680 681 683-693, LA 700 701 703-708 "
    "710-714, AR 716-729, OK 730 731, TX 733, OK 734-741 743-749, TX 750-770 772-799, CO 800-816, WY 820-831, ID "
    "832-838, UT 840-847, AZ 850-853 855-857 859 860 863-865, NM 870 871 873-875 877-884, TX 885, NV 889-891 "
    "893-895 897 898, CA 900-908 910-928 930-961, HI 967 968, GU 969, OR 970-979, WA 980-986 988-994, AK 995-999"
)
_PROVINCES = {
    "CA": {
        "America/St_Johns": "NL NF",
        "America/Halifax": "NS PE",
        "America/Moncton": "NB",
        "America/Toronto": "ON QC PQ",
        "America/Winnipeg": "MB",
        "America/Regina": "SK",
        "America/Edmonton": "AB",
        "America/Yellowknife": "NT",
        "America/Whitehorse": "YT",
        "America/Vancouver": "BC",
    },
    "AU": {
        "Australia/Sydney": "NSW ACT NS",
        "Australia/Melbourne": "VIC VI",
        "Australia/Brisbane": "QLD QL",
        "Australia/Adelaide": "SA",
        "Australia/Perth": "WA",
        "Australia/Hobart": "TAS TS",
        "Australia/Darwin": "NT",
    },
}

STATES = {state: zone for zone, states in _STATES.items() for state in states.split()}
PREFIXES = {
    (state, prefix): zone
    for zone, groups in _PREFIXES.items()
    for state, *prefixes in (group.split() for group in groups.split(","))
    for prefix in prefixes
}
ZIPS = {
    prefix: state
    for state, *spans in (group.split() for group in _ZIPS.split(", "))
    for first, _, last in (span.partition("-") for span in spans)
    for prefix in range(int(first), int(last or first) + 1)
}
PROVINCES = {
    (country, province): zone
    for country, zones in _PROVINCES.items()
    for zone, provinces in zones.items()
    for province in provinces.split()
}
_ALSO = {"UK": "GB", "USA": "US"}
_ALSO_NAMED = _ALSO | {
    "UNITED STATES OF AMERICA": "US", "CZECH REPUBLIC": "CZ", "HOLLAND": "NL", "TURKEY": "TR", "GREAT BRITAIN": "GB",
    "GROSSBRITANNIEN": "GB", "GROOT-BRITTANNIE": "GB", "GRANDE-BRETAGNE": "GB", "GRAN BRETANA": "GB",
    "ENGLAND": "GB", "SCOTLAND": "GB", "WALES": "GB", "NORTHERN IRELAND": "GB", "REPUBLIC OF IRELAND": "IE",
    "HONG KONG": "HK", "MACAU": "MO", "MACAO": "MO", "UAE": "AE", "CHINA MAINLAND": "CN",
    "CHINA, PEOPLES REPUBLIC": "CN",
    "KOREA, REPUBLIC OF": "KR", "REPUBLIC OF KOREA": "KR", "KOREA": "KR", "VIET NAM": "VN",
    "MOLDOVA, REPUBLIC OF": "MD",
    "CESKA REPUBLIKA": "CZ", "SLOVENSKA REPUBLIKA": "SK", "ELLADA": "GR", "LAO PEOPLES DEMOCRATIC REPUBLIC": "LA",
    "COTE D IVOIRE": "CI", "IVORY COAST": "CI", "BRUNEI DARUSSALAM": "BN",
}  # fmt: skip
_AT_HOME_IN = "bg bs ca cs da de el es et fi fr ga hr hu is it lb lt lv mk mt nb nl pl pt ro sk sl sq sr sv tr uk"
AT_HOME_IN = frozenset(_AT_HOME_IN.split())
"""The languages in which countries' own names are known: those of Europe, where carriers leave the code out."""
_ONE_CLOCK = {"CN": "Asia/Shanghai", "UA": "Europe/Kyiv"}
"""Countries of one clock by law, and of a second one that their carriers don't go by."""
LETTERS_OF_LONGER_CODES = 3
_TWO_LETTERS, _ONE_LETTER = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"}), str.maketrans("łøđ", "lod")
_ARTICLE = re.compile(r"^THE |,? THE$| \(.*\)$| SAR.*$")
_ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?")


def zones_of(*, country: str, state: str = "", postal_code: str = "") -> Sequence[ZoneInfo]:
    """Every zone that the place may lie in: one for a known state, all of its country's otherwise, () if unknown."""
    country, state = _ALSO.get(country.strip().upper(), country.strip().upper()), state.strip().upper()
    if len(country) == LETTERS_OF_LONGER_CODES:
        country = next(iter(get_global("territory_aliases").get(country, ())), country)
    if country == "US" and (zone := us_zone(state=state, zip_code=postal_code)):
        return (zone,)
    if name := PROVINCES.get((country, state)):
        return (ZoneInfo(name),)
    names = [_ONE_CLOCK[country]] if country in _ONE_CLOCK else get_global("territory_zones").get(country, ())
    return tuple(ZoneInfo(name) for name in names)


def us_zone(*, state: str, zip_code: str) -> ZoneInfo | None:
    """The zone of a state of the USA, by its ZIP where it lies in two or where no state is named.

    None for one that is none, and for military mail.
    """
    prefix = zip_code.strip()[:3]
    state = state.strip().upper() or (ZIPS.get(int(prefix), "") if _ZIP.fullmatch(zip_code.strip()) else "")
    name = PREFIXES.get((state, prefix)) or STATES.get(state)
    return ZoneInfo(name) if name else None


def country_named(name: str) -> str:
    """The ISO 3166 code of a country by its name in English, in a language of its own or in one of its neighbours', in
    any case; "" for none.
    """
    wanted = _ARTICLE.sub("", _folded(name))
    if not wanted:
        return ""
    found = (names.get(wanted) for names in (_countries(), _countries_at_home(), _countries_abroad()))
    return next((code for code in found if code), "")


@cache
def _countries() -> Mapping[str, str]:
    names = {_folded(name): code for code, name in Locale("en").territories.items() if len(code) == 2}
    return names | {_folded(name): code for name, code in _ALSO_NAMED.items()}


@cache
def _countries_at_home() -> Mapping[str, str]:
    """What countries call themselves in the languages that are official there; what two are called names neither."""
    return _of_one_each(
        (code, Locale.parse(language).territories.get(code, ""))
        for code, languages in get_global("territory_languages").items()
        for language, told in languages.items()
        if told.get("official_status") and language in AT_HOME_IN
    )


@cache
def _countries_abroad() -> Mapping[str, str]:
    """What countries are called in the other languages of Europe; what two are called names neither."""
    return _of_one_each(
        (code, name)
        for language in AT_HOME_IN
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code in get_global("territory_zones")
    )


def _of_one_each(named: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The codes by each spelling of their names; a spelling that two have names neither."""
    found: dict[str, set[str]] = {}
    for code, name in named:
        for spelling in {_folded(name), _folded(name.lower().translate(_TWO_LETTERS))} - {""}:
            found.setdefault(spelling, set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def _folded(name: str) -> str:
    """In capitals, without accents."""
    letters = unicodedata.normalize("NFKD", name.strip().casefold().translate(_ONE_LETTER))
    return "".join(each for each in letters if not unicodedata.combining(each)).upper()
