"""Judging parcels: rows to rules, verdict to rows, promise and fact."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from makegood.catalog.models import Place
from makegood.journal.actions import announce
from makegood.kit import sql
from makegood.kit.calendars import Calendar
from makegood.kit.holidays import calendar_of
from makegood.parcels.facts import VerdictChanged
from makegood.parcels.models import CarrierHearing, Parcel, StatusEstimate
from makegood.parcels.rules.clocks import clock_of
from makegood.parcels.rules.hearing import Heard, told_since
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.rules.verdicts import Assessment, Verdict, assess
from makegood.promises.actions import await_news, clear_risk, fulfil_promises, mark_at_risk, reopen_promises

HERE = Path(__file__).parent
AT_ONCE = 4_000
"""How many parcels are held in memory at a time."""
WRITER = json.JSONEncoder(ensure_ascii=False)
KINDS = {kind.value: kind for kind in ScanKind}


def origin_of(parcel: Parcel) -> Calendar:
    """The business days of the place a parcel left; the shop's own where the place is unknown."""
    return _calendar_of(parcel.place)


def _calendar_of(place: Place | None) -> Calendar:
    if place is None:
        return calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    return calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays)


def first_estimates(parcels: Sequence[Parcel], *, now: datetime) -> list[StatusEstimate]:
    """What was to be believed of parcels when their labels were made; it is not written yet.

    A label that comes to us late is due for a second look at once, so that the sweep finds what time has done since.
    """
    hearing = dict(CarrierHearing.objects.values_list("carrier", "heard_since"))
    return [_first_estimate(parcel, hearing.get(parcel.carrier), now=now) for parcel in parcels]


def _first_estimate(parcel: Parcel, carrier_since: datetime | None, *, now: datetime) -> StatusEstimate:
    at = min(parcel.label_at, now)
    ended_at = parcel.delivery.order.history_since
    known_at = None if ended_at is not None and parcel.label_at <= ended_at else now
    believed = assess(
        label_at=parcel.label_at,
        scans=(),
        promised_at=parcel.delivery.promise.due_at,
        clock=clock_of(parcel.carrier),
        origin=origin_of(parcel),
        now=at,
        heard=Heard(told_since=told_since(carrier_since=carrier_since, label_at=parcel.label_at, known_at=known_at)),
    )
    return StatusEstimate(
        parcel=parcel,
        customer_id=parcel.customer_id,
        carrier=parcel.carrier,
        label_at=parcel.label_at,
        verdict=believed.state,
        outcome=believed.outcome,
        probability_percent=believed.probability_percent,
        evidence=[each.as_plain() for each in believed.evidence],
        claim_opens_date=believed.claim_window.opens_date if believed.claim_window else None,
        claim_closes_date=believed.claim_window.closes_date if believed.claim_window else None,
        verdict_at=at,
        look_at=believed.look_again_at if known_at else None,
        known_at=known_at,
    )


class ParcelSnapshot(NamedTuple):
    """A parcel as whoever assesses it finds it, in the order of to_assess.sql."""

    parcel_id: int
    customer_id: int
    carrier: str
    number: str
    was: str
    was_percent: int
    place_id: int | None
    order_id: int
    promise_id: int
    awaits_news: bool
    is_anothers_number: bool
    label_at: datetime
    due_at: datetime
    known_at: datetime | None
    said_not_received_at: datetime | None
    answered_at: datetime | None
    carrier_since: datetime | None
    carrier_until: datetime | None

    @property
    def heard(self) -> Heard:
        """How we hear of it: of a number that is another's, by its customer alone."""
        if self.is_anothers_number:
            return Heard(denied_at=self.said_not_received_at)
        since = told_since(carrier_since=self.carrier_since, label_at=self.label_at, known_at=self.known_at)
        return Heard(
            told_since=since,
            told_until=self.carrier_until,
            answered_at=self.answered_at,
            denied_at=self.said_not_received_at,
        )


TEXTS_FROM = ParcelSnapshot._fields.index("label_at")


def assess_status(parcel_ids: Iterable[int], *, now: datetime) -> None:
    """Judge parcels anew from all their scans, in the caller's transaction; what changed is said, its promise moved.

    The caller holds them already (`lock_parcels`), so that two who assess the same parcels take turns. However many
    there are, `AT_ONCE` are kept in memory.
    """
    waiting = iter(sorted(parcel_ids))
    calendars: dict[int | None, Calendar] = {}
    while some := list(islice(waiting, AT_ONCE)):
        calendars = calendars or _calendars()
        _judge(some, calendars, now=now)


def _calendars() -> dict[int | None, Calendar]:
    return {None: _calendar_of(None)} | {place.pk: _calendar_of(place) for place in Place.objects.all()}


def _judge(parcel_ids: Sequence[int], calendars: dict[int | None, Calendar], *, now: datetime) -> None:
    found = _snapshots(parcel_ids)
    scans = _scans_of(found)
    judged = [(each, _assess(each, scans[each.parcel_id], calendars, now=now)) for each in found]
    _write(judged, now=now)
    fulfil_promises(
        {each.promise_id: believed.delivered_at for each, believed in judged if believed.delivered_at is not None},
        now=now,
    )
    reopen_promises(
        promise_ids=[
            each.promise_id
            for each, believed in judged
            if each.was == Verdict.DELIVERED and believed.state is not Verdict.DELIVERED
        ],
        now=now,
    )
    flipped = [(each, believed) for each, believed in judged if each.awaits_news is believed.is_known]
    await_news({each.promise_id: not believed.is_known for each, believed in flipped})
    learned = {each.parcel_id for each, believed in flipped if believed.is_known}
    mark_at_risk(promise_ids=[each.promise_id for each, believed in judged if believed.in_danger], now=now)
    clear_risk(promise_ids=[each.promise_id for each, believed in judged if not believed.in_danger])
    announce(
        [
            _fact(each, believed, now=now)
            for each, believed in judged
            # That we can be sure by now of what we believed before is news too.
            if (each.was, each.was_percent) != (believed.state, believed.probability_percent)
            or each.parcel_id in learned
        ],
        now=now,
    )


def _snapshots(parcel_ids: Sequence[int]) -> list[ParcelSnapshot]:
    """Instants come as texts: Python reads those several times faster than Django's own reader."""
    at = datetime.fromisoformat
    rows = sql.tuples(sql.load(HERE, "to_assess"), parcels=sql.array(parcel_ids))
    return [ParcelSnapshot._make((*row[:TEXTS_FROM], *(one and at(one) for one in row[TEXTS_FROM:]))) for row in rows]


def _scans_of(found: Sequence[ParcelSnapshot]) -> dict[int, list[Scan]]:
    """The scans of each parcel, as they happened."""
    scans: dict[int, list[Scan]] = {each.parcel_id: [] for each in found}
    named = {each.parcel_id: each for each in found}
    rows = sql.tuples(sql.load(HERE, "scans_of"), parcels=sql.array(named))
    at, make = datetime.fromisoformat, Scan._make
    for parcel_id, code, kind, happened_at, place, words in rows:
        parcel = named[parcel_id]
        scans[parcel_id].append(make((parcel.carrier, parcel.number, code, KINDS[kind], at(happened_at), place, words)))
    return scans


def _assess(
    parcel: ParcelSnapshot, scans: Sequence[Scan], calendars: dict[int | None, Calendar], *, now: datetime
) -> Assessment:
    return assess(
        label_at=parcel.label_at,
        scans=[scan for scan in scans if scan.is_the_shops] if parcel.is_anothers_number else scans,
        promised_at=parcel.due_at,
        clock=clock_of(parcel.carrier),
        origin=calendars[parcel.place_id],
        now=now,
        heard=parcel.heard,
    )


def _write(judged: Iterable[tuple[ParcelSnapshot, Assessment]], *, now: datetime) -> None:
    """Keep what is believed of each parcel: COPY to the transaction's own table, and one UPDATE."""
    clear_stage("makegood_assessed")
    rows = (_row(parcel, believed) for parcel, believed in judged)
    sql.copy_in("COPY makegood_assessed FROM STDIN WITH (NULL '')", sql.in_blocks(rows))
    sql.run(sql.load(HERE, "write_estimates"), now=now)


def _row(parcel: ParcelSnapshot, believed: Assessment) -> tuple[str, ...]:
    window = believed.claim_window
    return (
        str(parcel.parcel_id),
        believed.state,
        believed.outcome,
        str(believed.probability_percent),
        WRITER.encode([each.as_plain() for each in believed.evidence]),
        window.opens_date.isoformat() if window else "",
        window.closes_date.isoformat() if window else "",
        believed.look_again_at.isoformat() if believed.look_again_at else "",
    )


def clear_stage(*tables: str) -> None:
    """Make the transaction's own tables, if this connection has none yet, and empty these."""
    sql.run(sql.load(HERE, "stage_scans"))
    for table in tables:
        if sql.tuples(f"SELECT FROM {table} LIMIT 1"):
            sql.run(f"TRUNCATE {table}")


def _fact(parcel: ParcelSnapshot, believed: Assessment, *, now: datetime) -> VerdictChanged:
    return VerdictChanged(
        customer_id=parcel.customer_id,
        parcel_id=parcel.parcel_id,
        order_id=parcel.order_id,
        was=Verdict(parcel.was),
        verdict=believed.state,
        probability_percent=believed.probability_percent,
        in_danger=believed.in_danger,
        promised_passed=parcel.due_at <= now,
    )
