"""What happens to parcels and dispatches."""

from datetime import datetime

from makegood.journal.facts import Fact
from makegood.parcels.rules.verdicts import Verdict


class ParcelFact(Fact, of="parcel"):
    parcel_id: int
    order_id: int


class ParcelLabelled(ParcelFact):
    """A box has a label; the carrier may not have it yet."""

    label_at: datetime
    is_replacement: bool


class ParcelRenumbered(ParcelFact):
    """It travels under another number than was announced."""


class VerdictChanged(ParcelFact):
    """We believe something else than before."""

    was: Verdict
    verdict: Verdict
    probability_percent: int
    in_danger: bool
    promised_passed: bool


class ShortageFact(Fact, of="order"):
    shortage_id: int
    order_id: int
    delivery_id: int
    place_id: int


class UnitsShort(ShortageFact):
    """Who packs did not find units where they should lie."""

    quantity: int


class ShortageTakenBack(ShortageFact):
    """They are there after all."""


class DispatchFact(Fact, of="order"):
    dispatch_id: int
    order_id: int
    place_id: int


class DispatchRequested(DispatchFact):
    """A place is asked to send."""


class DispatchCancelled(DispatchFact):
    """It need not be sent any more."""


class DispatchReaddressed(DispatchFact):
    """It goes elsewhere than the place was asked to send it."""


class DispatchAccepted(DispatchFact):
    """The place's own system took what we asked for."""


class DispatchRefused(DispatchFact):
    """The place's own system would not take it, or could not be reached for days: a person has to see to it."""


class DispatchNoticeDue(DispatchFact):
    """The place's system did not take our word, after so many `attempts`; it is time to say it again."""

    attempts: int
