"""Which of a number's scans are of this box: carriers use numbers again, and scan by mistake.

Three things keep a scan from counting. It is of an earlier box that had the number, of a later one, or it calls
delivered what the carrier had in its hands afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.parcels.rules.journeys import GOING_BACK
from makegood.parcels.rules.scans import DELIVERIES, Scan, ScanKind

STRAGGLES = timedelta(hours=2)
"""A scan so soon after a delivery was only written down late: drivers' scanners send their lists in batches."""

LABELLED_LATE = timedelta(hours=24)
"""A shop may write down its label so long after the box was handed over, without anything being wrong."""

EARLIER_FROM = timedelta(days=3)
"""What ended so long before our label was made was an earlier box: no shop is later than a weekend and a day."""

TOO_OLD_FROM = timedelta(days=30)
"""What happened so long before our label is of an earlier box, whether we heard of its end or not."""

ONE_BOX_WITHIN = timedelta(days=30)
"""Parcels under one number whose labels were made within so many days are in one box: two orders, or two parts of one.
One whose label is older had the number before."""

REUSED_AFTER = timedelta(days=30)
"""A number that rests so long after its box was handed over, and is scanned again, is on another box: USPS waits for
120 days at least (Publication 199), the others for as long or longer."""

WRITTEN_LATE = timedelta(hours=12)
"""So long after a delivery to which a courier had set out nothing is written down late any more."""

SET_OUT_BEFORE = timedelta(hours=24)
"""How long before its delivery a box goes out with the courier, at most."""

NOT_HANDLING = DELIVERIES | {ScanKind.DAMAGED}
"""What a carrier writes of a box that it no longer has: a delivery again, or damage that the recipient told of."""

ENDS = DELIVERIES | {ScanKind.RETURNED, ScanKind.LOST}
AT_THE_DOOR = frozenset({ScanKind.OUT_FOR_DELIVERY, ScanKind.ATTEMPTED, ScanKind.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class OneBox:
    """A carrier's scans of one box, in order, and what was left out before them: the last scan of an earlier box."""

    scans: tuple[Scan, ...]
    earlier: Scan | None = None


def this_box(own: Sequence[Scan], *, label_at: datetime) -> OneBox:
    """The scans of the box whose label was made at `label_at`, of all that its number has (the carrier's, in order)."""
    if not own:
        return OneBox(scans=())
    first = _first_of_this(own, label_at)
    mine = own[first:]
    return OneBox(scans=tuple(mine[: _end_of_this(mine)]), earlier=own[first - 1] if first else None)


def first_of_latest(own: Sequence[Scan]) -> Scan:
    """The first scan of the last box that had a number; `own` are in order, and some."""
    first = 0
    while (end := _end_of_this(own[first:])) < len(own) - first:
        first += end
    return own[first]


def _first_of_this(own: Sequence[Scan], label_at: datetime) -> int:
    """How many scans at the beginning are an earlier box's."""
    if label_at - own[0].happened_at <= EARLIER_FROM:
        return 0
    first = 0
    for index, scan in enumerate(own):
        before_label = label_at - scan.happened_at
        if before_label <= EARLIER_FROM:
            break
        if scan.kind in ENDS or before_label > TOO_OLD_FROM:
            first = index + 1
    return first


def _end_of_this(own: Sequence[Scan]) -> int:
    """How many scans there are until another box has the number."""
    has_ended = False
    for index, scan in enumerate(own):
        if has_ended and scan.happened_at - own[index - 1].happened_at >= REUSED_AFTER:
            return index
        has_ended = has_ended or scan.kind in ENDS
    return len(own)


def seen_after(own: Sequence[Scan], delivered: Scan) -> Scan | None:
    """The carrier's last scan that shows the box in its hands after it was delivered, if there is one."""
    return next((scan for scan in reversed(_handled_after(own, delivered))), None)


def is_undone(own: Sequence[Scan], delivered: Scan) -> bool:
    """Whether the carrier went on with a box that it had called delivered, so that it was not.

    A delivery to which a courier had set out is undone by what happens at a door another time, or by a box that goes on
    and on. One out of nowhere (at the place where it was just taken over, say) is undone by a scan elsewhere, or later
    than anything is written down. What goes back after its delivery was delivered.
    """
    later = _handled_after(own, delivered)
    if not later or any(scan.kind in GOING_BACK for scan in own if scan.happened_at >= delivered.happened_at):
        return False
    long_after = [scan for scan in later if scan.happened_at - delivered.happened_at >= WRITTEN_LATE]
    if _courier_had_set_out(own, delivered):
        return len(long_after) > 1 or any(scan.kind in AT_THE_DOOR for scan in long_after)
    return bool(long_after) or any(_is_elsewhere(scan, delivered) for scan in later)


def _handled_after(own: Sequence[Scan], delivered: Scan) -> list[Scan]:
    return [
        scan
        for scan in own
        if scan.happened_at - delivered.happened_at >= STRAGGLES
        and scan.kind.is_movement
        and scan.kind not in NOT_HANDLING
    ]


def _courier_had_set_out(own: Sequence[Scan], delivered: Scan) -> bool:
    return any(
        scan.kind in AT_THE_DOOR and -SET_OUT_BEFORE <= scan.happened_at - delivered.happened_at <= STRAGGLES
        for scan in own
    )


def _is_elsewhere(scan: Scan, delivered: Scan) -> bool:
    """Whether two places are known and are not of one town: "ALBANY, NY 12207" is "ALBANY NY DISTRIBUTION CENTER"."""
    here, there = _town(scan), _town(delivered)
    return bool(here and there) and not (here.startswith(there) or there.startswith(here))


def _town(scan: Scan) -> str:
    return scan.place.partition(",")[0].strip().upper()
