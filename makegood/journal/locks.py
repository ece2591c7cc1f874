"""How dead letters are locked."""

from makegood.journal.models import DeadLetter
from makegood.kit.locks import locked


def lock_dead_letter(parked_id: int) -> DeadLetter:
    """One dead letter, held until the transaction ends.

    Raises:
        DeadLetter.DoesNotExist: there is none.
    """
    return locked(DeadLetter.objects.all()).get(id=parked_id)
