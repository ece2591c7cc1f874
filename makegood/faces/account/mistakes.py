"""What a customer sees when there is no such page, when a form has grown old, and when we failed."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language

from makegood.faces.account.visitors import page, visitor
from makegood.faces.bodies import Untaken, untaken
from makegood.faces.problems import KINDS, Problem
from makegood.faces.words import reading

# Programs read these; they are told in their own form.
FOR_PROGRAMS = ("/v1/", "/inlets/")
PROBLEM = "application/problem+json"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or it is somebody else's."""
    return _mistake(request, "not_found", status=404, title="there is nothing at this address")


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not for this reader."""
    return _mistake(request, "refused", status=403, title="not for you")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or not ours."""
    return _mistake(request, "stale_form", status=403, title="the form is too old; load the page again")


class UntakenBodies(MiddlewareMixin):
    """Middleware: who sent more than is taken, or too slowly, hears that nothing was done; no page acts on a part."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        why = untaken(request)
        if why is None:
            return None
        answer = (
            Problem(why.value).response()
            if request.path.startswith(FOR_PROGRAMS)
            else _mistake(request, PAGES[why], status=KINDS[why.value][0], title="")
        )
        if why is Untaken.TOO_BUSY:
            answer.headers["Retry-After"] = "5"
        return answer


PAGES: Mapping[Untaken, str] = {
    Untaken.TOO_LARGE: "too_large",
    Untaken.TOO_SLOW: "too_slow",
    Untaken.TOO_BUSY: "too_busy",
}


def failed(request: HttpRequest) -> HttpResponse:
    """We failed. Reads nothing: whatever broke may be what a nicer page would need."""
    if request.path.startswith(FOR_PROGRAMS):
        return _problem(500, "something broke on our side")
    return HttpResponse(render_to_string("account/failed.html", {"customer": None}), status=500)


def _mistake(request: HttpRequest, what: str, *, status: int, title: str) -> HttpResponse:
    if request.path.startswith(FOR_PROGRAMS):
        return _problem(status, title)
    customer = visitor(request)
    with reading(customer.language if customer else get_language()):
        return page(request, "mistake", customer=customer, what=what, status=status)


def _problem(status: int, title: str) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status}
    return JsonResponse(body, status=status, content_type=PROBLEM)
