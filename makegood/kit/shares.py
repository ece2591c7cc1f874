"""One stream of rows, taken by several threads at once, each with a database connection of its own."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from queue import Queue
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")
L = TypeVar("L")
R = TypeVar("R")
ROWS_TOGETHER = 500
WAITING_AT_MOST = 4
"""How many lots of `ROWS_TOGETHER` rows may wait for a thread, so that memory stays flat."""


class StreamBroken(Exception):
    """The rows could not be read to their end, so nobody may take what was read for all there is."""


class _Feed(Generic[L]):
    """What one thread is given, a lot at a time; whoever gives waits while too much of it lies there."""

    def __init__(self) -> None:
        self._lots: Queue[tuple[L] | None] = Queue(WAITING_AT_MOST)
        self._is_broken = False

    def give(self, lot: L) -> None:
        self._lots.put((lot,))

    def end(self, *, is_broken: bool) -> None:
        self._is_broken = is_broken
        self._lots.put(None)

    def lots(self) -> Iterator[L]:
        """Every lot there is.

        Raises:
            StreamBroken: there are more rows, which could not be read.
        """
        yield from self._taken()
        if self._is_broken:
            raise StreamBroken

    def leave(self) -> None:
        """Let whoever gives go on when nobody takes any more."""
        for _ in self._taken():
            pass

    def _taken(self) -> Iterator[L]:
        while (given := self._lots.get()) is not None:
            yield given[0]
        # Whoever asks again is told again.
        self._lots.put(None)


def in_shares(
    rows: Iterable[T],
    work: Callable[[Iterator[L]], R],
    *,
    ready: Callable[[list[T]], L],
    key_of: Callable[[T], Hashable],
    shares: int,
) -> list[R]:
    """Let `work` take each share in a thread of its own, a lot at a time; what each of them returned, in order.

    The caller's thread makes each lot `ready`: threads that wait for PostgreSQL side by side are quick, and those that
    compute side by side stand in each other's way. Nobody sees the end of their lots before all rows are read. Where
    reading fails, every `work` gets StreamBroken from its lots, and the caller what went wrong; where a `work` fails,
    the others do theirs to the end first.
    """
    feeds: Sequence[_Feed[L]] = [_Feed() for _ in range(shares)]
    with ThreadPoolExecutor(max_workers=shares, thread_name_prefix="share") as threads:
        done = [threads.submit(_work, work, feed) for feed in feeds]
        is_broken = True
        try:
            _hand_out(rows, feeds, ready=ready, key_of=key_of)
            is_broken = False
        finally:
            for feed in feeds:
                feed.end(is_broken=is_broken)
    return [each.result() for each in done]


def _hand_out(
    rows: Iterable[T], feeds: Sequence[_Feed[L]], *, ready: Callable[[list[T]], L], key_of: Callable[[T], Hashable]
) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_TOGETHER * len(feeds))):
        lots: list[list[T]] = [[] for _ in feeds]
        for row, key in zip(some, map(hash, map(key_of, some)), strict=True):
            lots[key % len(feeds)].append(row)
        for feed, lot in zip(feeds, lots, strict=True):
            if lot:
                feed.give(ready(lot))


def _work(work: Callable[[Iterator[L]], R], feed: _Feed[L]) -> R:
    try:
        return work(feed.lots())
    finally:
        feed.leave()
        connection.close()
