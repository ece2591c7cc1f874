"""Addresses of this face."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from makegood.faces.api.api import api
from makegood.faces.api.document import docs, openapi
from makegood.faces.problems import Problem

View = Callable[..., HttpResponse]


def _told(view: View) -> View:
    """`view`, with a refused method told as a problem, and nothing read that can't be kept."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if "\0" in request.path:
            return not_found(request)
        response = view(request, *args, **named)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            return Problem("method", f"it takes {allowed}", headers={"Allow": allowed}).response()
        return response

    return answer


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """No operation has this address."""
    return Problem("not-found", "there is nothing at this address").response()


def _addresses() -> list[URLPattern | URLResolver]:
    # The root of django-ninja's own comes last and is only a name for others to build on.
    patterns, _, _ = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = _told(pattern.callback)
    return patterns


urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", _told(openapi), name="openapi"),
    path("docs", _told(docs), name="docs"),
    path("", (_addresses(), "ninja", "v1")),
    re_path(r"^.*$", not_found),
]
