"""Where carrier and shop, or the carrier and itself, say what can't both be true of one parcel.

A contradiction is told, with both sides named, and makes the verdict less certain. It decides where one side can't be
right: a carrier that handles a box after somebody called it delivered is believed, since it has the box in its hands,
and what an earlier box did under the same number is none of this one's (`boxes`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from makegood.parcels.rules.boxes import LABELLED_LATE, is_undone, seen_after, this_box
from makegood.parcels.rules.evidence import Evidence, EvidenceKey, of_scan
from makegood.parcels.rules.journeys import GOING_BACK
from makegood.parcels.rules.scans import DELIVERIES, Scan, in_order

CERTAIN_AT_MOST = {
    EvidenceKey.SHOP_SAYS_DELIVERED: 75,
    EvidenceKey.SEEN_AFTER_DELIVERY: 65,
    EvidenceKey.DELIVERY_UNDONE: 85,
    EvidenceKey.BEFORE_LABEL: 60,
}
"""How sure we may be at most beside each, in per cent: stated estimates. A box scanned after its delivery was
mis-scanned once, and nobody can tell when; a scan before the label may be of an earlier box with the same number.
What the shop shipped and the carrier never had needs no entry: the clock of silence says how sure that is."""


MOST_SCANS = 500
"""No box is scanned so often; of more, the newest count. Each delivery is compared with all scans, so that without a
bound whoever pushes many could keep us busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """The scans that count, what contradicts what in all of them, the weightiest first, and what else is known."""

    scans: tuple[Scan, ...]
    contradictions: tuple[Evidence, ...]
    asides: tuple[Evidence, ...] = ()


def clear(scans: Sequence[Scan], *, label_at: datetime) -> Cleared:
    """What to make of scans that are in order and all in the past."""
    shops = [scan for scan in scans if scan.is_the_shops]
    carriers = [scan for scan in scans if not scan.is_the_shops] if shops else scans
    box = this_box(carriers[-MOST_SCANS:], label_at=label_at)
    own = box.scans
    deliveries = [scan for scan in own if scan.kind in DELIVERIES]
    delivered = deliveries[-1] if deliveries else None
    said = next((scan for scan in shops if scan.kind in DELIVERIES), None)
    found: list[Evidence] = []
    counted = _together(own, shops)
    if delivered is not None:
        seen = seen_after(own, delivered)
        # After its own delivery a return is no contradiction: people send things back.
        if seen is not None and not any(scan.kind in GOING_BACK for scan in own):
            key = EvidenceKey.DELIVERY_UNDONE if is_undone(own, delivered) else EvidenceKey.SEEN_AFTER_DELIVERY
            found.append(_against(key, seen, claimed_at=delivered.happened_at))
        undone = [each for each in deliveries if is_undone(own, each)]
        if undone:
            until = seen if seen is not None and undone[-1] is delivered else undone[-1]
            counted = tuple([each for each in counted if not _calls_delivered(each, until.happened_at)])
    elif said is not None and (handled := seen_after(own, said)) is not None:
        counted = own
        found.append(_against(EvidenceKey.SHOP_SAYS_DELIVERED, handled, claimed_at=said.happened_at))
    too_early = takewhile(lambda scan: label_at - scan.happened_at > LABELLED_LATE, own)
    early = next((scan for scan in too_early if scan.kind.is_movement), None)
    if early is not None:
        found.append(_against(EvidenceKey.BEFORE_LABEL, early, claimed_at=label_at))
    asides = (of_scan(EvidenceKey.EARLIER_BOX, box.earlier),) if box.earlier else ()
    return Cleared(scans=counted, contradictions=tuple(found), asides=asides)


def _calls_delivered(scan: Scan, until: datetime) -> bool:
    """Whether a scan calls delivered what was not yet: the carrier's, or that of a shop that believed it."""
    return scan.kind in DELIVERIES and scan.happened_at <= until


def _together(own: tuple[Scan, ...], shops: Sequence[Scan]) -> tuple[Scan, ...]:
    return in_order([*own, *shops]) if shops else own


def shipped_and_unseen(*, label_at: datetime) -> Evidence:
    """The shop says that it left, and the carrier, which should have it by now, has nothing."""
    return Evidence(key=EvidenceKey.SHOP_SAYS_SHIPPED, claimed_at=label_at)


def certain_at_most(contradictions: Sequence[Evidence]) -> int:
    """How sure we may be beside these, in per cent."""
    return min((CERTAIN_AT_MOST.get(each.key, 99) for each in contradictions), default=99)


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
