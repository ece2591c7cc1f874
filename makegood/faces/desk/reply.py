"""The reply on a case: drafted, checked as it is typed, sent once."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from makegood.cases.actions import CaseIsClosed, NothingSaid, send_reply
from makegood.cases.notifications import draft_for
from makegood.cases.truth_check import UnsupportedWords, overridden
from makegood.faces.desk.case import Refusals, case_or_404, page
from makegood.faces.desk.frame import actor_of, form_key, helper_of, part
from makegood.faces.desk.writing import checked, letter_as_typed, letter_for
from makegood.faces.problems import status_of
from makegood.kit import clock
from makegood.kit.errors import IdempotencyConflict, Refusal

NOT_SENT: Refusals = {
    UnsupportedWords: gettext_lazy("Not sent: no record supports %(words)s. Put it right or take it out."),
    IdempotencyConflict: gettext_lazy(
        "Not sent: other words went from this form before. Send these too, if you still want to."
    ),
    NothingSaid: gettext_lazy("Not sent: write something first."),
    CaseIsClosed: gettext_lazy(
        "Not sent: this case was closed meanwhile. The customer’s next message opens a new one."
    ),
}


def body_of(request: HttpRequest) -> str:
    """What was typed, with the line ends that everything here counts by: forms send two characters for one."""
    return request.POST.get("body", "").replace("\r\n", "\n")


@require_GET
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """The form with a fresh draft: the facts have changed and nobody has typed."""
    case = case_or_404(number)
    letter = letter_for(case, helper=helper_of(request), now=clock.now())
    return part(request, "desk/parts/reply.html", {"case": case, "letter": letter})


@require_POST
def check(request: HttpRequest, number: int) -> HttpResponse:
    """What the records say of the words typed so far; nothing is kept."""
    case = case_or_404(number)
    found = checked(case, body_of(request), now=clock.now(), subject=request.POST.get("subject", "").strip())
    return part(request, "desk/parts/reply_checked.html", {"case": case, "checked": found})


@require_POST
def send(request: HttpRequest, number: int) -> HttpResponse:
    """Send what was typed, if the records support it; otherwise it stays as it was typed."""
    case = case_or_404(number)
    helper, now = helper_of(request), clock.now()
    key, body, subject = request.POST.get("key", "")[:64], body_of(request), request.POST.get("subject", "").strip()
    letter = letter_as_typed(case, key=key, subject=subject, body=body, now=now)
    try:
        reason = request.POST.get("override_reason", "") if "override" in request.POST else ""
        override = overridden(case, body, reason=reason, now=now, subject=subject)
        send_reply(
            case_id=case.pk,
            key=f"reply:{case.pk}:{letter.key}",
            subject=subject or draft_for(case, helper_name=helper.name, now=now).subject,
            body=body,
            by=actor_of(helper),
            now=now,
            override=override,
        )
    except tuple(NOT_SENT) as refusal:
        if isinstance(refusal, IdempotencyConflict):
            letter = replace(letter, key=form_key())
        status = status_of(type(refusal))
        return page(request, case, letter=letter, problem=_why_not(refusal), at_reply=True, status=status)
    return redirect(f"{reverse('desk:case', args=[case.pk])}?done=sent")


def _why_not(refusal: Refusal) -> str:
    problem = str(NOT_SENT[type(refusal)])
    if isinstance(refusal, UnsupportedWords):
        problem %= {"words": ", ".join(f"“{claim}”" for claim in refusal.claims)}
        if refusal.may_override:
            problem += " " + _("Or say below why it may go all the same.")
    return problem
