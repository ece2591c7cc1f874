"""How what was granted is locked. A grant locks the order it is for (`makegood.orders.locks.lock_order`)."""

from django.db.models import Model

from makegood.kit.locks import locked
from makegood.remedies.models import GrantStep, RefundTask


def lock_steps(**made: Model) -> list[GrantStep]:
    """The step that made a row, named by its link, held until the transaction ends; none where nothing was granted."""
    return list(locked(GrantStep.objects.filter(**made)))


def lock_refund_task(task_id: int) -> RefundTask:
    """One refund that a person makes, held until the transaction ends.

    Raises:
        RefundTask.DoesNotExist: there is none.
    """
    return locked(RefundTask.objects.all()).get(id=task_id)
