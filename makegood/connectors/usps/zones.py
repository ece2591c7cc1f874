"""Which clock hangs in the place of a USPS event, for events that come without their offset.

States and their zones follow 49 CFR part 71 (https://www.ecfr.gov/current/title-49/part-71), three-digit ZIP prefixes
USPS labelling list L002 (https://pe.usps.com/text/LabelingLists/L002.htm). Where a prefix itself lies in two zones, the
zone of its larger part is taken: an hour at most is wrong, in an event that USPS sent without an offset.
"""

import re
from zoneinfo import ZoneInfo

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

STATES = {state: zone for zone, states in _STATES.items() for state in states.split()}
PREFIXES = {
    (state, prefix): zone
    for zone, groups in _PREFIXES.items()
    for state, *prefixes in (group.split() for group in groups.split(","))
    for prefix in prefixes
}
_IN_A_CENTER = re.compile(r"\b([A-Z]{2})(?: [A-Z]+)* (?:DISTRIBUTION CENTER|ANNEX|P&DC|ISC)\b")


def zone_of(*, city: str, state: str, zip_code: str) -> ZoneInfo | None:
    """The zone of an event's place; None where it is unknown (military mail, abroad, no place at all).

    Without a state, one is looked for in the city: USPS writes "OAK CREEK WI DISTRIBUTION CENTER" and no state.
    """
    state = state.strip().upper() or _state_in(city.upper())
    name = PREFIXES.get((state, zip_code.strip()[:3])) or STATES.get(state)
    return ZoneInfo(name) if name else None


def _state_in(city: str) -> str:
    match = _IN_A_CENTER.search(city)
    return match[1] if match else ""
