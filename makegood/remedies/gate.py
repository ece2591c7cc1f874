"""The one gate: everything that costs us something is granted through it, whoever asks, and is remembered."""

from datetime import datetime

from makegood.kit.sql import take_turns
from makegood.money.rules import Money
from makegood.policies.queries import shop_authority
from makegood.policies.rules.grant_situations import ProposedGrant, TroubleSituation
from makegood.policies.rules.granting import Granting
from makegood.policies.rules.values import Grantable, Per
from makegood.remedies.claims import claims_of
from makegood.remedies.locks import take_turns_for
from makegood.remedies.models import AuthorityUse
from makegood.remedies.rules.asked import Asked
from makegood.remedies.rules.authority import Claims, check_authority, granting_of, proposed_grant
from makegood.staff.rules import Actor, Standpoint


def granting_now(
    *, customer_id: int, remedy: Grantable, cost: Money, refund: Money | None = None, by: Actor | None, now: datetime
) -> Granting:
    """Who may grant a customer something for which nothing has to have gone wrong, without asking."""
    claims = claims_of([customer_id], by=by, now=now)[customer_id]
    return _granting(proposed_grant(remedy, [cost], refund=refund), claims, now=now)


def _granting(proposed: ProposedGrant, claims: Claims, *, now: datetime) -> Granting:
    return granting_of(shop_authority(now=now), proposed, trouble=TroubleSituation(), claims=claims, now=now)


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
    claims = claims_of([customer_id], by=by, now=now)[customer_id]
    proposed = proposed_grant(remedy, [cost], refund=refund)
    check_authority(_granting(proposed, claims, now=now), remedy=remedy, standpoints=by.standpoints)
    asked = Asked(proposed=proposed, trouble=TroubleSituation(), customer=claims.customer)
    use_authority(customer_id=customer_id, key=key, asked=asked, by=by, now=now)


def use_authority(*, customer_id: int, key: str, asked: Asked, by: Actor, now: datetime) -> None:
    """Remember that somebody granted this: what limits over days are held against. A row for each currency."""
    AuthorityUse.objects.bulk_create(
        AuthorityUse(
            customer_id=customer_id,
            key=key,
            remedy=asked.proposed.remedy,
            currency=cost.currency,
            amount_minor=cost.amount_minor,
            used_at=now,
            used_by=str(by),
            used_through=f"{Standpoint.TOKEN.value}:{by.through}" if by.through else "",
            asked=asked.as_plain(),
        )
        for cost in asked.proposed.costs
    )


def wait_for_own_grants(by: Actor, *, now: datetime) -> None:
    """Where the policy limits what one grantor grants: hold off what they grant elsewhere at the same moment."""
    if any(span.per is Per.GRANTOR for span in shop_authority(now=now).spans):
        take_turns(f"grants by {by}")
        if by.through:
            take_turns(f"grants by {Standpoint.TOKEN.value}:{by.through}")
