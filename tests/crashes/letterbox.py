"""A real SMTP server on loopback that takes every letter and remembers under which Message-ID it came."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller


class Letterbox:
    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.address = ("", 0)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.received[message_from_bytes(envelope.content)["Message-ID"]] += 1
        return "250 taken"


class _FreePort(Controller):
    """aiosmtpd knocks on the port that it was told, which is 0 here; the true one is known once it listens."""

    def _trigger_server(self) -> None:
        self.hostname, self.port = self.server.sockets[0].getsockname()[:2]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox()
    controller = _FreePort(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.address = (controller.hostname, controller.port)
    try:
        yield box
    finally:
        controller.stop()
