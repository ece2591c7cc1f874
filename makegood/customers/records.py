"""A customer as the shop tells us."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from makegood.kit.records import Country, Day, Email, Phone, Record, Reference, Text, Zone

LANGUAGES = ("en", "fr", "es")


def _language(value: object) -> object:
    if value not in LANGUAGES:
        reason = (
            "we don't write in it yet; write which of en, fr and es this customer reads best, or leave it out for en"
        )
        raise ValueError(f"{str(value)[:20]!r}: {reason}")
    return value


class AddressRecord(Record):
    name: Text
    lines: list[Text] = Field(default_factory=list, max_length=8)
    postcode: Annotated[str, Field(max_length=20)] = ""
    country: Country
    zone: Zone


class CustomerRecord(Record):
    id: Reference
    name: Text
    email: Email | None = None
    phone: Phone | None = None
    language: Annotated[Literal["en", "fr", "es"], BeforeValidator(_language)] = "en"
    zone: Zone = "UTC"
    since_date: Day | None = None
    address: AddressRecord | None = Field(
        default=None, description="Where they live; where an order goes is said by each order."
    )
