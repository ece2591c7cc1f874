"""Writing facts with the jobs that must follow, and what becomes of those jobs."""

import json
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from makegood.journal.facts import Fact, adapter_of
from makegood.journal.locks import lock_dead_letter
from makegood.journal.models import DeadLetter, FactRow, ReactionRun
from makegood.kit import clock, sql
from makegood.kit.errors import AlreadyResolved, DismissalWithoutReason

HERE = Path(__file__).parent
QUEUE = "reactions"
# Who tries again where no person does.
SYSTEM = "system"
# Retries at 1, 2, 4 … seconds: a reaction that keeps failing is parked after about a minute (law 11: within two).
ATTEMPTS = 6

# A job that was taken over so often beside its own retries has most likely ended its workers: it is parked too.
DEATHS = 6
# How long until what is parked because somebody outside is away is tried again by itself, and for how long at all: the
# two days after which mail hosts give up as well (RFC 5321, 4.5.4.1, asks for four or five days and an early word).
WAITS = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 30, 60))
LONGEST_AWAY = timedelta(days=2)

Reaction = Callable[[Any], None]
# Which of several facts a reaction has anything to do with, in their order; asked inside the announcing transaction.
ShouldRun = Callable[[Sequence[Any]], Sequence[bool]]
log = structlog.get_logger()


class Away(Exception):
    """Somebody outside could not be reached, and nothing was handed over: worth trying again without a person."""


class WorkersDied(Exception):
    """Each worker that began this ended before it was done."""

    def __init__(self, attempts: int) -> None:
        super().__init__(f"begun {attempts} times, and every time the worker ended before it was done")


class Reactions:
    """Which reactions follow which kind of fact, by name. `wiring` fills it once."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[str]] = {}
        self.by_name: dict[str, tuple[Reaction, bool]] = {}
        self.should_run: dict[tuple[str, str], ShouldRun] = {}

    def register(
        self, kind: type[Fact], *reactions: Reaction, outside: bool = False, should_run: ShouldRun | None = None
    ) -> None:
        """Let `reactions` follow facts of `kind`; `outside` ones call the world and keep their own account (law 3).

        Where `should_run` is given, a fact that it says no to gets no job, so that a hundred thousand facts that
        concern nobody cost no hundred thousand jobs. It must see whatever could make the reaction do something.
        """
        for reaction in reactions:
            name = name_of(reaction)
            self.by_kind.setdefault(kind.__name__, []).append(name)
            self.by_name[name] = (reaction, outside)
            if should_run is not None:
                self.should_run[kind.__name__, name] = should_run

    def asked(self, facts: Sequence[Fact]) -> list[tuple[int, str]]:
        """The reactions that are asked first, and have something to do: the fact's place, from 1, and their names."""
        by_kind: dict[str, list[tuple[int, Fact]]] = {}
        for place, fact in enumerate(facts, 1):
            by_kind.setdefault(type(fact).__name__, []).append((place, fact))
        return [
            (place, name)
            for (kind, name), should_run in self.should_run.items()
            if (placed := by_kind.get(kind))
            for (place, _), is_needed in zip(placed, should_run([fact for _, fact in placed]), strict=True)
            if is_needed
        ]


REACTIONS = Reactions()


def name_of(reaction: Reaction) -> str:
    """`room.reaction`, as jobs name it."""
    return f"{reaction.__module__.split('.')[-2]}.{reaction.__name__}"


def announce(facts: Sequence[Fact], *, now: datetime) -> None:
    """Write `facts`, in order, and one job for each reaction to each, in the transaction the caller holds.

    Raises:
        TransactionManagementError: there is no transaction; a fact must be true or not written.
    """
    if not facts:
        return
    publish_from_sql(
        sql.load(HERE, "said_given"),
        kinds={type(fact).__name__ for fact in facts},
        now=now,
        parameters={
            "kinds": sql.array(type(fact).__name__ for fact in facts),
            "customers": sql.array(fact.customer_id for fact in facts),
            "ordering_keys": sql.array(fact.ordering_key for fact in facts),
            "contents": sql.array(_written(fact) for fact in facts),
        },
        needed=REACTIONS.asked(facts),
    )


def publish_from_sql(
    found: str,
    *,
    kinds: Iterable[str],
    now: datetime,
    parameters: Mapping[str, Any],
    needed: Sequence[tuple[int, str]] | None = None,
) -> int:
    """Let one statement find rows, change them and say so: how many facts of these `kinds` it wrote.

    `found` begins a WITH whose last part is `said (kind, customer_id, ordering_key, content, place)`, with `content` as
    the fact's own dataclass would be written; so a sweep costs what its bare SQL costs. `needed` is what
    `Reactions.asked` says of the facts in the order of `place`; without it, every reaction gets its job.

    Raises:
        TransactionManagementError: there is no transaction; a fact must be true or not written.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("facts are announced inside the transaction that made them true")
    reacting = [(kind, name) for kind in sorted(kinds) for name in REACTIONS.by_kind.get(kind, [])]
    written = sql.rows(
        found + sql.load(HERE, "announce"),
        now=now,
        queue=QUEUE,
        reacting_kinds=[kind for kind, _ in reacting],
        reactions=[name for _, name in reacting],
        are_asked=[needed is not None and each in REACTIONS.should_run for each in reacting],
        needed_places=sql.array(place for place, _ in needed or ()),
        needed_reactions=sql.array(name for _, name in needed or ()),
        **parameters,
    )
    return int(written[0]["facts"]) if written else 0


def _written(fact: Fact) -> str:
    content: str = adapter_of(type(fact).__name__).dump_json(fact).decode()
    return content


def read(row: FactRow) -> Fact:
    """The fact as it was announced."""
    fact: Fact = adapter_of(row.kind).validate_python(row.content)
    return fact


def react(*, fact_id: int, reaction: str) -> None:
    """Let one reaction have its effect, once: its mark and its effect are one transaction.

    Reactions that call the world run outside a transaction and are idempotent by their own row's state.
    """
    carry, outside = REACTIONS.by_name[reaction]
    row = FactRow.objects.get(id=fact_id)
    if outside:
        carry(read(row))
        return
    with transaction.atomic():
        _, is_first = ReactionRun.objects.get_or_create(
            fact=row, reaction=reaction, defaults={"customer_id": row.customer_id}
        )
        if is_first:
            carry(read(row))


def dead_letter(*, fact_id: int, reaction: str, error: BaseException) -> None:
    """Set a reaction aside that failed too often, with the last lines of its error, so that later ones go on.

    One that failed because somebody outside is away is tried again by itself, ever later, for two days.
    """
    row = FactRow.objects.get(id=fact_id)
    lines = "".join(traceback.format_exception(error)[-3:])[-4000:]
    again_at = _try_again_at(row, reaction) if isinstance(error, Away) else None
    DeadLetter.objects.get_or_create(
        fact=row,
        reaction=reaction,
        resolved_at=None,
        defaults={"error": lines, "customer_id": row.customer_id, "try_again_at": again_at},
    )
    log.error("reaction parked", reaction=reaction, fact_id=fact_id, error=str(error))


def _try_again_at(row: FactRow, reaction: str) -> datetime | None:
    """The next try, in system time; None once two days have passed."""
    now = clock.system_now()
    tried = DeadLetter.objects.filter(fact=row, reaction=reaction, resolved_by=SYSTEM).count()
    wait = WAITS[min(tried, len(WAITS) - 1)]
    return now + wait if now + wait < row.recorded_at + LONGEST_AWAY else None


def retry_what_was_away(*, limit: int = 100) -> int:
    """Try again what was parked because somebody outside was away, and is due; how many. In system time."""
    due = DeadLetter.objects.filter(resolved_at=None, try_again_at__lte=clock.system_now()).order_by("try_again_at")
    tried = 0
    for parked_id in due.values_list("id", flat=True)[:limit]:
        with suppress(AlreadyResolved):
            retry_dead_letter(parked_id=parked_id, by=SYSTEM)
            tried += 1
    return tried


def retry_dead_letter(*, parked_id: int, by: str) -> None:
    """Give a parked reaction another try.

    Raises:
        DeadLetter.DoesNotExist: there is none.
        AlreadyResolved: it was retried or dismissed before.
    """
    with transaction.atomic():
        parked = _resolve(parked_id, resolution="retried", by=by, reason="")
        sql.rows(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[(%(queue)s, %(task)s, 0, %(lock)s, NULL, %(args)s::jsonb, NULL)"
            "::procrastinate_job_to_defer_v1])",
            queue=QUEUE,
            task=parked.reaction,
            lock=parked.fact.ordering_key,
            args=json.dumps({"fact_id": parked.fact_id}),
        )


def dismiss_dead_letter(*, parked_id: int, by: str, reason: str) -> None:
    """Let a parked reaction go for good, and keep why.

    Raises:
        DeadLetter.DoesNotExist: there is none.
        AlreadyResolved: it was retried or dismissed before.
        DismissalWithoutReason: no reason was given.
    """
    if not reason.strip():
        raise DismissalWithoutReason("say why this need not happen any more")
    with transaction.atomic():
        _resolve(parked_id, resolution="dismissed", by=by, reason=reason.strip())


def _resolve(parked_id: int, *, resolution: str, by: str, reason: str) -> DeadLetter:
    parked = lock_dead_letter(parked_id)
    if parked.resolved_at is not None:
        raise AlreadyResolved("this reaction has been dealt with already; load the page again")
    parked.resolved_at = clock.system_now()
    parked.resolution, parked.resolved_by, parked.reason = resolution, by, reason
    parked.save(update_fields=["resolved_at", "resolution", "resolved_by", "reason"])
    return parked


def take_over_jobs_of_the_dead() -> int:
    """Put jobs of workers that fell silent back in the queue; how many. In system time: nothing here is business."""
    return sql.run(sql.load(HERE, "take_over"), silent_seconds=settings.WORKER_SILENT_SECONDS)
