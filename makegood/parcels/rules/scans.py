"""What a carrier can say about a box, in one vocabulary for all carriers."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from itertools import islice
from operator import lt
from typing import NamedTuple, Self

SHOP_CODE = "shop"
"""The code of a scan that the shop's own record stands for."""


class ScanKind(StrEnum):
    """What one scan means. Its order here is the order of scans that share one instant.

    `label`, `notice`, `delayed` and `unknown` say nothing of where the box is: a label is a message from us,
    a notice (such as "in transit to next facility") and a delay are written by the carrier's computer without
    anyone having seen the box, and a code that nobody explained is never taken for movement.
    """

    LABEL = "label"
    NOTICE = "notice"
    UNKNOWN = "unknown"
    DELAYED = "delayed"
    LOST = "lost"
    ACCEPTED = "accepted"
    MOVED = "moved"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    HELD = "held"
    DAMAGED = "damaged"
    DELIVERED = "delivered"
    DELIVERED_NEIGHBOUR = "delivered_neighbour"
    DELIVERED_LOCKER = "delivered_locker"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"

    @property
    def is_movement(self) -> bool:
        """Whether the carrier had the box in its hands: the clock of silence starts again."""
        return self not in NOT_SEEN

    @property
    def is_delivery(self) -> bool:
        """Whether the carrier says that it handed the box over, to whomever."""
        return self in DELIVERIES


NOT_SEEN = frozenset({ScanKind.LABEL, ScanKind.NOTICE, ScanKind.UNKNOWN, ScanKind.DELAYED, ScanKind.LOST})
DELIVERIES = frozenset({ScanKind.DELIVERED, ScanKind.DELIVERED_NEIGHBOUR, ScanKind.DELIVERED_LOCKER})
RANK = {kind: rank for rank, kind in enumerate(ScanKind)}


class _ScanFields(NamedTuple):
    carrier: str
    number: str
    code: str
    kind: ScanKind
    happened_at: datetime
    place: str
    words: str


class Scan(_ScanFields):
    """One thing a carrier said about a parcel.

    `carrier` is our code of the carrier ("usps"), `number` the tracking number as normalised by `numbers`, `code`
    the carrier's own code as given, `happened_at` an aware instant, `place` and `words` the carrier's own text
    ("" where it gave none).

    A tuple, since there are millions: what is known to be sound is made by `_make`, in the order of the fields.

    Raises:
        ValueError: `happened_at` has no zone; a local time is no instant.
    """

    __slots__ = ()

    def __new__(
        cls,
        *,
        carrier: str,
        number: str,
        code: str,
        kind: ScanKind,
        happened_at: datetime,
        place: str = "",
        words: str = "",
    ) -> Self:
        if happened_at.utcoffset() is None:
            raise ValueError(f"happened_at must be an aware instant, not {happened_at!r}")
        return super().__new__(cls, carrier, number, code, kind, happened_at, place, words)

    @property
    def is_the_shops(self) -> bool:
        """Whether the shop says so, and not the carrier."""
        return self.code == SHOP_CODE


def in_order(scans: Iterable[Scan]) -> tuple[Scan, ...]:
    """Each different scan once, by instant, then by rank of kind: the same for every order of arrival."""
    scans = tuple(scans)
    instants = [scan.happened_at for scan in scans]
    if all(map(lt, instants, islice(instants, 1, None))):
        return scans
    return tuple(sorted(set(scans), key=_place_in_time))


def _place_in_time(scan: Scan) -> tuple[datetime, int, str, str, str, str, str]:
    rest = (scan.code, scan.place, scan.words, scan.carrier, scan.number)
    return (scan.happened_at, RANK[scan.kind], *rest)
