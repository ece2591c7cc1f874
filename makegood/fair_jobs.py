"""How a worker takes jobs: none of its customers, and no host it calls, gets more than a share of its slots."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import structlog
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from makegood import journal
from makegood.journal.registry import CALLS, QUEUE
from makegood.kit import sql

HERE = Path(journal.__file__).parent

log = structlog.get_logger()

# How many jobs of each queue a worker runs at once, and how many of them may be of one customer, or go to one place.
SLOTS: Mapping[str, int] = {QUEUE: 4, CALLS: 16}
SHARE: Mapping[str, int] = {QUEUE: 1, CALLS: 4}


class FairJobs(JobManager):
    """Hands out the jobs that are ready, by `fetch_job.sql`, and notes where a job's end could not be written."""

    def __init__(self, connector: BaseConnector, *, in_doubt: Callable[[Exception], None]) -> None:
        super().__init__(connector)
        self._in_doubt = in_doubt

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        names = list(queues or SLOTS)
        rows = await self.connector.execute_query_all_async(
            query=sql.load(HERE, "fetch_job"),
            queues=names,
            worker_id=worker_id,
            share=min(SHARE[name] for name in names),
        )
        return Job.from_row(rows[0]) if rows else None

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        try:
            await super().finish_job(job, status, delete_job)
        except Exception as error:
            self._in_doubt(error)
            raise
        await self._wake(job)

    async def retry_job(self, job: Job, *arguments: Any, **named: Any) -> None:
        try:
            await super().retry_job(job, *arguments, **named)
        except Exception as error:
            self._in_doubt(error)
            raise
        await self._wake(job)

    async def _wake(self, job: Job) -> None:
        """What became of the job is written by now: where this fails, whoever waits looks by itself soon."""
        try:
            await self.connector.execute_query_all_async(
                query=sql.load(HERE, "wake"), sharer=job.task_kwargs.get("sharer", "")
            )
        except ConnectorException as error:
            log.warning("nobody was woken", job_id=job.id, error=str(error))
