"""What carriers say, as the shop hands it on, and what places say that they sent, version 1."""

from typing import Annotated

from pydantic import Field

from makegood.catalog.records import Carrier
from makegood.kit.records import Instant, Record, Reference


class ScanRecord(Record):
    carrier: Reference = Field(description="Our code of the carrier, as in `usps`.")
    body: object = Field(description="What the carrier answered or pushed, untouched: it is read as carriers write it.")


class ShortageRecord(Record):
    """Who packs an order did not find so many units of a line."""

    order: Reference
    line: Reference
    quantity: Annotated[int, Field(ge=1, le=10**8, strict=True)] = Field(description="How many are not there in all.")


class AnnouncementRecord(Record):
    """A dispatch left, as which parcel."""

    dispatch: Reference = Field(description="Its number, as in 12 or D12, or its key.")
    carrier: Carrier
    number: Reference = Field(description="The carrier's tracking number.")
    label_at: Instant | None = Field(default=None, description="When the label was made; where absent, now.")
