"""Words from people who proved nothing: a helper says whose they are, or why they need no answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.cases.matching import (
    KEEP_UNASSIGNED,
    ContactIsKnown,
    dismiss_words,
    take_to_customer,
    take_to_new_contact,
)
from makegood.cases.models import UnmatchedMessage
from makegood.cases.queries import count_unmatched, unassigned
from makegood.cases.suggestions import Why, suggestions_for
from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_reference
from makegood.faces.desk.frame import helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.faces.desk.time_left import TimeLeft, time_left
from makegood.kit import clock
from makegood.kit.emails import BadEmail, normal_email
from makegood.kit.errors import InvalidField

LIMIT = 50
SPEAKS_FOR = (
    ({Why.ADDRESS, Why.LETTER}, gettext_lazy("their address, and a letter to them is answered")),
    ({Why.ADDRESS, Why.ORDER}, gettext_lazy("their address and their order")),
    ({Why.ADDRESS}, gettext_lazy("their address")),
    ({Why.ORDER}, gettext_lazy("their order, from another address")),
    ({Why.LETTER}, gettext_lazy("a letter to them is answered")),
    (set[Why](), gettext_lazy("their parcel, from another address")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Some words, and whose they may be: each customer with why we think so. `can_be_contact`: whoever wrote them can
    be answered although they are no customer.
    """

    words: UnmatchedMessage
    suggestions: Sequence[tuple[Customer, str]]
    left: TimeLeft | None
    can_be_contact: bool


def show(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    rows = _rows(unassigned(limit=LIMIT), now=clock.now(), zone=helper_of(request).zone)
    words = {
        "rows": rows,
        "waiting": count_unmatched() if len(rows) == LIMIT else len(rows),
        "most": KEEP_UNASSIGNED,
        "problem": problem,
        "problem_at": at,
    }
    return shown(request, "desk/unmatched.html", words, status=status)


def _rows(waiting: Sequence[UnmatchedMessage], *, now: datetime, zone: str) -> list[Row]:
    return [
        Row(
            words=words,
            suggestions=[(each.customer, _why(each.why)) for each in suggestions],
            left=time_left(words.due_at, now=now, zone=zone),
            can_be_contact=_reaches(words.reply_to or words.address)
            and not any(Why.ADDRESS in each.why for each in suggestions),
        )
        for words, suggestions in zip(waiting, suggestions_for(waiting), strict=True)
    ]


def _reaches(address: str) -> bool:
    try:
        normal_email(address)
    except BadEmail:
        return False
    return True


def _why(why: Collection[Why]) -> str:
    """What speaks for a customer, in words: the first that holds."""
    return str(next(words for reasons, words in SPEAKS_FOR if reasons <= set(why)))


@resolves(show)
def take(request: HttpRequest, unassigned_id: int) -> HttpResponse:
    customer = customer_by_reference(request.POST.get("customer", ""))
    if customer is None:
        problem = _("There is no customer of that number. Search for them by name or address.")
        return show(request, problem=problem, at=unassigned_id, status=422)
    case = take_to_customer(unassigned_id=unassigned_id, customer=customer, now=clock.now())
    return redirect("desk:case", case.pk)


@resolves(show)
def answer(request: HttpRequest, unassigned_id: int) -> HttpResponse:
    """On to the case on which somebody who is no customer yet is answered."""
    try:
        case = take_to_new_contact(unassigned_id=unassigned_id, now=clock.now())
    except ContactIsKnown as known:
        return show(request, problem=str(known), at=unassigned_id, status=409)
    except InvalidField:
        problem = _("No mail can go to this address. Say whose the words are.")
        return show(request, problem=problem, at=unassigned_id, status=422)
    return redirect("desk:case", case.pk)


@resolves(show, empty=gettext_lazy("Say why these words need no answer: the reason is kept."))
def dismiss(request: HttpRequest, unassigned_id: int) -> HttpResponse:
    dismiss_words(unassigned_id=unassigned_id, reason=request.POST.get("reason", ""), now=clock.now())
    return redirect("desk:unmatched")
