"""How promises are locked."""

from collections.abc import Collection

from makegood.kit.locks import locked
from makegood.promises.models import Promise


def lock_promise(promise_id: int) -> Promise:
    """One promise, held until the transaction ends.

    Raises:
        Promise.DoesNotExist: there is none.
    """
    return locked(Promise.objects.all()).get(id=promise_id)


def lock_promises(promise_ids: Collection[int]) -> list[Promise]:
    return list(locked(Promise.objects.filter(id__in=promise_ids)))
