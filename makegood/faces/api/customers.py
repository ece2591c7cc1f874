"""Customers: who they are, how well we know each other, and a way in for them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema

from makegood.customers.links import LIFE_SECONDS, link_for
from makegood.customers.models import Customer
from makegood.customers.queries import all_customers
from makegood.customers.rules import HandleKind
from makegood.faces.api.callers import ACT, READ, READ_OWN, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.kit import clock
from makegood.standing.queries import standing_of

TAGS = ["customers"]


class CustomerOut(Schema):
    id: str
    name: str
    email: str | None
    phone: str | None
    language: str
    zone: str
    since_date: date | None


class SpentOut(Schema):
    currency: str
    amount_minor: int


class StandingOut(Schema):
    """How long and how well we know each other."""

    since_date: date | None
    orders: int
    spent: list[SpentOut]
    promises_kept: int
    promises_broken: int


class KnownCustomerOut(CustomerOut):
    standing: StandingOut


def customers_out(customers: Sequence[Customer]) -> list[CustomerOut]:
    """As the API shows them."""
    return [_out(customer) for customer in customers]


def _out(customer: Customer) -> CustomerOut:
    handles = {handle.kind: handle.value for handle in sorted(customer.handles.all(), key=lambda row: -row.pk)}
    return CustomerOut(
        id=customer.reference,
        name=customer.name,
        email=handles.get(HandleKind.EMAIL.value),
        phone=handles.get(HandleKind.PHONE.value),
        language=customer.language,
        zone=customer.zone,
        since_date=customer.since_date,
    )


class CustomersWanted(Wanted):
    email: str | None = None


@router.get("/customers", response=Page[CustomerOut], auth=READ, tags=TAGS)
def customers(request: Call, wanted: Query[CustomersWanted], paging: Query[Paging]) -> Any:
    """Customers in the order we came to know of them."""
    rows = all_customers()
    if wanted.email is not None:
        rows = rows.filter(handles__kind=HandleKind.EMAIL, handles__value__iexact=wanted.email.strip())
    return page_of(rows, keys=("id",), paging=paging, shape=customers_out)


@router.get("/customers/{reference}", response=KnownCustomerOut, auth=READ_OWN, tags=TAGS)
@edited_row(Customer, turns="put customers", reference="reference")
def customer(request: Call, reference: str) -> Any:
    """One customer with their standing."""
    found = request.auth.sees(all_customers(), by="pk").get(reference=reference)
    standing = standing_of(found)
    shown = StandingOut(
        since_date=standing.since_date,
        orders=standing.orders,
        spent=[SpentOut(currency=currency, amount_minor=amount) for currency, amount in standing.spent],
        promises_kept=standing.kept,
        promises_broken=standing.broken,
    )
    return KnownCustomerOut(**dict(_out(found)), standing=shown)


class LinkOut(Schema):
    """Whoever opens `url` before `expires_at` (in system time) is signed in as the customer."""

    url: str
    expires_at: datetime


@router.post("/customers/{reference}/sign-in-links", response={201: LinkOut}, auth=ACT, tags=TAGS)
def sign_in_link(request: Call, reference: str, response: HttpResponse) -> Any:
    """A link that signs its reader in, for the shop to hand on."""
    response.headers["Cache-Control"] = "no-store"
    found = all_customers().get(reference=reference)
    expires_at = clock.system_now() + timedelta(seconds=LIFE_SECONDS)
    return LinkOut(url=link_for(found, "/orders"), expires_at=expires_at)
