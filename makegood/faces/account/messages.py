"""The conversation so far, and a box to write in."""

import hashlib
import re
import secrets

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.cases.actions import NothingSaid, take_in_message
from makegood.channels.models import Message
from makegood.channels.queries import attachments_of, messages_of
from makegood.customers.models import Customer
from makegood.faces.account.orders import order_or_404
from makegood.faces.account.visitors import for_customers, page
from makegood.kit import clock
from makegood.kit.records import number_of
from makegood.promises.queries import answers_owed
from makegood.replies.rules.values import NewsKind

MESSAGES_A_PAGE = 20
LONGEST_WORDS = 20_000
_ONCE = re.compile(r"[A-Za-z0-9_-]{10,40}")


def once(request: HttpRequest) -> str:
    """What a form carries so that its second copy is known: the one it was sent with, if any, else a new one."""
    given = request.POST.get("once", "")
    return given if _ONCE.fullmatch(given) else secrets.token_urlsafe(12)


def taken_in(request: HttpRequest, customer: Customer, *, order_reference: str = "") -> bool:
    """Take the words of a form in, once however often it is sent; False where there are none.

    Whoever goes back and sends other words from the same form has said two things.
    """
    body = request.POST.get("body", "")[:LONGEST_WORDS]
    words = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:16]
    subject = _("Order %(order)s") % {"order": order_reference} if order_reference else ""
    try:
        take_in_message(
            key=f"web/{customer.pk}/{once(request)}/{words}",
            customer=customer,
            subject=subject,
            body=body,
            order_reference=order_reference,
            now=clock.now(),
        )
    except NothingSaid:
        return False
    return True


@require_http_methods(["GET", "POST"])
@for_customers
def messages(request: HttpRequest, *, customer: Customer, reference: str = "") -> HttpResponse:
    """Both sides, the newest last, what we owe an answer to, and a box to write in, about an order if one is named."""
    about = order_or_404(customer, reference).reference if reference else ""
    is_empty = request.method == "POST"
    if is_empty and taken_in(request, customer, order_reference=about):
        return redirect("/messages?now=written")
    rows = _rows_before(customer, request.GET.get("before", ""))
    shown = rows[:MESSAGES_A_PAGE]
    files = attachments_of(each.pk for each in shown)
    return page(
        request,
        "messages",
        customer=customer,
        status=422 if is_empty else 200,
        messages=[(each, files.get(each.pk, ())) for each in shown[::-1]],
        earlier=shown[-1].pk if len(rows) > MESSAGES_A_PAGE else None,
        answers=answers_owed(customer.pk),
        about=about,
        asks_about=about,
        is_empty=is_empty,
        notice=request.GET.get("now", ""),
        once=once(request),
    )


def _rows_before(customer: Customer, before: str) -> list[Message]:
    """One more than a page, the newest first; sign-in links are doors and no conversation."""
    rows: QuerySet[Message] = messages_of(customer.pk).exclude(news=NewsKind.SIGN_IN).order_by("-id")
    if (number := number_of(before)) is not None:
        rows = rows.filter(id__lt=number)
    return list(rows[: MESSAGES_A_PAGE + 1])
