"""Files that came by mail, to be saved: whoever has the link has the file, without a cookie, and nothing in it runs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from makegood.channels.links import BadFileLink, file_of


@require_safe
def save(_request: HttpRequest, token: str) -> HttpResponse:
    try:
        file = file_of(token)
    except BadFileLink:
        raise Http404 from None
    return HttpResponse(
        file.content,
        content_type=file.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-store",
        },
    )
