"""Asking USPS: Tracking API v3r2, several numbers a call.

`POST /tracking/v3r2/tracking` takes a list of at most 35 numbers and answers with a list, 207 where some are unknown
(https://developers.usps.com/trackingv3r2); a token lasts eight hours (https://developers.usps.com/Oauth).
USPS allows 60 calls an hour to each product until it is asked for more (USPS in
https://github.com/USPS/api-examples/issues/30); beyond that it answers 429 with Retry-After.
"""

from collections.abc import Sequence

from makegood.kit.clock import system_now
from makegood.kit.outside import Address, Tokens
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import TrackerResponse, answered, with_token

URL = "https://apis.usps.com"
LIMITS = (PollLimit(60, 3600),)


class UspsTracker:
    """USPS behind the port of `parcels.tracker`."""

    code = "usps"
    at_once = 35

    def __init__(self, *, id: str, secret: str, url: str = URL, limits: tuple[PollLimit, ...] = LIMITS) -> None:  # noqa: A002
        self.limits = limits
        self._address = Address(url)
        words = {"grant_type": "client_credentials", "client_id": id, "client_secret": secret}
        self._tokens = Tokens(lambda: self._address.call("POST", "/oauth2/v3/token", json=words))

    def ask(self, numbers: Sequence[str], *, page: str = "") -> TrackerResponse:
        """What USPS knows of these numbers; it gives everything at once."""
        wanted = [{"trackingNumber": number} for number in numbers]
        reply = with_token(
            self._tokens,
            lambda headers: self._address.call("POST", "/tracking/v3r2/tracking", json=wanted, headers=headers),
        )
        return TrackerResponse(body=answered(reply, now=system_now()))
