"""The desk's door: everybody signs in, by e-mail and password."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from makegood.staff.models import Helper

View = Callable[..., HttpResponseBase]
# Ten wrong passwords for one address or from one machine, and the door stays shut for a while, in system time.
FAILURES = 10
SHUT_SECONDS = 900


def behind(view: View) -> View:
    """Let only helpers in; others are asked to sign in and come back here. The desk speaks English to everybody."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **words: Any) -> HttpResponseBase:
        if not isinstance(request.user, Helper):
            return _to_sign_in(request)
        with translation.override("en"):
            return view(request, *args, **words)

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else reverse("desk:inbox")
    address = f"{reverse('desk:sign-in')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("desk:sign-in")})
    return redirect(address)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    with translation.override("en"):
        email = request.POST.get("email", "").strip()
        back = safe_address(
            request, request.POST.get("next") or request.GET.get("next", ""), otherwise=reverse("desk:inbox")
        )
        if request.method == "GET":
            return redirect(back) if isinstance(request.user, Helper) else _form(request, back)
        counters = _counters(request, email)
        if any(cache.get(counter, 0) >= FAILURES for counter in counters):
            return _form(request, back, email=email, problem="shut", status=429)
        helper = authenticate(request, username=email, password=request.POST.get("password", ""))
        if not isinstance(helper, Helper):
            _count(counters)
            return _form(request, back, email=email, problem="wrong", status=422)
        cache.delete_many(counters)
        login(request, helper)
        return redirect(back)


def _form(request: HttpRequest, back: str, *, email: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    words = {"next": back, "email": email, "problem": problem}
    return render(request, "desk/sign_in.html", words, status=status)


def safe_address(request: HttpRequest, address: str, *, otherwise: str) -> str:
    """An address of ours to go on to; a form can't send anybody elsewhere."""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if is_ours and address else otherwise


def _counters(request: HttpRequest, email: str) -> list[str]:
    machine = request.META.get("REMOTE_ADDR", "")
    return [f"desk-door:{email.lower().encode().hex()[:200]}", f"desk-door-from:{machine}"]


def _count(counters: list[str]) -> None:
    for counter in counters:
        cache.add(counter, 0, SHUT_SECONDS)
        cache.incr(counter)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("desk:sign-in")
