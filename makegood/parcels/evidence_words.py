"""Evidence in plain English, for the API, the command and the desk; screens translate by its key."""

from datetime import datetime, tzinfo

from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.scans import ScanKind

KINDS = {
    ScanKind.LABEL: "the carrier knows of the label only",
    ScanKind.NOTICE: "a notice, without the parcel being seen",
    ScanKind.DELAYED: "delayed",
    ScanKind.LOST: "lost",
    ScanKind.ACCEPTED: "taken over by the carrier",
    ScanKind.MOVED: "on its way",
    ScanKind.CUSTOMS: "in customs",
    ScanKind.OUT_FOR_DELIVERY: "out for delivery",
    ScanKind.ATTEMPTED: "delivery attempted",
    ScanKind.HELD: "waiting to be picked up",
    ScanKind.DAMAGED: "damaged",
    ScanKind.DELIVERED: "delivered",
    ScanKind.DELIVERED_NEIGHBOUR: "delivered to a neighbour",
    ScanKind.DELIVERED_LOCKER: "delivered to a locker",
    ScanKind.REFUSED: "refused by the recipient",
    ScanKind.RETURNING: "on its way back",
    ScanKind.RETURNED: "back with the sender",
}


def in_words(evidence: Evidence, *, zone: tzinfo) -> str:
    """One sentence; instants are shown as the clocks of `zone` show them."""
    when = _when(evidence.at, zone) if evidence.at else ""
    match evidence.key:
        case EvidenceKey.LABEL_MADE:
            return f"Label made on {when}."
        case EvidenceKey.NO_SCAN_SINCE:
            return f"Not scanned since {when}{_for_days(evidence.business_days)}."
        case EvidenceKey.LAST_SCAN:
            return f"Last scan on {when}{_where(evidence)}: {_said(evidence)}."
        case EvidenceKey.CARRIER_SAYS:
            return f"The carrier wrote on {when}{_where(evidence)}: {_said(evidence)}."
        case EvidenceKey.DATE_PASSED:
            return f"The promised date passed on {when}."
        case EvidenceKey.UNKNOWN_CODE:
            words = f" ({evidence.carrier_words})" if evidence.carrier_words else ""
            return f"The carrier's code {evidence.code or 'without a name'}{words} on {when} is not one we know."
        case EvidenceKey.SAID_NOT_RECEIVED:
            return "The customer says that it was not received."
        case _:
            return _contradiction(evidence, when, zone)


def _contradiction(evidence: Evidence, when: str, zone: tzinfo) -> str:
    """Both sides, each with what it says."""
    claimed = _when(evidence.claimed_at, zone) if evidence.claimed_at else ""
    scan = f"{when}{_where(evidence)}: {_said(evidence)}"
    if evidence.key is EvidenceKey.SHOP_SAYS_SHIPPED:
        return f"The shop says that it left on {claimed}; the carrier has no scan of it."
    if evidence.key is EvidenceKey.SHOP_SAYS_DELIVERED:
        return f"The shop says delivered on {claimed}; the carrier scanned it after that, on {scan}."
    if evidence.key is EvidenceKey.SEEN_AFTER_DELIVERY:
        return f"The carrier says delivered on {claimed}, and scanned it after that, on {scan}."
    return f"The label was made on {claimed}; the carrier scanned it before that, on {scan}."


def _said(evidence: Evidence) -> str:
    meaning = KINDS.get(evidence.scan or ScanKind.UNKNOWN, "something we don't know")
    words = evidence.carrier_words.rstrip(".")
    return f"{meaning} (“{words}”)" if words else meaning


def _where(evidence: Evidence) -> str:
    return f" in {evidence.place}" if evidence.place else ""


def _for_days(business_days: int | None) -> str:
    if not business_days:
        return ""
    return ", for at least one business day" if business_days == 1 else f", for at least {business_days} business days"


def _when(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y at %H:%M} {local.tzname()}"
