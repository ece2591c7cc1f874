"""Letting a customer have what their bank asks back: money back like any other, within the same authority."""

from datetime import datetime

from django.db import transaction

from makegood.kit.errors import InvalidField
from makegood.payments.disputing import accept_dispute
from makegood.payments.locks import lock_dispute_by_id
from makegood.payments.models import Dispute
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.gate import pass_gate
from makegood.remedies.locks import take_turns_for
from makegood.remedies.models import AuthorityUse
from makegood.staff.rules import Actor


def grant_dispute(*, dispute_id: int, reason: str, by: Actor, now: datetime) -> Dispute:
    """Accept a dispute, once and for good: whoever may pay back so much may let a bank keep it.

    Raises:
        Dispute.DoesNotExist: there is none.
        InvalidField: no reason is given.
        NotYoursToGrant: beyond this standpoint's authority to pay back.
        DisputeTakesNoAnswer, AnsweredBefore, NoGateway
    """
    if not reason.strip():
        raise InvalidField("reason", "say why: it is kept with the dispute")
    with transaction.atomic():
        customer_id = Dispute.objects.values_list("customer_id", flat=True).get(id=dispute_id)
        take_turns_for([customer_id])
        # Held, since a bank may ask for more in the meantime.
        asked = lock_dispute_by_id(dispute_id).money
        key = f"dispute:{dispute_id}"
        if not AuthorityUse.objects.filter(customer=customer_id, key=key).exists():
            pass_gate(
                customer_id=customer_id, key=key, remedy=RemedyKind.REFUND, cost=asked, refund=asked, by=by, now=now
            )
        return accept_dispute(dispute_id=dispute_id, reason=reason.strip(), by=str(by), now=now)
