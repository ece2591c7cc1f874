"""Places, products, stock and services as the shop tells us."""

import base64
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from makegood.catalog.carriers import known_carrier
from makegood.catalog.rules import DispatchMethod, SubstituteKind
from makegood.kit.records import Country, Currency, Minor, Record, Reference, Text, Time, Zone

Carrier = Annotated[
    Reference,
    AfterValidator(known_carrier),
    Field(description="Our code of the carrier, as in `usps`, or its name in any spelling."),
]


def _secret(value: str) -> str:
    """A Standard Webhooks secret: `whsec_` and 24 to 64 random bytes in base64."""
    try:
        key = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not 24 <= len(key) <= 64:
        raise ValueError("it is no secret; write whsec_ and 24 to 64 random bytes in base64")
    return value


class DispatchRecord(Record):
    """How a place is asked to send. A secret once given stays until another is."""

    way: DispatchMethod
    url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s]{1,1990})?$")] = Field(
        default="", description="Where its system is told, with way webhook."
    )
    secret: Annotated[str, AfterValidator(_secret)] | None = Field(
        default=None,
        description="Signs what goes to the place and what comes from it (Standard Webhooks); never shown.",
    )

    @model_validator(mode="after")
    def _webhook_has_address(self) -> "DispatchRecord":
        if self.way is DispatchMethod.WEBHOOK and not self.url:
            raise ValueError("url: a webhook needs the address to send to")
        return self


class PlaceRecord(Record):
    id: Reference
    name: Text
    country: Country
    zone: Zone
    works_saturdays: bool = False
    packing_hours: Annotated[int, Field(ge=0, le=240, strict=True)] | None = Field(
        default=None,
        description="How long before a service's cut-off a parcel has to be asked for to leave that day; 24 hours are "
        "one of the place's business days. Absent: until the cut-off, and an order is watched from 4 hours before it.",
    )
    dispatch: DispatchRecord | None = Field(
        default=None,
        description="How it is asked to send; left as it is where absent, at first by the pick list's page.",
    )


class SubstituteRecord(Record):
    sku: Reference
    kind: SubstituteKind = Field(
        description="`edition`: the same title otherwise made; `alternative`: another title, never sent unasked."
    )


class ProductRecord(Record):
    sku: Reference
    title: Text
    currency: Currency
    price_minor: Minor
    cost_minor: Minor | None = Field(default=None, description="What it costs us; unknown counts at its price.")
    family: Annotated[str, Field(max_length=200)] = Field(
        default="", description="What variants of one product share: one can take another's place in an order."
    )
    is_on_sale: bool = Field(default=True, description="False: it can't be put into an order any more.")
    substitutes: Annotated[list[SubstituteRecord], Field(max_length=100)] | None = Field(
        default=None,
        description="What may be sent in its place, the best first; left as it is where absent. One way only: name "
        "it with the other product too where it holds both ways.",
    )

    @model_validator(mode="after")
    def _stands_in_once(self) -> "ProductRecord":
        skus = [each.sku for each in self.substitutes or ()]
        if self.sku in skus:
            raise ValueError("substitutes: nothing stands in for itself; name other products")
        twice = sorted({sku for sku in skus if skus.count(sku) > 1})
        if twice:
            raise ValueError(f"substitutes: {twice[0]} is named twice; name each product once")
        return self


class StockRecord(Record):
    place: Reference
    sku: Reference
    on_hand: Annotated[int, Field(ge=0, le=10**8, strict=True)]


_COUNTRY = TypeAdapter(Country)


def _country_or_any(value: str) -> str:
    return value if value == "*" else _COUNTRY.validate_python(value)


class LaneRecord(Record):
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$"), AfterValidator(_country_or_any)]
    rate_minor: Minor
    transit_days: Annotated[int, Field(ge=0, le=90, strict=True)]


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("the time is that of the place the parcel leaves; write it without an offset, as in 15:00")
    return value


def _one_a_country(lanes: list[LaneRecord]) -> list[LaneRecord]:
    countries = [lane.country for lane in lanes]
    twice = sorted({country for country in countries if countries.count(country) > 1})
    if twice:
        raise ValueError(f"{twice[0]} has two lanes; give each country one")
    return lanes


class PostageRateRecord(Record):
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$"), AfterValidator(_country_or_any)]
    currency: Currency
    first_minor: Minor
    each_more_minor: Minor = 0
    free_from_minor: Minor | None = Field(default=None, description="From so much of goods on it costs nothing.")


class ServiceRecord(Record):
    id: Reference
    name: Text
    carrier: Carrier
    currency: Currency
    cutoff_time: Annotated[Time, AfterValidator(_local)] = time(14, 0)
    delivers_saturdays: bool = False
    lanes: Annotated[list[LaneRecord], AfterValidator(_one_a_country)] = Field(min_length=1)
