"""How cases are locked."""

from makegood.cases.models import Case, UnmatchedMessage
from makegood.cases.rules import CaseState, CaseType
from makegood.kit.locks import locked


def lock_case(case_id: int) -> Case:
    """One case with its customer, held until the transaction ends.

    Raises:
        Case.DoesNotExist: there is none.
    """
    # Its promise to answer is read after the lock: a join would show whoever waited the promise of before.
    return locked(Case.objects.select_related("customer")).get(id=case_id)


def lock_open_cases(customer_id: int, case_type: CaseType | None = None) -> list[Case]:
    """A customer's open cases, or the one of a type."""
    rows = Case.objects.filter(customer_id=customer_id, state=CaseState.OPEN)
    if case_type is not None:
        rows = rows.filter(case_type=case_type)
    return list(locked(rows.select_related("customer")))


def lock_unmatched_message(unmatched_id: int) -> UnmatchedMessage:
    """What nobody could be matched to, with its mail, held until the transaction ends.

    Raises:
        UnmatchedMessage.DoesNotExist: there is none.
    """
    return locked(UnmatchedMessage.objects.select_related("mail")).get(id=unmatched_id)
