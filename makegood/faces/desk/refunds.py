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
from makegood.payments.queries import refunds_with_us
from makegood.payments.refunding import GatewaySendsIt, NoFailureGiven, fail
from makegood.payments.rules.refunds import RefundRoute
from makegood.remedies.actions import finish_refund
from makegood.remedies.refunds import RefundSeen, open_refunds, settled_refunds, with_reasons

LIMIT = 100


def show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    owed, settled = open_refunds(limit=LIMIT), settled_refunds(limit=LIMIT, now=now)
    here = with_reasons(refunds_with_us(limit=LIMIT))
    cases = open_cases_of({each.refund.customer_id for each in (*owed, *settled, *here)})
    left = [time_left(each.refund.due_at, now=now, zone=each.refund.customer.zone) for each in owed]
    context = {
        "rows": [
            (each, cases.get(each.refund.customer_id), _where(each), until)
            for each, until in zip(owed, left, strict=True)
        ],
        "settled": [(each, cases.get(each.refund.customer_id)) for each in settled],
        "with_us": [(each, cases.get(each.refund.customer_id)) for each in here],
        "problem": problem,
    }
    return shown(request, "desk/refunds.html", context, status=status)


def _where(seen: RefundSeen) -> str:
    """Where a person has to send money to: nowhere but to its tender, where a gateway makes it or we keep it."""
    refund = seen.refund
    if refund.route != RefundRoute.BY_HAND:
        return ""
    told = refund.customer.address or (seen.order.ship_to if seen.order else None)
    if not told:
        return ""
    parts = [told.get("name"), *told.get("lines", ()), told.get("postcode"), told.get("country")]
    return ", ".join(str(part) for part in parts if part)


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
