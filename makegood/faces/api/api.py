"""The API as a whole: its routes, its document, and one answer for everything that goes wrong."""

from typing import Any, cast

import structlog
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from makegood.faces.api import (  # noqa: F401  the files whose operations the router holds once they are imported
    accounts,
    authority,
    carriers,
    cases,
    catalog,
    changes,
    clock,
    customers,
    dispatches,
    disputes,
    history,
    mails,
    messages,
    money,
    needs,
    notices,
    orders,
    parcels,
    policy,
    promises,
    quiet_start,
    refunds,
    remedies,
    replies,
    shortages,
    tokens,
    unassigned,
    writes,
)
from makegood.faces.api.openapi import Api
from makegood.faces.api.routing import router
from makegood.faces.problems import KINDS, Problem, of_invalid, problem_for, route_of

DESCRIPTION = """Everything a screen can do, by the same actions.

Show a token as `Authorization: Bearer …`. Lists come by pages: `next` is the `cursor` of the page after. Instants are
UTC (ISO 8601, ending in Z), sums are whole minor units with their currency. A write with an `Idempotency-Key` may be
sent again; with `If-Match` it is done only if what it changes is what you saw. What goes wrong is told as problem
details (RFC 9457), with the field and the reason of each thing to put right."""

api = Api(
    title="Makegood",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="v1",
)
api.add_router("", router)
log = structlog.get_logger()


def not_let_in() -> HttpResponse:
    """Nobody whom we know."""
    detail = "show a token that is neither expired nor revoked, as Authorization: Bearer …"
    return Problem("not-let-in", detail, headers={"WWW-Authenticate": 'Bearer realm="makegood"'}).response()


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """The problem that an exception is told as."""
    if isinstance(error, AuthenticationError):
        return not_let_in()
    if isinstance(error, ValidationError):
        return _of_ninja(error).response()
    if isinstance(error, HttpError):
        return Problem("unreadable", str(error), kind=(error.status_code, KINDS["unreadable"][1])).response()
    if isinstance(error, DatabaseError):
        log.warning("the database refused", route=route_of(request), exc_info=error)
    return problem_for(error, request=request).response()


def _of_ninja(error: ValidationError) -> Problem:
    """Where a value came from is no part of its name: `body.choice.remedy` is `remedy`, `query.limit` is `limit`."""
    return of_invalid({**each, "loc": each["loc"][2 if each["loc"][0] == "body" else 1 :]} for each in error.errors)


for _kind in (Exception, Http404, AuthenticationError, ValidationError, HttpError):
    # django-ninja asks for a function of its own for each kind, which may be given the kind itself.
    api.add_exception_handler(_kind, cast("Any", answer))
