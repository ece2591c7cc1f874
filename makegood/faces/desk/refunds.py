"""Money that goes back: what a helper still has to pay, what is under way, and saying that it arrived or did not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.cases.queries import open_cases_of
from makegood.faces.desk.auth import safe_address
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.faces.desk.time_left import time_left
from makegood.kit import clock
from makegood.payments.refunding import GatewaySendsIt, NoFailureGiven, fail
from makegood.remedies.actions import finish_refund
from makegood.remedies.refunds import open_refunds, settled_refunds

LIMIT = 100


def show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    owed, settled = open_refunds(limit=LIMIT), settled_refunds(limit=LIMIT, now=now)
    cases = open_cases_of({each.refund.customer_id for each in (*owed, *settled)})
    left = [time_left(each.refund.due_at, now=now, zone=each.refund.customer.zone) for each in owed]
    rows = [(each, cases.get(each.refund.customer_id), until) for each, until in zip(owed, left, strict=True)]
    done = [(each, cases.get(each.refund.customer_id)) for each in settled]
    return shown(request, "desk/refunds.html", {"rows": rows, "settled": done, "problem": problem}, status=status)


@resolves(show)
def pay(request: HttpRequest, refund_id: int) -> HttpResponse:
    """The money is back, says the helper; twice is once, and the second is told so."""
    note = request.POST.get("note", "")
    try:
        finish_refund(refund_id=refund_id, by=actor_of(helper_of(request)), note=note, now=clock.now())
    except GatewaySendsIt:
        return show(request, problem=_("The gateway makes this refund, and says itself when it is there."), status=409)
    return _back(request)


@resolves(show)
def came_back(request: HttpRequest, refund_id: int) -> HttpResponse:
    """It did not arrive, says the helper, and why; its customer is asked how they want it."""
    by, failure = str(actor_of(helper_of(request))), request.POST.get("failure", "")
    try:
        fail(refund_id, by=by, failure=failure, now=clock.now())
    except GatewaySendsIt:
        return show(request, problem=_("The gateway makes this refund, and says itself when it is there."), status=409)
    except NoFailureGiven:
        return show(request, problem=_("Say why it did not arrive, for whoever helps."), status=422)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(safe_address(request, request.POST.get("back", ""), otherwise=reverse("desk:refunds")))
