"""What every page tells the browser to refuse, whichever face it is of and whether all went well or not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

# Our pages load nothing from elsewhere; a page that shows more says so itself.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Two years, which is what browsers ask for before they keep it for good.
STRICT_TRANSPORT = "max-age=63072000"


class PageHeaders(MiddlewareMixin):
    """Middleware: a policy for what is loaded, and where the shop is on https, https alone from now on."""

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if settings.BASE_URL.startswith("https://"):
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        return response
