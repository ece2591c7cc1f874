"""What a helper does on a case besides writing: make it good, note, assign, close, say that money is back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from makegood.cases.actions import CaseIsClosed, CustomerStillWaits, NothingSaid, add_note, assign, close_case
from makegood.cases.making_good import make_good
from makegood.cases.queries import deliveries_gathered
from makegood.cases.resending import try_again
from makegood.catalog.actions import StockShort
from makegood.customers.actions import end_sign_ins
from makegood.customers.correcting import AddressOfAnother, correct_handles
from makegood.faces.desk.case import Refusals, acted, case_or_404, page
from makegood.faces.desk.choices import choices_for
from makegood.faces.desk.frame import actor_of, helper_of
from makegood.faces.forms import day_and_time
from makegood.faces.problems import status_of
from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.orders.queries import orders_by_id
from makegood.remedies.actions import AskFirst, NotPossibleNow, OfferChanged
from makegood.remedies.needs import state_needs
from makegood.remedies.queries import grant_of_dispatch
from makegood.remedies.rules.authority import NotYoursToGrant
from makegood.remedies.undoing import NothingToUndo, undo_grant
from makegood.staff.queries import helpers

CLOSED: Refusals = {CaseIsClosed: gettext_lazy("Nothing was done: this case was closed meanwhile.")}
NOT_CLOSED: Refusals = {
    **CLOSED,
    CustomerStillWaits: gettext_lazy(
        "Not closed: somebody still waits for us here. Under “More”, say that you close it all the same."
    ),
}
EMPTY: Refusals = {NothingSaid: gettext_lazy("The note is empty: write something first.")}
NO_LONGER = gettext_lazy("Nothing was done: the stock or the clock no longer allow it. This is what is possible now.")
OTHERWISE = gettext_lazy("Nothing was done: what is possible has just changed. Please look again.")
NOT_UNDONE: Refusals = {NothingToUndo: gettext_lazy("Nothing was undone: it has left, or was undone before.")}
NOT_GRANTED: Refusals = {
    **CLOSED,
    OfferChanged: OTHERWISE,
    NotYoursToGrant: gettext_lazy("Nothing was done: this is beyond what you may grant alone. Ask a lead."),
    NotPossibleNow: NO_LONGER,
    StockShort: NO_LONGER,
    AskFirst: gettext_lazy("Nothing was done: it is not what they ordered. Ask them, and say how they agreed."),
}


@require_POST
def grant(request: HttpRequest, number: int) -> HttpResponse:
    """One click: the remedy that was seen, or a word that it is no longer the same."""
    case = case_or_404(number)
    actor, now = actor_of(helper_of(request)), clock.now()
    seen = request.POST.get("seen", "")
    orders = orders_by_id({delivery.order_id for delivery in deliveries_gathered(case)})
    choices = choices_for(orders, by=actor, now=now)
    chosen = next((choice for choice in choices if choice.seen == seen), None)
    if chosen is None and choices:
        return page(request, case, problem=str(OTHERWISE), status=409)

    def act() -> None:
        if chosen:
            make_good(
                case_id=case.pk,
                kind=chosen.kind,
                by=actor,
                now=now,
                order_id=chosen.order_id,
                seen=chosen.fingerprints,
                agreed=request.POST.get("agreed", ""),
            )

    return acted(request, case, "granted", act, NOT_GRANTED)


@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """What was to go in the place of what was ordered stays, as long as it has not left."""
    case, actor = case_or_404(number), actor_of(helper_of(request))
    typed = request.POST.get("dispatch", "")
    dispatch = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    grant_id = grant_of_dispatch(dispatch, customer_id=case.customer_id)
    if grant_id is None:
        return page(request, case, problem=str(NO_LONGER), status=409)
    return acted(request, case, "undone", lambda: undo_grant(grant_id=grant_id, by=actor, now=clock.now()), NOT_UNDONE)


@require_POST
def need(request: HttpRequest, number: int) -> HttpResponse:
    """By when they need it, as they told one of us; without a day, that none matters any more."""
    case, actor, now = case_or_404(number), actor_of(helper_of(request)), clock.now()
    try:
        by_date, by_time = day_and_time(request.POST.get("by_date", ""), request.POST.get("by_time", ""))
        orders = orders_by_id({delivery.order_id for delivery in deliveries_gathered(case)})
        references = [order.reference for order in orders]
        if not references:
            return page(request, case, problem=str(OTHERWISE), status=409)
        state_needs(references=references, by_date=by_date, by_time=by_time, by=actor, now=now)
    except InvalidField as wrong:
        return page(request, case, problem=gettext("Nothing was kept: %(why)s.") % {"why": wrong}, status=422)
    return redirect(f"{reverse('desk:case', args=[case.pk])}?done=needed")


@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    case, helper, body = case_or_404(number), helper_of(request), request.POST.get("note", "")
    return acted(
        request, case, "noted", lambda: add_note(case_id=case.pk, body=body, by=helper, now=clock.now()), EMPTY
    )


@require_POST
def assignment(request: HttpRequest, number: int) -> HttpResponse:
    """To me, to somebody, or to nobody (an empty choice)."""
    case = case_or_404(number)
    chosen = request.POST.get("to", "")
    to = next((each for each in helpers() if str(each.pk) == chosen), None)
    if chosen and to is None:
        return page(request, case, problem=gettext("Not assigned: that helper is not here any more."), status=422)
    return acted(request, case, "assigned", lambda: assign(case_id=case.pk, to=to, now=clock.now()), CLOSED)


@require_POST
def closure(request: HttpRequest, number: int) -> HttpResponse:
    """Closed; where somebody waits, once it is said that they may."""
    case, actor = case_or_404(number), actor_of(helper_of(request))
    may_wait = "although_they_wait" in request.POST

    def act() -> None:
        close_case(case_id=case.pk, by=actor, now=clock.now(), although_they_wait=may_wait)

    return acted(request, case, "closed", act, NOT_CLOSED)


@require_POST
def try_letter_again(request: HttpRequest, number: int) -> HttpResponse:
    case = case_or_404(number)
    return acted(request, case, "tried_again", lambda: try_again(case_id=case.pk, now=clock.now()), CLOSED)


@require_POST
def sign_out(request: HttpRequest, number: int) -> HttpResponse:
    """The customer said that a letter went to somebody else: no link and no session of theirs is good any longer."""
    case = case_or_404(number)
    return acted(request, case, "signed_out", lambda: end_sign_ins([case.customer_id]), {})


@require_POST
def reach(request: HttpRequest, number: int) -> HttpResponse:
    """They told one of us how they are reached."""
    case, actor = case_or_404(number), actor_of(helper_of(request))
    typed = {name: request.POST.get(name, "") for name in ("email", "phone")}
    try:
        correct_handles(customer_id=case.customer_id, by=actor, now=clock.now(), **typed)
    except (InvalidField, AddressOfAnother) as wrong:
        problem = gettext("Nothing was kept: %(why)s.") % {"why": wrong}
        return page(request, case, problem=problem, typed=typed, status=status_of(type(wrong)))
    return redirect(f"{reverse('desk:case', args=[case.pk])}?done=reachable")
