"""How dead letters are locked."""

from makegood.journal.models import DeadLetter
from makegood.kit.locks import locked


def lock_dead_letter(parked_id: int) -> DeadLetter:
    """One dead letter with its fact, held until the transaction ends.

    Raises:
        DeadLetter.DoesNotExist: there is none.
    """
    return locked(DeadLetter.objects.select_related("fact")).get(id=parked_id)
