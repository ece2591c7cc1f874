"""Asking FedEx: Track API v1, several numbers a call.

`POST /track/v1/trackingnumbers` takes at most 30 numbers and, with `includeDetailedScans`, answers with all their scans
(https://developer.fedex.com/api/en-us/catalog/track/v1/docs.html); a token lasts an hour
(https://developer.fedex.com/api/en-us/catalog/authorization/v1/docs.html).
FedEx allows a project 1400 calls in 10 seconds, and 100,000 calls a day for tracking; beyond, it answers 429
(https://developer.fedex.com/api/en-us/guides/ratelimits.html).
"""

from collections.abc import Sequence

from makegood.kit.clock import system_now
from makegood.kit.outside import Address, Tokens
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import TrackerResponse, answered, with_token

URL = "https://apis.fedex.com"
LIMITS = (PollLimit(1400, 10), PollLimit(100_000, 86_400))


class FedExTracker:
    """FedEx behind the port of `parcels.tracker`."""

    code = "fedex"
    at_once = 30

    def __init__(self, *, id: str, secret: str, url: str = URL, limits: tuple[PollLimit, ...] = LIMITS) -> None:  # noqa: A002
        self.limits = limits
        self._address = Address(url)
        words = {"grant_type": "client_credentials", "client_id": id, "client_secret": secret}
        self._tokens = Tokens(lambda: self._address.call("POST", "/oauth/token", data=words))

    def ask(self, numbers: Sequence[str], *, page: str = "") -> TrackerResponse:
        """What FedEx knows of these numbers; it gives everything at once."""
        wanted = {
            "includeDetailedScans": True,
            "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers],
        }
        reply = with_token(
            self._tokens,
            lambda headers: self._address.call("POST", "/track/v1/trackingnumbers", json=wanted, headers=headers),
        )
        return TrackerResponse(body=answered(reply, now=system_now()))
