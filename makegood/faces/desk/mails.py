"""Mails that a helper has to look at, and those that were none of ours to take."""

from collections.abc import Callable
from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from makegood.cases.mailing import take_in_refused
from makegood.channels.accounting import dismiss_mail, retry_mail
from makegood.channels.file_links import Leads
from makegood.channels.models import IncomingMail
from makegood.channels.queries import count_mails_to_look_at, mails_in_trouble, mails_refused
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.resolving import resolves
from makegood.faces.files_host import file_address
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved
from makegood.kit.records import number_of

LIMIT = 50


def show(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    rows, refused = mails_in_trouble(limit=LIMIT), mails_refused(limit=LIMIT)
    words = {
        "rows": rows,
        "refused": refused,
        "more": max(0, count_mails_to_look_at() - len(rows) - len(refused)),
        "problem": problem,
        "problem_at": at,
    }
    return shown(request, "desk/mails.html", words, status=status)


@resolves(show)
def retry(request: HttpRequest, mail_id: int) -> HttpResponse:
    retry_mail(mail_id=mail_id, by=str(actor_of(helper_of(request))), now=clock.now())
    return redirect("desk:mails")


@resolves(show)
def take_in(request: HttpRequest, mail_id: int) -> HttpResponse:
    take_in_refused(mail_id=mail_id, by=str(actor_of(helper_of(request))), now=clock.now())
    return redirect("desk:mails")


@resolves(show, empty=gettext_lazy("Say why this mail needs nothing: the reason is kept."))
def dismiss(request: HttpRequest, mail_id: int) -> HttpResponse:
    dismiss_mail(mail_id=mail_id, reason=request.POST.get("reason", ""), by=str(actor_of(helper_of(request))))
    return redirect("desk:mails")


@require_POST
def dismiss_refused(request: HttpRequest) -> HttpResponse:
    """Let go the refused mails that were shown, and no other."""
    by, shown_ids = str(actor_of(helper_of(request))), request.POST.getlist("mail")[:LIMIT]
    for mail_id in [number for each in shown_ids if (number := number_of(each)) is not None]:
        # Whoever came first has dealt with it, or it never was.
        with suppress(AlreadyResolved, IncomingMail.DoesNotExist):
            dismiss_mail(mail_id=mail_id, reason=_("seen in the list, and needs nothing"), by=by)
    return redirect("desk:mails")


def _file(leads: Leads) -> Callable[..., HttpResponse]:
    """On to the host for files, which knows nobody: that a helper asked is known here, and only here.

    The link is made only when it is asked for.
    """

    @require_safe
    def view(request: HttpRequest, number: int, place: int = 0) -> HttpResponse:
        address = file_address(request, leads, number, place=place)
        if not address:
            raise Http404("MAKEGOOD_FILES_URL: files are served once the shop has a host for them")
        response = redirect(address)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return view


# A mail as it came; its HTML, cleaned, for its frame; a file that came with a message; and one in a mail that waits.
raw, formatted, attachment = _file(Leads.RAW), _file(Leads.HTML), _file(Leads.FILE)
waiting_file = _file(Leads.FILE_IN_MAIL)
