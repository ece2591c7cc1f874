"""Reactions that kept failing and were set aside: each waits for a person to retry it or to let it go with a reason."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.journal.actions import dismiss_dead_letter, retry_dead_letter
from makegood.journal.models import DeadLetter
from makegood.journal.queries import dead_letters
from makegood.kit.errors import AlreadyResolved, DismissalWithoutReason

LIMIT = 100


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    words = {"rows": dead_letters(limit=LIMIT), "problem": problem, "problem_at": at}
    return shown(request, "desk/stuck_work.html", words, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return _page(request, problem=_("Somebody has dealt with it already."), status=409)


@require_POST
def retry(request: HttpRequest, parked_id: int) -> HttpResponse:
    try:
        retry_dead_letter(parked_id=parked_id, by=str(actor_of(helper_of(request))))
    except DeadLetter.DoesNotExist:
        raise Http404 from None
    except AlreadyResolved:
        return _gone(request)
    return redirect(reverse("desk:stuck-work"))


@require_POST
def dismiss(request: HttpRequest, parked_id: int) -> HttpResponse:
    by = str(actor_of(helper_of(request)))
    try:
        dismiss_dead_letter(parked_id=parked_id, by=by, reason=request.POST.get("reason", ""))
    except DeadLetter.DoesNotExist:
        raise Http404 from None
    except AlreadyResolved:
        return _gone(request)
    except DismissalWithoutReason:
        problem = _("Say why this need not happen any more: the reason is kept.")
        return _page(request, problem=problem, at=parked_id, status=422)
    return redirect(reverse("desk:stuck-work"))
