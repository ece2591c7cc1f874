"""What went wrong, as RFC 9457 problem details: one table from the rooms' exceptions to answers for programs."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, DataError, IntegrityError
from django.http import Http404, HttpResponse
from psycopg.errors import DeadlockDetected, SerializationFailure
from pydantic_core import ErrorDetails

from makegood.cases.actions import CaseIsClosed, NothingSaid
from makegood.cases.matching import DealtWith, TooManyWaiting
from makegood.cases.notifications import UnsupportedWords
from makegood.catalog.actions import StockShort
from makegood.channels.accounting import LetGoWithoutReason, MailResolved
from makegood.channels.actions import KeyKnownOtherwise
from makegood.journal.actions import AlreadyResolved, DismissalWithoutReason
from makegood.journal.receiving import PushKnownOtherwise
from makegood.kit.answers import KeyUsedOtherwise, StillRunning
from makegood.kit.clock import ClockWouldGoBack
from makegood.kit.rows import BadRows
from makegood.parcels.carrier import UnreadableScan
from makegood.parcels.dispatching import AnnouncedOtherwise
from makegood.parcels.rules.numbers import BadTrackingNumber
from makegood.parcels.warehouse_notices import NothingToRetry
from makegood.promises.rules import PromiseClosed, RevisionInThePast, RevisionWithoutReason
from makegood.remedies.actions import NotPossibleNow, OnlyALead, RefundDoneBefore
from makegood.remedies.planner import NothingLost
from makegood.remedies.rules.authority import NotYoursToGrant

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
KINDS: dict[type[Exception], tuple[int, str, str]] = {
    BadTrackingNumber: (422, "tracking-number", "The carrier can't have issued this number"),
    UnreadableScan: (422, "unreadable-scan", "What the carrier sent can't be understood"),
    RevisionInThePast: (422, "revision", "A promise can't be moved there"),
    RevisionWithoutReason: (422, "revision", "A promise can't be moved there"),
    NothingSaid: (422, "nothing-said", "There are no words"),
    DismissalWithoutReason: (422, "dismissal-without-reason", "A dismissal needs its reason"),
    LetGoWithoutReason: (422, "dismissal-without-reason", "A dismissal needs its reason"),
    DataError: (422, "unstorable", "The request holds text or a number that can't be stored"),
    NotYoursToGrant: (403, "beyond-authority", "Beyond your authority"),
    OnlyALead: (403, "only-a-lead", "Only a lead may do this"),
    NothingLost: (409, "nothing-lost", "There is nothing to make good"),
    NotPossibleNow: (409, "not-possible-now", "This remedy is not possible now"),
    StockShort: (409, "stock-short", "There are not that many units any more"),
    PromiseClosed: (409, "promise-closed", "The promise is closed"),
    AnnouncedOtherwise: (409, "announced-otherwise", "The dispatch left as another parcel"),
    RefundDoneBefore: (409, "refund-done", "The money was paid back before"),
    PushKnownOtherwise: (409, "key-known", "The key was used for another message"),
    NothingToRetry: (409, "dealt-with", "Somebody has dealt with it already"),
    KeyKnownOtherwise: (409, "key-known", "The key was used for another message"),
    StillRunning: (409, "still-running", "The same call is still running"),
    KeyUsedOtherwise: (409, "key-used", "The key was used for another call"),
    CaseIsClosed: (409, "case-closed", "The case is closed"),
    DealtWith: (409, "dealt-with", "Somebody has dealt with it already"),
    MailResolved: (409, "dealt-with", "Somebody has dealt with it already"),
    AlreadyResolved: (409, "dealt-with", "Somebody has dealt with it already"),
    ClockWouldGoBack: (409, "clock-back", "The clock never goes back"),
    TooManyWaiting: (503, "too-many-waiting", "Too many messages are waiting"),
    IntegrityError: (409, "conflict", "Somebody else was writing the same; send it again"),
    RequestDataTooBig: (413, "too-large", "The body is too large"),
    SuspiciousOperation: (400, "unreadable", "The request can't be read"),
    RecursionError: (400, "unreadable", "The request can't be read"),
}
"""Status, slug and title of what the rooms and Django raise. The docs page lists them."""

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
    (422, "bad-rows", "Some rows can't be taken, so none was"),
    (422, "invalid", INVALID),
    (422, "unsupported-words", "The words state what no record supports"),
    (428, "version-needed", "Say which version you are changing"),
    (429, "too-often", "Too many calls"),
    (500, "fault", "Something is broken on our side"),
)
"""The kinds that are put together below and in the faces."""


def problem_of(error: BaseException) -> Problem | None:
    """What to answer for `error`; None where it is a fault of ours."""
    match error:
        case Problem():
            return error
        case BadRows():
            return of_rows(error)
        case UnsupportedWords():
            return Problem(
                422,
                "unsupported-words",
                "The words state what no record supports",
                detail=str(error),
                errors=[{"field": "body", "reason": f"no record supports “{claim}”"} for claim in error.claims],
            )
        case ObjectDoesNotExist():
            what = type(error).__qualname__.partition(".")[0].lower()
            return Problem(404, "not-found", "There is no such thing", detail=f"there is no such {what}")
        case Http404():
            return Problem(404, "not-found", "There is no such thing", detail="there is nothing at this address")
    # Of two that got in each other's way PostgreSQL ends one, which says so in its cause alone.
    is_cut_short = isinstance(error.__cause__, DeadlockDetected | SerializationFailure)
    for kind in IntegrityError.__mro__ if is_cut_short else type(error).__mro__:
        if kind in KINDS:
            return _of_kind(error, *KINDS[kind])
    return None


def _of_kind(error: BaseException, status: int, slug: str, title: str) -> Problem:
    if isinstance(error, BadTrackingNumber):
        return Problem(status, slug, title, detail=str(error), errors=[{"field": "number", "reason": error.reason}])
    if isinstance(error, NotYoursToGrant):
        return Problem(status, slug, title, detail=str(error), may_grant=[each.value for each in error.may_grant])
    if isinstance(error, NotPossibleNow):
        return Problem(status, slug, title, detail=str(error), possible=[each.value for each in error.possible])
    if isinstance(error, DatabaseError | SuspiciousOperation | RecursionError):
        return Problem(status, slug, title)
    if isinstance(error, StillRunning):
        return Problem(status, slug, title, detail=str(error), headers={"Retry-After": "1"})
    named = re.match(r"([a-zA-Z_][\w.]*): (.+)", str(error), re.DOTALL)
    errors = [{"field": named[1], "reason": named[2]}] if named and status == 422 else []
    return Problem(status, slug, title, detail=str(error), errors=errors)


def of_rows(error: BadRows) -> Problem:
    """Every row that can't be taken, by its place in what was sent."""
    errors = [{"index": each.index, "field": each.field, "reason": each.reason} for each in error.errors]
    return Problem(422, "bad-rows", "Some rows can't be taken, so none was", errors=errors)


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
