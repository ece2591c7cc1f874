"""Which one of a parcel's scans says where it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass

from makegood.parcels.rules.scans import DELIVERIES, NOT_SEEN, Scan, ScanKind

SILENT_KINDS = frozenset({ScanKind.LABEL, ScanKind.NOTICE, ScanKind.UNKNOWN, ScanKind.DELAYED})
"""Kinds that never decide where a box stands, whatever else they tell."""

GOING_BACK = frozenset({ScanKind.REFUSED, ScanKind.RETURNING, ScanKind.RETURNED})
STAYS = DELIVERIES | GOING_BACK | {ScanKind.DAMAGED}
"""Kinds that not every later scan changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What a parcel's scans come to.

    `decisive` is the scan that says where it stands, and `kind` what it means there (a delivery at the end of a
    return is a return); both None where the carrier never had it. `first_seen` is the first time the carrier had
    it. `last_words` is what the carrier wrote last, after the decisive scan, without seeing the box.
    `unexplained` holds the latest scan of each code that nobody explained.
    """

    decisive: Scan | None
    kind: ScanKind | None
    first_seen: Scan | None
    last_words: Scan | None
    unexplained: tuple[Scan, ...]


def journey_of(scans: Sequence[Scan]) -> Journey:
    """The journey that `scans` tell, which must be `in_order` and all in the past."""
    decisive: Scan | None = None
    kind: ScanKind | None = None
    last_words: Scan | None = None
    unexplained: dict[str, Scan] = {}
    for scan in scans:
        said = scan.kind
        if said is ScanKind.UNKNOWN:
            unexplained[scan.code] = scan
        elif said in SILENT_KINDS:
            last_words = scan
        else:
            after = _after(kind, said)
            if after is not None:
                decisive, kind, last_words = scan, after, None
    first_seen = next((scan for scan in scans if scan.kind not in NOT_SEEN), None)
    ordered = tuple(sorted(unexplained.values(), key=lambda scan: (scan.happened_at, scan.code)))
    return Journey(decisive=decisive, kind=kind, first_seen=first_seen, last_words=last_words, unexplained=ordered)


def _after(before: ScanKind | None, new: ScanKind) -> ScanKind | None:
    """What a scan makes of a parcel that stood at `before`; None where it changes nothing.

    What was delivered stays delivered, whatever straggles in, unless it is sent back. What came back stays back.
    What is on its way back may move as it likes; handed over there, it is back with us. What was damaged stays so
    until it is handed over, sent back or lost. What was lost turns up wherever it is seen.
    """
    if before not in STAYS:
        return new
    if before is ScanKind.RETURNED:
        return None
    if before.is_delivery:
        return new if new in GOING_BACK else None
    if before in GOING_BACK:
        return _after_turning_back(before, new)
    return new if new.is_delivery or new in GOING_BACK or new is ScanKind.LOST else None


def _after_turning_back(before: ScanKind, new: ScanKind) -> ScanKind:
    """Refused at the door and then handed over is a delivery; handed over on the way back is a return to us."""
    if new is ScanKind.LOST or (new.is_delivery and before is ScanKind.REFUSED):
        return new
    if new in {ScanKind.RETURNED, ScanKind.DELIVERED}:
        return ScanKind.RETURNED
    return new if new.is_delivery else ScanKind.RETURNING
