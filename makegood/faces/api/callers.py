"""Who calls, and for whom: the one place where a token, with or without `Acting-For`, becomes an actor.

With `Acting-For: customer:<id>` only what is theirs is seen, and the authority is that customer's; with
`Acting-For: helper:<id>` it is that of the helper's role. It is never more than the token's own.
"""

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja.security import HttpBearer

from makegood.customers.models import Customer
from makegood.faces.bearers import token_shown
from makegood.faces.problems import Problem
from makegood.staff.actions import note_use
from makegood.staff.models import ApiToken, Helper
from makegood.staff.rules import Actor, Scope, Standpoint

HEADER = "Acting-For"
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A token, and who acts through it."""

    token: ApiToken
    actor: Actor
    customer: Customer | None = None
    helper: Helper | None = None

    def sees(self, rows: QuerySet[Row], *, by: str = "customer_id") -> QuerySet[Row]:
        """Of `rows`, those that whoever acts may see: all, or a customer's own."""
        return rows.filter(**{by: self.customer.pk}) if self.customer else rows


class Call(HttpRequest):
    """A request whose caller was let in."""

    auth: Caller


class Bearer(HttpBearer):
    """Lets in whoever shows a valid token with the scope; `customers`: also one that acts for a customer."""

    def __init__(self, scope: Scope, *, customers: bool = False) -> None:
        super().__init__()
        self.scope, self.customers = scope, customers

    def authenticate(self, request: HttpRequest, _token: str) -> Caller | None:
        shown = token_shown(request)
        if shown is None:
            return None
        _require(shown, self.scope)
        note_use(token=shown)
        caller = _caller(shown, request.headers.get(HEADER, ""))
        if caller.customer is not None and not self.customers:
            raise Problem("acting-for", "this is for helpers and programs; a customer can't do it")
        return caller


READ = Bearer(Scope.READ)
READ_OWN = Bearer(Scope.READ, customers=True)
ACT = Bearer(Scope.ACT)
ACT_OWN = Bearer(Scope.ACT, customers=True)
WRITE = Bearer(Scope.WRITE)
SCANS = Bearer(Scope.SCANS)
ADMIN = Bearer(Scope.ADMIN)


def _require(token: ApiToken, scope: Scope) -> None:
    if scope not in token.scopes:
        detail = f"this needs the scope “{scope.value}”; the token has: {', '.join(token.scopes) or 'none'}"
        raise Problem("scope", detail)


def _caller(token: ApiToken, acting_for: str) -> Caller:
    if not acting_for:
        return Caller(token=token, actor=Actor(standpoint=Standpoint.TOKEN, id=token.pk, name=token.name))
    _require(token, Scope.ACT)
    kind, _, reference = unquote(acting_for.strip()).partition(":")
    if "\0" not in reference:
        if kind == "customer" and (customer := Customer.objects.filter(reference=reference).first()):
            actor = Actor(standpoint=Standpoint.CUSTOMER, id=customer.pk, name=customer.name, through=token.pk)
            return Caller(token=token, actor=actor, customer=customer)
        if kind == "helper" and (helper := Helper.objects.filter(reference=reference, is_active=True).first()):
            actor = Actor(standpoint=Standpoint(helper.role), id=helper.pk, name=helper.name, through=token.pk)
            return Caller(token=token, actor=actor, helper=helper)
    raise Problem("acting-for", f"{HEADER} names nobody we know; write customer:<id> or helper:<id>, percent-encoded")
