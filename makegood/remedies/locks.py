"""How what was granted is locked. A grant locks the order it is for (`makegood.orders.locks.lock_order`)."""

from makegood.kit.locks import locked
from makegood.remedies.models import RefundTask


def lock_refund_task(task_id: int) -> RefundTask:
    """One refund that a person makes, held until the transaction ends.

    Raises:
        RefundTask.DoesNotExist: there is none.
    """
    return locked(RefundTask.objects.all()).get(id=task_id)
