"""Signed pushes from outside: each is taken once, however often it is delivered."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction

from makegood.journal.models import PushTaken
from makegood.kit import clock, sql
from makegood.kit.errors import IdempotencyConflict

# Whoever delivers by Standard Webhooks gives up within four days.
KEPT = timedelta(days=14)
SWEPT_AT_ONCE = 100


def take_once(*, inlet: str, key: str, body: bytes, take: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `take` answered to the push `key` of an `inlet`, now or when it came first; its effect and its mark are one.

    Raises:
        IdempotencyConflict: the key came before with another body.
    """
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        # Two deliveries of one push take turns.
        sql.take_turns(f"push {inlet} {key}")
        known = PushTaken.objects.filter(inlet=inlet, key=key).first()
        if known is not None:
            if known.digest != digest:
                raise IdempotencyConflict(
                    f"webhook-id: {key!r} was delivered before with another body; give each message an id of its own"
                )
            answered: dict[str, Any] = known.answer
            return answered
        answer = take()
        PushTaken.objects.create(inlet=inlet, key=key, digest=digest, answer=answer, taken_at=clock.system_now())
        _forget_old()
    return answer


def _forget_old() -> None:
    old = PushTaken.objects.filter(taken_at__lt=clock.system_now() - KEPT).order_by("taken_at")
    PushTaken.objects.filter(id__in=list(old.values_list("id", flat=True)[:SWEPT_AT_ONCE])).delete()
