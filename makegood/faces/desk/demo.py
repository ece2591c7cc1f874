"""The demo's clock: time can be moved on, and everything that falls due meanwhile happens."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from makegood.faces.desk.frame import shown
from makegood.faces.desk.mailbox import only_in_the_demo
from makegood.kit import clock
from makegood.kit.instants import local_day, zone_named

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "three-days": timedelta(days=3)}
MORNING = time(9, 0)


@require_safe
@only_in_the_demo
def show(request: HttpRequest) -> HttpResponse:
    words = {"now": clock.now(), "shop_zone": settings.SHOP_ZONE, "is_frozen": clock.is_frozen()}
    return shown(request, "desk/demo.html", words)


@require_POST
@only_in_the_demo
def move_on(request: HttpRequest) -> HttpResponse:
    """Let the clock run on from a later instant; the worker's next sweep finds what fell due."""
    step, now = request.POST.get("step", ""), clock.now()
    if step == "morning":
        clock.run_from(_next_morning(now))
    elif step in STEPS:
        clock.run_from(now + STEPS[step])
    else:
        return HttpResponseBadRequest("step: hour, morning, day or three-days")
    return redirect(reverse("desk:demo"))


def _next_morning(now: datetime) -> datetime:
    zone = zone_named(settings.SHOP_ZONE)
    tomorrow = local_day(now, zone) + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, tzinfo=zone)
