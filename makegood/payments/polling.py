"""Asking a gateway what it told, so that a push which never reached us is made up for.

What was pushed and taken in is known by its event's id, so that asking for it again changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog
from django.db import transaction

from makegood.journal.receiving import take_once
from makegood.kit.sql import give_back
from makegood.payments.gateway import Gateway, GatewayError
from makegood.payments.locks import lock_gateway_hearing
from makegood.payments.models import GatewayHearing
from makegood.payments.rules.events import GatewayEvent

log = structlog.get_logger()

EVERY = timedelta(hours=1)
# How far before the last thing that we heard to begin, since what a gateway tells is not always there at once.
OVERLAP = timedelta(hours=1)
# What could not be taken in for so long is left to reconciliation; what was taken in is remembered for longer.
LONGEST = timedelta(days=7)
AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class GatewayPoller:
    """Asks one gateway; several workers may have one each. `receive` takes an event in, in the caller's transaction."""

    gateway: Gateway
    receive: Callable[[GatewayEvent], None]

    def poll(self, *, at: datetime) -> datetime:
        """Ask, if it is time, and take in what was told; when to come again. All in the machine's time."""
        claimed = self._claim(at)
        if claimed is None:
            return GatewayHearing.objects.values_list("asked_at", flat=True).get(gateway=self.gateway.code) + EVERY
        give_back()
        try:
            told = list(islice(self.gateway.events(since=claimed), AT_MOST))
        except GatewayError as error:
            log.warning("a gateway was not heard", gateway=self.gateway.code, error=str(error))
            self._note(at, error=str(error))
            return at + EVERY
        # The newest came first; where there were too many, the oldest are left for the next time they are asked for.
        left_out = [event.created_at for event in reversed(told) if not self._take(event)]
        self._note(at, heard_until=min(left_out, default=at))
        return at + EVERY

    def _claim(self, at: datetime) -> datetime | None:
        """Since when to ask; None where somebody asked less than an hour ago."""
        with transaction.atomic():
            beginning = {"asked_at": at - EVERY, "heard_until": at - EVERY}
            GatewayHearing.objects.get_or_create(gateway=self.gateway.code, defaults=beginning)
            row = lock_gateway_hearing(self.gateway.code)
            if row.asked_at + EVERY > at:
                return None
            row.asked_at = at
            row.save(update_fields=["asked_at"])
            return max(row.heard_until - OVERLAP, at - LONGEST)

    def _take(self, event: GatewayEvent) -> bool:
        def take() -> dict[str, str]:
            self.receive(event)
            return {"event": event.event_id}

        try:
            take_once(inlet=self.gateway.code, key=event.event_id, body=event.event_id.encode(), take=take)
        except Exception:
            # The others are none the worse for it; it is asked for again.
            log.exception("an event can't be taken in", gateway=self.gateway.code, event_id=event.event_id)
            return False
        return True

    def _note(self, at: datetime, *, heard_until: datetime | None = None, error: str = "") -> None:
        with transaction.atomic():
            row = lock_gateway_hearing(self.gateway.code)
            row.heard_until = heard_until or row.heard_until
            row.last_error, row.last_error_at = error[:500], at if error else None
            row.save()
