"""Judging parcels: rows to rules, verdict to rows, promise and fact."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from makegood.journal.actions import announce
from makegood.kit.calendars import Calendar
from makegood.kit.holidays import calendar_of
from makegood.parcels.facts import VerdictChanged
from makegood.parcels.models import Parcel
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.rules.clocks import clock_of
from makegood.parcels.rules.scans import Scan, ScanKind, in_order
from makegood.parcels.rules.verdicts import State, Verdict, verdict
from makegood.promises.actions import calm_down, fulfil_promise, reopen_promise, worry_about

FIELDS = (
    "verdict",
    "outcome",
    "probability_percent",
    "evidence",
    "claim_opens_date",
    "claim_closes_date",
    "verdict_at",
    "look_at",
)


def origin_of(parcel: Parcel) -> Calendar:
    """The business days of the place a parcel left; the shop's own where the place is unknown."""
    if parcel.place is None:
        return calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    place = parcel.place
    return calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays)


def first_verdict(parcel: Parcel, *, now: datetime) -> Parcel:
    """Fill in what was to be believed of a parcel when its label was made; it is not written yet.

    A label that comes to us late is due for a second look at once, so that the sweep finds what time has done since.
    """
    at = min(parcel.label_at, now)
    return _fill(parcel, _verdict_of(parcel, [], now=at), now=at)


def judge(parcel_ids: Sequence[int], *, now: datetime) -> None:
    """Judge parcels anew from all their scans, in the caller's transaction; what changed is said, its promise moved."""
    if not parcel_ids:
        return
    # Locked apart from what it is joined to: two judges of one parcel take turns.
    parcels = list(
        Parcel.objects.select_for_update(of=("self",))
        .select_related("delivery__promise", "place")
        .filter(id__in=parcel_ids)
        .order_by("id")
    )
    scans = _scans_of(parcels)
    facts: list[VerdictChanged] = []
    worrying: list[int] = []
    calm: list[int] = []
    for parcel in parcels:
        was, was_percent = State(parcel.verdict), parcel.probability_percent
        now_believed = _verdict_of(parcel, scans[parcel.pk], now=now)
        _fill(parcel, now_believed, now=now)
        _settle_promise(parcel, was, scans[parcel.pk], now=now)
        (worrying if now_believed.in_danger else calm).append(parcel.delivery.promise_id)
        if (was, was_percent) != (now_believed.state, now_believed.probability_percent):
            facts.append(_fact(parcel, was, now_believed, now=now))
    Parcel.objects.bulk_update(parcels, FIELDS, batch_size=500)
    worry_about(promise_ids=worrying, now=now)
    calm_down(promise_ids=calm)
    announce(facts, now=now)


def _scans_of(parcels: Sequence[Parcel]) -> dict[int, list[Scan]]:
    found: dict[int, list[Scan]] = {parcel.pk: [] for parcel in parcels}
    named = {parcel.pk: parcel for parcel in parcels}
    for row in ScanRow.objects.filter(parcel__in=list(named)):
        parcel = named[row.parcel_id]
        found[row.parcel_id].append(
            Scan(
                carrier=parcel.carrier,
                number=parcel.number,
                code=row.code,
                kind=ScanKind(row.kind),
                happened_at=row.happened_at,
                place=row.place,
                words=row.words,
            )
        )
    return found


def _verdict_of(parcel: Parcel, scans: Sequence[Scan], *, now: datetime) -> Verdict:
    return verdict(
        label_at=parcel.label_at,
        scans=scans,
        promised_at=parcel.delivery.promise.due_at,
        clock=clock_of(parcel.carrier),
        origin=origin_of(parcel),
        now=now,
        said_not_received=_is_denied(parcel, scans),
    )


def _is_denied(parcel: Parcel, scans: Sequence[Scan]) -> bool:
    """Whether the customer has said that it never came since the carrier last said that it had."""
    if parcel.said_not_received_at is None:
        return False
    return all(scan.happened_at <= parcel.said_not_received_at for scan in scans if scan.kind.is_delivery)


def _fill(parcel: Parcel, believed: Verdict, *, now: datetime) -> Parcel:
    parcel.verdict = believed.state
    parcel.outcome = believed.outcome
    parcel.probability_percent = believed.probability_percent
    parcel.evidence = [each.as_plain() for each in believed.evidence]
    parcel.claim_opens_date = believed.claim_window.opens_date if believed.claim_window else None
    parcel.claim_closes_date = believed.claim_window.closes_date if believed.claim_window else None
    parcel.verdict_at = now
    parcel.look_at = believed.look_again_at
    return parcel


def _settle_promise(parcel: Parcel, was: State, scans: Sequence[Scan], *, now: datetime) -> None:
    """A delivery keeps or breaks its promise at the instant of the scan, whenever we hear of it."""
    if parcel.verdict == State.DELIVERED:
        denied_at = parcel.said_not_received_at
        delivered = [
            scan
            for scan in in_order(scans)
            if scan.kind.is_delivery and scan.happened_at <= now and (denied_at is None or scan.happened_at > denied_at)
        ]
        fulfil_promise(promise_id=parcel.delivery.promise_id, fulfilled_at=delivered[0].happened_at, now=now)
    elif was is State.DELIVERED:
        reopen_promise(promise_id=parcel.delivery.promise_id, now=now)


def _fact(parcel: Parcel, was: State, believed: Verdict, *, now: datetime) -> VerdictChanged:
    return VerdictChanged(
        customer_id=parcel.customer_id,
        parcel_id=parcel.pk,
        order_id=parcel.delivery.order_id,
        was=was,
        verdict=believed.state,
        probability_percent=believed.probability_percent,
        in_danger=believed.in_danger,
        promised_passed=parcel.delivery.promise.due_at <= now,
    )
