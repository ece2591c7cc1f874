"""Money that comes in: by what customers have on file, whose it is, and what it pays for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from ninja import FilterLookup, Query, Schema
from pydantic import BeforeValidator, Field

from makegood.customers.models import Customer
from makegood.customers.queries import all_customers
from makegood.faces.api.callers import ACT, READ, READ_OWN, Call
from makegood.faces.api.filters import ByCustomer, OfCustomer, Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, RowWith, Shown, of
from makegood.faces.api.versions import edited_row, locks_first
from makegood.faces.problems import field_problem
from makegood.intake.receiving import (
    convert_and_pay,
    disown_receipt,
    lock_for_disowned,
    lock_for_receipt,
    match_receipt,
    return_receipt,
)
from makegood.intake.suggestions import Hint, suggestions_for
from makegood.kit import clock
from makegood.kit.records import Currency, Record, Reference
from makegood.orders.models import Order
from makegood.orders.queries import all_orders, paid_by
from makegood.payments.models import Receipt, Tender, UnmatchedReceipt
from makegood.payments.queries import all_receipts, all_tenders, held_by, unmatched_money


class TenderOnFileOut(Schema):
    """A way to pay that a customer has on file. `balance_minor`: what a gift card or a credit of ours holds now;
    `reason` and `given_by`: why one was given here, and by whom.
    """

    id: str = of("reference")
    customer: Ref
    kind: str
    label: str
    currency: str
    balance_minor: int | None
    expires_at: datetime | None
    closed_at: datetime | None
    reason: Shown
    given_by: str


def with_balances(rows: Sequence[Tender]) -> list[RowWith]:
    """With what each holds, read once for all."""
    held = held_by(rows)
    return [RowWith(row, balance_minor=held[row.pk].amount_minor if row.pk in held else None) for row in rows]


@router.get("/tenders", response=Page[TenderOnFileOut], auth=READ_OWN)
def tenders(request: Call, wanted: Query[ByCustomer], paging: Query[Paging]) -> Any:
    """What customers have on file, in the order in which it came."""
    return page_of(wanted.filter(request.auth.sees(all_tenders())), paging, shape=with_balances)


class PaysForOut(Schema):
    order: Ref
    amount_minor: int


class ReceiptOut(Schema):
    """Money that came in by one tender. `allocated_minor` pays for orders (`pays_for`), `back_minor` went back or is on
    its way, `returned_minor` the bank took out again, `disputed_minor` is with a card's issuer; `free_minor` is the
    customer's, to draw or to keep. `reference` is the shop's own. What was converted tells what came in and the rate.
    `disowned_at`: since when it is said not to be theirs.
    """

    id: int
    reference: str | None
    customer: Ref
    tender: str | None
    kind: str
    label: str
    payer: Shown
    note: Shown
    received_at: datetime
    currency: str
    amount_minor: int
    allocated_minor: int
    back_minor: int
    returned_minor: int
    disputed_minor: int
    free_minor: int
    original_currency: str | None
    original_minor: int | None
    rate: str | None
    disowned_at: datetime | None
    disowned_by: str
    pays_for: list[PaysForOut]

    @staticmethod
    def resolve_tender(row: Any) -> str | None:
        return row.tender.reference if row.tender else None

    @staticmethod
    def resolve_original_currency(row: Any) -> str | None:
        return row.original_currency or None

    @staticmethod
    def resolve_rate(row: Any) -> str | None:
        return row.rate or None


def with_orders(rows: Sequence[Receipt]) -> list[RowWith]:
    """With what each pays for, read once for all."""
    pays: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for each in paid_by(pays):
        pays[each.receipt_id].append(each)
    return [RowWith(row, pays_for=pays[row.pk]) for row in rows]


class ReceiptsWanted(Wanted):
    customer: OfCustomer = None
    order: str | None = None
    reference: Annotated[str | None, FilterLookup("reference")] = None

    def filter_order(self, order: str | None) -> Q:
        return Q() if order is None else Q(id__in=_paying_for(order))


def _paying_for(order: str) -> list[int]:
    """The receipts that pay for an order, or did."""
    rows = all_orders().filter(reference=order, allocations__isnull=False)
    return list(rows.values_list("allocations__receipt", flat=True))


@router.get("/receipts", response=Page[ReceiptOut], auth=READ_OWN)
def receipts(request: Call, wanted: Query[ReceiptsWanted], paging: Query[Paging]) -> Any:
    """Money that came in, in the order in which we heard of it; `order`: what pays for one, or did."""
    return page_of(wanted.filter(request.auth.sees(all_receipts())), paging, shape=with_orders)


def _receipt(request: Call, receipt: int) -> RowWith:
    return with_orders([request.auth.sees(all_receipts()).get(id=receipt)])[0]


@router.get("/receipts/{int:receipt}", response=ReceiptOut, auth=READ_OWN)
@edited_row(Receipt, id="receipt")
def one_receipt(request: Call, receipt: int) -> Any:
    """One sum that came in."""
    return _receipt(request, receipt)


class ConversionIn(Record):
    to: Currency
    rate: Annotated[str, Field(max_length=40)] = Field(
        description="How many of the new currency for one of the old, as in 1.0842; it is recorded."
    )


@router.post("/receipts/{int:receipt}/conversion", response={201: ReceiptOut}, auth=ACT)
@locks_first(lock_for_receipt)
def convert_receipt(request: Call, receipt: int, conversion: ConversionIn) -> Any:
    """Let money in another currency count in `to`, once, while all of it is free; then it pays what is due."""
    convert_and_pay(receipt_id=receipt, to=conversion.to, rate=conversion.rate, now=clock.now())
    return _receipt(request, receipt)


class ReturnIn(Record):
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/receipts/{int:receipt}/return", response={201: ReceiptOut}, auth=ACT)
@locks_first(lock_for_receipt)
def take_back_receipt(request: Call, receipt: int, back: ReturnIn) -> Any:
    """The bank took it back: what it paid for is due again."""
    return_receipt(receipt_id=receipt, note=back.note, by=str(request.auth.actor), now=clock.now())
    return _receipt(request, receipt)


class MoneySuggestionOut(Schema):
    """Whose money may be, and for which order; `why` proves nothing."""

    customer: Ref
    order: Ref | None
    why: Annotated[list[Hint], BeforeValidator(sorted)]


class UnmatchedReceiptOut(Schema):
    """Money that names nobody we know. `customer_told` and `order_told`: whom and what it names, where that is unknown.

    `suggestions`: whose it may be, while nobody has said. `receipt`: what it became once somebody has.
    """

    id: int
    reference: str
    kind: str
    label: str
    currency: str
    amount_minor: int
    received_at: datetime
    payer: Shown
    note: Shown
    customer_told: str
    order_told: str
    matched_at: datetime | None
    matched_by: str
    receipt: int | None = of("receipt_id")
    suggestions: list[MoneySuggestionOut]


def with_owners(rows: Sequence[UnmatchedReceipt]) -> list[RowWith]:
    """With whose each may be, read once for all."""
    open_rows = [row for row in rows if row.matched_at is None]
    found = dict(zip([row.pk for row in open_rows], suggestions_for(open_rows), strict=True))
    return [RowWith(row, suggestions=found.get(row.pk, [])) for row in rows]


def _one_unmatched(unmatched: int) -> RowWith:
    return with_owners([unmatched_money().get(id=unmatched)])[0]


class UnmatchedWanted(Wanted):
    is_matched: bool | None = False
    reference: Annotated[str | None, FilterLookup("reference")] = None

    def filter_is_matched(self, is_matched: bool | None) -> Q:
        return Q() if is_matched is None else Q(matched_at__isnull=not is_matched)


@router.get("/unmatched-receipts", response=Page[UnmatchedReceiptOut], auth=READ)
def unmatched_receipts(request: Call, wanted: Query[UnmatchedWanted], paging: Query[Paging]) -> Any:
    """Money that waits until somebody says whose it is, in the order in which we heard of it."""
    return page_of(wanted.filter(unmatched_money()), paging, shape=with_owners)


@router.get("/unmatched-receipts/{int:unmatched}", response=UnmatchedReceiptOut, auth=READ)
@edited_row(UnmatchedReceipt, id="unmatched")
def one_unmatched_receipt(request: Call, unmatched: int) -> Any:
    """Money that names nobody, or did."""
    return _one_unmatched(unmatched)


@router.post("/receipts/{int:receipt}/disowning", response={201: UnmatchedReceiptOut}, auth=ACT)
@locks_first(lock_for_disowned)
def disown_matched(request: Call, receipt: int) -> Any:
    """It is not theirs, though somebody said so: it waits for its owner again, and what it paid for is due again. Only
    while nothing of it went on.
    """
    row = disown_receipt(receipt_id=receipt, by=str(request.auth.actor), now=clock.now())
    return _one_unmatched(row.pk)


class MoneyMatchIn(Record):
    """Whose it is: a customer, or an order, which it then pays first."""

    customer: Reference | None = None
    order: Reference | None = None


@router.post("/unmatched-receipts/{int:unmatched}/match", response={201: UnmatchedReceiptOut}, auth=ACT)
def match_money(request: Call, unmatched: int, match: MoneyMatchIn) -> Any:
    """Say whose money it is. It is booked, and pays for the order, or for whatever is due, the oldest first."""
    customer, order = _whose(match)
    match_receipt(
        unmatched_id=unmatched,
        customer_id=customer.pk,
        order_id=order.pk if order else None,
        by=str(request.auth.actor),
        now=clock.now(),
    )
    return _one_unmatched(unmatched)


def _whose(match: MoneyMatchIn) -> tuple[Customer, Order | None]:
    order = all_orders().filter(reference=match.order).first() if match.order else None
    if match.order and order is None:
        raise field_problem("order", f"{match.order!r} is unknown")
    customer = all_customers().filter(reference=match.customer).first() if match.customer else None
    if match.customer and customer is None:
        raise field_problem("customer", f"{match.customer!r} is unknown")
    if order and customer and order.customer_id != customer.pk:
        raise field_problem("order", f"{match.order!r} is another customer's")
    customer = customer or (order.customer if order else None)
    if customer is None:
        raise field_problem("customer", "say whose it is, by a customer or by an order")
    return customer, order
