"""Which clock hangs in the place of a USPS event, for events that come without their offset."""

import re
from zoneinfo import ZoneInfo

from makegood.kit.zones import us_zone

_IN_A_CENTER = re.compile(r"\b([A-Z]{2})(?: [A-Z]+)* (?:DISTRIBUTION CENTER|ANNEX|P&DC|ISC)\b")


def zone_of(*, city: str, state: str, zip_code: str) -> ZoneInfo | None:
    """The zone of an event's place; None where it is unknown (military mail, abroad, no place at all).

    Without a state, one is looked for in the city: USPS writes "OAK CREEK WI DISTRIBUTION CENTER" and no state.
    """
    return us_zone(state=state.strip() or _state_in(city.upper()), zip_code=zip_code)


def _state_in(city: str) -> str:
    match = _IN_A_CENTER.search(city)
    return match[1] if match else ""
