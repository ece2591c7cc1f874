"""Which clock hangs in a place, for local times that come without their offset.

States of the USA and their zones follow 49 CFR part 71 (https://www.ecfr.gov/current/title-49/part-71), three-digit ZIP
prefixes USPS labelling list L002 (https://pe.usps.com/text/LabelingLists/L002.htm); where a prefix itself lies in two
zones, the zone of its larger part is taken. The provinces of Canada and the states of Australia are those of the tz
database's zone.tab (https://www.iana.org/time-zones), again by their larger part. For every other country its zones are
those of CLDR, which babel carries; where they don't show the same time, the place is not known well enough.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.core import get_global

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
PROVINCES = {
    (country, province): zone
    for country, zones in _PROVINCES.items()
    for zone, provinces in zones.items()
    for province in provinces.split()
}
_ALSO = {"UK": "GB", "USA": "US"}


def instant_at(local: datetime, *, country: str, state: str = "", postal_code: str = "") -> datetime | None:
    """The UTC instant at which a place's clock shows the naive `local`; None where the place has several clocks.

    `country` is an ISO 3166 code in any case. An hour that the clock shows twice is its first.
    """
    zones = zones_of(country=country, state=state, postal_code=postal_code)
    instants = {local.replace(tzinfo=zone).astimezone(UTC) for zone in zones}
    return instants.pop() if len(instants) == 1 else None


def zones_of(*, country: str, state: str = "", postal_code: str = "") -> Sequence[ZoneInfo]:
    """Every zone that the place may lie in: one for a known state, all of its country's otherwise, () if unknown."""
    country, state = _ALSO.get(country.strip().upper(), country.strip().upper()), state.strip().upper()
    if country == "US" and (zone := us_zone(state=state, zip_code=postal_code)):
        return (zone,)
    if name := PROVINCES.get((country, state)):
        return (ZoneInfo(name),)
    return tuple(ZoneInfo(name) for name in get_global("territory_zones").get(country, ()))


def us_zone(*, state: str, zip_code: str) -> ZoneInfo | None:
    """The zone of a state of the USA, by its ZIP where it lies in two; None for one that is none, or military mail."""
    name = PREFIXES.get((state.strip().upper(), zip_code.strip()[:3])) or STATES.get(state.strip().upper())
    return ZoneInfo(name) if name else None
