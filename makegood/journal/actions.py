"""Writing facts with the jobs that must follow, and what becomes of those jobs."""

import json
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from makegood.journal.facts import Fact, adapter_of, version_of
from makegood.journal.locks import lock_dead_letter
from makegood.journal.models import DeadLetter, FactRow
from makegood.journal.queries import read
from makegood.journal.registry import REACTIONS, Registered
from makegood.kit import clock, sql
from makegood.kit.errors import AlreadyResolved, Conflict, DismissalWithoutReason

HERE = Path(__file__).parent
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

log = structlog.get_logger()


class Away(Exception):
    """Somebody outside could not be reached, and nothing was handed over: worth trying again without a person."""


class WorkersDied(Exception):
    """Each worker that began this ended before it was done."""

    def __init__(self, attempts: int) -> None:
        super().__init__(f"begun {attempts} times, and every time the worker ended before it was done")


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
    said_kinds = sorted(kinds)
    reacting = [(kind, name) for kind in said_kinds for name in REACTIONS.by_kind.get(kind, [])]
    registered = [REACTIONS.by_name[name] for _, name in reacting]
    written = sql.rows(
        found + sql.load(HERE, "announce"),
        now=now,
        said_kinds=said_kinds,
        versions=[version_of(kind) for kind in said_kinds],
        queues=[each.queue for each in registered],
        sharers=[each.sharers for each in registered],
        sharer_fields=[each.sharer_field for each in registered],
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


def react(*, fact_id: int, reaction: str, is_retry: bool = False) -> None:
    """Let one reaction have its effect, once: its mark and its effect are one transaction.

    Reactions that call the world run outside a transaction and are idempotent by their own row's state. One that
    gathers takes along what else waits for it of that customer, and those jobs are done with this one. Where all of it
    fails together, what fails by itself too is left to its own job, and the rest is done, apart from anything else; a
    retry goes alone.
    """
    registered = REACTIONS.by_name[reaction]
    row = FactRow.objects.get(id=fact_id)
    if registered.is_outside:
        registered.run(read(row))
        return
    together: list[FactRow] = []
    try:
        with transaction.atomic():
            together += _mark_run(row, reaction, gathers=registered.gathers and not is_retry)
            _run(registered, together, apart=is_retry)
    except Exception:
        others = [each for each in together if each.pk != fact_id]
        if not others or _failing(registered, [row]):
            raise
        failing = _failing(registered, others)
        log.warning("not all facts can be answered together", reaction=reaction, failing=failing)
        with transaction.atomic():
            _run(registered, _mark_run(row, reaction, gathers=True, failing=failing), apart=True)


def _mark_run(row: FactRow, reaction: str, *, gathers: bool, failing: Sequence[int] = ()) -> list[FactRow]:
    """The facts on which the reaction has its effect now: this one, and what else waits for it where it gathers."""
    marked = sql.tuples(
        sql.load(HERE, "mark_run"),
        fact_id=row.pk,
        customer_id=row.customer_id,
        reaction=reaction,
        sharer=REACTIONS.by_name[reaction].sharer_of(row.content),
        gathers=gathers,
        failing=sql.array(failing),
    )
    return list(FactRow.objects.filter(id__in=[fact_id for (fact_id,) in marked]).order_by("id"))


def _run(registered: Registered, rows: Sequence[FactRow], *, apart: bool) -> None:
    facts = [read(each) for each in rows]
    if not registered.gathers:
        for fact in facts:
            registered.run(fact)
    elif facts:
        registered.run(facts, apart=apart)


def _failing(registered: Registered, rows: Sequence[FactRow]) -> list[int]:
    """Which of these facts can't be answered, found by trying half of them and then half of that; nothing is done."""
    try:
        with transaction.atomic():
            _run(registered, rows, apart=True)
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001  it is raised again by the fact's own job
        if len(rows) == 1:
            log.warning("a fact can't be answered", fact_id=rows[0].pk, error=str(error))
            return [rows[0].pk]
        middle = len(rows) // 2
        return _failing(registered, rows[:middle]) + _failing(registered, rows[middle:])
    return []


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


class ReactionGone(Conflict):
    """It was set aside by a version that had a reaction of this name, which is no more."""

    slug, title = "reaction-gone", "There is no such reaction any more; let it go"

    def __init__(self) -> None:
        super().__init__("no reaction is called so any more: an older version set it aside; let it go, and say why")


def retry_dead_letter(*, parked_id: int, by: str) -> None:
    """Give a parked reaction another try.

    Raises:
        DeadLetter.DoesNotExist: there is none.
        AlreadyResolved: it was retried or dismissed before.
        ReactionGone: this version has no such reaction.
    """
    with transaction.atomic():
        parked = _resolve(parked_id, resolution="retried", by=by, reason="")
        registered = REACTIONS.by_name.get(parked.reaction)
        if registered is None:
            raise ReactionGone
        sql.rows(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[(%(queue)s, %(task)s, 0, %(lock)s, NULL, %(args)s::jsonb, NULL)"
            "::procrastinate_job_to_defer_v1])",
            queue=registered.queue,
            task=parked.reaction,
            lock=parked.fact.ordering_key,
            args=json.dumps({"fact_id": parked.fact_id, "sharer": registered.sharer_of(parked.fact.content)}),
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
