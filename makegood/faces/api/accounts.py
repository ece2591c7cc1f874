"""A customer's running account, line by line, and what is drawn from it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from django.utils.translation import override
from ninja import Query, Schema
from pydantic import Field

from makegood.customers.models import Customer
from makegood.customers.queries import all_customers
from makegood.faces.api.callers import ACT, ACT_OWN, READ_OWN, Call
from makegood.faces.api.money import TenderOnFileOut, with_balances
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Currency, Instant, Minor, Record, Reference
from makegood.money.rules import Money
from makegood.orders.spending import pay_with_free
from makegood.orders.statement import Line, account_statements
from makegood.payments.drawing import draw
from makegood.payments.rules.refunds import RefundKind, RefundRoute, RefundState
from makegood.remedies.crediting import give_credit


class StatementLineOut(Schema):
    """What happened, told in the customer's language. `amount_minor`: by how much what we owe them grew;
    `balance_minor`: what we owed them then, below zero what they owed us.
    """

    booked_at: datetime
    kind: str
    text: str
    detail: str
    amount_minor: int = of("amount.amount_minor")
    balance_minor: int = of("balance.amount_minor")
    order: str | None
    receipt: int | None
    refund: int | None

    @staticmethod
    def resolve_order(line: Line) -> str | None:
        return line.order.reference if line.order else None

    @staticmethod
    def resolve_receipt(line: Line) -> int | None:
        return line.receipt.pk if line.receipt else None

    @staticmethod
    def resolve_refund(line: Line) -> int | None:
        return line.refund.pk if line.refund else None


class PayoutOut(Schema):
    """Money on its way to a customer. `due_at`: by when it is there, as we promised; null where it is there at once."""

    id: int
    receipt: int = of("receipt_id")
    kind: RefundKind
    route: RefundRoute
    state: RefundState
    tender_kind: str
    tender: str
    currency: str
    amount_minor: int
    requested_at: datetime
    due_at: datetime | None

    @staticmethod
    def resolve_due_at(refund: Any) -> datetime | None:
        return refund.promise.due_at if refund.promise else None


class AccountInCurrencyOut(Schema):
    """`balance_minor`: what we owe the customer, below zero what they owe us; `opening_minor` before the first line.

    `due_minor` is to be paid for orders, `free_minor` is theirs to draw, `at_bank_minor` is what their bank has asked
    back and is deciding about: nobody asks them for it meanwhile. `going_back` is on its way to them: asked for
    (`requested`) or `sent`, and not there yet. They are as of now, and null, or empty, where a past instant is asked
    about.
    """

    currency: str
    opening_minor: int = of("opening.amount_minor")
    balance_minor: int = of("balance.amount_minor")
    due_minor: int | None
    free_minor: int | None
    at_bank_minor: int | None
    going_back: list[PayoutOut]
    lines: list[StatementLineOut]

    @staticmethod
    def resolve_due_minor(row: Any) -> int | None:
        return row.due.amount_minor if row.due else None

    @staticmethod
    def resolve_free_minor(row: Any) -> int | None:
        return row.free.amount_minor if row.free else None

    @staticmethod
    def resolve_at_bank_minor(row: Any) -> int | None:
        return row.at_bank.amount_minor if row.at_bank else None


class AccountOut(Schema):
    customer: Ref
    currencies: list[AccountInCurrencyOut]


class StatementWanted(Schema):
    at: Instant | None = Field(default=None, description="As of that instant; now, where it is left out.")
    currency: Annotated[str, Field(max_length=3)] = ""


@router.get("/customers/{reference}/account", response=AccountOut, auth=READ_OWN)
@edited_row(Customer, turns="put customers", reference="reference")
def account(request: Call, reference: str, wanted: Query[StatementWanted]) -> Any:
    """A customer's running account in each currency: the balance, and the newest 300 lines, the oldest first."""
    known = request.auth.sees(all_customers(), by="pk").get(reference=reference)
    with override(known.language):
        found = account_statements(customer_id=known.pk, currency=wanted.currency, at=wanted.at)
    return {"customer": known, "currencies": found}


class DrawIn(Record):
    currency: Currency
    amount_minor: Annotated[Minor, Field(gt=0)] | None = Field(
        default=None, description="All that is free if left out."
    )
    tender: Reference | None = Field(
        default=None, description="A tender of theirs on file; each sum goes back where it came from if left out."
    )


class PayoutsOut(Schema):
    items: list[PayoutOut]


@router.post("/customers/{reference}/payouts", response={201: PayoutsOut}, auth=ACT_OWN)
def draw_out(request: Call, reference: str, payout: DrawIn) -> Any:
    """Send a customer what is free of theirs: back where it came from, or to a tender of theirs on file."""
    known = request.auth.sees(all_customers(), by="pk").get(reference=reference)
    refunds = draw(
        customer_id=known.pk,
        currency=payout.currency,
        amount_minor=payout.amount_minor,
        to=payout.tender,
        key=f"draw/{uuid4()}",
        by=str(request.auth.actor),
        now=clock.now(),
    )
    return {"items": refunds}


class PaymentIn(Record):
    order: Reference


class PaymentOut(Schema):
    """How much of what was free pays for an order now: 0 where nothing was due for it any more."""

    order: str
    currency: str
    amount_minor: int


@router.post("/customers/{reference}/payments", response={201: PaymentOut}, auth=ACT_OWN)
def pay(request: Call, reference: str, payment: PaymentIn) -> Any:
    """Pay for an order of a customer's with what is free of theirs in its currency, as far as that goes."""
    known = request.auth.sees(all_customers(), by="pk").get(reference=reference)
    paid = pay_with_free(customer_id=known.pk, reference=payment.order, now=clock.now())
    return {"order": payment.order, "currency": paid.currency, "amount_minor": paid.amount_minor}


class CreditIn(Record):
    currency: Currency
    amount_minor: Annotated[Minor, Field(gt=0)]
    reason: Annotated[str, Field(max_length=500)]
    expires_at: Instant | None = None


@router.post("/customers/{reference}/credits", response={201: TenderOnFileOut}, auth=ACT)
def give(request: Call, reference: str, credit: CreditIn) -> Any:
    """Give a customer a credit. It pays what they owe, and what they order next, until it expires."""
    tender = give_credit(
        customer=all_customers().get(reference=reference),
        money=Money(amount_minor=credit.amount_minor, currency=credit.currency),
        reason=credit.reason,
        expires_at=credit.expires_at,
        by=request.auth.actor,
        now=clock.now(),
    )
    return with_balances([tender])[0]
