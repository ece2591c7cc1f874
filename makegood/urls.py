"""Which face answers which address."""

from django.urls import URLPattern, URLResolver, include, path

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
