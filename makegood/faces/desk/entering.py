"""The way in for a helper who can't use their password: a link to their own address, good once and soon.

Nobody learns here whom we know: whoever asks is answered the same, and as late.
"""

import time
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from makegood.faces.words import reading
from makegood.kit.emails import BadEmail, normal_email
from makegood.kit.limits import RateLimit, neighbourhood, take
from makegood.staff.actions import ask_to_enter
from makegood.staff.links import is_good, let_in

QUARTER = timedelta(minutes=15)
# Links that one machine may ask for; those that it asks for one address, and those that all together do: more would
# only fill its owner's mailbox. Beyond the last two nothing is sent, and nothing else is said.
ASKS = RateLimit(name="desk-link", quota=20, window=QUARTER)
ASKS_FOR_ONE = RateLimit(name="desk-link-pair", quota=3, window=QUARTER)
ASKS_FROM_ALL = RateLimit(name="desk-link-address", quota=20, window=QUARTER)
ANSWERED_AFTER_SECONDS = 0.4


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Have a link sent to an address, if it is a helper's."""
    if not settings.SMTP_HOST:
        return _page(request, "no_mail")
    if request.method != "POST":
        return _page(request, "ask")
    given = request.POST.get("email", "").strip()
    try:
        email = normal_email(given).lower()
    except BadEmail:
        return _page(request, "ask", status=422, problem="wrong", email=given)
    machine = neighbourhood(request.META.get("REMOTE_ADDR", ""))
    left = take(limit=ASKS, whose=machine)
    if not left.was_let:
        shut = _page(request, "ask", status=429, problem="often", email=given)
        shut.headers["Retry-After"] = str(left.retry_after_seconds)
        return shut
    began = time.monotonic()
    asks = (take(limit=ASKS_FOR_ONE, whose=f"{machine} to {email}"), take(limit=ASKS_FROM_ALL, whose=email))
    if all(each.was_let for each in asks):
        ask_to_enter(email=email)
    # Whether somebody was found must not be told by how long it took.
    time.sleep(max(0.0, ANSWERED_AFTER_SECONDS - (time.monotonic() - began)))
    return _page(request, "sent")


@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, helper_id: int, token: str) -> HttpResponse:
    """Let in whoever holds the link. By a button, since programs that look through mail open links too."""
    if request.method == "GET":
        return _page(request, "good") if is_good(helper_id, token) else _page(request, "old", status=403)
    helper = let_in(helper_id, token)
    if helper is None:
        return _page(request, "old", status=403)
    login(request, helper)
    return redirect("desk:inbox")


def _page(request: HttpRequest, what: str, *, status: int = 200, **words: str) -> HttpResponse:
    with reading("en"):
        return render(request, "desk/enter.html", {"what": what, **words}, status=status)
