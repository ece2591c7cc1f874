"""The one gate: everything that costs us something is granted through it, whoever asks, and is remembered."""

from collections.abc import Sequence
from datetime import datetime

from makegood.kit.sql import take_turns
from makegood.money.rules import Money
from makegood.policies.queries import shop_authority
from makegood.policies.rules.grant_situations import TroubleSituation
from makegood.policies.rules.granting import Granting
from makegood.policies.rules.values import Grantable, Per
from makegood.remedies.claims import claims_of
from makegood.remedies.locks import take_turns_for
from makegood.remedies.models import AuthorityUse
from makegood.remedies.rules.authority import check_authority, granting_of, proposed_grant
from makegood.staff.rules import Actor, Standpoint


def granting_now(
    *, customer_id: int, remedy: Grantable, cost: Money, refund: Money | None = None, by: Actor | None, now: datetime
) -> Granting:
    """Who may grant a customer something for which nothing has to have gone wrong, without asking."""
    return granting_of(
        shop_authority(now=now),
        proposed_grant(remedy, [cost], refund=refund),
        trouble=TroubleSituation(),
        claims=claims_of([customer_id], by=by, now=now)[customer_id],
        now=now,
    )


def pass_gate(
    *,
    customer_id: int,
    key: str,
    remedy: Grantable,
    cost: Money,
    refund: Money | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Let somebody grant a customer something, once a key, in the transaction in which it is done.

    Raises:
        NotYoursToGrant: the policy does not let them, or not without asking.
    """
    take_turns_for([customer_id])
    wait_for_own_grants(by, now=now)
    granting = granting_now(customer_id=customer_id, remedy=remedy, cost=cost, refund=refund, by=by, now=now)
    check_authority(granting, remedy=remedy, standpoints=by.standpoints)
    use_authority(customer_id=customer_id, key=key, remedy=remedy, costs=[cost], by=by, now=now)


def use_authority(
    *, customer_id: int, key: str, remedy: Grantable, costs: Sequence[Money], by: Actor, now: datetime
) -> None:
    """Remember that somebody granted what costs so much: what limits over days are held against. Each currency once."""
    AuthorityUse.objects.bulk_create(
        AuthorityUse(
            customer_id=customer_id,
            key=key,
            remedy=remedy,
            currency=cost.currency,
            amount_minor=cost.amount_minor,
            used_at=now,
            used_by=str(by),
            used_through=f"{Standpoint.TOKEN.value}:{by.through}" if by.through else "",
        )
        for cost in costs
    )


def wait_for_own_grants(by: Actor, *, now: datetime) -> None:
    """Where the policy limits what one grantor grants: hold off what they grant elsewhere at the same moment."""
    if any(span.per is Per.GRANTOR for span in shop_authority(now=now).spans):
        take_turns(f"grants by {by}")
        if by.through:
            take_turns(f"grants by {Standpoint.TOKEN.value}:{by.through}")
