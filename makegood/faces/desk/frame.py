"""What every page of the desk has around it, and who stands before it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from makegood.cases.queries import inbox_counts
from makegood.channels.queries import count_alarmed_mails
from makegood.faces.files_host import files_origin
from makegood.journal.queries import count_dead_letters
from makegood.parcels.waiting import count_failing
from makegood.staff.models import Helper
from makegood.staff.rules import Actor, Role, Standpoint

# What a page of the desk may run and load: its own, and mail in its frame; so that words that got through a mistake of
# ours would still do nothing.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-src 'self' {files}; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def helper_of(request: HttpRequest) -> Helper:
    """The helper who asks; the doors see to it that there is one."""
    assert isinstance(request.user, Helper), "the desk is behind its sign-in"  # noqa: S101
    return request.user


def actor_of(helper: Helper) -> Actor:
    """From where a helper acts: authority is looked up by it."""
    standpoint = Standpoint.LEAD if helper.role == Role.LEAD else Standpoint.HELPER
    return Actor(standpoint=standpoint, id=helper.pk, name=helper.name)


def form_key() -> str:
    """A form is sent once: its key comes back with it, and the same key twice is one message."""
    return uuid.uuid4().hex


def shown(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A page with the desk's frame around it."""
    helper = helper_of(request)
    counts = inbox_counts()
    frame = {
        "helper": helper,
        "zone": helper.zone,
        "in_danger": counts["danger"],
        "in_inbox": counts["danger"] + counts["waiting"],
        "stuck_count": count_dead_letters(),
        "alarmed_mails": count_alarmed_mails(),
        "failing_carriers": count_failing(),
        "is_demo": settings.DEMO,
        "story": settings.STORY,
        "shop_name": settings.SHOP_NAME,
    }
    response = render(request, template, {**frame, **context}, status=status)
    response["Content-Security-Policy"] = POLICY.format(files=files_origin(request))
    return response


def part(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A piece of a page, without the frame."""
    helper = helper_of(request)
    return render(request, template, {"helper": helper, "zone": helper.zone, **context}, status=status)
