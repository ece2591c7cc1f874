"""An order as the shop tells us, version 1."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from makegood.catalog.records import Carrier
from makegood.customers.records import AddressRecord
from makegood.kit.records import Currency, Day, Instant, Minor, Quantity, Record, Reference, Text
from makegood.money.rules import share_out

# An order's lines come to no more than this: a hundred times what a single unit may cost (`Minor`).
MOST_MINOR = 10**14


class LineRecord(Record):
    id: Reference
    sku: Reference
    title: Text | None = Field(default=None, description="As sold; the product's own title where absent.")
    quantity: Quantity
    unit_price_minor: Minor
    discount_minor: Minor = Field(default=0, description="For the whole line.")
    tax_minor: Minor = Field(default=0, description="For the whole line.")

    @property
    def goods_minor(self) -> int:
        """What it costs without tax and the order's own discount."""
        return self.unit_price_minor * self.quantity - self.discount_minor


class TenderRecord(Record):
    tender: Reference = Field(description="card, money_order, gift_card, transfer, …")
    amount_minor: Minor
    label: Annotated[str, Field(max_length=80)] = Field(default="", description="As in 'Visa ending 4242'.")
    id: Reference | None = Field(default=None, description="The tender on file that it was, by the shop's number.")
    payment: Annotated[str, Field(max_length=200)] = Field(
        default="", description="What the gateway calls the payment, as in pi_3P…; a refund is then asked of it."
    )

    def as_told(self) -> dict[str, Any]:
        """What is kept of it: what nobody said is left out."""
        return self.model_dump(exclude_defaults=True) | {"label": self.label}


class UnitsRecord(Record):
    line: Reference
    quantity: Quantity


class ParcelRecord(Record):
    id: Reference
    ship_to: AddressRecord | None = Field(default=None, description="Where it goes, if elsewhere than the order.")
    place: Reference | None = None
    service: Reference | None = None
    carrier: Carrier
    number: Reference
    label_at: Instant
    units: list[UnitsRecord] = Field(min_length=1)
    delivered_at: Instant | None = Field(default=None, description="Known from before; scans say it otherwise.")


class OrderRecord(Record):
    id: Reference
    customer: Reference
    placed_at: Instant
    currency: Currency
    lines: list[LineRecord] = Field(min_length=1, max_length=500)
    postage_minor: Minor = 0
    postage_tax_minor: Minor = Field(default=0, description="How much of postage_minor is tax.")
    discount_minor: Minor = Field(
        default=0,
        description="For the whole order, besides its lines' own: shared among them in proportion, to the cent.",
    )
    paid: list[TenderRecord] | None = Field(
        default=None,
        max_length=100,
        description="What took the money, and how much. Left out: what was said before stays so; if nothing ever was, "
        "all of it counts as paid. An empty list: nothing was paid.",
    )
    ship_to: AddressRecord
    deliver_by_date: Day = Field(description="What the customer was promised; due at 20:00 in the destination's zone.")
    deliver_by_reason: Text | None = Field(
        default=None, description="Why the day moves, in words the customer may read; told where it moved."
    )
    cancelled_at: Instant | None = None
    version_at: Instant | None = Field(
        default=None,
        description="When the shop last changed the order: in whatever order versions come, the newest "
        "stands. Without it, lines, address and day of a known order can't be changed.",
    )
    parcels: list[ParcelRecord] = Field(default_factory=list)

    @property
    def total_minor(self) -> int:
        """What it costs in all."""
        lines = sum(line.unit_price_minor * line.quantity - line.discount_minor + line.tax_minor for line in self.lines)
        return lines + self.postage_minor

    @model_validator(mode="after")
    def _sums_are_sound(self) -> "OrderRecord":
        if self.postage_tax_minor > self.postage_minor:
            raise ValueError("postage_tax_minor: it is more than postage_minor, of which it is a part")
        if self.discount_minor > sum(max(line.goods_minor, 0) for line in self.lines):
            raise ValueError("discount_minor: it is more than the lines cost")
        return self

    def discounts(self) -> dict[str, int]:
        """Each line's discount by its id: its own, and its share of the whole order's."""
        if not self.discount_minor:
            return {line.id: line.discount_minor for line in self.lines}
        shares = share_out(self.discount_minor, [max(line.goods_minor, 0) for line in self.lines])
        return {line.id: line.discount_minor + share for line, share in zip(self.lines, shares, strict=True)}

    @model_validator(mode="after")
    def _units_are_of_lines(self) -> "OrderRecord":
        free = {line.id: line.quantity for line in self.lines}
        if len(free) != len(self.lines):
            raise ValueError("lines: two lines have the same id")
        if any(line.discount_minor > line.unit_price_minor * line.quantity for line in self.lines):
            raise ValueError("lines: discount_minor is more than the line costs")
        if sum(line.unit_price_minor * line.quantity + line.tax_minor for line in self.lines) > MOST_MINOR:
            raise ValueError(f"lines: they come to more than {MOST_MINOR} minor units")
        placed_on = self.placed_at.astimezone(ZoneInfo(self.ship_to.zone)).date()
        if self.deliver_by_date < placed_on:
            raise ValueError(f"deliver_by_date: it lies before {placed_on}, when the order was placed")
        for parcel in self.parcels:
            for units in parcel.units:
                if units.line not in free:
                    raise ValueError(f"parcels: parcel {parcel.id} names line {units.line}, which the order lacks")
                free[units.line] -= units.quantity
                if free[units.line] < 0:
                    raise ValueError(f"parcels: more units of line {units.line} are packed than were ordered")
        return self
