"""Asking DHL: Shipment Tracking - Unified, one number a call, its answer in pages.

`GET /track/shipments?trackingNumber=…` with the header `DHL-API-Key` answers with shipments, and with `nextUrl` where
there are more than `limit` of them, from `offset` on (https://developer.dhl.com/api-reference/shipment-tracking).
The free tier has 250 calls a day and one call every 5 seconds, counted from midnight GMT (same page, Rate Limits, and
https://support-developer.dhl.com/support/solutions/folders/47000779436/page/2); beyond, DHL answers 429.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from makegood.kit.clock import system_now
from makegood.kit.outside import Address, Unreachable
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import CarrierAway, TrackerResponse, answered

URL = "https://api-eu.dhl.com"
LIMITS = (PollLimit(1, 5), PollLimit(250, 86_400))
# Nobody has so many shipments under one number; a carrier that goes on giving pages is not followed for ever.
LAST_OFFSET = 200


class DhlTracker:
    """DHL behind the port of `parcels.tracker`."""

    code = "dhl"
    at_once = 1

    def __init__(self, *, key: str, url: str = URL, limits: tuple[PollLimit, ...] = LIMITS) -> None:
        self.limits = limits
        self._address = Address(url)
        self._headers = {"DHL-API-Key": key}

    def ask(self, numbers: Sequence[str], *, page: str = "") -> TrackerResponse:
        """What DHL knows of the one number, from the shipment on that `page` counts to."""
        (number,) = numbers
        wanted = {"trackingNumber": number} | ({"offset": page} if page else {})
        try:
            reply = self._address.call("GET", "/track/shipments", params=wanted, headers=self._headers)
        except Unreachable as error:
            raise CarrierAway(str(error)) from error
        body = answered(reply, now=system_now())
        return TrackerResponse(body=body, next_page=_after(body, int(page or 0)))


def _after(body: object, offset: int) -> str:
    """Where the rest begins: of `nextUrl` only the offset is taken, never the address; "" where it leads no further."""
    url = body.get("nextUrl") if isinstance(body, Mapping) else None
    (found, *_) = parse_qs(urlsplit(url).query).get("offset", [""]) if isinstance(url, str) else [""]
    is_further = found.isdecimal() and offset < int(found[:9]) <= LAST_OFFSET
    return found if is_further else ""
