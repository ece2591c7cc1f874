"""Customers: who they are, how well we know each other, and a way in for them."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Schema, Status
from pydantic import Field

from makegood.customers.actions import end_sign_ins
from makegood.customers.correcting import correct_handles
from makegood.customers.links import FIRST_PAGE, LIFE_SECONDS, Purpose, link_for
from makegood.customers.models import Customer
from makegood.customers.queries import all_customers
from makegood.customers.rules import HandleKind
from makegood.faces.api.callers import ACT, ACT_OWN, READ, READ_OWN, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import RowWith, of
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.kit.records import Record
from makegood.standing.queries import Standing, standing_of


class HomeOut(Schema):
    name: str
    lines: list[str]
    postcode: str
    country: str
    zone: str


class CustomerOut(Schema):
    id: str = of("reference")
    name: str
    email: str | None
    phone: str | None
    language: str
    zone: str
    since_date: date | None
    address: HomeOut | None = Field(description="Where they live; where an order goes is said by each order.")

    @staticmethod
    def resolve_email(customer: Customer) -> str | None:
        return _handle(customer, HandleKind.EMAIL)

    @staticmethod
    def resolve_phone(customer: Customer) -> str | None:
        return _handle(customer, HandleKind.PHONE)


def _handle(customer: Customer, kind: HandleKind) -> str | None:
    """The first of its kind that they gave."""
    handles = sorted(customer.handles.all(), key=lambda row: row.pk)
    return next((handle.value for handle in handles if handle.kind == kind), None)


class SpentOut(Schema):
    currency: str
    amount_minor: int


class StandingOut(Schema):
    """How long and how well we know each other."""

    since_date: date | None
    orders: int
    spent: list[SpentOut]
    promises_kept: int = of("kept")
    promises_broken: int = of("broken")

    @staticmethod
    def resolve_spent(standing: Standing) -> list[dict[str, Any]]:
        return [{"currency": currency, "amount_minor": amount} for currency, amount in standing.spent]


class KnownCustomerOut(CustomerOut):
    standing: StandingOut


class CustomersWanted(Wanted):
    email: str | None = None

    def filter_email(self, email: str | None) -> Q:
        return Q(handles__kind=HandleKind.EMAIL, handles__value__iexact=(email or "").strip())


@router.get("/customers", response=Page[CustomerOut], auth=READ)
def customers(request: Call, wanted: Query[CustomersWanted], paging: Query[Paging]) -> Any:
    """Customers in the order we came to know of them."""
    return page_of(wanted.filter(all_customers()), paging)


@router.get("/customers/{reference}", response=KnownCustomerOut, auth=READ_OWN)
@edited_row(Customer, turns="put customers", reference="reference")
def customer(request: Call, reference: str) -> Any:
    """One customer with their standing."""
    known = request.auth.sees(all_customers(), by="pk").get(reference=reference)
    return RowWith(known, standing=standing_of(known))


class HandlesIn(Record):
    """Where mail and calls reach them from now on; null: nowhere that we know of."""

    email: Annotated[str, Field(max_length=254)] | None
    phone: Annotated[str, Field(max_length=40)] | None


@router.put("/customers/{reference}/handles", response=KnownCustomerOut, auth=ACT)
def put_handles_right(request: Call, reference: str, handles: HandlesIn) -> Any:
    """Put right how a customer is reached. Another customer's address is refused (409, `address-of-another`); where an
    address is taken away, the links and sessions made until now end.
    """
    known = all_customers().get(reference=reference)
    correct_handles(
        customer_id=known.pk,
        email=handles.email or "",
        phone=handles.phone or "",
        by=request.auth.actor,
        now=clock.now(),
    )
    return RowWith(all_customers().get(pk=known.pk), standing=standing_of(known))


class LinkOut(Schema):
    """Whoever opens `url` before `expires_at` (in system time) is signed in as the customer."""

    url: str
    expires_at: datetime


@router.post("/customers/{reference}/sign-in-links", response={201: LinkOut}, auth=ACT)
def sign_in_link(request: Call, reference: str, response: HttpResponse) -> Any:
    """A link that signs its reader in, for the shop to hand on."""
    response.headers["Cache-Control"] = "no-store"
    url = link_for(all_customers().get(reference=reference), FIRST_PAGE, purpose=Purpose.HANDED)
    return LinkOut(url=url, expires_at=clock.system_now() + timedelta(seconds=LIFE_SECONDS[Purpose.HANDED]))


@router.delete("/customers/{reference}/sign-in-links", response={204: None}, auth=ACT_OWN)
def end_sign_in_links(request: Call, reference: str) -> Any:
    """Sign a customer out everywhere: no link that was made until now lets anybody in, and no session goes on."""
    end_sign_ins([request.auth.sees(all_customers(), by="pk").get(reference=reference).pk])
    return Status(204, None)
