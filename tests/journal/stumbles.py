"""A fact of the tests' own, and reactions to it that stumble when told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs

from makegood import wiring
from makegood.journal.actions import announce
from makegood.journal.facts import Fact
from makegood.journal.registry import REACTIONS, name_of
from makegood.kit import sql
from tests.worlds import MONDAY


class Stumbled(Fact):
    step: int
    about: str = "walk"

    @property
    def ordering_key(self) -> str:
        return self.about


@dataclass(slots=True)
class Diary:
    """What reactions did, and at which steps they still fail."""

    taken: list[int] = field(default_factory=list)
    gathered: list[list[int]] = field(default_factory=list)
    apart: list[bool] = field(default_factory=list)
    fails_at: set[int] = field(default_factory=set)
    error: type[Exception] = RuntimeError
    # Customers at whose facts it stands until the gate is opened, and the steps at which it stands.
    gates: dict[int, threading.Event] = field(default_factory=dict)
    standing: list[int] = field(default_factory=list)


DIARY = Diary()


def write_down(found: Stumbled | list[Stumbled], *, apart: bool = False) -> None:
    """One fact, or all that were gathered."""
    if isinstance(found, list):
        DIARY.gathered.append([fact.step for fact in found])
        DIARY.apart.append(apart)
        for fact in found:
            write_down(fact)
        return
    fact = found
    if gate := DIARY.gates.get(fact.customer_id):
        DIARY.standing.append(fact.step)
        gate.wait(30)
    if fact.step in DIARY.fails_at:
        raise DIARY.error(f"stumbled at step {fact.step}")
    DIARY.taken.append(fact.step)


def look_on(fact: Stumbled) -> None:
    """A second reaction to the same fact."""


NAME = "journal.write_down"


@contextmanager
def registered(**how: Any) -> Iterator[Diary]:
    """Let both reactions follow for as long as a test takes; `how` as REACTIONS.register takes it, for the first."""
    assert name_of(write_down) == NAME
    DIARY.taken.clear()
    DIARY.gathered.clear()
    DIARY.apart.clear()
    DIARY.gates.clear()
    DIARY.standing.clear()
    DIARY.fails_at.clear()
    DIARY.error = RuntimeError
    REACTIONS.register(Stumbled, write_down, **how)
    REACTIONS.register(Stumbled, look_on)
    names = REACTIONS.by_kind["Stumbled"]
    for name in names:
        jobs.task(name=name, pass_context=True, retry=wiring._Retry())(wiring._job_for(name))
    yield DIARY
    del REACTIONS.by_kind["Stumbled"]
    for name in names:
        del REACTIONS.by_name[name]
        del jobs.tasks[name]


def stumble(*steps: int, about: str = "walk", customer_id: int = 7) -> None:
    with transaction.atomic():
        announce([Stumbled(customer_id=customer_id, step=step, about=about) for step in steps], now=MONDAY)


def queued() -> list[tuple[str, str, int]]:
    """Task, lock and fact of each job that waits, in order."""
    rows = sql.rows("SELECT task_name, lock, (args->>'fact_id')::bigint AS fact FROM procrastinate_jobs ORDER BY id")
    return [(row["task_name"], row["lock"], row["fact"]) for row in rows]


def stop_waiting() -> None:
    """What waits for its next attempt need not wait any longer."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
