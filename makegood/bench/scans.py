"""A million scans taken in, beside COPY of the distinct ones into a bare table with the same unique key."""

import gc
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from makegood.bench.figures import Report, Threshold, alternating, memory_mb, seconds
from makegood.bench.histories import heard, label_at_of, number_of
from makegood.bench.parsing import parsing
from makegood.bench.shuffled import ends_the_same
from makegood.customers.models import Customer
from makegood.kit import sql
from makegood.kit.holidays import calendar_of
from makegood.parcels.models import CarrierHearing, Parcel
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.rules.clocks import USPS
from makegood.parcels.rules.scans import Scan
from makegood.parcels.rules.verdicts import assess
from makegood.parcels.scanning import ScansTaken, take_in_scans

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SCANS_A_PARCEL = 10
LIMITS = {
    "ratio": Threshold(at_least=0.3),
    "wrong_verdicts": Threshold(at_most=0),
    "memory_growth_mb": Threshold(at_most=100),
}

Progress = Callable[[str], None]


def measure(*, size: int = 1_000_000, runs: int = 3, check: bool = False, say: Progress = lambda _: None) -> Report:
    """Measure on an empty, migrated database that nobody else uses. Times are in seconds, memory in MiB.

    `ratio` is bare COPY's time over ours, so that 1 is as fast and 0.5 half as fast. Ours begins with scans as a
    connector gives them, and ends with their verdicts, promises and facts committed; the bare one is given its lines
    ready written. `memory_growth_mb` is how far this process grew, at its peak, beyond what it held before a run.
    With `check` the same are taken in again, shuffled, doubled and by two processes at once, and must end the same.
    """
    parcels = max(size // SCANS_A_PARCEL, 1)
    say(f"{size:,} scans of {parcels:,} parcels")
    scans = heard(parcels=parcels, scans=size, now=NOW)
    lines = _bare_lines(scans)
    # What the bench itself holds is not for the collector to look through in the middle of a run.
    gc.collect()
    gc.freeze()
    sql.run(sql.load(HERE, "bare_scans"))
    _people(parcels)
    growth: list[float] = []

    def ours() -> float:
        _fill(parcels)
        gc.collect()
        before = _begin_peak_mb()
        taken: list[ScansTaken] = []
        took = seconds(lambda: taken.append(take_in_scans(scans, now=NOW)))
        growth.append(memory_mb("VmHWM") - before)
        _expect(taken[0], scans)
        return took

    def bare() -> float:
        sql.run("TRUNCATE bench_bare_scan")
        sql.run("CHECKPOINT")
        return seconds(lambda: _copy_bare(lines))

    ours_s, bare_s = alternating(ours=ours, bare=bare, runs=runs, after_each=lambda name: say(f"  {name}"))
    say("every verdict against the pure rule")
    figures: dict[str, float] = {
        "ratio": bare_s / ours_s,
        "ours_s": ours_s,
        "bare_s": bare_s,
        "wrong_verdicts": _wrong_verdicts(scans),
        "memory_growth_mb": max(growth),
        "scans": size,
        "distinct": ScanRow.objects.count(),
        "parcels": parcels,
        "per_second": size / ours_s,
    }
    limits = dict(LIMITS)
    if check:
        say("shuffled, doubled and split over two processes")
        figures["same_when_shuffled"] = ends_the_same(scans, now=NOW, again=lambda: _fill(parcels), say=say)
        limits["same_when_shuffled"] = Threshold(at_least=1)
    return Report(bench="scans", figures=figures | parsing(), limits=limits)


def _begin_peak_mb() -> float:
    """What this process holds now, from which its peak is counted anew (Linux, proc(5): clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return memory_mb("VmRSS")


def _people(parcels: int) -> None:
    if Customer.objects.exists():
        raise RuntimeError("the bench wants a database of its own, fresh from migration")
    people = [Customer(id=place, reference=f"bench-{place}", name="Bench") for place in range(1, parcels // 2 + 2)]
    Customer.objects.bulk_create(people, batch_size=5000)
    # A carrier that has told us of its parcels for long: all silence counts.
    CarrierHearing.objects.create(carrier="usps", heard_since=NOW - timedelta(days=365), woken_at=NOW)


def _fill(parcels: int) -> None:
    """The same parcels as before, of which nothing is known but their labels."""
    sql.run(
        "TRUNCATE makegood_promise, makegood_order, makegood_delivery, makegood_parcel, makegood_statusestimate,"
        " makegood_scan, makegood_name, makegood_fact, makegood_reactionrun, makegood_deadletter, procrastinate_jobs,"
        " procrastinate_events CASCADE"
    )
    sql.run(sql.load(HERE, "fill_parcels"), customers=parcels // 2 + 1, parcels=parcels, now=NOW)
    # The empty ones too: the server would count them anew in the middle of a run, when it sees no row of it yet.
    for table in ("promise", "order", "delivery", "parcel", "statusestimate", "scan", "fact"):
        sql.run(f"VACUUM (ANALYZE) makegood_{table}")
    sql.run("CHECKPOINT")


def _expect(taken: ScansTaken, scans: Sequence[Scan]) -> None:
    distinct = len(set(scans))
    if taken != ScansTaken(new=distinct, same=len(scans) - distinct, unmatched=0):
        raise RuntimeError(f"{taken} of {len(scans)} scans, {distinct} of them distinct")


def _bare_lines(scans: Sequence[Scan]) -> list[str]:
    """What COPY is given, ready written, in the order in which it was heard."""
    place_of = {number_of(place): str(place) for place in range(1, len(scans) // SCANS_A_PARCEL + 1)}
    now = NOW.isoformat()
    return list(
        sql.in_blocks(
            (place_of[s.number], "1", s.code, s.kind, s.happened_at.isoformat(), s.place, s.words, now)
            for s in dict.fromkeys(scans)
        )
    )


def _copy_bare(blocks: Sequence[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(sql.load(HERE, "copy_bare_scans")) as copy:
        for block in blocks:
            copy.write(block)


def _wrong_verdicts(scans: Sequence[Scan]) -> int:
    """How many parcels are believed to be something else than the pure rule makes of all their scans."""
    told: Mapping[str, list[Scan]] = defaultdict(list)
    for scan in scans:
        told[scan.number].append(scan)
    origin = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    wrong = 0
    for parcel in Parcel.objects.order_by("id").iterator(chunk_size=5000):
        label_at = label_at_of(parcel.pk, now=NOW)
        right = assess(
            label_at=label_at,
            scans=told[parcel.number],
            promised_at=label_at + timedelta(days=10),
            clock=USPS,
            origin=origin,
            now=NOW,
        )
        window = right.claim_window
        wrong += (
            parcel.estimate.verdict,
            parcel.estimate.outcome,
            parcel.estimate.probability_percent,
            parcel.estimate.evidence,
            parcel.estimate.look_at,
            parcel.estimate.claim_opens_date,
        ) != (
            right.state,
            right.outcome,
            right.probability_percent,
            [each.as_plain() for each in right.evidence],
            right.look_again_at,
            window.opens_date if window else None,
        )
    return wrong
