"""One webhook handed over: signed, to the address that was looked at, in bounded time, reading little of the answer."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from standardwebhooks import Webhook

from makegood.connectors.webhooks.addresses import LookUp, Network, RefusedAddress, Target, look_up, resolve
from makegood.kit import clock
from makegood.parcels.warehouse import Notice, NotTaken, NotWanted

# The whole hand-over, name look-up apart; Standard Webhooks asks for 15 to 30 seconds.
TIMEOUT_SECONDS = 15.0
# What is read of an answer: enough to say what was wrong.
MOST_READ = 2_000
GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookWarehouse:
    """Tells places' systems by POST; `allowed` are the private networks that may be sent to."""

    allowed: Sequence[Network] = ()
    timeout_seconds: float = TIMEOUT_SECONDS
    look_up: LookUp = look_up

    def tell(self, notice: Notice) -> None:
        """Hand one notice over; any 2xx is a yes.

        Raises:
            NotTaken: an address that is refused, no answer in time, or any other answer, redirects included.
            NotWanted: 410, by which a system says that it wants no more of these.
        """
        try:
            target = resolve(notice.url, allowed=self.allowed, look_up=self.look_up)
        except RefusedAddress as error:
            raise NotTaken(str(error)) from error
        body = json.dumps(notice.body, ensure_ascii=False, separators=(",", ":"))
        try:
            status, words = asyncio.run(self._post(target, body, _headers(notice, target, body)))
        except (TimeoutError, httpx.HTTPError) as error:
            raise NotTaken(f"{target.host}: {str(error) or type(error).__name__}") from error
        if status == GONE:
            raise NotWanted(f"{status} {words}".strip())
        if not 200 <= status < 300:
            raise NotTaken(f"{status} {words}".strip())

    async def _post(self, target: Target, body: str, headers: dict[str, str]) -> tuple[int, str]:
        """The answer's status and its first words."""
        # Certificates are checked against the name, though the address is what is connected to.
        named = {"sni_hostname": target.host}
        async with (
            asyncio.timeout(self.timeout_seconds),
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self.timeout_seconds) as client,
            client.stream(
                "POST", target.connects_to, content=body.encode(), headers=headers, extensions=named
            ) as answer,
        ):
            read = b""
            async for piece in answer.aiter_raw(chunk_size=MOST_READ):
                read += piece
                if len(read) >= MOST_READ:
                    break
            return answer.status_code, read[:MOST_READ].decode("utf-8", "replace").replace("\x00", "")


def _headers(notice: Notice, target: Target, body: str) -> dict[str, str]:
    """Standard Webhooks' three, and what every request has; the signature is made by the machine's clock."""
    now = clock.system_now()
    return {
        "Host": target.host_header,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "Makegood-Webhooks/1",
        "webhook-id": notice.key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(notice.secret).sign(msg_id=notice.key, timestamp=now, data=body),
    }
