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

from makegood.kit.outside import Reply
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.tracker import Headers, TokenTracker

URL = "https://onlinetools.ups.com"
LIMITS = (PollLimit(1, 1), PollLimit(10_000, 86_400))
SOURCE = "makegood"


class UpsTracker(TokenTracker):
    """UPS behind the port of `parcels.tracker`."""

    code, home, allowed = "ups", URL, LIMITS

    def ask_token(self) -> Reply:
        words = {"grant_type": "client_credentials"}
        return self.address.call("POST", "/security/v1/oauth/token", data=words, auth=(self.id, self.secret))

    def ask_about(self, numbers: Sequence[str], headers: Headers) -> Reply:
        (number,) = numbers
        named = {"transId": uuid.uuid4().hex, "transactionSrc": SOURCE}
        return self.address.call("GET", f"/api/track/v1/details/{quote(number, safe='')}", headers=headers | named)
