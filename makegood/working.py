"""The worker: it runs the jobs that facts left behind, sweeps what is due every second, and asks carriers."""

import asyncio
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import procrastinate
import structlog
from django.conf import settings
from django.db import connection, connections
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector

from makegood import wiring
from makegood.fair_jobs import SLOTS, FairJobs
from makegood.journal.actions import retry_what_was_away, take_over_jobs_of_the_dead
from makegood.kit import clock
from makegood.kit.clock import system_now
from makegood.parcels.polling import CarrierPoller
from makegood.parcels.tracker import TRACKERS
from makegood.payments.gateway import PORT
from makegood.payments.polling import GatewayPoller

log = structlog.get_logger()

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
    if PORT.gateway is not None and PORT.receive is not None and PORT.is_polled:
        poller = GatewayPoller(PORT.gateway, PORT.receive)
        threading.Thread(target=hear_until, args=(stop, poller), name="hears the gateway", daemon=True).start()
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


def hear_until(stop: threading.Event, poller: GatewayPoller) -> None:
    """Ask a gateway what it told, every hour, until told to stop."""
    rest = 0.0
    while not stop.wait(rest):
        at = system_now()
        try:
            rest = max((poller.poll(at=at) - at).total_seconds(), LONGEST_REST_SECONDS)
        except Exception:
            # The database may be restarting; what was told stays there to be asked for.
            log.exception("hearing a gateway failed", gateway=poller.gateway.code)
            rest = LONGEST_REST_SECONDS
        finally:
            connections.close_all()


async def _work(*, wait: bool) -> None:
    """Run jobs: for ever, or only those that are ready now."""
    connector = DjangoConnector().get_worker_connector()
    with jobs.replace_connector(connector) as worker:
        async with worker.open_async():
            await work(worker, wait=wait)


async def work(worker: procrastinate.App, *, wait: bool) -> None:
    """Let an opened `worker` run jobs: for ever, each queue in slots of its own, or those ready now, one by one.

    Raises:
        JobsInDoubt: what became of a job can't be written; what is running is let end.
    """
    doubts: list[Exception] = []
    running: list[asyncio.Task[None]] = []

    def end() -> None:
        # Once: who is told a second time leaves where it is.
        while running:
            running.pop().cancel()

    def end_in_doubt(error: Exception) -> None:
        doubts.append(error)
        end()

    worker.job_manager = FairJobs(worker.connector, in_doubt=end_in_doubt)
    parts = [[queue] for queue in SLOTS] if wait else [list(SLOTS)]
    runs = [asyncio.create_task(_run(worker, queues, wait=wait)) for queues in parts]
    running += runs
    if wait:
        loop = asyncio.get_running_loop()
        # A thread for each slot: the few that there are by default would let calls that hang hold back all else.
        loop.set_default_executor(ThreadPoolExecutor(sum(SLOTS.values())))
        for which in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(which, end)
    try:
        # Where one part ends, so does the other, and whoever watches over us starts both again.
        await asyncio.wait(runs, return_when=asyncio.FIRST_COMPLETED)
    finally:
        end()
        ends = await asyncio.gather(*runs, return_exceptions=True)
    if doubts:
        raise JobsInDoubt from doubts[0]
    for error in ends:
        if isinstance(error, Exception):
            raise error


async def _run(worker: procrastinate.App, queues: Sequence[str], *, wait: bool) -> None:
    await worker.run_worker_async(
        queues=queues,
        wait=wait,
        concurrency=sum(SLOTS[queue] for queue in queues) if wait else 1,
        fetch_job_polling_interval=settings.WORKER_POLL_SECONDS,
        listen_notify=wait,
        install_signal_handlers=False,
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
            "SELECT count(*) FROM procrastinate_jobs AS job WHERE status = 'todo' AND queue_name = ANY(%s)"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) AND NOT EXISTS ("
            "SELECT FROM procrastinate_jobs AS earlier WHERE earlier.lock = job.lock"
            " AND (earlier.status = 'doing' OR earlier.status = 'todo' AND earlier.id < job.id))",
            [list(SLOTS)],
        )
        (count,) = cursor.fetchone()
    return int(count)
