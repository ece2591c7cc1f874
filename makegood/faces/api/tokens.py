"""Tokens with which programs act."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema, Status
from pydantic import Field

from makegood.faces.api.callers import ADMIN, Call
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import RowWith
from makegood.faces.api.versions import edited_row
from makegood.faces.problems import field_problem
from makegood.kit import clock
from makegood.kit.records import Instant, Record, Text
from makegood.staff.actions import issue_token, revoke_token
from makegood.staff.models import ApiToken
from makegood.staff.queries import all_tokens
from makegood.staff.rules import Scope


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
