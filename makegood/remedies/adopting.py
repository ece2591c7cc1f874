"""Changing the shop's policy: a lead's, once what it would have changed was seen."""

from datetime import datetime

from makegood.policies.actions import adopt_policy
from makegood.policies.models import AdoptedPolicy
from makegood.staff.rules import Actor, OnlyALead, Standpoint

# A program adopts with a token of the scope admin alone, which the API sees to; such a token could make a lead.
MAY_ADOPT = frozenset({Standpoint.LEAD, Standpoint.TOKEN})


def adopt(*, text: str, reason: str, seen: int | None, by: Actor, now: datetime) -> AdoptedPolicy:
    """Let a text be the shop's policy from now on, for whoever acts from then on.

    Raises:
        OnlyALead: a helper or a customer asks.
        InvalidField, PolicyAmiss, PolicyChangedMeanwhile: as `adopt_policy`.
    """
    if by.standpoint not in MAY_ADOPT:
        raise OnlyALead("change the policy")
    return adopt_policy(text=text, reason=reason, seen=seen, by=str(by), now=now)
