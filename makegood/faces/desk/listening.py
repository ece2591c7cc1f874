"""One connection a process hears of every fact and tells everybody at the desk, so that no page has to ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
import structlog
from procrastinate.contrib.django.utils import connector_params

CHANNEL = "makegood_facts"
# In system time: how often a silent stream says that it lives, how long a burst is gathered, when to try again.
HEARTBEAT_SECONDS = 15.0
GATHER_SECONDS = 0.15
AGAIN_SECONDS = 1.0
log = structlog.get_logger()


class Listener:
    """Whoever waits for facts, and the one task that listens while somebody does."""

    def __init__(self) -> None:
        self.waiting: set[asyncio.Event] = set()
        self.task: asyncio.Task[None] | None = None
        self.is_open = False

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[asyncio.Event]:
        """An event that is set when something happened; the first to wait opens the connection, the last closes it.

        It is set once at the beginning: whatever happened between a page's being read and its listening is not missed.
        """
        event = asyncio.Event()
        self.waiting.add(event)
        if self.is_open:
            event.set()
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._listen())
        try:
            yield event
        finally:
            self.waiting.discard(event)
            if not self.waiting and self.task is not None:
                self.task.cancel()
                self.task = None

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (psycopg.Error, OSError) as error:
                log.warning("listening was cut off", error=str(error))
                await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self) -> None:
        """Listen until cut off. What happened before we listened is told as one change: nobody may miss it."""
        async with await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as line:
            await line.execute(f"LISTEN {CHANNEL}")
            self.is_open = True
            self._tell()
            try:
                async for _notice in line.notifies():
                    self._tell()
            finally:
                self.is_open = False

    def _tell(self) -> None:
        for event in self.waiting:
            event.set()


# One for each event loop: a process serves on one, tests on several.
LISTENERS: dict[asyncio.AbstractEventLoop, Listener] = {}


def listener() -> Listener:
    """The listener of the loop that is running; those of closed loops are forgotten."""
    for loop in [loop for loop in LISTENERS if loop.is_closed()]:
        del LISTENERS[loop]
    return LISTENERS.setdefault(asyncio.get_running_loop(), Listener())


async def changes() -> AsyncIterator[bool]:
    """True whenever something has happened, a burst told once; False when nothing has for a while."""
    async with listener().heard() as event:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), HEARTBEAT_SECONDS)
            if not event.is_set():
                yield False
                continue
            await asyncio.sleep(GATHER_SECONDS)
            event.clear()
            yield True
