"""A carrier's words as the shop hands them on, version 1."""

from pydantic import Field

from makegood.kit.records import Record, Reference


class ScanRecord(Record):
    carrier: Reference = Field(description="Our code of the carrier, as in `usps`.")
    body: object = Field(description="What the carrier answered or pushed, untouched: it is read as carriers write it.")
