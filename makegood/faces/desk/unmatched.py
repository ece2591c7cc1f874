"""Words from people who proved nothing: a helper says whose they are, or why they need no answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.cases.actions import NothingSaid
from makegood.cases.matching import KEEP_UNASSIGNED, dismiss_words, take_to_customer
from makegood.cases.models import UnmatchedMessage
from makegood.cases.queries import count_unmatched, unassigned
from makegood.cases.suggestions import Why, suggestions_for
from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_reference
from makegood.faces.desk.frame import shown
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved

LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Some words, and whose they may be: each customer with why we think so."""

    words: UnmatchedMessage
    suggestions: Sequence[tuple[Customer, str]]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    rows = _rows(unassigned(limit=LIMIT))
    words = {
        "rows": rows,
        "waiting": count_unmatched() if len(rows) == LIMIT else len(rows),
        "most": KEEP_UNASSIGNED,
        "problem": problem,
        "problem_at": at,
    }
    return shown(request, "desk/unmatched.html", words, status=status)


def _rows(waiting: Sequence[UnmatchedMessage]) -> list[Row]:
    return [
        Row(words=words, suggestions=[(each.customer, _why(each.why)) for each in suggestions])
        for words, suggestions in zip(waiting, suggestions_for(waiting), strict=True)
    ]


def _why(why: Collection[Why]) -> str:
    """What speaks for a customer, in words."""
    if {Why.ADDRESS, Why.LETTER} <= set(why):
        return _("their address, and a letter to them is answered")
    if {Why.ADDRESS, Why.ORDER} <= set(why):
        return _("their address and their order")
    if Why.ADDRESS in why:
        return _("their address")
    if Why.ORDER in why:
        return _("their order, from another address")
    return _("a letter to them is answered") if Why.LETTER in why else _("their parcel, from another address")


@require_POST
def take(request: HttpRequest, unassigned_id: int) -> HttpResponse:
    customer = customer_by_reference(request.POST.get("customer", ""))
    if customer is None:
        problem = _("There is no customer of that number. Search for them by name or address.")
        return _page(request, problem=problem, at=unassigned_id, status=422)
    try:
        case = take_to_customer(unassigned_id=unassigned_id, customer=customer, now=clock.now())
    except UnmatchedMessage.DoesNotExist:
        raise Http404 from None
    except AlreadyResolved:
        return _gone(request)
    return redirect(reverse("desk:case", args=[case.pk]))


def _gone(request: HttpRequest) -> HttpResponse:
    return _page(request, problem=_("Somebody has dealt with these words already."), status=409)


@require_POST
def dismiss(request: HttpRequest, unassigned_id: int) -> HttpResponse:
    try:
        dismiss_words(unassigned_id=unassigned_id, reason=request.POST.get("reason", ""), now=clock.now())
    except UnmatchedMessage.DoesNotExist:
        raise Http404 from None
    except AlreadyResolved:
        return _gone(request)
    except NothingSaid:
        problem = _("Say why these words need no answer: the reason is kept.")
        return _page(request, problem=problem, at=unassigned_id, status=422)
    return redirect(reverse("desk:unmatched"))
