"""The worker: it runs the jobs that facts left behind, sweeps what is due every second, and asks carriers."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any

import procrastinate
import structlog
from django.conf import settings
from django.db import connection, connections
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from makegood import wiring
from makegood.journal.actions import QUEUE, retry_what_was_away, take_over_jobs_of_the_dead
from makegood.kit import clock
from makegood.kit.clock import system_now
from makegood.parcels.polling import CarrierPoller
from makegood.parcels.tracker import TRACKERS

log = structlog.get_logger()

CONCURRENCY = 4
GRACE_SECONDS = 5.0
# How long a carrier's asker sleeps at most before it looks again whether somebody is due.
LONGEST_REST_SECONDS = 5.0
# How often in a row sweeping and working may find more before we call it a circle.
ROUNDS = 1_000


# What nobody needs any more costs nothing while it waits, so it is looked for once a minute or so.
SWEEPS_TO_A_TIDYING = 60


class NeverQuiet(Exception):
    """Facts and reactions went round in a circle, or a job keeps failing."""


class JobsInDoubt(Exception):
    """What became of a job could not be written: it stays ours as long as we live, so we end, and it is taken over."""

    def __init__(self) -> None:
        super().__init__("what became of a job could not be written; start the worker again")


def run_worker() -> None:
    """Work and sweep until told to stop (SIGINT, SIGTERM).

    Raises:
        JobsInDoubt: the database went away under a job; whoever watches over the worker starts it again.
    """
    stop = threading.Event()
    sweeper = threading.Thread(target=_sweep_until, args=(stop,), name="sweeper")
    sweeper.start()
    # They only read and wait on others; a call that is cut off by our end leaves its parcels due.
    for tracker in TRACKERS.values():
        threading.Thread(
            target=ask_until, args=(stop, CarrierPoller(tracker)), name=f"asks {tracker.code}", daemon=True
        ).start()
    try:
        asyncio.run(_work(wait=True))
    finally:
        stop.set()
        sweeper.join()


def _sweep_until(stop: threading.Event) -> None:
    for turn in count(1):
        if stop.wait(settings.WORKER_SWEEP_SECONDS):
            return
        try:
            take_over_jobs_of_the_dead()
            retry_what_was_away()
            while wiring.sweep():
                pass
            if not turn % SWEEPS_TO_A_TIDYING:
                wiring.tidy()
        except Exception:
            # The database may be restarting; the next second tries again, and the log says so.
            log.exception("sweep failed")
        finally:
            connections.close_all()


def ask_until(stop: threading.Event, asker: CarrierPoller) -> None:
    """Ask one carrier, turn by turn, until told to stop."""
    rest = 0.0
    while not stop.wait(rest):
        at = system_now()
        try:
            again_at = asker.poll(now=clock.now(), at=at).again_at
            rest = min(max((again_at - at).total_seconds(), 0.0), LONGEST_REST_SECONDS)
        except Exception:
            # The database may be restarting, or an answer is a surprise: the parcels stay due, and the log says so.
            log.exception("asking failed", carrier=asker.tracker.code)
            rest = LONGEST_REST_SECONDS
        finally:
            connections.close_all()


async def _work(*, wait: bool) -> None:
    """Run jobs: for ever, or only those that are ready now."""
    connector = DjangoConnector().get_worker_connector()
    with jobs.replace_connector(connector) as worker:
        async with worker.open_async():
            await _until_in_doubt(work(worker, wait=wait), worker.job_manager)


async def _until_in_doubt(work: Coroutine[Any, Any, None], manager: JobManager) -> None:
    """Work, but end (after what is running) as soon as a job's end can't be written."""
    working = asyncio.create_task(work)
    doubts: list[Exception] = []

    def watched(write: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def written(*arguments: Any, **named: Any) -> None:
            try:
                await write(*arguments, **named)
            except Exception as error:
                doubts.append(error)
                working.cancel()
                raise

        return written

    for name in ("finish_job", "retry_job"):
        setattr(manager, name, watched(getattr(manager, name)))
    try:
        await working
    except asyncio.CancelledError:
        if doubts:
            raise JobsInDoubt from doubts[0]
        raise


async def work(worker: procrastinate.App, *, wait: bool) -> None:
    """Let an opened `worker` run jobs: for ever, or only those that are ready now."""
    await worker.run_worker_async(
        queues=[QUEUE],
        wait=wait,
        concurrency=CONCURRENCY if wait else 1,
        fetch_job_polling_interval=settings.WORKER_POLL_SECONDS,
        listen_notify=wait,
        install_signal_handlers=wait,
        delete_jobs="successful",
        update_heartbeat_interval=settings.WORKER_HEARTBEAT_SECONDS,
        stalled_worker_timeout=settings.WORKER_SILENT_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
    )


def _work_once() -> None:
    asyncio.run(_work(wait=False))


def settle(*, run_ready: Callable[[], None] = _work_once) -> int:
    """Sweep and run every job that is ready until nothing is left to do now; how many due rows there were.

    Jobs that wait to be retried are left to the worker: they are due in system time. `run_ready` runs those that don't.

    Raises:
        NeverQuiet: it goes on and on.
    """
    handled = 0
    for _ in range(ROUNDS):
        swept = wiring.sweep()
        handled += swept
        ready = _ready_jobs()
        if ready:
            run_ready()
        elif not swept:
            return handled
    raise NeverQuiet


def _ready_jobs() -> int:
    """How many jobs a worker could begin: due, and with no earlier job of their lock still to be done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs AS job WHERE status = 'todo' AND queue_name = %s"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) AND NOT EXISTS ("
            "SELECT FROM procrastinate_jobs AS earlier WHERE earlier.lock = job.lock"
            " AND (earlier.status = 'doing' OR earlier.status = 'todo' AND earlier.id < job.id))",
            [QUEUE],
        )
        (count,) = cursor.fetchone()
    return int(count)
