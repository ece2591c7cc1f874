"""Coming in by a link that was sent, and going out again. Nobody learns here whom we know."""

import time
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.channels.mailer import sends_mail
from makegood.customers.actions import end_sign_ins
from makegood.customers.links import BadLink, entrance_of
from makegood.customers.models import Customer
from makegood.faces.account.visitors import HOME, enters, for_anyone, for_customers, leaves, local_path, page
from makegood.kit import clock
from makegood.kit.emails import BadEmail, normal_email
from makegood.kit.limits import RateLimit, neighbourhood, take
from makegood.replies.actions import send_sign_in_links

ANSWERED_AFTER_SECONDS = 0.4
# Links that one machine may ask for: a household's worth, and no mailing to everybody's address.
ASKS = RateLimit(name="account-door", quota=20, window=timedelta(minutes=15))


@require_GET
@for_anyone
def home(request: HttpRequest, *, customer: Customer | None) -> HttpResponse:
    """The front door."""
    return redirect(HOME if customer else "/sign-in")


@require_http_methods(["GET", "POST"])
@for_anyone
def sign_in(request: HttpRequest, *, customer: Customer | None) -> HttpResponse:
    """Ask for an address and always answer the same."""
    to = local_path(request.POST.get("to") or request.GET.get("to") or HOME)
    if request.method == "GET":
        return page(request, "sign_in", customer=customer, to=to)
    given = request.POST.get("email", "").strip()
    try:
        address = normal_email(given)
    except BadEmail:
        return page(request, "sign_in", customer=customer, to=to, email=given, is_wrong=True, status=422)
    left = take(limit=ASKS, whose=neighbourhood(request.META.get("REMOTE_ADDR", "")))
    if not left.was_let:
        shut = page(request, "sign_in", customer=customer, to=to, email=given, is_often=True, status=429)
        shut.headers["Retry-After"] = str(left.retry_after_seconds)
        return shut
    began = time.monotonic()
    send_sign_in_links(address=address, path=to, now=clock.now(), system_now=clock.system_now())
    # Whether somebody was found, and how many, must not be told by how long it took.
    time.sleep(max(0.0, ANSWERED_AFTER_SECONDS - (time.monotonic() - began)))
    return page(request, "link_sent", customer=customer, email=address, to=to, sends_mail=sends_mail())


@require_GET
@for_anyone
def enter(request: HttpRequest, *, customer: Customer | None, token: str) -> HttpResponse:
    """Sign in whoever holds the link, and show what it leads to."""
    try:
        entrance = entrance_of(token)
    except BadLink:
        to = local_path(request.GET.get("to", HOME))
        return page(request, "old_link", customer=customer, to=to, status=403)
    enters(request, entrance.customer)
    # Where the link was made to lead, whatever was written beside it since.
    return redirect(local_path(entrance.path))


@require_POST
@for_anyone
def sign_out(request: HttpRequest, *, customer: Customer | None) -> HttpResponse:
    """Leave; a helper who is signed in beside stays so."""
    leaves(request)
    return page(request, "signed_out", customer=None)


@require_POST
@for_customers
def sign_out_everywhere(request: HttpRequest, *, customer: Customer) -> HttpResponse:
    """Leave on every machine, and let no link that was sent until now be good any longer."""
    end_sign_ins([customer.pk])
    leaves(request)
    return page(request, "signed_out", customer=None, is_everywhere=True)
