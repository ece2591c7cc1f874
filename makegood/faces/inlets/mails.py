"""The SMTP receiver: mail for our own addresses is written down before its sender hears that we have it.

It is no mail host: it relays nothing, and belongs behind one that filters, or beside one that hands it what is for us.
"""

import asyncio
import time
from collections import Counter, deque
from contextlib import nullcontext
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, connections
from psycopg.errors import DiskFull

from makegood.channels.accounting import Arrival, TooManyMails, account_for
from makegood.channels.addresses import is_for_us
from makegood.kit import clock

log = structlog.get_logger()

# From one command to the next, a mail's whole transfer among them: RFC 5321 §4.5.3.2.7 asks for five minutes, and who
# sends a byte now and then gets no more (aiosmtpd begins anew at commands alone).
SILENT_SECONDS = 300
# Mails beyond so many bytes are written down one after the other: each takes several times its size meanwhile.
LARGE = 1024 * 1024
MINUTE = 60.0
MOST_PEERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one receiver bears: bytes of a mail, its recipients, connections at once and of these from one peer, mails a
    minute from one peer.

    No line is longer than RFC 5321 §4.5.3.1.6 allows (aiosmtpd sees to it).
    """

    largest: int
    recipients: int
    connections: int
    from_one: int
    per_minute: int


class Pace:
    """How many mails each peer began in the last minute of system time."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._begun: dict[str, deque[float]] = {}

    def lets(self, peer: str) -> bool:
        """Whether the peer may begin one more; if so, it has."""
        now = time.monotonic()
        begun = self._begun.pop(peer, deque())
        while begun and begun[0] <= now - MINUTE:
            begun.popleft()
        # Put back at the end: whoever was silent longest is forgotten first.
        self._begun[peer] = begun
        while len(self._begun) > MOST_PEERS:
            del self._begun[next(iter(self._begun))]
        if len(begun) >= self.per_minute:
            return False
        begun.append(now)
        return True


class Inlet:
    """What is said to each command, for all connections of a receiver. `addresses`: ours besides the reply address."""

    def __init__(self, limits: Limits, *, addresses: tuple[str, ...] = ()) -> None:
        self.limits, self.addresses = limits, addresses
        self.pace = Pace(limits.per_minute)
        self.open: Counter[str] = Counter()
        self.large = asyncio.Lock()

    def bears(self, peer: str) -> bool:
        """Whether one more connection of this peer's is borne."""
        return self.open.total() < self.limits.connections and self.open[peer] < self.limits.from_one

    async def begin(self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if not self.pace.lets(session.peer[0] if session.peer else ""):
            return "451 4.7.1 Too many mails from you within a minute; try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def address(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_for_us(address, others=self.addresses):
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= self.limits.recipients:
            return "452 4.5.3 Too many recipients; send it again to the others"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def keep(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Only what is committed is acknowledged; while the database is away the sender keeps it."""
        arrival = Arrival(
            source="smtp",
            raw=bytes(envelope.original_content or b""),
            envelope_from=envelope.mail_from or "",
            envelope_to=tuple(envelope.rcpt_tos),
        )
        try:
            async with self.large if len(arrival.raw) > LARGE else nullcontext():
                await asyncio.to_thread(_account_for, arrival)
        except TooManyMails as full:
            return f"452 4.3.1 {full}"
        except Error as away:
            if isinstance(away.__cause__, DiskFull):
                log.exception("the database's disk is full; mail waits with its senders")
                return "452 4.3.1 Insufficient storage; try again later"
            log.warning("a mail could not be written down; its sender keeps it", error=str(away))
            return "451 4.3.0 Not now; try again later"
        except Exception:
            log.exception("a mail could not be written down; its sender keeps it")
            return "451 4.3.0 Not now; try again later"
        return "250 2.0.0 Kept"


# What aiosmtpd calls them by.
for _name, _hook in (("handle_MAIL", Inlet.begin), ("handle_RCPT", Inlet.address), ("handle_DATA", Inlet.keep)):
    setattr(Inlet, _name, _hook)


def _account_for(arrival: Arrival) -> None:
    try:
        account_for(arrival, now=clock.now())
    finally:
        # The thread lives on, and a connection that PostgreSQL's end has cut would fail every later mail in it.
        connections.close_all()


class Receiver(SMTP):
    """One connection. Beyond the most that are borne at once, a peer is asked to come again."""

    def __init__(self, inlet: Inlet, **options: Any) -> None:
        super().__init__(
            inlet,
            data_size_limit=inlet.limits.largest,
            enable_SMTPUTF8=True,
            timeout=SILENT_SECONDS,
            ident="Makegood",
            **options,
        )
        self.inlet = inlet
        self.is_borne = False
        self.peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.is_borne:  # STARTTLS makes it anew
            super().connection_made(transport)
            return
        self.peer = (transport.get_extra_info("peername") or [""])[0]
        if not self.inlet.bears(self.peer) and isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.7.0 Too many connections; try again later\r\n")
            transport.close()
            return
        self.inlet.open[self.peer] += 1
        self.is_borne = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.is_borne:
            self.inlet.open[self.peer] -= 1
            self.inlet.open += Counter()  # forgets who has none
            self.is_borne = False
            super().connection_lost(error)


async def listen(inlet: Inlet, *, host: str, port: int, name: str, tls: SSLContext | None) -> asyncio.Server:
    """Take mail at `host` and `port`, calling ourselves `name`."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Receiver(inlet, hostname=name, tls_context=tls, loop=loop), host, port)
