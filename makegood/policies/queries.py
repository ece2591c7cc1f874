"""The shop's own policy: what was adopted last, or else what the settings name."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from makegood.policies.models import AdoptedPolicy
from makegood.policies.reading import SHIPPED, files_of, read_policies, read_text
from makegood.policies.rules.deciding import Decision, decide_for_order
from makegood.policies.rules.grant_situations import GrantSituation
from makegood.policies.rules.granting import Granting, decide_grant_now
from makegood.policies.rules.situations import ChangeSituation
from makegood.policies.rules.values import Authority, NoPolicyInForce, Policy, policy_in_force


def shop_policies() -> tuple[Policy, ...]:
    """Every version of the shop's policy, the earliest first. A file that changed counts from the next start, and what
    was adopted at once.

    Raises:
        PolicyUnreadable: `MAKEGOOD_POLICY` names nothing that can be read.
        BadPolicy: something in it is wrong.
    """
    adopted = adopted_now()
    if adopted is not None and adopted.text:
        return _adopted(adopted.text, settings.SHOP_ZONE)
    return policies_named()


def policies_named() -> tuple[Policy, ...]:
    """Every version of the policy that the settings name, whatever was adopted since.

    Raises:
        PolicyUnreadable, BadPolicy: as `shop_policies`.
    """
    return _policies(settings.POLICY, settings.SHOP_ZONE)


def adopted_now() -> AdoptedPolicy | None:
    """What was adopted last; None where nothing ever was."""
    return AdoptedPolicy.objects.order_by("-id").first()


def policy_text() -> str:
    """The text of the shop's policy; of several files one after the other."""
    adopted = adopted_now()
    if adopted is not None and adopted.text:
        return adopted.text
    path = Path(settings.POLICY) if settings.POLICY else SHIPPED
    return "\n".join(file.read_text(encoding="utf-8") for file in files_of(path))


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


@lru_cache(maxsize=8)
def _adopted(text: str, zone: str) -> tuple[Policy, ...]:
    return read_text(text, name="policy", zone=zone)
