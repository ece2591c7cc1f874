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
from makegood.cases.suggestions import Suggestion, Why, suggestions_for
from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_reference
from makegood.faces.desk.frame import helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.faces.desk.time_left import TimeLeft, time_left
from makegood.kit import clock
from makegood.kit.emails import BadEmail, normal_email
from makegood.kit.errors import InvalidField

LIMIT = 50
# What speaks for somebody, in words: the first whose reasons all hold.
SPEAKS_FOR = (
    ({Why.ADDRESS, Why.LETTER}, gettext_lazy("their address, and a letter to them is answered")),
    ({Why.ADDRESS, Why.ORDER}, gettext_lazy("their address and their order")),
    ({Why.ADDRESS}, gettext_lazy("their address")),
    ({Why.ORDER}, gettext_lazy("names their order, writes from another address")),
    ({Why.LETTER}, gettext_lazy("a letter to them is answered, from another address")),
    (set[Why](), gettext_lazy("names their parcel, writes from another address")),
)
# The same where no address of whoever wrote is known: a form came from our own.
WITHOUT_ADDRESS = (
    ({Why.ORDER}, gettext_lazy("names their order; who wrote gives no address")),
    ({Why.LETTER}, gettext_lazy("a letter to them is answered; who wrote gives no address")),
    (set[Why](), gettext_lazy("names their parcel; who wrote gives no address")),
)
BY_PROGRAM = (({Why.LETTER}, gettext_lazy("a program answers a letter to them")),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Whose some words may be, and why. `is_likely`: their own address speaks for it; a number anybody can name."""

    customer: Customer
    why: str
    is_likely: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFile:
    """What came with words that wait; its bytes are still in their mail."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Some words, and whose they may be: each customer with why we think so. `can_be_contact`: whoever wrote them can
    be answered although they are no customer.
    """

    words: UnmatchedMessage
    suggestions: Sequence[Suggested]
    left: TimeLeft | None
    can_be_contact: bool
    files: Sequence[WaitingFile]


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
            suggestions=[_suggested(each, words) for each in suggestions],
            left=time_left(words.due_at, now=now, zone=zone),
            can_be_contact=_reaches(words.reply_to or words.address)
            and not any(Why.ADDRESS in each.why for each in suggestions),
            files=[WaitingFile(**each) for each in words.attachments],
        )
        for words, suggestions in zip(waiting, suggestions_for(waiting), strict=True)
    ]


def _reaches(address: str) -> bool:
    try:
        normal_email(address)
    except BadEmail:
        return False
    return True


def _suggested(suggestion: Suggestion, words: UnmatchedMessage) -> Suggested:
    return Suggested(
        customer=suggestion.customer,
        why=_why(suggestion.why, words),
        is_likely=Why.ADDRESS in suggestion.why,
    )


def _why(why: Collection[Why], words: UnmatchedMessage) -> str:
    """What speaks for a customer, in words."""
    table = SPEAKS_FOR if words.address or words.reply_to else WITHOUT_ADDRESS
    if words.is_automatic:
        table = (*BY_PROGRAM, *table)
    return str(next(said for reasons, said in table if reasons <= set(why)))


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
