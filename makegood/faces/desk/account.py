"""A customer's account at the desk: what we owe each other, their money and tenders, and what is done with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.cases.queries import open_cases_of
from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_id
from makegood.faces.desk.frame import actor_of, form_key, helper_of, shown
from makegood.faces.drawing import draw_as_asked
from makegood.faces.statement_pdf import statement_pdf
from makegood.faces.statements import statements_shown
from makegood.intake.receiving import NeverMatched, TakenBackBefore, convert_and_pay, disown_receipt, return_receipt
from makegood.kit import clock
from makegood.kit.currencies import CURRENCIES, exponent
from makegood.kit.errors import Refusal
from makegood.kit.localise import format_money
from makegood.money.rules import Money
from makegood.orders.models import Allocation
from makegood.orders.queries import paid_by
from makegood.payments.drawing import FreeChanged, NothingFree
from makegood.payments.models import Receipt
from makegood.payments.queries import held_by, matched_by_somebody, receipts_of, tenders_of
from makegood.payments.receiving import AlreadyConverted, NothingThere, ReturnedBefore, WentOn
from makegood.payments.rules.tenders import rule_of
from makegood.remedies.crediting import give_credit
from makegood.remedies.rules.authority import NotYoursToGrant

RECEIPTS = 50
DONE = {"matched", "converted", "returned", "drawn", "credited"}


def _customer(customer_id: int) -> Customer:
    customer = customer_by_id(customer_id)
    if customer is None:
        raise Http404("there is no such customer")
    return customer


@require_safe
def show(request: HttpRequest, customer_id: int) -> HttpResponse:
    return _tell(request, _customer(customer_id))


def _tell(request: HttpRequest, customer: Customer, *, problem: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    tenders = tenders_of(customer.pk)
    held = held_by(tenders)
    came_in = _came_in(customer)
    done = request.GET.get("done", "")
    context: dict[str, Any] = {
        "customer": customer,
        "case": open_cases_of([customer.pk]).get(customer.pk),
        "statements": statements_shown(customer, now=now, lines_in=customer.language),
        "receipts": came_in,
        "tenders": [(each, held.get(each.pk)) for each in tenders],
        "done": done if done in DONE else "",
        "booked": _booked(came_in, request.GET.get("receipt", "")),
        "problem": problem,
        "key": form_key(),
        "typed": request.POST,
    }
    return shown(request, "desk/account.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """Money that came in, with what pays for which order of it, and whether it may be said not to be theirs."""

    receipt: Receipt
    pays_for: Sequence[Allocation]
    may_disown: bool

    @property
    def may_come_back(self) -> bool:
        """Whether a bank could take it back: it is not yet, and not from a balance that we keep."""
        row = self.receipt
        return not (row.returned_minor or row.disowned_at or rule_of(row.kind).holds_balance)


def _came_in(customer: Customer) -> list[CameIn]:
    rows = list(receipts_of(customer.pk)[:RECEIPTS])
    pays: dict[int, list[Allocation]] = {row.pk: [] for row in rows}
    for each in paid_by(pays):
        pays[each.receipt_id].append(each)
    matched = matched_by_somebody(pays)
    return [
        CameIn(receipt=row, pays_for=pays[row.pk], may_disown=row.pk in matched and row.is_as_it_came) for row in rows
    ]


def _booked(came_in: Sequence[CameIn], receipt: str) -> str:
    """What became of money that was just said to be theirs."""
    found = next((each for each in came_in if str(each.receipt.pk) == receipt), None)
    if found is None:
        return ""
    row, language = found.receipt, get_language() or "en"
    parts = [
        _("%(sum)s pays for order %(order)s")
        % {"sum": format_money(each.amount_minor, row.currency, language), "order": each.order.reference}
        for each in found.pays_for
    ]
    parts = parts or [_("nothing is owed that it could pay for")]
    if row.free_minor:
        parts.append(_("%(sum)s is free, and theirs") % {"sum": format_money(row.free_minor, row.currency, language)})
    return _("Booked: %(what)s.") % {"what": "; ".join(parts)}


@require_safe
def paper(request: HttpRequest, customer_id: int) -> HttpResponse:
    """As the customer has it, in their language."""
    customer = _customer(customer_id)
    with override(customer.language):
        return statement_pdf(customer, now=clock.now())


def _receipt(receipt_id: int) -> Receipt:
    receipt = Receipt.objects.select_related("customer").filter(pk=receipt_id).first()
    if receipt is None:
        raise Http404("no such money came in")
    return receipt


def _back(customer_id: int, done: str, receipt: int | None = None) -> HttpResponse:
    anchor = f"#receipt-{receipt}" if receipt else ""
    return redirect(f"{reverse('desk:account', args=[customer_id])}?done={done}{anchor}")


@require_POST
def take_back(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """The bank returned it; twice is once, and the second is told so."""
    receipt = _receipt(receipt_id)
    by = str(actor_of(helper_of(request)))
    try:
        return_receipt(receipt_id=receipt.pk, note=request.POST.get("note", "")[:2000], by=by, now=clock.now())
    except ReturnedBefore:
        problem = _("Nothing was done: the bank had taken it back before.")
        return _tell(request, receipt.customer, problem=problem, status=409)
    except NothingThere:
        problem = _("Nothing was done: the shop said since that nothing came in by this.")
        return _tell(request, receipt.customer, problem=problem, status=409)
    return _back(receipt.customer_id, "returned", receipt.pk)


@require_POST
def disown(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """It is not theirs, says the helper, though somebody said so; twice is once, and the second is told so."""
    receipt = _receipt(receipt_id)
    try:
        waits = disown_receipt(receipt_id=receipt.pk, by=str(actor_of(helper_of(request))), now=clock.now())
    except TakenBackBefore:
        problem = _("Nothing was done: somebody has taken it back before.")
    except NeverMatched:
        problem = _("Nothing was done: it named its owner by itself.")
    except WentOn:
        problem = _("Nothing was done: some of it went on already.")
    else:
        return redirect(f"{reverse('desk:unmatched-money')}?waits_again={waits.pk}#money-{waits.pk}")
    return _tell(request, receipt.customer, problem=problem, status=409)


@require_POST
def convert(request: HttpRequest, receipt_id: int) -> HttpResponse:
    receipt = _receipt(receipt_id)
    to, rate = request.POST.get("to", "").strip().upper(), request.POST.get("rate", "").strip().replace(",", ".")
    try:
        convert_and_pay(receipt_id=receipt.pk, to=to, rate=rate[:40], now=clock.now())
    except AlreadyConverted:
        problem = _("Nothing was done: it was converted before, pays for an order, or went back.")
        return _tell(request, receipt.customer, problem=problem, status=409)
    except Refusal:
        problem = _("Nothing was done: write another currency, as in USD, and how many of it for one, as in 1.0842.")
        return _tell(request, receipt.customer, problem=problem, status=422)
    return _back(receipt.customer_id, "converted", receipt.pk)


@require_POST
def pay_out(request: HttpRequest, customer_id: int) -> HttpResponse:
    """All that is free goes out, as the customer asked."""
    customer = _customer(customer_id)
    try:
        draw_as_asked(request, customer_id=customer.pk, by=actor_of(helper_of(request)), now=clock.now())
    except (NothingFree, FreeChanged):
        problem = _("Nothing was sent: what is free has changed since you looked.")
        return _tell(request, customer, problem=problem, status=409)
    except Refusal:
        return _tell(request, customer, problem=_("Nothing was sent: it can’t go there any more."), status=422)
    return _back(customer.pk, "drawn")


@require_POST
def credit(request: HttpRequest, customer_id: int) -> HttpResponse:
    customer = _customer(customer_id)
    money = _sum(request.POST.get("sum", ""), request.POST.get("currency", ""))
    reason = request.POST.get("reason", "").strip()[:500]
    if money is None or not reason:
        problem = _("No credit was given: it needs a sum, as in 10.00, a currency, as in USD, and a reason.")
        return _tell(request, customer, problem=problem, status=422)
    by = actor_of(helper_of(request))
    # Another sum from the same form is another credit.
    form = request.POST.get("key", "")[:64]
    try:
        give_credit(
            customer=customer,
            money=money,
            reason=reason,
            expires_at=None,
            by=by,
            key=f"{form}/{money}/{reason}" if form else "",
            now=clock.now(),
        )
    except NotYoursToGrant:
        problem = _("No credit was given: that is beyond what you may give alone. Ask a lead.")
        return _tell(request, customer, problem=problem, status=403)
    return _back(customer.pk, "credited")


MOST = 10**12


def _sum(typed: str, currency: str) -> Money | None:
    """A sum above nothing as people type it; None where it is none."""
    code = currency.strip().upper()
    if code not in CURRENCIES:
        return None
    try:
        exact = Decimal(typed.strip().replace(",", ".")[:40]).scaleb(exponent(code))
    except InvalidOperation:
        return None
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 < exact <= MOST:
        return None
    return Money(amount_minor=int(exact), currency=code)
