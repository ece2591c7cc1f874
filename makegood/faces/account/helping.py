"""Help: found from any page, and open to those who aren't signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from makegood.cases.actions import NothingSaid
from makegood.cases.matching import TooManyWaiting, create_unmatched_message
from makegood.cases.queries import words_waiting_from
from makegood.customers.models import Customer
from makegood.faces.account.headlines import headline
from makegood.faces.account.messages import LONGEST_WORDS, once, taken_in
from makegood.faces.account.order_view import load_order_view
from makegood.faces.account.visitors import for_anyone, page
from makegood.kit import clock
from makegood.kit.emails import BadEmail, normal_email
from makegood.promises.queries import answers_owed
from makegood.remedies.queries import orders_in_trouble

# Words that one address may have waiting for us at a time.
WAITING_FROM_ONE = 5
LONGEST_NAME = 200


@require_http_methods(["GET", "POST"])
@for_anyone
def help_page(request: HttpRequest, *, customer: Customer | None) -> HttpResponse:
    """Straight to writing for those we know; a form, and the way in, for everybody else."""
    if customer:
        return _for_customer(request, customer)
    return _send_message(request) if request.method == "POST" else _form(request)


def _for_customer(request: HttpRequest, customer: Customer) -> HttpResponse:
    about = request.POST.get("order", request.GET.get("order", ""))[:LONGEST_NAME]
    is_empty = request.method == "POST"
    if is_empty and taken_in(request, customer, order_reference=about):
        return redirect("/messages?now=written")
    now = clock.now()
    seen = load_order_view(orders_in_trouble(customer.pk, now=now), now=now)
    return page(
        request,
        "help",
        customer=customer,
        status=422 if is_empty else 200,
        about=about,
        troubled=[(each, headline(each)) for each in seen if each.troubled],
        answers=answers_owed(customer.pk),
        is_empty=is_empty,
        once=once(request),
    )


def _form(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in ("name", "email", "order", "body")}
    given["order"] = given["order"] or request.GET.get("order", "")[:LONGEST_NAME]
    return page(request, "help_form", customer=None, status=status, given=given, wrong=wrong)


def _send_message(request: HttpRequest) -> HttpResponse:
    """Take in words that prove nothing. Whoever fills the field that nobody sees is a machine, and is thanked too."""
    try:
        address = normal_email(request.POST.get("email", ""))
    except BadEmail:
        return _form(request, wrong="email", status=422)
    if request.POST.get("website"):
        return page(request, "words_left", customer=None, email=address)
    if words_waiting_from(address) >= WAITING_FROM_ONE:
        return _form(request, wrong="many", status=429)
    try:
        create_unmatched_message(
            name=request.POST.get("name", "")[:LONGEST_NAME],
            address=address,
            order_reference=request.POST.get("order", "")[:LONGEST_NAME],
            body=request.POST.get("body", "")[:LONGEST_WORDS],
            language=get_language() or "en",
            now=clock.now(),
        )
    except NothingSaid:
        return _form(request, wrong="body", status=422)
    except TooManyWaiting:
        return _form(request, wrong="many", status=503)
    return page(request, "words_left", customer=None, email=address)
