"""Asking FedEx: Track API v1, several numbers a call.

`POST /track/v1/trackingnumbers` takes at most 30 numbers and, with `includeDetailedScans`, answers with all their scans
(https://developer.fedex.com/api/en-us/catalog/track/v1/docs.html); a token lasts an hour
(https://developer.fedex.com/api/en-us/catalog/authorization/v1/docs.html).
FedEx allows a project 1400 calls in 10 seconds, and 100,000 calls a day for tracking; beyond, it answers 429
(https://developer.fedex.com/api/en-us/guides/ratelimits.html).
"""

from collections.abc import Sequence

from makegood.kit.outside import Reply
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import Headers, TokenTracker

URL = "https://apis.fedex.com"
LIMITS = (PollLimit(1400, 10), PollLimit(100_000, 86_400))


class FedExTracker(TokenTracker):
    """FedEx behind the port of `parcels.tracker`."""

    code, at_once, home, allowed = "fedex", 30, URL, LIMITS

    def ask_token(self) -> Reply:
        words = {"grant_type": "client_credentials", "client_id": self.id, "client_secret": self.secret}
        return self.address.call("POST", "/oauth/token", data=words)

    def ask_about(self, numbers: Sequence[str], headers: Headers) -> Reply:
        wanted = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
        body = {"includeDetailedScans": True, "trackingInfo": wanted}
        return self.address.call("POST", "/track/v1/trackingnumbers", json=body, headers=headers)
