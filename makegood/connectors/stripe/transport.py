"""How the SDK reaches Stripe: in bounded time, reading a bounded answer, following nobody elsewhere."""

from collections.abc import Mapping
from typing import Any

import stripe

from makegood.kit.outside import TIMEOUT_SECONDS, Address, Unreachable


class BoundedClient(stripe.HTTPClient):
    """The SDK's door to the network. It never asks again by itself: who asks knows whether that makes sense."""

    name = "makegood"

    def __init__(self, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        super().__init__()
        self._address = Address("", timeout_seconds=timeout_seconds)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One call, and its whole answer.

        Raises:
            stripe.APIConnectionError: there was none.
        """
        content = post_data.encode() if isinstance(post_data, str) else post_data
        try:
            reply = self._address.call(method.upper(), url, headers=dict(headers or {}), content=content)
        except Unreachable as error:
            raise stripe.APIConnectionError(str(error)) from error  # type: ignore[no-untyped-call]
        return reply.body.decode("utf-8", "replace"), reply.status, reply.headers
