"""Reads: which parcels wait to be asked about, and how asking their carriers goes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from makegood.kit.holidays import calendar_of
from makegood.parcels.models import CarrierCall, CarrierHearing, Parcel, PollState, StatusEstimate
from makegood.parcels.rules.hearing import QUIET_BUSINESS_DAYS
from makegood.parcels.rules.polling import (
    GIVEN_UP_AFTER,
    OVERDUE_AFTER,
    PATIENCE,
    SETTLED,
    URGENCIES,
    PollLimit,
    Urgency,
    UrgencyRule,
    Waiting,
)
from makegood.parcels.tracker import TRACKERS

DAY = timedelta(days=1)


def unsettled(carrier: str, *, now: datetime) -> QuerySet[StatusEstimate]:
    """What is believed of a carrier's parcels of which there is something to be learnt."""
    rows = StatusEstimate.objects.exclude(verdict__in=[state.value for state in sorted(SETTLED)])
    return rows.filter(carrier=carrier, label_at__gt=now - GIVEN_UP_AFTER, known_at__isnull=False)


def _holds(rule: UrgencyRule, *, now: datetime) -> Q:
    holds = Q() if rule.states is None else Q(verdict__in=[state.value for state in sorted(rule.states)])
    return holds if rule.within is None else holds & Q(parcel__delivery__promise__due_at__lte=now + rule.within)


def due_to_be_asked(
    carrier: str, *, now: datetime, after: timedelta = timedelta(), urgencies: Collection[Urgency] = tuple(Urgency)
) -> QuerySet[StatusEstimate]:
    """Those that were due `after` ago or longer, the longest first, with their `urgency` (`rules.polling`)."""
    urgency = Case(
        *(When(_holds(rule, now=now), then=Value(rule.urgency.value)) for rule in URGENCIES),
        default=Value(Urgency.CALM.value),
        output_field=IntegerField(),
    )
    asked_at = Coalesce("asked_at", "label_at")
    # The first condition says nothing new; it is what the index can answer.
    rows = unsettled(carrier, now=now).annotate(last_at=asked_at).filter(last_at__lte=now - min(PATIENCE.values()))
    rows = rows.annotate(urgency=urgency, promised_at=F("parcel__delivery__promise__due_at"))
    patience = Case(*(When(urgency=one.value, then=Value(wait)) for one, wait in PATIENCE.items()))
    due_at = ExpressionWrapper(F("last_at") + patience, output_field=DateTimeField())
    rows = rows.annotate(due_at=due_at).filter(due_at__lte=now - after)
    return rows.filter(urgency__in=[one.value for one in urgencies]).order_by("due_at", "parcel_id")


def waiting_to_be_asked(
    carrier: str, *, urgencies: Collection[Urgency], now: datetime, limit: int
) -> tuple[Waiting, ...]:
    """Of those that are due, enough to fill `limit` places by urgency and as many by patience."""
    due = due_to_be_asked(carrier, now=now, urgencies=urgencies)
    fields = ("parcel_id", "parcel__number", "urgency", "promised_at", "due_at")
    found = {
        row["parcel_id"]: Waiting(
            parcel_id=row["parcel_id"],
            number=row["parcel__number"],
            urgency=Urgency(row["urgency"]),
            promised_at=row["promised_at"],
            due_at=row["due_at"],
        )
        for order in (("urgency", "promised_at", "due_at", "parcel_id"), ("due_at", "parcel_id"))
        for row in due.order_by(*order).values(*fields)[:limit]
    }
    return tuple(found.values())


def parcels_asked_about(carrier: str, numbers: Collection[str], *, now: datetime) -> tuple[tuple[int, str], ...]:
    """Every parcel that has one of these numbers now, and which, in the order of their ids."""
    rows = Parcel.objects.filter(carrier=carrier, number__in=numbers, label_at__gt=now - GIVEN_UP_AFTER)
    return tuple(rows.order_by("id").values_list("id", "number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How many calls a limit leaves now."""

    limit: PollLimit
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierHealth:
    """How we hear of one carrier's parcels. `calls` and `numbers` are those of the last 24 hours.

    `oldest` is of the parcel that has waited longest beyond its time, `overdue` how many have waited more than an hour.
    `heard_since`: when it first told us of a parcel by itself; `heard_until`: until when, where it no longer does.
    Without `heard_since`, `is_asked` and `is_pushed` nobody tells us anything.
    """

    carrier: str
    is_asked: bool
    is_pushed: bool
    heard_since: datetime | None
    heard_until: datetime | None
    unsettled: int
    overdue: int
    oldest: StatusEstimate | None
    calls: int
    numbers: int
    left: tuple[Left, ...]
    paused_until: datetime | None
    failures: int
    last_error: str
    last_error_at: datetime | None
    answered_at: datetime | None

    @property
    def is_silent(self) -> bool:
        """Whether there are parcels of which nobody tells us."""
        return bool(self.unsettled) and not (self.is_asked or self.is_pushed or self.heard_since)


def poll_states(*, pushed: Iterable[str], now: datetime, at: datetime) -> list[CarrierHealth]:
    """Every carrier with parcels on their way, or that is asked or pushes. `at` is the machine's instant."""
    hears = set(pushed)
    known = {line.carrier: line for line in PollState.objects.all()}
    told = {each.carrier: each for each in CarrierHearing.objects.all()}
    rows = StatusEstimate.objects.exclude(verdict__in=[state.value for state in sorted(SETTLED)])
    alive = rows.filter(label_at__gt=now - GIVEN_UP_AFTER, known_at__isnull=False)
    on_their_way = set(alive.values_list("carrier", flat=True).distinct())
    return [
        _seen(carrier, hears, known, hearing=told.get(carrier), now=now, at=at)
        for carrier in sorted(on_their_way | hears | TRACKERS.keys())
    ]


def _seen(
    carrier: str,
    pushed: Collection[str],
    known: Mapping[str, PollState],
    *,
    hearing: CarrierHearing | None,
    now: datetime,
    at: datetime,
) -> CarrierHealth:
    line = known.get(carrier) or PollState(carrier=carrier)
    tracker = TRACKERS.get(carrier)
    overdue = due_to_be_asked(carrier, now=now, after=OVERDUE_AFTER) if tracker else StatusEstimate.objects.none()
    calls = CarrierCall.objects.filter(carrier=carrier, called_at__gt=at - DAY)
    asked = list(calls.values_list("numbers", flat=True)) if tracker else []
    return CarrierHealth(
        carrier=carrier,
        is_asked=tracker is not None,
        is_pushed=carrier in pushed,
        heard_since=hearing.heard_since if hearing else None,
        heard_until=hearing.heard_until if hearing else None,
        unsettled=unsettled(carrier, now=now).count(),
        overdue=overdue.count(),
        oldest=overdue.select_related("parcel").first(),
        calls=len(asked),
        numbers=sum(asked),
        left=tuple(_left(carrier, limit, at=at) for limit in tracker.limits) if tracker else (),
        paused_until=line.paused_until if line.paused_until and line.paused_until > at else None,
        failures=line.failures,
        last_error=line.last_error,
        last_error_at=line.last_error_at,
        answered_at=line.answered_at,
    )


def _left(carrier: str, limit: PollLimit, *, at: datetime) -> Left:
    since = at - timedelta(seconds=limit.seconds)
    used = CarrierCall.objects.filter(carrier=carrier, called_at__gt=since).count()
    return Left(limit=limit, calls=max(0, limit.calls - used))


def silent_carriers(*, now: datetime) -> list[CarrierHearing]:
    """Those that have told us of nothing for more than a business day, although parcels are on their way."""
    shop = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    return [
        each
        for each in CarrierHearing.objects.filter(heard_until__lte=now - DAY).order_by("carrier")
        if each.heard_until is not None
        and shop.after_business_days(each.heard_until, QUIET_BUSINESS_DAYS) <= now
        and unsettled(each.carrier, now=now).exists()
    ]


def count_failing() -> int:
    """How many carriers that we ask did not answer when they were asked last."""
    return PollState.objects.filter(carrier__in=TRACKERS.keys(), failures__gt=0).count()
