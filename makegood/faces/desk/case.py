"""One case: who this is, what was promised, what happened, what can be done, and the words for it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.views.decorators.http import require_safe

from makegood.cases.models import Case
from makegood.cases.queries import case_of
from makegood.faces.desk.case_view import build_case_view
from makegood.faces.desk.frame import helper_of, part, shown
from makegood.faces.desk.inbox import inbox_now
from makegood.faces.desk.writing import Letter, letter_for
from makegood.faces.problems import status_of
from makegood.journal.queries import last_fact_id
from makegood.kit import clock
from makegood.kit.errors import Refusal

# What is said for each kind of refusal.
Refusals = Mapping[type[Refusal], str | Lazy]
# What was just done, said once at the top of the page that follows.
DONE = {
    "granted",
    "undone",
    "sent",
    "noted",
    "assigned",
    "closed",
    "paid",
    "signed_out",
    "tried_again",
    "readdressed",
    "renumbered",
    "reachable",
    "needed",
}


def case_or_404(number: int) -> Case:
    try:
        return case_of(number)
    except Case.DoesNotExist:
        raise Http404(f"There is no case {number}.") from None


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    return page(request, case_or_404(number))


def page(
    request: HttpRequest,
    case: Case,
    *,
    letter: Letter | None = None,
    problem: str = "",
    at_reply: bool = False,
    note: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole case; after a refusal with what was typed still in its place, and what is wrong said beside it."""
    now = clock.now()
    helper = helper_of(request)
    picture = build_case_view(case, helper=helper, now=now)
    done = request.GET.get("done", "")
    words: dict[str, Any] = {
        "picture": picture,
        "case": case,
        "letter": letter or letter_for(case, helper=helper, now=now),
        "inbox": inbox_now(now=now, zone=helper.zone),
        "at": case.pk,
        "problem": "" if at_reply else problem,
        "reply_problem": problem if at_reply else "",
        "note": note,
        "typed": typed,
        "done": done if done in DONE else "",
    }
    return shown(request, "desk/case.html", words, status=status)


def acted(request: HttpRequest, case: Case, done: str, act: Callable[[], object], refusals: Refusals) -> HttpResponse:
    """Do something on a case, and say above it that it is `done`; or why not, in the words for that kind of refusal."""
    try:
        act()
    except tuple(refusals) as refusal:
        status = status_of(type(refusal))
        return page(request, case_or_404(case.pk), problem=str(refusals[type(refusal)]), status=status)
    return redirect(f"{reverse('desk:case', args=[case.pk])}?done={done}")


@require_safe
def refresh(request: HttpRequest, number: int) -> HttpResponse:
    """What has changed on an open page: head, remedies and story; nothing (204) where nothing has happened since."""
    case = case_or_404(number)
    if request.GET.get("newest") == str(last_fact_id(customer_id=case.customer_id)):
        return HttpResponse(status=204)
    now = clock.now()
    picture = build_case_view(case, helper=helper_of(request), now=now)
    return part(request, "desk/parts/case_refresh.html", {"picture": picture, "case": case, "typed": None})
