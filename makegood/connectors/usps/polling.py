"""Asking USPS: Tracking API v3r2, several numbers a call.

`POST /tracking/v3r2/tracking` takes a list of at most 35 numbers and answers with a list, 207 where some are unknown
(https://developers.usps.com/trackingv3r2); a token lasts eight hours (https://developers.usps.com/Oauth).
USPS allows 60 calls an hour to each product until it is asked for more (USPS in
https://github.com/USPS/api-examples/issues/30); beyond that it answers 429 with Retry-After.
"""

from collections.abc import Sequence

from makegood.kit.outside import Reply
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import Headers, TokenTracker

URL = "https://apis.usps.com"
LIMITS = (PollLimit(60, 3600),)


class UspsTracker(TokenTracker):
    """USPS behind the port of `parcels.tracker`."""

    code, at_once, home, allowed = "usps", 35, URL, LIMITS

    def ask_token(self) -> Reply:
        words = {"grant_type": "client_credentials", "client_id": self.id, "client_secret": self.secret}
        return self.address.call("POST", "/oauth2/v3/token", json=words)

    def ask_about(self, numbers: Sequence[str], headers: Headers) -> Reply:
        wanted = [{"trackingNumber": number} for number in numbers]
        return self.address.call("POST", "/tracking/v3r2/tracking", json=wanted, headers=headers)
