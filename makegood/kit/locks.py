"""The one way to lock rows. Each room names what it locks in its `locks.py`; docs/house.md says in which order."""

from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], *, by: str = "pk", skips: bool = False, no_key: bool = False) -> QuerySet[M]:
    """`rows`, held until the transaction ends and in the order of ids: two who lock several never block each other.

    `skips`: leave out what somebody else holds; only then may another order (`by`) be asked for. `no_key`: let others
    write rows that point at these. Nothing is joined: who waited would see joined rows as they were before the wait;
    what hangs on these is read after the lock (`prefetch_related`).
    """
    return rows.select_related(None).order_by(by).select_for_update(of=("self",), skip_locked=skips, no_key=no_key)


def are_free(rows: QuerySet[M]) -> bool:
    """Whether nobody holds any of `rows` at this moment; afterwards we hold none of them either."""
    known = set(rows.values_list("pk", flat=True))
    with transaction.atomic():
        free = set(locked(rows, skips=True, no_key=True).values_list("pk", flat=True))
        # What was locked since the savepoint is let go with it.
        transaction.set_rollback(True)
    return known <= free
