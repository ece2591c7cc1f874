"""A database in which transactions really commit, for tests of threads, workers and locks.

Emptying it afterwards takes along what the migrations wrote (the clock), so that comes
back for whoever is next; the queue's own tables are not Django's to empty, so that happens here.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections

from makegood.kit.models import Clock
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.models import CarrierHearing

EVER_SINCE = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    empty_queue()
    yield
    empty_queue()


def furnish_emptied(**_: Any) -> None:
    """Django says `post_migrate` after it has emptied the tables too, whichever test asked for that."""
    furnish()


def empty_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def furnish() -> None:
    """Write again what the migrations wrote, where it is missing."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO makegood_clock (id, \"offset\") VALUES (1, '0') ON CONFLICT DO NOTHING")
    assert Clock.objects.count() == 1
    for carrier in CARRIERS:
        # In tests every carrier tells us of its parcels, and always has; who tests silence before that says so.
        CarrierHearing.objects.get_or_create(
            carrier=carrier, defaults={"heard_since": EVER_SINCE, "woken_at": EVER_SINCE}
        )


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Call each in a thread and connection of its own, all starting together; what each returned or raised."""
    answers: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait()
            answers[index] = call()
        except Exception as error:  # noqa: BLE001 -- handed to the test, which says what it expects
            answers[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "a deadlock, or something very slow"
    return answers
