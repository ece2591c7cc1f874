"""Since when carriers tell us of their parcels, and what had waited for that."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

from makegood.kit import sql
from makegood.kit.errors import InvalidField
from makegood.kit.holidays import calendar_of
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.locks import lock_hearings, lock_parcels
from makegood.parcels.models import CarrierHearing, StatusEstimate
from makegood.parcels.rules.hearing import FRESH, MANY_CUSTOMERS, has_fallen_silent
from makegood.parcels.waiting import unsettled

log = structlog.get_logger()
HERE = Path(__file__).parent
DAY = timedelta(days=1)
# Longer than a business day lasts over any row of holidays: what left before that counts no silence (`rules.hearing`).
OLDEST_YOUNG = timedelta(days=14)


class UnknownCarrier(ValueError):
    """We read nothing of this carrier's."""


class HearingInTheFuture(InvalidField):
    """Nobody has told us yet what comes later."""

    slug, title = "hearing", "We can't have heard from a carrier then"

    def __init__(self) -> None:
        super().__init__("heard_since", "it is in the future; leave it to the carrier’s first scan")


def note_hearing(*, goes_on: bool, now: datetime) -> None:
    """Write down of the carriers of what has just arrived that they tell us by themselves, if that is news.

    Where nobody says that it `goes_on`, as of a file, they have told us up to the newest of what arrived.
    """
    sql.run(sql.load(HERE, "note_hearing"), goes_on=goes_on, now=now)


def note_fallen_silent(*, now: datetime) -> int:
    """Write down of carriers that have told us of nothing for long, while much was on its way, that they no longer do.

    No silence counts from then on, until one tells us something. How many there were.
    """
    if not _fallen_silent(CarrierHearing.objects.filter(newest_at__lte=now - DAY, heard_until=None), now=now):
        return 0
    with transaction.atomic():
        # Read again now that they are held: one may have told us something a moment ago.
        silent = _fallen_silent([each for each in lock_hearings() if each.heard_until is None], now=now)
        for each in silent:
            each.heard_until = each.newest_at
            each.save(update_fields=["heard_until"])
    for each in silent:
        log.warning("a carrier tells nothing any more", carrier=each.carrier, since=each.heard_until)
    return len(silent)


def _fallen_silent(hearings: Iterable[CarrierHearing], *, now: datetime) -> list[CarrierHearing]:
    shop = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    return [
        each
        for each in hearings
        if each.newest_at is not None
        and has_fallen_silent(heard_since=each.heard_since, newest_at=each.newest_at, shop=shop, now=now)
        and _has_much_to_tell(each.carrier, since=each.newest_at - FRESH, now=now)
    ]


def _has_much_to_tell(carrier: str, *, since: datetime, now: datetime) -> bool:
    rows = unsettled(carrier, now=now).filter(label_at__gt=since)
    return rows.order_by().values("customer_id").distinct()[:MANY_CUSTOMERS].count() >= MANY_CUSTOMERS


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
        if since < hearing.heard_since or hearing.heard_until is not None:
            hearing.heard_since, hearing.woken_at = min(since, hearing.heard_since), None
            hearing.heard_until = None
            hearing.save(update_fields=["heard_since", "heard_until", "woken_at"])
    return hearing


def awaiting_news(estimates: Iterable[StatusEstimate]) -> set[int]:
    """The parcels of these of which we have not heard, so that nobody can say whether they came."""
    return {each.parcel_id for each in estimates if each.is_unheard}


def wake_waiting(*, now: datetime) -> int:
    """Let parcels be looked at again whose carriers tell us since a moment ago: their silence begins to count.

    Only those that left lately; of older ones no silence tells whether they came. How many carriers there were.
    """
    if not CarrierHearing.objects.filter(woken_at=None).exists():
        return 0
    with transaction.atomic():
        hearings = [each for each in lock_hearings() if each.woken_at is None]
        for hearing in hearings:
            waiting = unsettled(hearing.carrier, now=now).filter(label_at__gt=hearing.heard_since - OLDEST_YOUNG)
            ids = list(waiting.values_list("parcel_id", flat=True))
            lock_parcels(ids)
            unsettled(hearing.carrier, now=now).filter(parcel__in=ids).update(look_at=now)
        CarrierHearing.objects.filter(carrier__in=[each.carrier for each in hearings]).update(woken_at=now)
    return len(hearings)
