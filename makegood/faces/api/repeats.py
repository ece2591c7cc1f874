"""Calls that are sent again: with an `Idempotency-Key` they have their effect once, and the same answer each time.

After draft-ietf-httpapi-idempotency-key-header-07. The answer is kept in the transaction that has the effect, so that
a process killed at any instant leaves both or neither. Only what was done is kept: a call that was refused did nothing,
and its key may be used for the corrected one.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from makegood.faces.problems import Problem
from makegood.kit import answers
from makegood.kit.answers import StoredResponse
from makegood.staff.models import ApiToken

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What of an answer's headers belongs to what was done; the others belong to the call.
KEPT_HEADERS = ("Content-Type", "Content-Location", "ETag", "Location")
# A string of RFC 8941 in its quotes, as the draft has it, or the same letters without quotes, as many clients send it.
_KEY = re.compile(r'"(?P<quoted>(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"|(?P<bare>[\x21\x23-\x7e]+)')
LONGEST = 255


def key_of(request: HttpRequest) -> str | None:
    """The key that a write carries, if it carries one.

    Raises:
        Problem: it can't be one.
    """
    if request.method not in WRITES or (given := request.headers.get(HEADER)) is None:
        return None
    match = _KEY.fullmatch(given.strip())
    if match is None or len(given) > LONGEST:
        detail = f"{HEADER}: write 1 to {LONGEST} visible ASCII characters, such as a UUID, in double quotes or without"
        raise Problem("idempotency-key", detail)
    return re.sub(r"\\(.)", r"\1", match["quoted"]) if match["quoted"] else match["bare"]


def once(request: HttpRequest, *, key: str, token: ApiToken, call: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer that was given to this very call before, else that of `call`, which is kept if it did something.

    Call it inside a transaction.

    Raises:
        StillRunning, CallKeyReused
        Problem: it was done, and its answer can't be shown again.
    """
    caller = f"token:{token.pk}"
    digest = answers.digest_of(
        request.method or "", request.get_full_path(), request.headers.get("Acting-For", ""), body=request.body
    )
    known = answers.claim(caller=caller, key=key, asked_digest=digest)
    if known is not None:
        return _again(known)
    response = call()
    if response.status_code < 400 and isinstance(response, HttpResponse):
        answers.keep(caller=caller, key=key, asked_digest=digest, answer=_answer_of(response))
    return response


def _answer_of(response: HttpResponse) -> StoredResponse:
    is_secret = "no-store" in response.headers.get("Cache-Control", "")
    return StoredResponse(
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=None if is_secret else response.content,
    )


def _again(known: StoredResponse) -> HttpResponse:
    if known.body is None:
        detail = "the call was done, and the secret in its answer was shown once; ask for another with a new key"
        raise Problem("shown-once", detail)
    return HttpResponse(known.body, status=known.status, headers={**known.headers, REPLAYED: "true"})
