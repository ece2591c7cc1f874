"""Who gets a worker's slots: each customer a share of our own work, each place outside a share of the calls."""

import asyncio
import os
import signal
import threading

import procrastinate
from django.db import connection, connections
from procrastinate.contrib.django.utils import connector_params

from makegood import working
from makegood.fair_jobs import SHARE, SLOTS, FairJobs
from makegood.journal.models import ReactionRun
from makegood.journal.queries import count_dead_letters
from makegood.journal.registry import CALLS, QUEUE
from makegood.kit import sql
from tests.journal.stumbles import NAME, queued, registered, stop_waiting, stumble
from tests.waiting import until


def living_worker():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        return cursor.fetchone()[0]


def taken_by(worker, queue, *, most=SLOTS[CALLS]):
    """The facts of the jobs that a worker with so many free slots takes now, in order; they stay begun."""

    async def take():
        connector = procrastinate.PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=1)
        await connector.open_async()
        try:
            jobs = FairJobs(connector, in_doubt=lambda error: None)
            return [job for _ in range(most) if (job := await jobs.fetch_job([queue], worker))]
        finally:
            await connector.close_async()

    return [(job.task_kwargs["sharer"], job.lock) for job in asyncio.run(take())]


def test_one_customers_many_jobs_leave_the_other_slots_to_others(committed, diary):
    for step in range(5):
        stumble(step, about=f"parcel:{step}")
    stumble(9, about="parcel:9", customer_id=8)
    first, second = living_worker(), living_worker()
    assert taken_by(first, QUEUE) == [("customer:7", "parcel:0"), ("customer:8", "parcel:9")]
    # A worker that died with a customer's job holds back that job's matter, and nothing else of the customer.
    assert taken_by(second, QUEUE) == [("customer:7", "parcel:1")]


def test_a_host_that_hangs_keeps_its_share_of_the_calls_and_no_more(committed):
    with registered(outside=True, destination="customer_id"):
        for step in range(6):
            stumble(step, about=f"order:{step}")
        stumble(9, about="order:9", customer_id=8)
        taken = taken_by(living_worker(), CALLS)
    assert [sharer for sharer, _ in taken] == [f"{NAME}:7"] * SHARE[CALLS] + [f"{NAME}:8"]


def test_calls_of_one_matter_are_made_in_order(committed):
    with registered(outside=True, destination="about"):
        stumble(1, 2, 3)
        assert len(taken_by(living_worker(), CALLS)) == 1


def test_what_waits_of_one_customer_is_answered_at_once(committed):
    with registered(gathers=True) as diary:
        for step in (1, 2, 3):
            stumble(step, about=f"parcel:{step}")
        stumble(4, about="parcel:1")
        stumble(5, about="parcel:5", customer_id=8)
        working.settle()
        assert diary.gathered == [[1, 2, 3], [4], [5]]
        assert queued() == []


def test_one_that_fails_is_left_alone_by_its_siblings(committed):
    with registered(gathers=True) as diary:
        diary.fails_at = {2}
        for step in (1, 2, 3):
            stumble(step, about=f"parcel:{step}")
        working.settle()
        # Together they fail; by themselves, each was tried; then those that can be answered are, together.
        assert diary.gathered[:1] + diary.gathered[-3:] == [[1, 2, 3], [3], [1, 3], [2]]
        assert (diary.apart[0], diary.apart[-2:]) == (False, [True, False])
        assert ReactionRun.objects.filter(reaction=NAME).count() == 2
        for _ in range(10):
            working.settle()
            stop_waiting()
        assert (ReactionRun.objects.filter(reaction=NAME).count(), count_dead_letters()) == (2, 1)


def test_one_that_fails_alone_is_retried_and_its_siblings_go_on_without_it(committed):
    with registered(gathers=True) as diary:
        diary.fails_at = {1}
        for step in (1, 2, 3):
            stumble(step, about=f"parcel:{step}")
        working.settle()
        assert diary.gathered == [[1, 2, 3], [1], [2, 3]]
        assert ReactionRun.objects.filter(reaction=NAME).count() == 2


def test_a_job_is_done_though_nobody_could_be_woken(committed, diary, monkeypatch):
    stumble(1)
    broken = sql.load

    def load(folder, name):
        return "SELECT nothing_of_that_name()" if name == "wake" else broken(folder, name)

    monkeypatch.setattr(sql, "load", load)
    working.settle()
    assert (diary.taken, queued()) == ([1], [])


def test_calls_that_hang_hold_back_neither_our_own_work_nor_other_hosts(committed):
    """The worker as it runs: two hosts take all calls they may and answer none; then the worker is told to end."""
    gate = threading.Event()
    with registered(outside=True, destination="customer_id") as diary:
        diary.gates = {6: gate, 7: gate}
        for step in range(SLOTS[CALLS]):
            stumble(step, about=f"order:{step}", customer_id=6 + step % 2)
        stumble(100, about="order:100", customer_id=8)

        def went_on():
            is_done = all(lock != "order:100" for _, lock, _ in queued())
            return is_done and len(diary.standing) == 2 * SHARE[CALLS]

        def watch():
            try:
                until(went_on, what="the other host's call, and what of ours follows it")
            finally:
                connections.close_all()
                gate.set()
                os.kill(os.getpid(), signal.SIGTERM)

        watcher = threading.Thread(target=watch)
        watcher.start()
        asyncio.run(working._work(wait=True))
        watcher.join()
        assert 100 in diary.taken
