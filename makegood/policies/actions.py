"""Changing what the shop allows."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from makegood.kit.errors import Conflict, InvalidField
from makegood.policies.checking import try_all
from makegood.policies.locks import lock_policies
from makegood.policies.models import AdoptedPolicy
from makegood.policies.queries import adopted_now
from makegood.policies.reading import BadPolicy, read_text
from makegood.policies.rules.values import Policy

LARGEST = 200_000


class PolicyChangedMeanwhile(Conflict):
    """Somebody else changed the policy after it was looked at."""

    slug, title = "policy-changed", "The policy was changed meanwhile"

    def __init__(self) -> None:
        super().__init__("the policy is not the one that you changed any more; look at it again")


class PolicyAmiss(InvalidField):
    """A policy that can't be used, or whose check finds what has to be mended first; all of it is listed."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("text", "; ".join(problems))


def tried(text: str) -> tuple[Policy, ...]:
    """The versions of a policy's text, read and tried on every sample.

    Raises:
        PolicyAmiss: it can't be used.
    """
    if len(text) > LARGEST:
        raise PolicyAmiss([f"it is longer than {LARGEST} characters"])
    try:
        policies = read_text(text, name="policy", zone=settings.SHOP_ZONE)
    except BadPolicy as error:
        raise PolicyAmiss([str(each) for each in error.problems]) from error
    problems = [f"{place}: {reason}" for trial in try_all(policies) for place, reason in trial.problems]
    if problems:
        raise PolicyAmiss(problems)
    return policies


def adopt_policy(*, text: str, reason: str, seen: int | None, by: str, now: datetime) -> AdoptedPolicy:
    """Let a text be the shop's policy from now on; an empty one lets what the settings name count again.

    `seen` is the id of what counted when it was changed, 0 where that was the settings' own; None: whatever counts.

    Raises:
        InvalidField: no reason is given.
        PolicyAmiss: it can't be used.
        PolicyChangedMeanwhile: another counts by now.
    """
    if not reason.strip():
        raise InvalidField("reason", "say why: it is kept with the policy")
    if text.strip():
        tried(text)
    with transaction.atomic():
        lock_policies()
        newest = adopted_now()
        if seen is not None and seen != (newest.pk if newest else 0):
            raise PolicyChangedMeanwhile
        return AdoptedPolicy.objects.create(
            text=text if text.strip() else "", reason=reason.strip(), adopted_at=now, adopted_by=by
        )
