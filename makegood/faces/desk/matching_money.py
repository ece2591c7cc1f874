"""Money that names nobody: a helper says whose it is. And money in a currency in which nothing is owed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_reference
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.intake.receiving import match_receipt
from makegood.intake.suggestions import Hint, Suggestion, suggestions_for
from makegood.kit import clock
from makegood.kit.records import number_of
from makegood.orders.models import Order
from makegood.orders.queries import orders_with_references, unpaid_orders
from makegood.payments.models import Receipt, UnmatchedReceipt
from makegood.payments.queries import (
    count_unmatched_receipts,
    receipt_of_reference,
    unmatched_money,
    unspent_receipts,
)

LIMIT = 50
# What speaks for somebody, in words: the first whose reasons all hold.
SPEAKS_FOR = (
    ({Hint.ORDER_NAMED, Hint.AMOUNT_DUE}, gettext_lazy("their order is named, and just that is due for it")),
    ({Hint.ORDER_NAMED, Hint.NAME}, gettext_lazy("their order is named, and so are they")),
    ({Hint.ORDER_NAMED}, gettext_lazy("their order is named")),
    ({Hint.AMOUNT_DUE, Hint.NAME}, gettext_lazy("just that is due, and the name is like theirs")),
    ({Hint.AMOUNT_DUE}, gettext_lazy("just that is due from them; the name is another")),
    ({Hint.NAME}, gettext_lazy("the name is like theirs")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Whose some money may be, and why, in words."""

    found: Suggestion
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Money that waits, and whose it may be."""

    money: UnmatchedReceipt
    suggestions: Sequence[Suggested]


def show(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    if reference := request.GET.get("receipt", "").strip()[:200]:
        receipt = receipt_of_reference(reference)
        if receipt is not None:
            return redirect(f"{reverse('desk:account', args=[receipt.customer_id])}#receipt-{receipt.pk}")
        problem = _("No money came in under that number, or it still names nobody.")
    again = request.GET.get("waits_again", "")
    wanted = at or number_of(request.GET.get("money", "")) or number_of(again) or 0
    rows = _oldest_and(wanted)
    context = {
        "rows": [
            Row(money=row, suggestions=[Suggested(found=each, why=_why(each)) for each in found])
            for row, found in zip(rows, suggestions_for(rows), strict=True)
        ],
        "waiting": count_unmatched_receipts() if len(rows) >= LIMIT else len(rows),
        "elsewhere": _in_other_currencies(),
        "oldest": min(len(rows), LIMIT),
        "problem": problem,
        "problem_at": at,
        "typed": reference,
        "form": request.POST,
        "waits_again": again,
    }
    return shown(request, "desk/unmatched_money.html", context, status=status)


def _oldest_and(wanted: int) -> list[UnmatchedReceipt]:
    """What has waited longest, and first the one that whoever comes here looks for, where it is none of these."""
    rows = list(unmatched_money(is_matched=False)[:LIMIT])
    if wanted and all(row.pk != wanted for row in rows):
        rows = [*unmatched_money(is_matched=False).filter(pk=wanted), *rows]
    return rows


def _why(suggestion: Suggestion) -> str:
    return str(next(said for reasons, said in SPEAKS_FOR if reasons <= suggestion.why))


def _in_other_currencies() -> list[tuple[Receipt, str]]:
    """Money that pays for nothing while its customer owes us something in another currency, and in which."""
    receipts = list(unspent_receipts()[:LIMIT])
    due: dict[int, set[str]] = {}
    for customer_id, currency in unpaid_orders({each.customer_id for each in receipts}).values_list(
        "customer_id", "currency"
    ):
        due.setdefault(customer_id, set()).add(currency)
    return [
        (each, ", ".join(sorted(others)))
        for each in receipts
        if (others := due.get(each.customer_id, set()) - {each.currency})
    ]


@resolves(show)
def match(request: HttpRequest, unmatched_id: int) -> HttpResponse:
    """It is theirs, says the helper; twice is once, and the second is told so."""
    named, number = request.POST.get("order", "").strip(), request.POST.get("customer", "").strip()
    if not named and not number:
        return show(request, problem=_("Name an order or a customer."), at=unmatched_id, status=422)
    order = orders_with_references([named]).get(named) if named else None
    customer = customer_by_reference(number) if number else order.customer if order else None
    if customer is None or (named and order is None) or (order and order.customer_id != customer.pk):
        return show(request, problem=_what_is_wrong(named, order, customer), at=unmatched_id, status=422)
    receipt = match_receipt(
        unmatched_id=unmatched_id,
        customer_id=customer.pk,
        order_id=order.pk if order else None,
        by=str(actor_of(helper_of(request))),
        now=clock.now(),
    )
    shown_at = reverse("desk:account", args=[customer.pk])
    return redirect(f"{shown_at}?done=matched&receipt={receipt.pk}#receipt-{receipt.pk}")


def _what_is_wrong(named: str, order: Order | None, customer: Customer | None) -> str:
    """Why nobody's money can be matched by an order and a customer's number as they were written."""
    if named and order is None:
        return _("There is no order of that number.")
    if order is not None and customer is not None:
        whose, other = order.customer, customer
        return _(
            "Order %(order)s is %(whose)s’s (%(number)s), and %(other)s is %(name)s. Leave one of the two out."
        ) % {
            "order": order.reference,
            "whose": whose.name,
            "number": whose.reference,
            "other": other.reference,
            "name": other.name,
        }
    return _("There is no customer of that number. Search for them by name or address.")
