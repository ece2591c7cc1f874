"""Mails that reached us, what became of each, and the files that came with them."""

from datetime import datetime
from typing import Any

from ninja import Query, Schema

from makegood.cases.mailing import take_in_refused
from makegood.channels.accounting import dismiss_mail, retry_mail
from makegood.channels.file_links import Leads, link_for_programs
from makegood.channels.models import IncomingMail, MessageAttachment
from makegood.channels.queries import all_mails, all_messages, attachments_of
from makegood.channels.rules import MailState
from makegood.faces.api.callers import ACT, ADMIN, READ, READ_OWN, Call
from makegood.faces.api.filters import OfCustomer, Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, Shown, of
from makegood.faces.api.unassigned import DismissalIn
from makegood.faces.api.versions import edited_row
from makegood.kit import clock


class MailOut(Schema):
    """One arrival. `message` is what it became, `about` our message that it is about, `same_as` the one before it."""

    id: int
    source: str
    uid: int | None
    envelope_from: Shown
    envelope_to: list[Shown]
    message_id: Shown = of("header_id")
    sha256: str
    size: int
    received_at: datetime
    state: MailState
    reason: Shown
    kind: str
    writer: Shown = of("writer_address")
    subject: Shown
    excerpt: Shown
    is_formatted: bool
    customer: Ref | None
    message: int | None = of("message_id")
    about: int | None = of("about_id")
    same_as: int | None = of("same_as_id")


class MailsWanted(Wanted):
    state: MailState | None = None
    customer: OfCustomer = None
    kind: str | None = None
    source: str | None = None


@router.get("/mails", response=Page[MailOut], auth=READ)
def mails(request: Call, wanted: Query[MailsWanted], paging: Query[Paging]) -> Any:
    """Every mail that reached us, the oldest first. `?state=alarmed` and `?state=refused` wait for a helper.

    `writer`, `subject` and `excerpt` are what was read of it.
    """
    return page_of(wanted.filter(all_mails()), paging)


@router.get("/mails/{int:mail}", response=MailOut, auth=READ)
@edited_row(IncomingMail, id="mail")
def one_mail(request: Call, mail: int) -> Any:
    """One mail, and what became of it."""
    return all_mails().get(id=mail)


class LinkOut(Schema):
    """`url` needs no token, takes no cookie, and works for an hour."""

    url: str


@router.get("/mails/{int:mail}/raw", response=LinkOut, auth=ADMIN)
def raw_mail(request: Call, mail: int) -> Any:
    """Where the mail can be fetched as it came."""
    return LinkOut(url=link_for_programs(Leads.RAW, all_mails().get(id=mail).pk))


@router.get("/mails/{int:mail}/formatted", response=LinkOut, auth=READ)
def formatted_mail(request: Call, mail: int) -> Any:
    """Where the mail's HTML can be read, cleaned: it runs nothing and loads nothing from outside."""
    return LinkOut(url=link_for_programs(Leads.HTML, all_mails().get(id=mail).pk))


@router.post("/mails/{int:mail}/retry", response={201: MailOut}, auth=ACT)
def retry(request: Call, mail: int) -> Any:
    """Have an alarmed or refused mail read once more."""
    retry_mail(mail_id=mail, by=str(request.auth.actor), now=clock.now())
    return all_mails().get(id=mail)


@router.post("/mails/{int:mail}/taking-in", response={201: MailOut}, auth=ACT)
def take_in(request: Call, mail: int) -> Any:
    """Take a refused or alarmed mail for somebody's words: it joins their case, or waits to be matched."""
    take_in_refused(mail_id=mail, by=str(request.auth.actor), now=clock.now())
    return all_mails().get(id=mail)


@router.post("/mails/{int:mail}/dismissal", response={201: MailOut}, auth=ACT)
def dismiss(request: Call, mail: int, dismissal: DismissalIn) -> Any:
    """Let an alarmed or refused mail go; the reason is kept."""
    dismiss_mail(mail_id=mail, reason=dismissal.reason, by=str(request.auth.actor))
    return all_mails().get(id=mail)


class AttachmentOut(Schema):
    """`content_type` is what the bytes are. `url` saves the file for an hour, without token or cookie."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    url: str

    @staticmethod
    def resolve_url(row: MessageAttachment) -> str:
        return link_for_programs(Leads.FILE, row.pk)


@router.get("/messages/{int:message}/attachments", response=list[AttachmentOut], auth=READ_OWN)
def attachments(request: Call, message: int) -> Any:
    """The files that came with a message, in their order."""
    row = request.auth.sees(all_messages()).get(id=message)
    return attachments_of([row.pk]).get(row.pk, [])
