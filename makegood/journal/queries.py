"""Reads: what happened to one customer, and what was set aside."""

from collections.abc import Sequence

from django.db.models import Max, QuerySet

from makegood.journal.facts import Fact, fact_of
from makegood.journal.models import DeadLetter, FactRow
from makegood.kit import sql


def read(row: FactRow) -> Fact:
    """The fact that a row holds, in its present shape."""
    return fact_of(row.kind, row.version, row.content)


def facts_of(*, customer_id: int, kinds: Sequence[type[Fact]], limit: int) -> list[tuple[FactRow, Fact]]:
    """The newest facts of these kinds about a customer, the oldest of them first, each with its row."""
    names = [kind.__name__ for kind in kinds]
    rows = FactRow.objects.filter(customer_id=customer_id, kind__in=names).order_by("-id")[:limit]
    return [(row, read(row)) for row in reversed(rows)]


def last_fact_id(*, customer_id: int | None = None) -> int:
    """The newest fact about a customer, or about anybody: a page that knows it is current."""
    rows = FactRow.objects.all() if customer_id is None else FactRow.objects.filter(customer_id=customer_id)
    return rows.aggregate(newest=Max("id"))["newest"] or 0


def dead_letters(*, limit: int) -> list[DeadLetter]:
    """Reactions that wait for a person, the oldest first."""
    return list(DeadLetter.objects.filter(resolved_at=None).select_related("fact").order_by("id")[:limit])


def count_dead_letters() -> int:
    return DeadLetter.objects.filter(resolved_at=None).count()


def jobs_waiting() -> int:
    """How many reactions are queued or being carried out."""
    (row,) = sql.rows("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
    return int(row["count"])


def all_facts() -> QuerySet[FactRow]:
    """Everything that happened; a fact knows its customer by number alone."""
    return FactRow.objects.all()


def all_dead_letters() -> QuerySet[DeadLetter]:
    """Dead letters with the facts they follow, resolved or not."""
    return DeadLetter.objects.select_related("fact")
