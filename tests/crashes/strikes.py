"""Counts what a process commits and says to the outside, and strikes at the n-th; the product knows nothing of it.

A point is one of these, each kind counted from the process's start, since different ones may change places:
- a transaction, or a statement outside one, that Django committed and that wrote something;
- a job that procrastinate took, finished or put back;
- the moment before and the moment after a letter is handed over by SMTP, and the same of each call of a gateway.
Polls and heartbeats change nothing of the story and are not counted.
"""

import functools
import json
import os
import re
import signal
import smtplib
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from makegood.connectors.stripe.transport import BoundedClient
from makegood.fair_jobs import FairJobs
from tests.crashes.script import LETTER

_POLLS, _POLLED = "payments.polling", "/v1/events"
_WRITES = re.compile(r"^\s*(?:--[^\n]*\n\s*)*(INSERT|UPDATE|DELETE|SELECT procrastinate_\w*retry)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """Which point (the n-th of its kind), and who dies of it: this process, or PostgreSQL."""

    what: str
    n: int
    postmaster: int | None = None


class Points:
    """Counts, writes down what it counted, and strikes once."""

    def __init__(self, *, by: str, file: Path, strike: Strike | None) -> None:
        self.by, self.strike = by, strike
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def reach(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1
            n = self._counts[what]
            struck = self.strike is not None and (self.strike.what, self.strike.n) == (what, n)
            line = {"by": self.by, "n": n, "what": what, "struck": struck}
            os.write(self._fd, json.dumps(line).encode() + b"\n")
            if struck and self.strike is not None:
                self._strike(self.strike)

    def _strike(self, strike: Strike) -> None:
        os.kill(strike.postmaster or os.getpid(), signal.SIGKILL)
        if strike.postmaster is None:
            signal.pause()  # nothing more happens here: the signal is on its way


def watch(points: Points) -> None:
    """Put the counters in place, for the life of this process."""
    _watch_transactions(points)
    _watch_single_statements(points)
    _watch_jobs(points)
    _watch_letters(points)
    _watch_gateway(points)


def _watch_transactions(points: Points) -> None:
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    @functools.wraps(commit)
    def counted(wrapper: BaseDatabaseWrapper) -> None:
        wrote = _has_written(wrapper)
        commit(wrapper)
        if wrote and not (author := _author()).startswith(_POLLS):
            points.reach(f"commit of {author}")

    BaseDatabaseWrapper._commit = counted  # type: ignore[attr-defined]


def _has_written(wrapper: BaseDatabaseWrapper) -> bool:
    if wrapper.connection is None:
        return False
    with wrapper.connection.cursor() as cursor:
        row = cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").fetchone()
    return bool(row[0])


def _watch_single_statements(points: Points) -> None:
    def counted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        done = execute(sql, params, many, context)
        wrapper = context["connection"]
        if wrapper.get_autocommit() and _WRITES.match(sql) and context["cursor"].rowcount > 0:
            points.reach(f"statement of {_author()}")
        return done

    def attach(connection: BaseDatabaseWrapper, **_: Any) -> None:
        if counted not in connection.execute_wrappers:
            connection.execute_wrappers.append(counted)

    connection_created.connect(attach, weak=False)


def _watch_jobs(points: Points) -> None:
    # Taking is ours; an end is written below ours, which then does more.
    for jobs, name, words in (
        (FairJobs, "fetch_job", "took"),
        (JobManager, "finish_job", "finished"),
        (JobManager, "retry_job", "put back"),
    ):
        setattr(jobs, name, _counted_job(getattr(jobs, name), words, points))


def _counted_job(method: Callable[..., Any], words: str, points: Points) -> Callable[..., Any]:
    @functools.wraps(method)
    async def counted(*arguments: Any, **named: Any) -> Any:
        answer = await method(*arguments, **named)
        job = answer or next((each for each in (*arguments, *named.values()) if isinstance(each, Job)), None)
        if job is not None:
            points.reach(f"{words} {job.task_name}")
        return answer

    return counted


def _watch_letters(points: Points) -> None:
    send = smtplib.SMTP.data

    @functools.wraps(send)
    def counted(*arguments: Any, **named: Any) -> Any:
        points.reach(f"before {LETTER}")
        answer = send(*arguments, **named)
        points.reach(f"after {LETTER}")
        return answer

    smtplib.SMTP.data = counted  # type: ignore[method-assign]


def _watch_gateway(points: Points) -> None:
    request = BoundedClient.request

    @functools.wraps(request)
    def counted(client: BoundedClient, method: str, url: str, *more: Any, **named: Any) -> Any:
        address = urlsplit(url).path
        if address == _POLLED:
            return request(client, method, url, *more, **named)
        call = f"{method.upper()} {re.sub(r'[a-z]+_[0-9]+', '#', address)}"
        points.reach(f"before {call}")
        answer = request(client, method, url, *more, **named)
        points.reach(f"after {call}")
        return answer

    BoundedClient.request = counted  # type: ignore[method-assign,assignment]


def _author() -> str:
    """The nearest of the product's functions that decided on this commit."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith("makegood.") and not name.startswith("makegood.kit"):
            more = f" for {frame.f_locals['reaction']}" if "reaction" in frame.f_locals else ""
            return f"{name.removeprefix('makegood.')}.{frame.f_code.co_name}{more}"
        frame = frame.f_back
    return "nobody"
