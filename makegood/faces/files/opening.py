"""Opening a signed link: a file is offered for keeping, and HTML is shown cleaned, in a sandbox of its own.

Whatever the bytes are, they run nowhere: each answer is in a sandbox without an origin, fetches nothing that its policy
does not name, is sent without a cookie, and tells nobody where it was.
"""

import re
from base64 import b64encode
from hashlib import sha256
from mimetypes import guess_extension
from typing import assert_never

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from makegood.channels.file_links import BadFileLink, Leads, target_of
from makegood.channels.mails.cleaning import clean, pictures_in
from makegood.channels.mails.mail import Attachment
from makegood.channels.mails.reading import read_mail
from makegood.channels.models import IncomingMail, MessageAttachment
from makegood.channels.queries import attachment_of, raw_of
from makegood.faces.files.looks import LOOKS
from makegood.faces.files_host import desk_origins, file_address
from makegood.faces.words import without_keys
from makegood.kit.redaction import hide_keys_in_bytes

# Kinds that somebody's browser might run if it were asked to show them are handed over as bytes.
RUNS = re.compile(r"html|svg|script|[/+]xml$")
LOCKED = "sandbox; default-src 'none'"
LOOKS_HASH = b64encode(sha256(LOOKS.encode()).digest()).decode()


@never_cache
@require_safe
@xframe_options_exempt
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What a link leads to; the desk speaks English. Whoever brings a session here has come to the wrong host."""
    with translation.override("en"):
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _said(request, "a file from outside is opened without any cookie: MAKEGOOD_FILES_URL", status=403)
        try:
            target = target_of(token)
        except BadFileLink as error:
            return _said(request, str(error), status=404)
        try:
            match target.leads:
                case Leads.FILE:
                    file = attachment_of(target.number)
                    return _file(file, place=file.place)
                case Leads.FILE_IN_MAIL:
                    return _file_in_mail(target.number, target.place)
                case Leads.RAW:
                    return _kept(_raw(target.number), name=f"mail-{target.number}.eml", content_type="")
                case Leads.HTML | Leads.HTML_WITH_PICTURES:
                    shows_outside = target.leads is Leads.HTML_WITH_PICTURES
                    return _mail(request, target.number, shows_outside=shows_outside)
                case _:
                    assert_never(target.leads)
        except (MessageAttachment.DoesNotExist, IncomingMail.DoesNotExist, Http404):
            return nothing_here(request)


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _said(request, "there is nothing at this address", status=404)


def _file(file: MessageAttachment | Attachment, *, place: int) -> HttpResponse:
    name = file.name or f"attachment-{place + 1}{guess_extension(file.content_type) or ''}"
    content = bytes(file.content)
    is_text = file.content_type.startswith(("text/", "message/"))
    return _kept(hide_keys_in_bytes(content) if is_text else content, name=name, content_type=file.content_type)


def _file_in_mail(mail_id: int, place: int) -> HttpResponse:
    files = read_mail(raw_of(mail_id) or b"").attachments
    if not 0 <= place < len(files):
        raise Http404
    return _file(files[place], place=place)


def _raw(mail_id: int) -> bytes:
    raw = raw_of(mail_id)
    if raw is None:
        raise Http404
    return hide_keys_in_bytes(raw)


def _kept(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    is_plain = content_type and not RUNS.search(content_type)
    response = HttpResponse(content, content_type=content_type if is_plain else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return _locked(response, LOCKED)


def _mail(request: HttpRequest, mail_id: int, *, shows_outside: bool) -> HttpResponse:
    mail = read_mail(_raw(mail_id))
    cleaned = clean(mail.html, pictures=pictures_in(mail.attachments), shows_outside=shows_outside)
    context = {
        "html": without_keys(cleaned.html),
        "outside": cleaned.outside,
        "looks": LOOKS,
        "shows_outside": shows_outside,
        "with_pictures": file_address(request, Leads.HTML_WITH_PICTURES, mail_id),
    }
    outside = " https: http:" if shows_outside else ""
    framers = " ".join(desk_origins(request))
    policy = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"img-src data:{outside}; style-src-elem 'sha256-{LOOKS_HASH}'; style-src-attr 'unsafe-inline'; "
        f"frame-ancestors {framers}"
    )
    return _locked(render(request, "files/mail.html", context), policy)


def _said(request: HttpRequest, text: str, *, status: int) -> HttpResponse:
    return _locked(HttpResponse(text, content_type="text/plain; charset=utf-8", status=status), LOCKED)


def _locked(response: HttpResponse, policy: str) -> HttpResponse:
    response["Content-Security-Policy"] = policy
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
