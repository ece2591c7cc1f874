"""What a verdict rests on: each thing we know, without its wording, so that any language can say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from makegood.parcels.rules.scans import Scan, ScanKind


class EvidenceKey(StrEnum):
    """What kind of thing we know; each lists which fields of `Evidence` it fills."""

    LABEL_MADE = "label_made"  # at
    NOT_HEARD = "not_heard"  # at: when we last heard of it, None for never; what happened since we can't know
    NO_SCAN_SINCE = "no_scan_since"  # at, business_days: at least so many of them without a scan
    LAST_SCAN = "last_scan"  # at, place, code, scan, carrier_words: the scan that decides
    CARRIER_SAYS = "carrier_says"  # at, place, code, scan, carrier_words: said without the box being seen
    DATE_PASSED = "date_passed"  # at: the promised instant
    UNKNOWN_CODE = "unknown_code"  # at, place, code, carrier_words
    SAID_NOT_RECEIVED = "said_not_received"
    EARLIER_BOX = "earlier_box"  # at, place, code, scan, carrier_words: the last of another box with the number
    # Contradictions: claimed_at is when the first side's claim happened; at and the rest are the other side's scan.
    SHOP_SAYS_SHIPPED = "shop_says_shipped"  # claimed_at: the label; the carrier has nothing
    SHOP_SAYS_DELIVERED = "shop_says_delivered"  # and the carrier handled it later
    SEEN_AFTER_DELIVERY = "seen_after_delivery"  # the carrier said delivered, and handled it later
    DELIVERY_UNDONE = "delivery_undone"  # the same, where what came later shows that it was not delivered
    BEFORE_LABEL = "before_label"  # claimed_at: the label; the carrier handled it earlier

    @property
    def is_contradiction(self) -> bool:
        """Whether two sides say what can't both be true."""
        return self in CONTRADICTIONS


CONTRADICTIONS = frozenset(
    {
        EvidenceKey.SHOP_SAYS_SHIPPED,
        EvidenceKey.SHOP_SAYS_DELIVERED,
        EvidenceKey.SEEN_AFTER_DELIVERY,
        EvidenceKey.DELIVERY_UNDONE,
        EvidenceKey.BEFORE_LABEL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing we know. Instants are aware UTC; texts are "" where they say nothing."""

    key: EvidenceKey
    at: datetime | None = None
    business_days: int | None = None
    place: str = ""
    code: str = ""
    scan: ScanKind | None = None
    carrier_words: str = ""
    claimed_at: datetime | None = None

    def as_plain(self) -> dict[str, str | int]:
        """The same as JSON values, without what is empty: {"kind": "no_scan_since", "at": "...Z", ...}."""
        plain: dict[str, str | int] = {"kind": self.key.value}
        if self.at is not None:
            plain["at"] = _written(self.at)
        if self.claimed_at is not None:
            plain["claimed_at"] = _written(self.claimed_at)
        if self.business_days is not None:
            plain["business_days"] = self.business_days
        if self.scan is not None:
            plain["scan"] = self.scan.value
        texts = {"place": self.place, "code": self.code, "carrier_words": self.carrier_words}
        return plain | {name: text for name, text in texts.items() if text}

    @classmethod
    def from_plain(cls, plain: Mapping[str, str | int]) -> "Evidence":
        """What `as_plain` gave, back again.

        Raises:
            ValueError, KeyError: not what `as_plain` gives.
        """
        return cls(
            key=EvidenceKey(str(plain["kind"])),
            at=datetime.fromisoformat(str(plain["at"])) if "at" in plain else None,
            business_days=int(plain["business_days"]) if "business_days" in plain else None,
            place=str(plain.get("place", "")),
            code=str(plain.get("code", "")),
            scan=ScanKind(str(plain["scan"])) if "scan" in plain else None,
            carrier_words=str(plain.get("carrier_words", "")),
            claimed_at=datetime.fromisoformat(str(plain["claimed_at"])) if "claimed_at" in plain else None,
        )


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def of_scan(key: EvidenceKey, scan: Scan) -> Evidence:
    return Evidence(
        key=key,
        at=scan.happened_at,
        place=scan.place,
        code=scan.code,
        scan=scan.kind,
        carrier_words=scan.words,
    )
