"""The web server: how many it bears at once, and how long it waits for whoever asks."""

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

# Open connections, the desk's streams among them; who comes beyond is told to come again (503), and of those only so
# many more are heard at all.
MOST_CONNECTIONS = 512
HEARD_BEYOND = 128
# From the first moment, or from the first byte of the next request, until all of a request's head is there.
HEAD_SECONDS = 20.0


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, which alone would wait for ever for a request's head, a byte now and then."""

    head_seconds = HEAD_SECONDS
    most_connections = MOST_CONNECTIONS + HEARD_BEYOND
    _waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
        else:
            self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_asked():
            self._stop_waiting()
        elif self._waits is None:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_asked(self) -> bool:
        """Whether a request is here whose answer is not complete; its body is bounded by the application."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _await_head(self) -> None:
        self._waits = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _give_up(self) -> None:
        self._waits = None
        if not self._is_asked() and not self.transport.is_closing():
            self.transport.close()


# How the product is served, wherever it is.
OPTIONS: Mapping[str, Any] = {
    "http": PatientProtocol,
    # Its entries go where all others go; who called what is not written down.
    "log_config": None,
    "log_level": "warning",
    "access_log": False,
    "limit_concurrency": MOST_CONNECTIONS,
    "timeout_keep_alive": 15,
    "timeout_graceful_shutdown": 2,
    "lifespan": "off",
}
