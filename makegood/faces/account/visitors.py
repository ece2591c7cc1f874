"""Who is looking at a page, and in which language they read."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_id
from makegood.faces.words import reading

SESSION_KEY, GENERATION_KEY = "customer_id", "customer_generation"
HOME = "/orders"

View = Callable[..., HttpResponse]


def visitor(request: HttpRequest) -> Customer | None:
    """Whoever signed in with a link, if that customer is still one of ours and has not signed out everywhere since."""
    customer_id = request.session.get(SESSION_KEY)
    customer = customer_by_id(customer_id) if customer_id else None
    is_over = customer is not None and customer.sign_in_generation != request.session.get(GENERATION_KEY)
    return None if is_over else customer


def enters(request: HttpRequest, customer: Customer) -> None:
    """From now on whoever sends this request's cookie is `customer`; a session they had before is another's."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = customer.pk
    request.session[GENERATION_KEY] = customer.sign_in_generation


def leaves(request: HttpRequest) -> None:
    """The customer of this session is gone; a helper who is signed in beside stays so."""
    request.session.pop(SESSION_KEY, None)
    request.session.pop(GENERATION_KEY, None)
    request.session.cycle_key()


def for_anyone(view: View) -> View:
    """A page that needs no sign-in: `customer` is None for strangers; a customer reads it in their own language."""

    @wraps(view)
    def shown(request: HttpRequest, **words: Any) -> HttpResponse:
        customer = visitor(request)
        with reading(customer.language if customer else get_language()):
            response = view(request, customer=customer, **words)
            # For this reader only: no cache keeps it, and it says which language it is in.
            add_never_cache_headers(response)
            response.headers.setdefault("Content-Language", get_language() or "en")
            return response

    return shown


def for_customers(view: View) -> View:
    """A page of one's own: strangers are shown the way in, and come back to it afterwards."""

    @for_anyone
    @wraps(view)
    def shown(request: HttpRequest, *, customer: Customer | None, **words: Any) -> HttpResponse:
        if customer is None:
            back_to = request.get_full_path() if request.method == "GET" else HOME
            return redirect(f"/sign-in?to={quote(back_to, safe='/')}")
        return view(request, customer=customer, **words)

    return shown


def page(
    request: HttpRequest, template: str, *, customer: Customer | None, status: int = 200, **words: object
) -> HttpResponse:
    """A page of this face, in the language that is active."""
    return render(request, f"account/{template}.html", {"customer": customer, **words}, status=status)


def local_path(path: str) -> str:
    """`path` if it stays with us, else the customer's orders: a link in a mail must not lead elsewhere."""
    stays = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if stays else HOME
