"""What DHL's status codes and the words beside them mean.

The Shipment Tracking - Unified API gives every event one of five codes: pre-transit, transit, delivered, failure and
unknown (https://developer.dhl.com/api-reference/shipment-tracking). What exactly happened stands in `status`, in
whatever form the division has: a code of its own (`codes`), a name such as DELIVERED_AT_NEIGHBOURS, or a sentence
(https://support-developer.dhl.com/support/solutions/articles/47001251141). So the division's code decides where it is
one; else the status code says what may be meant, and the words choose among that.

Decisions that the words don't make by themselves:
- failure without words that we know is a delay: nobody says that the box was seen.
- transit is movement, unless its words are about data, instructions or notifications.
- A sender who is only mentioned ("released by the shipper") got nothing back.
- What was delivered to a parcel shop, a locker (Packstation) or a post office is not at home yet.
- A status code that is none of the five, and unknown itself, is unknown whatever its words say.
"""

import re
from types import MappingProxyType

from makegood.connectors.dhl.codes import SERVICES
from makegood.parcels.rules.scans import ScanKind

Says = tuple[tuple[str, ScanKind], ...]

_BACK: Says = (
    (r"refus", ScanKind.REFUSED),
    (r"(being|will be|to be) (returned|sent back)", ScanKind.RETURNING),
    (r"(returned|delivered)( back)?( at| to)( the)? (original )?(business )?(sender|shipper)", ScanKind.RETURNED),
    (r"return", ScanKind.RETURNING),
    (r"sent back", ScanKind.RETURNING),
)
_IN_TROUBLE: Says = (
    (r"\blost\b", ScanKind.LOST),
    (r"destroyed|disposed of", ScanKind.LOST),
    (r"damage", ScanKind.DAMAGED),
    *_BACK,
    (r"not home|card left|notice left|missed each other|delivery attempt|attempted delivery", ScanKind.ATTEMPTED),
    (r"(not|no one) (available|present|at home)|closed on arrival", ScanKind.ATTEMPTED),
    (r"customs|clearance|cleared", ScanKind.CUSTOMS),
    (r"awaiting collection|ready for (collection|pick-?up)|available for pick-?up", ScanKind.HELD),
    (r"held for (collection|pick-?up)|awaiting (consignee|receiver) collection", ScanKind.HELD),
)
_ON_THE_WAY: Says = (
    *_IN_TROUBLE,
    (
        r"out for delivery|with delivery courier|loaded (onto|to) the (delivery )?(vehicle|van)",
        ScanKind.OUT_FOR_DELIVERY,
    ),
    (r"on hold|delay|held|postponed|interrupted|rescheduled", ScanKind.DELAYED),
    (r"notified|notification|instruction|has requested|data (received|updated)|announced", ScanKind.NOTICE),
    (r"picked up (from|at) (the )?(sender|customer)|shipment picked up|shipment acceptance", ScanKind.ACCEPTED),
)
_HANDED_OVER: Says = (
    (r"neighbou?r", ScanKind.DELIVERED_NEIGHBOUR),
    (r"\breturned\b", ScanKind.RETURNED),
    (r"\b(at|to)( the)?( original)?( business)? (sender|shipper)\b(?!['’])", ScanKind.RETURNED),
    (r"\bdamage", ScanKind.DAMAGED),
    (r"(picked up|collected|fetched)", ScanKind.DELIVERED),
    (r"service ?point|parcel ?shop|access ?point|post ?office|pick-?up (point|location)", ScanKind.DELIVERED_LOCKER),
    (r"locker|packstation|parcel ?station|parcel ?box", ScanKind.DELIVERED_LOCKER),
)
MEANINGS = MappingProxyType(
    {
        "pre-transit": (ScanKind.LABEL, ()),
        "transit": (ScanKind.MOVED, _ON_THE_WAY),
        "delivered": (ScanKind.DELIVERED, _HANDED_OVER),
        "failure": (ScanKind.DELAYED, _IN_TROUBLE),
    }
)
"""What a status code means, and what its words may make of that: the first that is said."""


def kind_of(*, service: str, status_code: str, status: str, words: str) -> ScanKind:
    """What an event means: by its division's code (`status`), else by DHL's status code and the words."""
    own = SERVICES.get(service.strip().lower(), {}).get(status.strip().upper())
    if own is not None:
        return own if own is not ScanKind.DELIVERED else _said(_HANDED_OVER, words) or own
    kind, says = MEANINGS.get(status_code.strip().lower(), (ScanKind.UNKNOWN, ()))
    return _said(says, f"{status} {words}") or kind


def _said(says: Says, words: str) -> ScanKind | None:
    plain = words.lower().replace("_", " ")
    return next((kind for pattern, kind in says if re.search(pattern, plain)), None)
