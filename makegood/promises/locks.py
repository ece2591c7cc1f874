"""How promises are locked."""

from collections.abc import Collection
from datetime import datetime

from makegood.kit.locks import locked
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseState


def lock_promise(promise_id: int) -> Promise:
    """One promise, held until the transaction ends.

    Raises:
        Promise.DoesNotExist: there is none.
    """
    return locked(Promise.objects.all()).get(id=promise_id)


def lock_promises(promise_ids: Collection[int]) -> list[Promise]:
    return list(locked(Promise.objects.filter(id__in=promise_ids)))


def lock_due_at_risk(now: datetime, *, limit: int) -> list[int]:
    """Open promises that are to worry us by now, and that nobody else holds; by their ids."""
    due = Promise.objects.filter(state=PromiseState.OPEN, at_risk_at__lte=now)
    return list(locked(due, by="at_risk_at", skips=True).values_list("id", flat=True)[:limit])
