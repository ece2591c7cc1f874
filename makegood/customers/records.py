"""A customer as the shop tells us."""

from typing import Annotated, Literal

from pydantic import Field

from makegood.kit.records import Day, Email, Record, Reference, Text, Zone


class CustomerRecord(Record):
    id: Reference
    name: Text
    email: Email | None = None
    phone: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$", description="E.164")] | None = None
    language: Literal["en", "fr", "es"] = "en"
    zone: Zone = "UTC"
    since_date: Day | None = None
