"""The shop's own policy, read once from where the settings say."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from makegood.policies.reading import SHIPPED, read_policies
from makegood.policies.rules.values import Policy, policy_in_force


def shop_policies() -> tuple[Policy, ...]:
    """Every version of the shop's policy, the earliest first. A file that changed counts from the next start.

    Raises:
        PolicyUnreadable: `MAKEGOOD_POLICY` names nothing that can be read.
        BadPolicy: something in it is wrong.
    """
    return _policies(settings.POLICY, settings.SHOP_ZONE)


def shop_policy(*, at: datetime) -> Policy:
    """The version that is in force at an instant. An order keeps the one under which it was placed, so ask for then.

    Raises:
        NoPolicyInForce: the first version begins later.
    """
    return policy_in_force(shop_policies(), at=at)


@lru_cache(maxsize=8)
def _policies(path: str, zone: str) -> tuple[Policy, ...]:
    return read_policies(Path(path) if path else SHIPPED, zone=zone)
