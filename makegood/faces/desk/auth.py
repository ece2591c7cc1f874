"""The desk's door: everybody signs in, by e-mail and password."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from makegood.faces.desk.frame import shown
from makegood.faces.words import reading
from makegood.kit.limits import RateLimit, give_back, neighbourhood, refill, take
from makegood.kit.redaction import hide_keys
from makegood.staff.models import Helper

View = Callable[..., HttpResponseBase]
# So many wrong passwords from one machine, for one helper or for all of them, and the door stays shut to that machine;
# one more try comes back at a time. No name is counted by itself: whoever knew it could lock its owner out.
FAILURES, MACHINES_FAILURES = 10, 30
TRIES = RateLimit(name="desk-door", quota=FAILURES, window=timedelta(minutes=15))
MACHINES_TRIES = RateLimit(name="desk-machine", quota=MACHINES_FAILURES, window=timedelta(minutes=15))


def login_required(view: View) -> View:
    """Let only helpers in; others are asked to sign in and come back here. The desk speaks English to everybody.

    No page shows a key that lets in as a customer, whatever words it holds; only the demo's mailbox does.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **words: Any) -> HttpResponseBase:
        if not isinstance(request.user, Helper):
            return _to_sign_in(request)
        with reading("en"):
            try:
                response = view(request, *args, **words)
            except Http404:
                return shown(request, "desk/not_found.html", {}, status=404)
        if isinstance(response, HttpResponse) and not getattr(view, "shows_keys", False):
            _hide_keys_in(response)
        return response

    return guarded


def _hide_keys_in(response: HttpResponse) -> None:
    if response.headers["Content-Type"].startswith("text/"):
        response.content = hide_keys(response.content.decode())


@login_required
def nowhere(_request: HttpRequest, **_words: str) -> HttpResponse:
    """Whatever else is asked for."""
    raise Http404


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("desk:inbox")
    address = f"{reverse('desk:sign-in')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("desk:sign-in")})
    return redirect(address)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    with reading("en"):
        email = request.POST.get("email", "").strip()
        back = safe_address(
            request, request.POST.get("next") or request.GET.get("next", ""), otherwise=reverse("desk:inbox")
        )
        if request.method == "GET":
            return redirect(back) if isinstance(request.user, Helper) else _form(request, back)
        machine = neighbourhood(request.META.get("REMOTE_ADDR", ""))
        pair = f"{machine} to {email.lower()}"
        # Counted before the password is looked at, so that many tries at once are no more than one after the other.
        tries = [take(limit=TRIES, whose=pair), take(limit=MACHINES_TRIES, whose=machine)]
        if not all(each.was_let for each in tries):
            shut = _form(request, back, email=email, problem="shut", status=429)
            shut.headers["Retry-After"] = str(max(each.retry_after_seconds for each in tries))
            return shut
        helper = authenticate(request, username=email, password=request.POST.get("password", ""))
        if not isinstance(helper, Helper):
            return _form(request, back, email=email, problem="wrong", status=422)
        refill(limit=TRIES, whose=pair)
        # Only this try: whoever has one password must not buy guesses at others with it.
        give_back(limit=MACHINES_TRIES, whose=machine)
        login(request, helper)
        return redirect(back)


def _form(request: HttpRequest, back: str, *, email: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    words = {"next": back, "email": email, "problem": problem}
    return render(request, "desk/sign_in.html", words, status=status)


def safe_address(request: HttpRequest, address: str, *, otherwise: str) -> str:
    """An address of ours to go on to; a form can't send anybody elsewhere."""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    # By its path: what else looks like one of ours may be taken for the name of a view.
    return address if is_ours and address.startswith("/") else otherwise


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("desk:sign-in")


def stale_form(request: HttpRequest, _reason: str = "") -> HttpResponse:
    """The form was too old, or not ours; nothing is known yet of who sent it."""
    with reading("en"):
        return render(request, "desk/stale_form.html", status=403)
