"""The stream that tells an open page that something happened (server-sent events)."""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from makegood.faces.desk.listening import changes
from makegood.staff.models import Helper

# Without words: what happened is read anew by whoever may see it.
FACTS = b"event: facts\ndata: \n\n"
STILL_HERE = b": still here\n\n"
RETRY = b"retry: 2000\n\n"


@require_GET
async def stream(request: HttpRequest) -> HttpResponseBase:
    """One event for each burst of facts; a comment when nothing happens, so that a dead line is noticed."""
    if not isinstance(await request.auser(), Helper):
        return HttpResponse(status=401)
    # A stream stays open for hours, and the pool is small.
    await sync_to_async(connections.close_all)()
    # Read, empty as it is, so that its file is closed now and not when the page is.
    _ = request.body
    response = StreamingHttpResponse(_told(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _told() -> AsyncIterator[bytes]:
    yield RETRY
    async for something in changes():
        yield FACTS if something else STILL_HERE
