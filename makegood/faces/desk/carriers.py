"""How we hear of parcels: which carriers push, which we ask, what is left to ask with, and who waits too long."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from makegood.faces.desk.frame import shown
from makegood.kit import clock
from makegood.kit.clock import system_now
from makegood.parcels.waiting import Left, poll_states

LEFT = {
    1: gettext_lazy("%(left)s of %(allowed)s calls a second left"),
    3600: gettext_lazy("%(left)s of %(allowed)s calls an hour left"),
    86_400: gettext_lazy("%(left)s of %(allowed)s calls a day left"),
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    lines = poll_states(pushed=settings.SCAN_SECRETS, now=clock.now(), at=system_now())
    rows = [(line, [_left(left) for left in line.left]) for line in lines]
    return shown(request, "desk/carriers.html", {"rows": rows})


def _left(left: Left) -> str:
    """60 of 60 calls an hour left."""
    text = str(LEFT.get(left.limit.seconds, _("%(left)s of %(allowed)s calls in %(seconds)s seconds left")))
    return text % {"left": left.calls, "allowed": left.limit.calls, "seconds": left.limit.seconds}
