"""What addresses and forms say, taken for no more than PostgreSQL can keep and a page can use."""

from django.http import Http404, HttpRequest, QueryDict
from django.utils.deprecation import MiddlewareMixin

# Where programs are answered, who are told what was wrong instead.
FOR_PROGRAMS = ("/v1/", "/inlets/")
NUL = "\0"


class WithoutNul(MiddlewareMixin):
    """Middleware: PostgreSQL keeps every character but one, so no page is asked for by it and no form brings it."""

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Raises:
        Http404: nothing is at such an address.
        """
        if request.path.startswith(FOR_PROGRAMS):
            return
        if NUL in request.path:
            raise Http404("nothing is at such an address")
        request.GET = without_nul(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request.POST = without_nul(request.POST)  # type: ignore[assignment]


def without_nul(given: QueryDict) -> QueryDict:
    """What was given, with that one character left out."""
    if not any(NUL in text for name, values in given.lists() for text in (name, *values)):
        return given
    cleaned = given.copy()
    cleaned.clear()
    for name, values in given.lists():
        cleaned.setlist(name.replace(NUL, ""), [str(value).replace(NUL, "") for value in values])
    return cleaned
