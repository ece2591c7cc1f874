"""Links to what came by mail: each opens one file, for ten minutes of system time, and needs no cookie."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from makegood.channels.models import IncomingMail, MessageAttachment
from makegood.channels.queries import raw_of

SALT = "makegood.channels.files"
LIFE_SECONDS = 600
# What a browser might run or show as a page is only ever saved.
ANYTHING = "application/octet-stream"
LIVE = ("html", "xml", "svg", "script", "xhtml", "mathml")


class BadFileLink(Exception):
    """The link was changed, is too old, or leads to nothing."""

    def __init__(self) -> None:
        super().__init__("this link is no longer good; load the page that it was on again")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What a link opens: to be saved, never shown."""

    name: str
    content_type: str
    content: bytes


def link_to_attachment(attachment: MessageAttachment) -> str:
    """An address that saves a file which came with a message, for ten minutes."""
    return _link("attachment", attachment.pk)


def link_to_mail(mail_id: int) -> str:
    """An address that saves a whole mail as it came, for ten minutes."""
    return _link("mail", mail_id)


def _link(kind: str, number: int) -> str:
    token = signing.TimestampSigner(salt=SALT).sign_object([kind, number], compress=True)
    return f"{settings.FILES_URL}/attachments/{token}"


def file_of(token: str) -> File:
    """What a link was made for.

    Raises:
        BadFileLink
    """
    try:
        kind, number = signing.TimestampSigner(salt=SALT).unsign_object(token, max_age=LIFE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadFileLink from error
    if kind == "mail":
        raw = raw_of(number) if IncomingMail.objects.filter(id=number).exists() else None
        if raw is None:
            raise BadFileLink
        return File(name=f"mail-{number}.eml", content_type=ANYTHING, content=raw)
    row = MessageAttachment.objects.filter(id=number).first()
    if row is None:
        raise BadFileLink
    is_live = any(part in row.content_type.lower() for part in LIVE)
    return File(
        name=row.name or f"attachment-{row.place + 1}",
        content_type=ANYTHING if is_live else row.content_type,
        content=bytes(row.content),
    )
