"""How cases are locked."""

from collections.abc import Collection

from django.db.models import Q

from makegood.cases.models import Case, QuietStart, UnmatchedMessage
from makegood.cases.rules import CaseState
from makegood.channels.locks import lock_mail
from makegood.kit.locks import locked


def lock_quiet_starts() -> list[QuietStart]:
    """That the shop is learning, held until the transaction ends."""
    return list(locked(QuietStart.objects.all()))


def lock_case(case_id: int) -> Case:
    """One case, held until the transaction ends.

    Raises:
        Case.DoesNotExist: there is none.
    """
    return locked(Case.objects.all()).get(id=case_id)


def lock_open_cases(customer_id: int, *, besides: Collection[int] = ()) -> list[Case]:
    """A customer's open cases, and some of theirs `besides`, open or not."""
    rows = Case.objects.filter(Q(state=CaseState.OPEN) | Q(id__in=besides), customer_id=customer_id)
    return list(locked(rows.prefetch_related("customer", "unreached", "reply_promise")))


def lock_unmatched_message(unmatched_id: int) -> UnmatchedMessage:
    """What nobody could be matched to, held until the transaction ends, and before it the mail that it came in.

    Raises:
        UnmatchedMessage.DoesNotExist: there is none.
    """
    mail_id = UnmatchedMessage.objects.values_list("mail_id", flat=True).get(id=unmatched_id)
    if mail_id is not None:
        lock_mail(mail_id)
    return locked(UnmatchedMessage.objects.all()).get(id=unmatched_id)
