"""Which face answers which address."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from makegood.faces.account import mistakes
from makegood.faces.desk import auth

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", include("makegood.faces.desk.urls")),
    path("inlets/", include("makegood.faces.inlets.urls")),
    path("v1/", include("makegood.faces.api.urls")),
    path("", include("makegood.faces.files.urls")),
    path("", include("makegood.faces.account.urls")),
]

handler403 = "makegood.faces.account.mistakes.refused"
handler404 = "makegood.faces.account.mistakes.not_found"
handler500 = "makegood.faces.account.mistakes.failed"


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or not ours; each face says so on a page of its own."""
    said = auth.stale_form if request.path.startswith("/desk/") else mistakes.stale_form
    return said(request, reason)
