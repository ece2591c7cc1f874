"""What happens to parcels and dispatches."""

from dataclasses import dataclass
from datetime import datetime

from makegood.journal.facts import Fact
from makegood.parcels.rules.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFact(Fact):
    parcel_id: int
    order_id: int

    @property
    def ordering_key(self) -> str:
        return f"parcel:{self.parcel_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLabelled(ParcelFact):
    """A box has a label; the carrier may not have it yet."""

    label_at: datetime
    is_replacement: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChanged(ParcelFact):
    """We believe something else than before."""

    was: Verdict
    verdict: Verdict
    probability_percent: int
    in_danger: bool
    promised_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchFact(Fact):
    dispatch_id: int
    order_id: int
    place_id: int

    @property
    def ordering_key(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRequested(DispatchFact):
    """A place is asked to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchCancelled(DispatchFact):
    """It need not be sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchReaddressed(DispatchFact):
    """It goes elsewhere than the place was asked to send it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchAccepted(DispatchFact):
    """The place's own system took what we asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRefused(DispatchFact):
    """The place's own system would not take it, or could not be reached for days: a person has to see to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchNoticeDue(DispatchFact):
    """The place's system did not take our word, after so many `attempts`; it is time to say it again."""

    attempts: int
