"""Tokens with which programs act, and the table of authority."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema, Status
from pydantic import Field, StringConstraints

from makegood.faces.api.callers import ADMIN, READ, Call
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import RowWith
from makegood.faces.api.versions import NEEDS_VERSION, edited_row
from makegood.faces.problems import field_problem
from makegood.kit import clock
from makegood.kit.records import Instant, Minor, Record, Text
from makegood.money.rules import Money
from makegood.policies.rules.values import Grantable
from makegood.remedies.actions import set_limits
from makegood.remedies.models import Authority
from makegood.remedies.queries import table_of_authority
from makegood.remedies.rules.values import AuthorityLimit
from makegood.staff.actions import issue_token, revoke_token
from makegood.staff.models import ApiToken
from makegood.staff.queries import all_tokens
from makegood.staff.rules import Scope, Standpoint


class TokenOut(Schema):
    """A token, by the first letters of its secret. Instants are in system time."""

    id: int
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewTokenOut(TokenOut):
    """`secret` is shown this once."""

    secret: str


class TokenIn(Record):
    name: Text
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expires_at: Instant | None = Field(default=None, description="A year from now where it is not given.")


@router.get("/tokens", response=Page[TokenOut], auth=ADMIN)
def tokens(request: Call, paging: Query[Paging]) -> Any:
    """All tokens, the oldest first, also those that let nobody in any more."""
    return page_of(all_tokens(), paging)


@router.get("/tokens/{int:token}", response=TokenOut, auth=ADMIN)
@edited_row(ApiToken, id="token")
def one_token(request: Call, token: int) -> Any:
    """One token."""
    return all_tokens().get(id=token)


@router.post("/tokens", response={201: NewTokenOut}, auth=ADMIN)
def issue(request: Call, token: TokenIn, response: HttpResponse) -> Any:
    """A new token. Its secret is in this answer and nowhere else."""
    response.headers["Cache-Control"] = "no-store"
    if token.expires_at is not None and token.expires_at <= clock.system_now():
        raise field_problem("expires_at", "it is in the past")
    row, secret = issue_token(name=token.name, scopes=set(token.scopes), expires_at=token.expires_at)
    return RowWith(all_tokens().get(id=row.pk), secret=secret)


@router.delete("/tokens/{int:token}", response={204: None}, auth=ADMIN)
def revoke(request: Call, token: int) -> Any:
    """Let a token in no longer. Twice is once."""
    revoke_token(token_id=all_tokens().get(id=token).pk)
    return Status(204, None)


class LimitOut(Schema):
    """Up to what it may cost us when a standpoint grants a remedy alone; null is no limit. No row, no authority."""

    standpoint: Standpoint
    remedy: Grantable
    currency: str
    up_to_minor: int | None


class LimitIn(Record):
    standpoint: Standpoint
    remedy: Grantable
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3}|\*)$")]
    up_to_minor: Minor | None = Field(description="Null is no limit; the limit of any currency (`*`) must be null.")


class LimitsOut(Schema):
    items: list[LimitOut]


@router.get("/authority", response=LimitsOut, auth=READ)
@edited_row(Authority)
def authority(request: Call) -> Any:
    """Who may grant what alone."""
    return {"items": table_of_authority()}


@router.put("/authority", response=LimitsOut, auth=ADMIN, openapi_extra=NEEDS_VERSION)
def set_authority(request: Call, limits: list[LimitIn]) -> Any:
    """Set these limits, as you saw them (`If-Match`); rows that are not named stand as they are."""
    for index, each in enumerate(limits):
        if each.currency == "*" and each.up_to_minor is not None:
            raise field_problem(f"{index}.up_to_minor", "a limit of any currency compares sums that don't compare")
    set_limits(
        [
            AuthorityLimit(
                standpoint=each.standpoint,
                remedy=each.remedy,
                currency=each.currency,
                up_to=None
                if each.up_to_minor is None
                else Money(amount_minor=each.up_to_minor, currency=each.currency),
            )
            for each in limits
        ],
        by=request.auth.actor,
    )
    return {"items": table_of_authority()}
