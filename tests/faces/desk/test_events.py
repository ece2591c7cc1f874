"""The live stream: a fact in one place is told to every open page, over one connection, however many there are."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest
from django.db import connection, transaction

from makegood.cases.facts import CaseChanged
from makegood.faces.desk.listening import GATHER_SECONDS
from makegood.journal.actions import announce
from makegood.kit import clock
from tests.faces.desk.serving import committed, cookies, heard, server
from tests.waiting import until

__all__ = ["committed", "cookies", "heard", "server"]


def something_happens() -> None:
    with transaction.atomic():
        announce([CaseChanged(customer_id=1, case_id=1)], now=clock.now())


# In this test's database alone: other processes test in others on the same server, with pages open too.
LISTENS = "FROM pg_stat_activity WHERE query = 'LISTEN makegood_facts' AND datname = current_database()"


def listening() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {LISTENS}")
        (count,) = cursor.fetchone()
    return int(count)


class Page:
    """An open page that counts what it is told."""

    def __init__(self, server: str, cookies: dict[str, str]) -> None:
        self.heard: list[float] = []
        self.client = httpx.Client(cookies=cookies, timeout=httpx.Timeout(10, read=None))
        self.request = self.client.build_request("GET", f"{server}/desk/events")
        self.response = self.client.send(self.request, stream=True)
        assert self.response.headers["content-type"] == "text/event-stream"
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        try:
            for line in self.response.iter_lines():
                if line == "event: facts":
                    self.heard.append(time.monotonic())
        except httpx.HTTPError:
            pass

    def close(self) -> None:
        """Hang up; a socket that another thread is reading has to be told so."""
        with suppress(OSError):
            self.response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self.response.close()
        self.client.close()


@pytest.fixture
def open_pages(server: str, cookies: dict[str, str]) -> Iterator[Callable[[int], list[Page]]]:
    opened: list[Page] = []

    def open_some(count: int) -> list[Page]:
        opened.extend(Page(server, cookies) for _ in range(count))
        until(lambda: all(page.heard for page in opened), what="the first word, that the line is open")
        return opened

    yield open_some
    for page in opened:
        page.close()


def test_a_fact_is_told_to_every_open_page_over_one_connection(server, cookies, open_pages) -> None:
    # More pages than the pool has connections: an open page must not hold one.
    pages = open_pages(15)
    before = [len(page.heard) for page in pages]
    something_happens()
    until(lambda: all(len(page.heard) > n for page, n in zip(pages, before, strict=True)), what="every page to hear")
    assert listening() == 1
    assert httpx.get(f"{server}/desk/promises", cookies=cookies).status_code == 200


def test_a_burst_is_told_in_few_words(open_pages) -> None:
    (page,) = open_pages(1)
    before, began = len(page.heard), time.monotonic()
    for _ in range(50):
        something_happens()
    until(lambda: len(page.heard) > before)
    told, lasted = len(page.heard) - before, time.monotonic() - began
    # However slow the machine is: one word for each time of gathering, and one that was under way at either end.
    assert told <= lasted / GATHER_SECONDS + 2


def test_who_leaves_is_forgotten_and_the_last_shuts_the_line(open_pages) -> None:
    for page in open_pages(3):
        page.close()
    until(lambda: listening() == 0, what="the line to be shut")


def test_a_line_that_was_cut_comes_back_and_tells(open_pages) -> None:
    (page,) = open_pages(1)
    until(lambda: listening() == 1 and page.heard, what="the line to be open")
    before = len(page.heard)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {LISTENS}")
    until(lambda: len(page.heard) > before, what="the line to come back")


def test_a_stranger_hears_nothing(server: str) -> None:
    assert httpx.get(f"{server}/desk/events").status_code == 401
