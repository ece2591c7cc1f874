"""What a shop that is learning would write, and to whom; and letting it begin."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.cases.models import QuietStart
from makegood.cases.queries import quiet_start
from makegood.cases.quiet_start import NotLearning, begin, letters_held
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.kit import clock
from makegood.staff.models import Helper
from makegood.staff.rules import SYSTEM, Role


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The letters held, some cases at a time, in the words that they would have now."""
    start, now = quiet_start(), clock.now()
    after = request.GET.get("after", "")
    is_learning = start is not None and start.begun_at is None
    held = list(letters_held(now=now, after=int(after) if after.isdecimal() else 0)) if is_learning else []
    context = {
        "start": start,
        "held": [letter for letter in held if letter.address],
        "nowhere": [letter for letter in held if not letter.address],
        "is_learning": is_learning,
        "who": _who(start),
    }
    return shown(request, "desk/quiet_start.html", context)


def _who(start: QuietStart | None) -> str:
    """Who let the shop begin, by name where it was one of the helpers."""
    if start is None or start.begun_by == str(SYSTEM):
        return _("by itself")
    _role, _colon, number = start.begun_by.partition(":")
    is_helper = start.begun_by.startswith((f"{Role.HELPER}:", f"{Role.LEAD}:")) and number.isdecimal()
    helper = Helper.objects.filter(id=number).first() if is_helper else None
    return helper.name if helper else start.begun_by


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """The shop begins; who comes second finds that it has."""
    # Where somebody else was quicker it is what was asked for, and the page says who did it.
    with suppress(NotLearning):
        begin(by=str(actor_of(helper_of(request))), now=clock.now())
    return redirect(reverse("desk:quiet-start"))
