"""Since when carriers tell us of their parcels, and what had waited for that."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from makegood.kit import sql
from makegood.kit.errors import InvalidField
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.locks import lock_hearings, lock_parcels
from makegood.parcels.models import CarrierHearing, StatusEstimate
from makegood.parcels.rules.evidence import EvidenceKey
from makegood.parcels.rules.verdicts import Verdict

HERE = Path(__file__).parent
# Longer than a business day lasts over any row of holidays: what left before that counts no silence (`rules.hearing`).
OLDEST_YOUNG = timedelta(days=14)


class UnknownCarrier(ValueError):
    """We read nothing of this carrier's."""


class HearingInTheFuture(InvalidField):
    """Nobody has told us yet what comes later."""

    slug, title = "hearing", "We can't have heard from a carrier then"

    def __init__(self) -> None:
        super().__init__("heard_since", "it is in the future; leave it to the carrier’s first scan")


def note_hearing(*, now: datetime) -> None:
    """Write down of the carriers of what has just arrived that they tell us by themselves, if that is news."""
    sql.run(sql.load(HERE, "note_hearing"), now=now)


def say_heard(*, carrier: str, since: datetime, now: datetime) -> CarrierHearing:
    """Somebody knows since when a carrier tells us; the first word of it stands, whoever said it.

    Raises:
        UnknownCarrier: we read no carrier of this name.
        HearingInTheFuture: `since` is after `now`.
    """
    if since > now:
        raise HearingInTheFuture
    if carrier not in CARRIERS:
        raise UnknownCarrier(carrier)
    with transaction.atomic():
        CarrierHearing.objects.get_or_create(carrier=carrier, defaults={"heard_since": since})
        hearing = next(each for each in lock_hearings() if each.carrier == carrier)
        if since < hearing.heard_since:
            hearing.heard_since, hearing.woken_at = since, None
            hearing.save(update_fields=["heard_since", "woken_at"])
    return hearing


def awaiting_news(estimates: Iterable[StatusEstimate]) -> set[int]:
    """The parcels of these of which we have not heard, so that nobody can say whether they came."""
    return {
        each.parcel_id for each in estimates if any(one["kind"] == EvidenceKey.NOT_HEARD.value for one in each.evidence)
    }


def wake_waiting(*, now: datetime) -> int:
    """Let parcels be looked at again whose carriers tell us since a moment ago: their silence begins to count.

    Only those that left just before; of older ones no silence tells whether they came. How many carriers there were.
    """
    if not CarrierHearing.objects.filter(woken_at=None).exists():
        return 0
    with transaction.atomic():
        hearings = [each for each in lock_hearings() if each.woken_at is None]
        for hearing in hearings:
            waiting = StatusEstimate.objects.filter(
                carrier=hearing.carrier,
                verdict=Verdict.LABEL_MADE,
                label_at__gt=hearing.heard_since - OLDEST_YOUNG,
            )
            ids = list(waiting.values_list("parcel_id", flat=True))
            lock_parcels(ids)
            StatusEstimate.objects.filter(parcel__in=ids, verdict=Verdict.LABEL_MADE).update(look_at=now)
        CarrierHearing.objects.filter(carrier__in=[each.carrier for each in hearings]).update(woken_at=now)
    return len(hearings)
