"""Words from people who proved nothing: a helper says whose they are, or why they need no answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.cases.matching import KEEP_UNASSIGNED, dismiss_words, take_to_customer
from makegood.cases.models import UnmatchedMessage
from makegood.cases.queries import count_unmatched, unassigned
from makegood.cases.suggestions import Why, suggestions_for
from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_reference
from makegood.faces.desk.frame import shown
from makegood.faces.desk.resolving import resolves
from makegood.kit import clock

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
    """Some words, and whose they may be: each customer with why we think so."""

    words: UnmatchedMessage
    suggestions: Sequence[tuple[Customer, str]]


def show(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
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


@resolves(show, empty=gettext_lazy("Say why these words need no answer: the reason is kept."))
def dismiss(request: HttpRequest, unassigned_id: int) -> HttpResponse:
    dismiss_words(unassigned_id=unassigned_id, reason=request.POST.get("reason", ""), now=clock.now())
    return redirect("desk:unmatched")
