"""Mails that a helper has to look at, and those that were none of ours to take."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.channels.accounting import dismiss_mail, retry_mail
from makegood.channels.file_links import Leads
from makegood.channels.models import IncomingMail
from makegood.channels.queries import mails_in_trouble, mails_refused
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.files_host import file_address
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved, DismissalWithoutReason

LIMIT = 50


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, problem: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    words = {
        "rows": mails_in_trouble(limit=LIMIT),
        "refused": mails_refused(limit=LIMIT),
        "problem": problem,
        "problem_at": at,
    }
    return shown(request, "desk/mails.html", words, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return _page(request, problem=_("Somebody has dealt with it already."), status=409)


@require_POST
def retry(request: HttpRequest, mail_id: int) -> HttpResponse:
    try:
        retry_mail(mail_id=mail_id, by=str(actor_of(helper_of(request))), now=clock.now())
    except IncomingMail.DoesNotExist:
        raise Http404 from None
    except AlreadyResolved:
        return _gone(request)
    return redirect(reverse("desk:mails"))


@require_POST
def dismiss(request: HttpRequest, mail_id: int) -> HttpResponse:
    by = str(actor_of(helper_of(request)))
    try:
        dismiss_mail(mail_id=mail_id, reason=request.POST.get("reason", ""), by=by)
    except IncomingMail.DoesNotExist:
        raise Http404 from None
    except AlreadyResolved:
        return _gone(request)
    except DismissalWithoutReason:
        problem = _("Say why this mail needs nothing: the reason is kept.")
        return _page(request, problem=problem, at=mail_id, status=422)
    return redirect(reverse("desk:mails"))


@require_safe
def raw(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The mail as it came, by a link that is made only when it is asked for."""
    return _to_file(request, Leads.RAW, mail_id)


@require_safe
def formatted(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The mail's HTML, cleaned, for its frame."""
    return _to_file(request, Leads.HTML, mail_id)


@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A file that came with a message."""
    return _to_file(request, Leads.FILE, attachment_id)


def _to_file(request: HttpRequest, leads: Leads, number: int) -> HttpResponse:
    """On to the host for files, which knows nobody: that a helper asked is known here, and only here."""
    address = file_address(request, leads, number)
    if not address:
        raise Http404("MAKEGOOD_FILES_URL: files are served once the shop has a host for them")
    response = redirect(address)
    response["Referrer-Policy"] = "no-referrer"
    return response
