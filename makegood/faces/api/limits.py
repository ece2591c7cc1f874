"""How often a program may call: by its token, and by its machine where it shows no valid one.

Told as draft-ietf-httpapi-ratelimit-headers-10 has it: `RateLimit-Policy` and `RateLimit`, and `Retry-After` on a 429.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from makegood.faces.problems import Problem
from makegood.kit.limits import Left, RateLimit, neighbourhood, take
from makegood.staff.models import ApiToken

MINUTE = timedelta(minutes=1)


def taken_for(request: HttpRequest, token: ApiToken | None) -> Left:
    """One call taken from what the caller has left; where nothing is left, `was_let` says so."""
    if token is not None:
        limit = RateLimit(name="token", quota=settings.API_CALLS_A_MINUTE, window=MINUTE)
        return take(limit=limit, whose=str(token.pk))
    limit = RateLimit(name="address", quota=settings.API_STRANGERS_CALLS_A_MINUTE, window=MINUTE)
    return take(limit=limit, whose=neighbourhood(request.META.get("REMOTE_ADDR", "")))


def refusal(left: Left) -> Problem:
    """Too many calls, and when to come back."""
    seconds = left.retry_after_seconds
    detail = f"at most {left.limit.quota} calls a minute by this {left.limit.name}; call again in {seconds} s"
    return Problem("too-often", detail, headers={"Retry-After": str(seconds)})


def tell(left: Left, response: HttpResponseBase) -> None:
    """Say on every answer how much is left."""
    if left.limit.quota:
        response.headers["RateLimit-Policy"] = left.limit.policy
        response.headers["RateLimit"] = left.field
