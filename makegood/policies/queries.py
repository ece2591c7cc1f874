"""The shop's own policy, read once from where the settings say."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from makegood.policies.reading import SHIPPED, read_policies
from makegood.policies.rules.deciding import Decision, decide_for_order
from makegood.policies.rules.grant_situations import GrantSituation
from makegood.policies.rules.granting import Granting, decide_grant_now
from makegood.policies.rules.situations import ChangeSituation
from makegood.policies.rules.values import Authority, NoPolicyInForce, Policy, policy_in_force


def shop_policies() -> tuple[Policy, ...]:
    """Every version of the shop's policy, the earliest first. A file that changed counts from the next start.

    Raises:
        PolicyUnreadable: `MAKEGOOD_POLICY` names nothing that can be read.
        BadPolicy: something in it is wrong.
    """
    return _policies(settings.POLICY, settings.SHOP_ZONE)


def shop_decision(situation: ChangeSituation) -> Decision:
    """Whether the shop allows a change of an order, by the version under which the order was placed."""
    return decide_for_order(shop_policies(), situation)


def shop_granting(situation: GrantSituation) -> Granting:
    """Who may grant something, by the version of the shop's policy that is in force now."""
    return decide_grant_now(shop_policies(), situation)


def shop_policy(*, now: datetime) -> Policy | None:
    """The version of the shop's policy that is in force; None where none has begun."""
    try:
        return policy_in_force(shop_policies(), at=now)
    except NoPolicyInForce:
        return None


def shop_authority(*, now: datetime) -> Authority:
    """What says who may grant what now, for what has to be known before: its spans, and what money is worth in them."""
    policy = shop_policy(now=now)
    return policy.authority if policy else Authority()


@lru_cache(maxsize=8)
def _policies(path: str, zone: str) -> tuple[Policy, ...]:
    return read_policies(Path(path) if path else SHIPPED, zone=zone)
