"""What every page of the desk has around it, and who stands before it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from makegood.cases.queries import inbox_counts
from makegood.channels.queries import count_alarmed_mails
from makegood.journal.queries import count_parked
from makegood.kit import clock
from makegood.parcels.waiting import count_failing
from makegood.staff.models import Helper
from makegood.staff.rules import Actor, Role, Standpoint


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
        "now": clock.now(),
        "in_danger": counts["danger"],
        "in_inbox": counts["danger"] + counts["waiting"],
        "parked_count": count_parked(),
        "alarmed_mails": count_alarmed_mails(),
        "failing_carriers": count_failing(),
        "is_demo": settings.DEMO,
        "story": settings.STORY,
        "shop_name": settings.SHOP_NAME,
    }
    return render(request, template, {**frame, **context}, status=status)


def part(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A piece of a page, without the frame."""
    helper = helper_of(request)
    return render(request, template, {"helper": helper, "zone": helper.zone, **context}, status=status)
