"""Who may grant what, as the shop's policy says."""

from datetime import datetime
from typing import Any

from ninja import Schema

from makegood.faces.api.callers import READ, Call
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import RowWith
from makegood.kit import clock
from makegood.policies.queries import shop_policy
from makegood.policies.rules.values import Authority, Grantable, Grantor, Per


class AuthorityRuleOut(Schema):
    """One rule of who may grant what. No `remedies`: all of them. `when` is its condition in CEL; none: always.

    `up_to` and `above` are whole units of the policy's measure (`worth`); `up_to` null: no limit.
    """

    name: str
    who: list[Grantor]
    remedies: list[Grantable]
    when: str


class GrantRuleOut(AuthorityRuleOut):
    """They may grant it, each time up to so much."""

    up_to: int | None


class LimitRuleOut(AuthorityRuleOut):
    """Over so many days they may grant no more than so much, or so often: to one customer, or each of them in all."""

    per: Per
    days: int
    up_to: int | None
    count: int | None


class HoldRuleOut(AuthorityRuleOut):
    """In this situation they may not grant it."""

    because: str


class SecondRuleOut(AuthorityRuleOut):
    """Above so much a second person has to agree."""

    above: int


class AuthorityOut(Schema):
    """Who may grant what, as the policy in force says. `worth`: so many minor units are worth one of its measure."""

    policy: str
    effective_from: datetime | None
    worth: dict[str, int]
    grants: list[GrantRuleOut]
    limits: list[LimitRuleOut]
    holds: list[HoldRuleOut]
    seconds: list[SecondRuleOut]


@router.get("/authority", response=AuthorityOut, auth=READ)
def authority(request: Call) -> Any:
    """Who may grant what alone: what nobody is let by a rule of `grants`, nobody may."""
    policy = shop_policy(now=clock.now())
    rules = policy.authority if policy else Authority()
    return RowWith(
        rules,
        policy=policy.name if policy else "",
        effective_from=policy.effective_from if policy else None,
        worth=dict(rules.worth),
    )
