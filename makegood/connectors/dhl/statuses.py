"""What DHL's status codes and the words beside them mean.

The Shipment Tracking - Unified API gives every event one of five codes: pre-transit, transit, delivered, failure and
unknown (https://developer.dhl.com/api-reference/shipment-tracking). What exactly happened stands in `status`, in
whatever form the division has: a code of its own (`codes`), a name such as DELIVERED_AT_NEIGHBOURS, or a sentence
(https://support-developer.dhl.com/support/solutions/articles/47001251141). So the division's code decides where it is
one; else the status code says what may be meant, and the words choose among that.

Decisions that the words don't make by themselves:
- failure without words that we know is a delay: nobody says that the box was seen.
- transit is movement, unless its words are about data, instructions, notifications or a label.
- Who was not met and can fetch the parcel: it waits. What the sender brought to a shop is accepted.
- A sender who is only mentioned ("released by the shipper") got nothing back.
- What was delivered to a parcel shop, a locker (Packstation) or a post office is not at home yet.
- A status code that is none of the five, and unknown itself, is unknown whatever its words say.
"""

from collections.abc import Mapping
from types import MappingProxyType

from makegood.connectors.dhl.codes import SERVICES
from makegood.connectors.dhl.sentences import Saying, delivered_by, said_by
from makegood.parcels.rules.scans import ScanKind

Meanings = tuple[tuple[Saying, ScanKind], ...]

_IN_TROUBLE: Meanings = (
    (Saying.LOST, ScanKind.LOST),
    (Saying.DAMAGED, ScanKind.DAMAGED),
    (Saying.REFUSED, ScanKind.REFUSED),
    (Saying.RETURNED, ScanKind.RETURNED),
    (Saying.RETURNING, ScanKind.RETURNING),
    (Saying.WAITS, ScanKind.HELD),
    (Saying.ATTEMPTED, ScanKind.ATTEMPTED),
    (Saying.CUSTOMS, ScanKind.CUSTOMS),
)
_ON_THE_WAY: Meanings = (
    *_IN_TROUBLE,
    (Saying.WITH_COURIER, ScanKind.OUT_FOR_DELIVERY),
    (Saying.DELAYED, ScanKind.DELAYED),
    (Saying.LABEL, ScanKind.LABEL),
    (Saying.NOTICE, ScanKind.NOTICE),
    (Saying.FROM_SENDER, ScanKind.ACCEPTED),
)
_HANDED_OVER: Meanings = (
    (Saying.AT_NEIGHBOUR, ScanKind.DELIVERED_NEIGHBOUR),
    (Saying.RETURNED, ScanKind.RETURNED),
    (Saying.TO_SENDER, ScanKind.RETURNED),
    (Saying.DAMAGED, ScanKind.DAMAGED),
    (Saying.FETCHED, ScanKind.DELIVERED),
    (Saying.AT_PICK_UP_POINT, ScanKind.DELIVERED_LOCKER),
)
MEANINGS: Mapping[str, tuple[ScanKind, Meanings]] = MappingProxyType(
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
        return own if own is not ScanKind.DELIVERED else _handed_over(words)
    kind, meanings = MEANINGS.get(status_code.strip().lower(), (ScanKind.UNKNOWN, ()))
    told = status if words == status else f"{status}\n{words}"
    if kind is ScanKind.DELIVERED:
        return _handed_over(told)
    return _first(meanings, said_by(told)) or kind


def _handed_over(words: str) -> ScanKind:
    return _first(_HANDED_OVER, delivered_by(words)) or ScanKind.DELIVERED


def _first(meanings: Meanings, said: frozenset[Saying]) -> ScanKind | None:
    return next((kind for saying, kind in meanings if saying in said), None)
