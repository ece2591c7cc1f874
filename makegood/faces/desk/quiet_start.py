"""What a shop that is learning would write, and to whom; and letting it begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood.cases.models import QuietStart
from makegood.cases.queries import quiet_start
from makegood.cases.quiet_start import MAY_BEGIN, NotLearning, begin, cases_waiting, letters_held
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.kit import clock
from makegood.kit.records import number_of
from makegood.staff.models import Helper
from makegood.staff.rules import SYSTEM, OnlyALead, Role

# Cases, each with its letters worded anew.
LIMIT = 50


def show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The letters held, some cases at a time, in the words that they would have now."""
    start = quiet_start()
    is_learning = start is not None and start.begun_at is None
    after = number_of(request.GET.get("after", "")) or 0
    cases = list(cases_waiting().filter(id__gt=after)[: LIMIT + 1]) if is_learning else []
    held = list(letters_held(cases[:LIMIT], now=clock.now()))
    context = {
        "start": start,
        "held": [letter for letter in held if letter.address],
        "nowhere": [letter for letter in held if not letter.address],
        "is_part": bool(after) or len(cases) > LIMIT,
        "next_after": cases[LIMIT - 1].pk if len(cases) > LIMIT else None,
        "is_learning": is_learning,
        "may_begin": actor_of(helper_of(request)).standpoint in MAY_BEGIN,
        "who": _who(start),
        "problem": problem,
    }
    return shown(request, "desk/quiet_start.html", context, status=status)


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
    try:
        begin(by=actor_of(helper_of(request)), now=clock.now())
    except OnlyALead:
        return show(request, problem=_("Only a lead may let the shop begin."), status=403)
    except NotLearning:
        # Somebody else was quicker: it is what was asked for, and the page says who did it.
        pass
    return redirect(reverse("desk:quiet-start"))
