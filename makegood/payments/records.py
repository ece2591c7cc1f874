"""Tenders on file, and money that came in, as the shop tells us."""

import hashlib
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from makegood.kit.records import Currency, Instant, Minor, Record, Reference
from makegood.payments.rules.tenders import kind_named, rule_of

TenderKindTold = Annotated[
    Reference,
    AfterValidator(kind_named),
    Field(
        description="card, wallet, gift_card, store_credit, money_order, bank_transfer, cheque, cash, or your own word."
    ),
]
Label = Annotated[str, Field(max_length=80)]
GatewayReference = Annotated[str, Field(max_length=200)]


class TenderOnFileRecord(Record):
    id: Reference
    customer: Reference
    kind: TenderKindTold
    label: Label = Field(default="", description="As in 'Visa ending 4242'.")
    currency: Currency
    balance_minor: Minor | None = Field(
        default=None,
        description="What a gift card or a credit of yours held when it is first told; from then on our books say it.",
    )
    gateway_reference: GatewayReference = Field(default="", description="What the gateway knows it by.")
    expires_at: Instant | None = None
    closed_at: Instant | None = Field(default=None, description="Since when it can't be used any more.")

    @model_validator(mode="after")
    def _holds_what_it_can(self) -> "TenderOnFileRecord":
        if self.balance_minor is not None and not rule_of(self.kind).holds_balance:
            raise ValueError("balance_minor: only a gift_card or a store_credit holds one; leave it out")
        return self


class ReceiptRecord(Record):
    id: Reference
    customer: Reference | None = Field(default=None, description="Whose it is; not needed where `order` says it.")
    order: Reference | None = Field(default=None, description="The order that it was sent for.")
    tender: TenderKindTold
    tender_id: Reference | None = Field(
        default=None, description="The tender on file that it was, by the shop's number; none whose balance we keep."
    )
    label: Label = Field(default="", description="As in 'Postal money order 7301'.")
    currency: Currency
    amount_minor: Annotated[Minor, Field(gt=0)]
    received_at: Instant
    payer: Annotated[str, Field(max_length=200)] = Field(
        default="", description="As the slip or the statement says it."
    )
    note: Annotated[str, Field(max_length=2000)] = ""
    payment: GatewayReference = Field(
        default="", description="What the gateway calls the payment, as in pi_3P…; a refund is then asked of it."
    )

    @model_validator(mode="after")
    def _says_whose_tender(self) -> "ReceiptRecord":
        if self.tender_id is not None and self.customer is None and self.order is None:
            raise ValueError("tender_id: say whose it is, by the customer or by the order")
        return self

    def digest(self) -> str:
        """Of all that it says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
