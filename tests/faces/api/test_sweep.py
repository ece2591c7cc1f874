"""`POST /v1/sweep` beside the worker's own sweep: it says that there was nothing only where nothing is left."""

import threading

import psycopg
import pytest
from django.db import connection, connections

from makegood import wiring
from makegood.promises.actions import make_promise
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseKind
from tests import worlds
from tests.faces.api.conftest import Program
from tests.waiting import until
from tests.worlds import DAY, MONDAY

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE datname = current_database() AND NOT granted
"""


def in_a_thread(call, into):
    def run():
        try:
            into.append(call())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_sweep_of_the_workers_that_is_under_way_is_waited_for(committed):
    worlds.open_shop()
    due = make_promise(
        customer_id=worlds.customer().pk, kind=PromiseKind.CALL, due_at=MONDAY, by="test", now=MONDAY - DAY
    )
    program, swept, said = Program(), [], []
    there = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**{name: word for name, word in there.items() if name != "context"}) as somebody:
        # The worker's sweep holds the promise and can't write its jobs yet.
        somebody.execute("LOCK TABLE procrastinate_jobs IN EXCLUSIVE MODE")
        worker = in_a_thread(wiring.sweep, swept)
        until(lambda: somebody.execute(WAITING).fetchone() == (1,))
        asker = in_a_thread(lambda: program.post("/sweep", status=200), said)
        until(lambda: said or somebody.execute(WAITING).fetchone() == (2,))
    worker.join()
    asker.join()
    assert swept == [1]
    assert Promise.objects.get(id=due.pk).state == "broken"
    assert said[0]["handled"] == 0
    assert said[0]["jobs_waiting"] > 0
