"""Taking in what carriers say: each scan once, whatever the order, one webhook or a million rows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path

from django.db import connection, transaction

from makegood.kit import sql
from makegood.kit.shares import in_shares
from makegood.parcels.assessing import assess_status, clear_stage
from makegood.parcels.hearing import note_hearing
from makegood.parcels.locks import lock_parcels, lock_unmatched_scans
from makegood.parcels.models import Parcel, UnmatchedScan
from makegood.parcels.rules.boxes import ONE_BOX_WITHIN
from makegood.parcels.rules.scans import SHOP_CODE, Scan, ScanKind

HERE = Path(__file__).parent
# Scans of numbers we don't know wait for their parcel; beyond this many, the oldest make room (law 10).
KEEP_UNMATCHED = 100_000
MANY = 1000
# From how many on a second connection is worth its while, and how many there are then: half of it is PostgreSQL's work.
SHARED_FROM = 20_000
SHARES = 2
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Way(StrEnum):
    """How scans come: somebody tells us as they happen, hands us a file of them, or answers what we asked."""

    TOLD = "told"
    FILE = "file"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScansTaken:
    """How many scans were new, known already, or wait for their parcel."""

    new: int
    same: int
    unmatched: int


def take_in_scans(scans: Iterable[Scan], *, now: datetime, way: Way = Way.TOLD) -> ScansTaken:
    """Store what carriers said, each scan once in whatever order it comes, and judge the parcels concerned anew.

    A carrier whose scans come without that we asked tells us of all its parcels from now on; a file, up to its newest.

    One webhook's or a million: scans are read some at a time and staged by COPY, and everything after that is done for
    all of them at once, so that memory stays flat. Outside of a transaction, many are taken in by two connections, each
    with half of the parcels: nothing is written before all are read, and should one of them fail, saying all of it
    again is harmless.
    """
    waiting = iter(scans)
    if connection.in_atomic_block:
        return _take_in(map(_lines, _lots(waiting)), now=now, way=way)
    first = list(islice(waiting, SHARED_FROM))
    if len(first) < SHARED_FROM:
        return _take_in(map(_lines, _lots(iter(first))), now=now, way=way)
    halves = in_shares(
        chain(first, waiting),
        partial(_take_in, now=now, way=way),
        ready=_lines,
        key_of=attrgetter("number"),
        shares=SHARES,
    )
    return ScansTaken(
        new=sum(half.new for half in halves),
        same=sum(half.same for half in halves),
        unmatched=sum(half.unmatched for half in halves),
    )


def _lots(scans: Iterator[Scan]) -> Iterator[list[Scan]]:
    while some := list(islice(scans, MANY)):
        yield some


def _lines(scans: Sequence[Scan]) -> str:
    """Scans as COPY wants them, in the order of makegood_arrived's columns."""
    return sql.block(
        [
            (
                scan.carrier,
                scan.number,
                scan.code,
                scan.kind,
                str((scan.happened_at - EPOCH) // MICROSECOND),
                scan.place,
                scan.words,
            )
            for scan in scans
        ]
    )


def _take_in(blocks: Iterable[str], *, now: datetime, way: Way) -> ScansTaken:
    with transaction.atomic():
        arrived = _stage(blocks)
        if not arrived:
            return ScansTaken(new=0, same=0, unmatched=0)
        if way is not Way.ASKED:
            note_hearing(goes_on=way is Way.TOLD, now=now)
        ((numbers, known, hearing),) = sql.tuples(sql.load(HERE, "address_scans"), one_box_within=ONE_BOX_WITHIN)
        if known > MANY:
            sql.run("ANALYZE makegood_addressed (carrier, number)")
            # A table that was empty when a plan was made, and is being filled meanwhile, would be read to its end for
            # each parcel: whatever the planner believes to be small, the rest of this transaction looks up by an index.
            # Bitmaps and remembered rows are no help where each parcel is asked for once and has some ten scans.
            sql.run("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_memoize = off")
        learned = _store_arrived(now=now)
        assess_status(learned, now=now)
        unmatched = _keep_unmatched(now=now) if numbers > known else 0
        # A scan is one, however many parcels in the box hear of it.
        again = _not_newest() if hearing > known else set()
    new = sum(count for parcel_id, count in learned.items() if parcel_id not in again)
    return ScansTaken(new=new, same=arrived - unmatched - new, unmatched=unmatched)


def _stage(blocks: Iterable[str]) -> int:
    """Put what arrives in the transaction's own table; how many there are."""
    clear_stage("makegood_arrived", "makegood_addressed")
    arrived = sql.copy_in("COPY makegood_arrived FROM STDIN", blocks)
    if arrived > MANY:
        # Nobody else counts the rows of a temporary table for the planner; a few thousand tell it enough.
        sql.run("SET LOCAL default_statistics_target = 10")
        sql.run("ANALYZE makegood_arrived (carrier, number)")
        # So many are sorted and hashed at once that the disk would be the slowest part; for this transaction alone.
        sql.run("SET LOCAL work_mem = '128MB'")
    return arrived


def _store_arrived(*, now: datetime) -> dict[int, int]:
    """Write what arrived for known parcels, which are locked; how many scans were new, by parcel."""
    # The parcels and their customers were read from the parcels themselves: that is the one question for all of them.
    sql.rows("SELECT set_config('makegood.parcels_are_known', 'yes', true)")
    learned = dict(sql.tuples(sql.load(HERE, "store_arrived"), now=now))
    sql.rows("SELECT set_config('makegood.parcels_are_known', 'no', true)")
    return learned


def _not_newest() -> set[int]:
    """Parcels that share a number with one that was labelled later."""
    return {parcel_id for (parcel_id,) in sql.tuples("SELECT parcel_id FROM makegood_addressed WHERE NOT is_newest")}


def _parcels_of(numbers: set[tuple[str, str]]) -> dict[tuple[str, str], list[Parcel]]:
    """The parcels in the newest box of each number, as in address_scans.sql."""
    found: dict[tuple[str, str], list[Parcel]] = {}
    rows = Parcel.objects.filter(number__in={number for _, number in numbers}, is_anothers_number=False)
    for row in rows.order_by("-label_at", "-id"):
        if (row.carrier, row.number) in numbers:
            box = found.setdefault((row.carrier, row.number), [])
            if not box or box[0].label_at - row.label_at <= ONE_BOX_WITHIN:
                box.append(row)
    return found


def find_anothers(parcel_ids: Collection[int], *, now: datetime) -> set[int]:
    """See whose number it is that these parcels, which are locked, are known by; those of which that is news."""
    found = sql.tuples(
        sql.load(HERE, "find_anothers"), parcels=sql.array(sorted(parcel_ids)), one_box_within=ONE_BOX_WITHIN
    )
    changed = {parcel_id for (parcel_id,) in found}
    assess_status(changed, now=now)
    return changed


def hear_of_one_box(parcel_ids: Sequence[int], *, now: datetime) -> None:
    """Give parcels that were labelled just now what is known of others in their boxes, and judge those that learn."""
    if not parcel_ids:
        return
    with transaction.atomic():
        lock_parcels(parcel_ids)
        find_anothers(parcel_ids, now=now)
        found = sql.tuples(
            sql.load(HERE, "hear_of_one_box"),
            parcels=sql.array(parcel_ids),
            one_box_within=ONE_BOX_WITHIN,
            shops=SHOP_CODE,
            now=now,
        )
        assess_status([parcel_id for (parcel_id,) in found], now=now)


def take_over(parcel_ids: Collection[int], *, now: datetime) -> None:
    """Give these parcels, which are locked, what was scanned under their numbers while others were known by those."""
    found = sql.tuples(
        sql.load(HERE, "take_over"),
        parcels=sql.array(sorted(parcel_ids)),
        one_box_within=ONE_BOX_WITHIN,
        shops=SHOP_CODE,
        now=now,
    )
    assess_status([parcel_id for (parcel_id,) in found], now=now)


def store_scans(scans: Sequence[tuple[Parcel, Scan]], *, now: datetime) -> dict[int, int]:
    """Write scans of known parcels and judge those that learned something; how many scans were new, by parcel."""
    if not scans:
        return {}
    with transaction.atomic():
        lock_parcels({parcel.pk for parcel, _ in scans})
        learned = sql.rows(
            sql.load(HERE, "store_scans"),
            now=now,
            parcels=[parcel.pk for parcel, _ in scans],
            customers=[parcel.customer_id for parcel, _ in scans],
            codes=[scan.code for _, scan in scans],
            kinds=[scan.kind.value for _, scan in scans],
            instants=[scan.happened_at for _, scan in scans],
            places=[scan.place for _, scan in scans],
            words=[scan.words for _, scan in scans],
        )
        assess_status([row["parcel_id"] for row in learned], now=now)
    return {row["parcel_id"]: row["fresh"] for row in learned}


def _keep_unmatched(*, now: datetime) -> int:
    """Let what arrived for nobody we know wait, the newest of it; how many there were."""
    numbers: dict[tuple[str, str], int] = {
        (carrier, number): count for carrier, number, count in sql.tuples(sql.load(HERE, "unmatched_numbers"))
    }
    if not numbers:
        return 0
    sql.run(sql.load(HERE, "keep_unmatched"), now=now, keep=KEEP_UNMATCHED)
    newest = UnmatchedScan.objects.order_by("-id").values_list("id", flat=True)[KEEP_UNMATCHED : KEEP_UNMATCHED + 1]
    for first_too_old in newest:
        UnmatchedScan.objects.filter(id__lte=first_too_old).delete()
    # Their parcel may have been labelled meanwhile, without seeing them.
    transaction.on_commit(partial(adopt_unmatched, set(numbers), now=now))
    return sum(numbers.values())


def adopt_unmatched(numbers: set[tuple[str, str]], *, now: datetime) -> None:
    """Give parcels of these numbers the scans that wait for them."""
    with transaction.atomic():
        waiting = lock_unmatched_scans({number for _, number in numbers})
        rows = [row for row in waiting if (row.carrier, row.number) in numbers]
        parcels = _parcels_of({(row.carrier, row.number) for row in rows})
        matched = [row for row in rows if (row.carrier, row.number) in parcels]
        told = [(parcel, _value_of(row)) for row in matched for parcel in parcels[row.carrier, row.number]]
        store_scans(told, now=now)
        UnmatchedScan.objects.filter(id__in=[row.pk for row in matched]).delete()


def _value_of(row: UnmatchedScan) -> Scan:
    return Scan(
        carrier=row.carrier,
        number=row.number,
        code=row.code,
        kind=ScanKind(row.kind),
        happened_at=row.happened_at,
        place=row.place,
        words=row.words,
    )
