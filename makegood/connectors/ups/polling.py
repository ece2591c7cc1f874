"""Asking UPS: Tracking API v1, one number a call.

`GET /api/track/v1/details/{number}` with `transId` and `transactionSrc`
(https://github.com/UPS-API/api-documentation/blob/main/Tracking.yaml) answers for that number alone (UPS in
https://github.com/UPS-API/api-documentation/issues/162); a token comes from `/security/v1/oauth/token` by Basic
(https://github.com/UPS-API/api-documentation/blob/main/OAuthClientCredentials.yaml).
UPS publishes no limit and answers 429 beyond the one it has set for each account (UPS in
https://github.com/UPS-API/api-documentation/issues/8). So ours is a cautious one: a call a second, 10,000 a day.
"""

import uuid
from collections.abc import Sequence
from urllib.parse import quote

from makegood.kit.clock import system_now
from makegood.kit.outside import Address, Tokens
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import TrackerResponse, answered, with_token

URL = "https://onlinetools.ups.com"
LIMITS = (PollLimit(1, 1), PollLimit(10_000, 86_400))
SOURCE = "makegood"


class UpsTracker:
    """UPS behind the port of `parcels.tracker`."""

    code = "ups"
    at_once = 1

    def __init__(self, *, id: str, secret: str, url: str = URL, limits: tuple[PollLimit, ...] = LIMITS) -> None:  # noqa: A002
        self.limits = limits
        self._address = Address(url)
        words = {"grant_type": "client_credentials"}
        self._tokens = Tokens(
            lambda: self._address.call("POST", "/security/v1/oauth/token", data=words, auth=(id, secret))
        )

    def ask(self, numbers: Sequence[str], *, page: str = "") -> TrackerResponse:
        """What UPS knows of the one number; it gives everything at once."""
        (number,) = numbers
        path = f"/api/track/v1/details/{quote(number, safe='')}"
        named = {"transId": uuid.uuid4().hex, "transactionSrc": SOURCE}
        reply = with_token(self._tokens, lambda headers: self._address.call("GET", path, headers=headers | named))
        return TrackerResponse(body=answered(reply, now=system_now()))
