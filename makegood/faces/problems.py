"""What went wrong, as RFC 9457 problem details: one table from the rooms' exceptions to answers for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError
from django.http import Http404, HttpResponse
from psycopg.errors import DeadlockDetected, SerializationFailure
from pydantic_core import ErrorDetails

from makegood.kit.errors import Conflict, Forbidden, Invalid, NotNow, Refusal, kinds_of_refusal

MEDIA_TYPE = "application/problem+json"
FieldError = Mapping[str, object]


class Problem(Exception):
    """An answer that says no, and why. `slug` names its kind for good; `more` holds members of this kind alone."""

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        *,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail or title)
        self.status, self.slug, self.title, self.detail = status, slug, title, detail or title
        self.errors, self.headers, self.more = tuple(errors), dict(headers or {}), more

    def response(self, headers: Mapping[str, str] | None = None) -> HttpResponse:
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
            headers={**self.headers, **(headers or {})},
        )


def field_problem(field: str, reason: str) -> Problem:
    """One field of a request that can't be taken."""
    return Problem(422, "invalid", INVALID, detail=f"{field}: {reason}", errors=[{"field": field, "reason": reason}])


INVALID = "Something in the request can't be taken"
STATUSES: Mapping[type[Refusal], int] = {Invalid: 422, Forbidden: 403, Conflict: 409, NotNow: 503}
"""What each kind of no is in HTTP."""

UNREADABLE = (400, "unreadable", "The request can't be read")
FOREIGN: Mapping[type[Exception], tuple[int, str, str]] = {
    DataError: (422, "unstorable", "The request holds text or a number that can't be stored"),
    IntegrityError: (409, "conflict", "Somebody else was writing the same; send it again"),
    RequestDataTooBig: (413, "too-large", "The body is too large"),
    SuspiciousOperation: UNREADABLE,
    RecursionError: UNREADABLE,
}
"""Status, slug and title of what Django and Python raise; their words are not for those who ask."""

OTHERS = (
    (401, "not-let-in", "No valid token"),
    (403, "scope", "The token's scopes don't allow this"),
    (403, "acting-for", "Nobody can be acted for like this"),
    (404, "not-found", "There is no such thing"),
    (405, "method", "This address does not take this method"),
    (400, "idempotency-key", "The key can't be one"),
    (409, "already-made-good", "It was made good already"),
    (409, "shown-once", "It was done, and its answer is shown once"),
    (412, "changed-meanwhile", "It is not as you saw it any more"),
    (412, "no-version", "There is no version to compare"),
    (422, "invalid", INVALID),
    (428, "version-needed", "Say which version you are changing"),
    (429, "too-often", "Too many calls"),
    (500, "fault", "Something is broken on our side"),
)
"""The kinds that are put together below and in the faces."""


def kinds() -> set[tuple[str, int, str]]:
    """Slug, status and title of every problem there is; the docs page lists them."""
    ours = {(kind.slug, status_of(kind), kind.title) for kind in kinds_of_refusal()}
    return ours | {(slug, status, title) for status, slug, title in (*FOREIGN.values(), *OTHERS)}


def problem_of(error: BaseException) -> Problem | None:
    """What to answer for `error`; None where it is a fault of ours."""
    match error:
        case Problem():
            return error
        case Refusal():
            return _of_refusal(error)
        case ObjectDoesNotExist():
            what = type(error).__qualname__.partition(".")[0].lower()
            return Problem(404, "not-found", "There is no such thing", detail=f"there is no such {what}")
        case Http404():
            return Problem(404, "not-found", "There is no such thing", detail="there is nothing at this address")
    # Of two that got in each other's way PostgreSQL ends one, which says so in its cause alone.
    is_cut_short = isinstance(error.__cause__, DeadlockDetected | SerializationFailure)
    for kind in IntegrityError.__mro__ if is_cut_short else type(error).__mro__:
        if kind in FOREIGN:
            return Problem(*FOREIGN[kind])
    return None


def _of_refusal(error: Refusal) -> Problem:
    wait = error.retry_after_seconds
    return Problem(
        status_of(type(error)),
        error.slug,
        error.title,
        detail=error.detail,
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


def _reason(kind: str, words: str) -> str:
    if kind == "missing":
        return "it is missing"
    if kind == "extra_forbidden":
        return "there is no such field"
    return words.removeprefix("Value error, ")


def of_invalid(errors: Iterable[Mapping[str, Any]], *, skip: int = 0) -> Problem:
    """Fields of a request that can't be taken."""
    found = field_errors(errors, skip=skip)
    return Problem(
        422, "invalid", INVALID, detail="; ".join(f"{e['field']}: {e['reason']}" for e in found[:5]), errors=found
    )
