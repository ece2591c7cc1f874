"""What went wrong, as RFC 9457 problem details: one table from the rooms' exceptions to answers for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from psycopg.errors import DeadlockDetected, SerializationFailure
from pydantic_core import ErrorDetails

from makegood.kit.errors import Conflict, Forbidden, Invalid, InvalidField, NotNow, Refusal, kinds_of_refusal

MEDIA_TYPE = "application/problem+json"
FieldError = Mapping[str, object]
log = structlog.get_logger()


class Problem(Exception):
    """An answer that says no, and why. `slug` names its kind for good; `more` holds members of this kind alone.

    Status and title are those of `KINDS`, or of a room's refusal (`kind`).
    """

    def __init__(
        self,
        slug: str,
        detail: str = "",
        *,
        kind: tuple[int, str] | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.slug = slug
        self.status, self.title = kind or KINDS[slug]
        self.detail = detail or self.title
        super().__init__(self.detail)
        self.errors, self.headers, self.more = tuple(errors), dict(headers or {}), more

    def response(self) -> HttpResponse:
        """The answer itself."""
        body = {
            "type": f"/v1/docs#problem-{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **({"errors": [dict(error) for error in self.errors]} if self.errors else {}),
            **self.more,
        }
        return HttpResponse(
            json.dumps(body, ensure_ascii=False),
            status=self.status,
            content_type=MEDIA_TYPE,
            headers=self.headers,
        )


def field_problem(field: str, reason: str) -> Problem:
    """One field of a request that can't be taken."""
    return Problem("invalid", f"{field}: {reason}", errors=[{"field": field, "reason": reason}])


STATUSES: Mapping[type[Refusal], int] = {Invalid: 422, Forbidden: 403, Conflict: 409, NotNow: 503}
"""What each kind of no is in HTTP."""

FOREIGN: Mapping[type[Exception], str] = {
    DataError: "unstorable",
    IntegrityError: "conflict",
    RequestDataTooBig: "too-large",
    SuspiciousOperation: "unreadable",
    RecursionError: "unreadable",
}
"""What Django and Python raise; their words are not for those who ask."""

KINDS: Mapping[str, tuple[int, str]] = {
    "acting-for": (403, "Nobody can be acted for like this"),
    "already-made-good": (409, "It was made good already"),
    "changed-meanwhile": (412, "It is not as you saw it any more"),
    "conflict": (409, "Somebody else was writing the same; send it again"),
    "fault": (500, "Something is broken on our side"),
    "idempotency-key": (400, "The key can't be one"),
    InvalidField.slug: (422, InvalidField.title),
    "method": (405, "This address does not take this method"),
    "no-version": (412, "There is no version to compare"),
    "not-found": (404, "There is no such thing"),
    "not-let-in": (401, "No valid token"),
    "scope": (403, "The token's scopes don't allow this"),
    "shown-once": (409, "It was done, and its answer is shown once"),
    "too-busy": (503, "Too much is being sent at once"),
    "too-large": (413, "The body is too large"),
    "too-often": (429, "Too many calls"),
    "too-slow": (408, "The body came too slowly"),
    "unreadable": (400, "The request can't be read"),
    "unstorable": (422, "The request holds text or a number that can't be stored"),
    "version-needed": (428, "Say which version you are changing"),
}
"""Status and title of the problems that faces put together, by slug; those of refusals stand in their rooms."""


def kinds() -> set[tuple[str, int, str]]:
    """Slug, status and title of every problem there is; the docs page lists them."""
    ours = {(kind.slug, status_of(kind), kind.title) for kind in kinds_of_refusal()}
    return ours | {(slug, *kind) for slug, kind in KINDS.items()}


def problem_of(error: BaseException) -> Problem | None:
    """What to answer for `error`; None where it is a fault of ours."""
    match error:
        case Problem():
            return error
        case Refusal():
            return _of_refusal(error)
        case ObjectDoesNotExist():
            what = type(error).__qualname__.partition(".")[0].lower()
            return Problem("not-found", f"there is no such {what}")
        case Http404():
            return Problem("not-found", "there is nothing at this address")
    # Of two that got in each other's way PostgreSQL ends one, which says so in its cause alone.
    is_cut_short = isinstance(error.__cause__, DeadlockDetected | SerializationFailure)
    for kind in IntegrityError.__mro__ if is_cut_short else type(error).__mro__:
        if kind in FOREIGN:
            return Problem(FOREIGN[kind])
    return None


def route_of(request: HttpRequest) -> str:
    """Which of our addresses was asked, for the log: what stands in its gaps may be somebody's name, or a key."""
    return f"/{request.resolver_match.route}" if request.resolver_match else "none of our addresses"


def problem_for(error: Exception, *, request: HttpRequest) -> Problem:
    """What to answer for `error`; a fault of ours is written down."""
    problem = problem_of(error)
    if problem is not None:
        return problem
    log.error("an address for programs failed", route=route_of(request), exc_info=error)
    return Problem("fault", "it has been written down")


def _of_refusal(error: Refusal) -> Problem:
    wait = error.retry_after_seconds
    return Problem(
        error.slug,
        error.detail,
        kind=(status_of(type(error)), error.title),
        errors=error.fields,
        headers={"Retry-After": str(wait)} if wait is not None else None,
        **error.members,
    )


def status_of(kind: type[Refusal]) -> int:
    return next(STATUSES[each] for each in kind.__mro__ if each in STATUSES)


def field_errors(errors: Iterable[ErrorDetails | Mapping[str, Any]], *, skip: int = 0) -> list[dict[str, str]]:
    """What pydantic found, as field and reason; `skip` parts of each path say where the value came from."""
    return [
        {"field": ".".join(str(part) for part in error["loc"][skip:]), "reason": _reason(error["type"], error["msg"])}
        for error in errors
    ]


def _reason(kind: str, message: str) -> str:
    if kind == "missing":
        return "it is missing"
    if kind == "extra_forbidden":
        return "there is no such field"
    return message.removeprefix("Value error, ")


def of_invalid(errors: Iterable[Mapping[str, Any]], *, skip: int = 0) -> Problem:
    """Fields of a request that can't be taken."""
    fields = field_errors(errors, skip=skip)
    return Problem("invalid", "; ".join(f"{e['field']}: {e['reason']}" for e in fields[:5]), errors=fields)
