"""Which carriers we ask, and with what: read from the settings, `MAKEGOOD_ASK_<CARRIER>_<FIELD>`."""

from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from typing import Any

from makegood.connectors.dhl.polling import DhlTracker
from makegood.connectors.fedex.polling import FedExTracker
from makegood.connectors.ups.polling import UpsTracker
from makegood.connectors.usps.polling import UspsTracker
from makegood.parcels.tracker import Tracker, within

KINDS: Mapping[str, Callable[..., Tracker]] = {
    kind.code: kind for kind in (DhlTracker, FedExTracker, UpsTracker, UspsTracker)
}
MAY = frozenset({"url", "limits"})
"""What may be given to all; the other fields are needed."""


class BadAsking(ValueError):
    """A setting of a carrier that is to be asked is wrong; the words name it and the way out."""


def trackers_of(said: Mapping[str, Mapping[str, str]]) -> Iterator[Tracker]:
    """A tracker for each carrier of which something is set: carrier to field to text.

    Raises:
        BadAsking: a carrier that can't be asked, a field that is missing or unknown, or limits that can't be read.
    """
    for carrier, fields in sorted(said.items()):
        if carrier not in KINDS:
            raise BadAsking(f"{_name(carrier, '…')}: we can’t ask {carrier!r}; we can: {', '.join(sorted(KINDS))}")
        kind = KINDS[carrier]
        needs = signature(kind).parameters.keys() - MAY
        for field in sorted(fields.keys() - needs - MAY):
            raise BadAsking(f"{_name(carrier, field)}: there is no such setting; there is: {', '.join(needs | MAY)}")
        for field in sorted(needs - fields.keys()):
            raise BadAsking(f"{_name(carrier, field)} is missing; without it {carrier} can’t be asked")
        words: dict[str, Any] = dict(fields)
        if "limits" in words:
            try:
                words["limits"] = within(words["limits"])
            except ValueError as error:
                raise BadAsking(f"{_name(carrier, 'limits')}: {error}") from error
        yield kind(**words)


def _name(carrier: str, field: str) -> str:
    return f"MAKEGOOD_ASK_{carrier}_{field}".upper()
