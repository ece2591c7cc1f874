"""A change of an order, as it is asked for through the API."""

from typing import Annotated

from pydantic import Field, model_validator

from makegood.changes.rules.values import Added, ChangeRequest, Units
from makegood.customers.records import AddressRecord
from makegood.kit.records import Quantity, Record, Reference
from makegood.policies.rules.values import ChangeKind


class UnitsIn(Record):
    line: Reference
    quantity: Quantity = 1
    sku: Reference | None = Field(default=None, description="What takes their place, where something does.")


class AddedIn(Record):
    sku: Reference
    quantity: Quantity = 1


class ChangeRecord(Record):
    """What is asked of an order. Which fields a change needs says its kind; what it leaves out is all, or none."""

    kind: ChangeKind
    reason: Annotated[str, Field(max_length=500)] = ""
    units: Annotated[list[UnitsIn], Field(min_length=1, max_length=500)] | None = Field(
        default=None,
        description="Units of the order, each line once: what is cancelled, sent back or split off, or what becomes "
        "another `sku`. Left out: all that can be cancelled or sent back.",
    )
    added: list[AddedIn] = Field(default_factory=list, max_length=500)
    ship_to: AddressRecord | None = None
    orders: list[Reference] = Field(default_factory=list, max_length=20, description="Orders to merge into this one.")
    tender: Reference | None = Field(
        default=None,
        description="The tender on file that pays a difference or gets it. Without it money goes back to where it came "
        "from, and what is owed is paid by what is free on the account.",
    )
    stays_on_account: bool = Field(
        default=False, description="What would go back stays with the shop, to draw or to pay with."
    )

    @model_validator(mode="after")
    def _only_a_merge_names_orders(self) -> "ChangeRecord":
        if self.orders and self.kind is not ChangeKind.MERGE:
            raise ValueError("orders: only a merge names other orders; leave it out")
        return self

    def as_request(self) -> ChangeRequest:
        return ChangeRequest(
            kind=self.kind,
            reason=self.reason,
            units=tuple(Units(line=each.line, quantity=each.quantity, sku=each.sku or "") for each in self.units or ()),
            added=tuple(Added(sku=each.sku, quantity=each.quantity) for each in self.added),
            ship_to=self.ship_to.model_dump() if self.ship_to else {},
            orders=tuple(self.orders),
            tender=self.tender or "",
            stays_on_account=self.stays_on_account,
        )
