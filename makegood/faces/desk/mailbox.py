"""The demo's mailbox: what customers received, and answering as they would."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from makegood.cases.actions import take_in_message
from makegood.channels.addresses import reply_address
from makegood.channels.models import Message
from makegood.channels.queries import latest_messages, message_of
from makegood.channels.rules import Via
from makegood.faces.desk.frame import form_key, shown
from makegood.faces.desk.letter_words import letter_state
from makegood.faces.desk.resolving import resolves
from makegood.kit import clock
from makegood.kit.records import number_of

LIMIT = 30


def only_in_the_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, **words: int) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, **words)

    return guarded


@only_in_the_demo
def show(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    messages = latest_messages(limit=LIMIT, before=number_of(request.GET.get("before", "")))
    words = {
        "mails": [(each, reply_address_of(each), letter_state(each)) for each in messages],
        "key": form_key(),
        "problem": problem,
        "problem_at": at,
        "older": messages[-1].pk if len(messages) == LIMIT else None,
        "mail_from": settings.MAIL_FROM,
    }
    return shown(request, "desk/mailbox.html", words, status=status)


# It stands for its readers' own mailboxes.
show.shows_keys = True  # type: ignore[attr-defined]


def reply_address_of(message: Message) -> str:
    """Where an answer to it would go by mail."""
    return reply_address(customer_id=message.customer_id, case_number=message.case_number)


@only_in_the_demo
@resolves(show, empty=gettext_lazy("Write something first."))
def answer(request: HttpRequest, message_id: int) -> HttpResponse:
    """Answer a mail as the customer who received it, by the action that mail uses."""
    message = message_of(message_id)
    if message is None:
        raise Http404
    take_in_message(
        key=f"mailbox:{request.POST.get('key', '')[:64] or form_key()}:{message.pk}",
        customer=message.customer,
        subject=f"Re: {message.subject}",
        body=request.POST.get("body", "").replace("\r\n", "\n"),
        via=Via.EMAIL,
        in_reply_to=message.message_id,
        case_number=message.case_number or 0,
        now=clock.now(),
    )
    return redirect("desk:mailbox")
