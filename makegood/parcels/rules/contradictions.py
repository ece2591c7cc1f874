"""Where carrier and shop, or the carrier and itself, say what can't both be true of one parcel.

A contradiction is told, with both sides named, and makes the verdict less certain. It never decides by itself, but for
one: a carrier that handles a box after the shop called it delivered is believed, since it has the box in its hands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.journeys import GOING_BACK
from makegood.parcels.rules.scans import DELIVERIES, SHOP_CODE, Scan, ScanKind

STRAGGLES = timedelta(hours=2)
"""A scan so soon after a delivery was only written down late: drivers' scanners send their lists in batches."""

LABELLED_LATE = timedelta(hours=24)
"""A shop may write down its label so long after the box was handed over, without anything being wrong."""

NOT_HANDLING = DELIVERIES | {ScanKind.DAMAGED}
"""What a carrier writes of a box that it no longer has: a delivery again, or damage that the recipient told of."""

CERTAIN_AT_MOST = {
    EvidenceKey.SHOP_SAYS_DELIVERED: 75,
    EvidenceKey.SEEN_AFTER_DELIVERY: 65,
    EvidenceKey.BEFORE_LABEL: 60,
}
"""How sure we may be at most beside each, in per cent: stated estimates. A box scanned after its delivery was
mis-scanned once, and nobody can tell when; a scan before the label may be of an earlier box with the same number.
What the shop shipped and the carrier never had needs no entry: the clock of silence says how sure that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """The scans that count, and what contradicts what in all of them, the weightiest first."""

    scans: tuple[Scan, ...]
    contradictions: tuple[Evidence, ...]


def clear(scans: Sequence[Scan], *, label_at: datetime) -> Cleared:
    """What to make of scans that are in order and all in the past."""
    counted = tuple(scans)
    found: list[Evidence] = []
    own = tuple([scan for scan in scans if scan.code != SHOP_CODE])
    deliveries = [scan for scan in scans if scan.kind in DELIVERIES]
    said = next((scan for scan in deliveries if scan.is_the_shops), None)
    delivered = next((scan for scan in reversed(deliveries) if not scan.is_the_shops), None)
    if delivered is not None:
        seen = _handled_after(own, delivered)
        # After its own delivery a return is no contradiction: people send things back.
        if seen is not None and not any(scan.kind in GOING_BACK for scan in own):
            found.append(_against(EvidenceKey.SEEN_AFTER_DELIVERY, seen, claimed_at=delivered.happened_at))
    elif said is not None:
        handled = _handled_after(own, said)
        if handled is not None:
            counted = own
            found.append(_against(EvidenceKey.SHOP_SAYS_DELIVERED, handled, claimed_at=said.happened_at))
    earliest = label_at - LABELLED_LATE
    too_early = takewhile(lambda scan: scan.happened_at < earliest, own)
    early = next((scan for scan in too_early if scan.kind.is_movement), None)
    if early is not None:
        found.append(_against(EvidenceKey.BEFORE_LABEL, early, claimed_at=label_at))
    return Cleared(scans=counted, contradictions=tuple(found))


def shipped_and_unseen(*, label_at: datetime) -> Evidence:
    """The shop says that it left, and the carrier, which should have it by now, has nothing."""
    return Evidence(key=EvidenceKey.SHOP_SAYS_SHIPPED, claimed_at=label_at)


def certain_at_most(contradictions: Sequence[Evidence]) -> int:
    """How sure we may be beside these, in per cent."""
    return min((CERTAIN_AT_MOST.get(each.key, 99) for each in contradictions), default=99)


def _handled_after(own: Sequence[Scan], delivered: Scan) -> Scan | None:
    """The carrier's last scan that shows the box in its hands after it was delivered, if there is one."""
    later = [scan for scan in own if scan.happened_at >= delivered.happened_at + STRAGGLES]
    return next((scan for scan in reversed(later) if scan.kind.is_movement and scan.kind not in NOT_HANDLING), None)


def _against(key: EvidenceKey, scan: Scan, *, claimed_at: datetime) -> Evidence:
    return Evidence(
        key=key,
        at=scan.happened_at,
        claimed_at=claimed_at,
        place=scan.place,
        code=scan.code,
        scan=scan.kind,
        carrier_words=scan.words,
    )
