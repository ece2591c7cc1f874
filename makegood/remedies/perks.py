"""Perks: what policy gives besides the remedy, so that there is a reason to come back."""

from datetime import datetime, timedelta

from django.conf import settings

from makegood.remedies.models import Perk
from makegood.remedies.rules.perks import PERK_DAYS, PerkKind, perk_key, redemption_of


def grant_perk_for_case(case_number: int, *, customer_id: int, now: datetime) -> Perk | None:
    """Give what policy gives besides, once a case; nothing where the shop has not said how it is redeemed."""
    if redemption_of(settings.FREE_EXPRESS) is None:
        return None
    return grant_perk(key=perk_key(case_number), customer_id=customer_id, kind=PerkKind.FREE_EXPRESS, now=now)


def grant_perk(*, key: str, customer_id: int, kind: PerkKind, now: datetime) -> Perk:
    """Give something besides, once for each `key` of theirs."""
    perk, _ = Perk.objects.get_or_create(
        customer_id=customer_id,
        key=key,
        defaults={
            "kind": kind,
            "granted_at": now,
            "until_date": (now + timedelta(days=PERK_DAYS)).date(),
        },
    )
    return perk
