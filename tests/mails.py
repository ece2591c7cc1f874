"""Mails as they come in, and accounting for them, for tests."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count

from makegood.channels.accounting import Arrival, account_for
from makegood.channels.models import IncomingMail
from makegood.kit import clock
from tests import worlds

_NUMBERS = count(1)


def mail(
    body: str = "Where is my box?",
    *,
    to: str = "help@northlight.example",
    sender: str = "Ada Marsh <ada@marsh.example>",
    subject: str = "Re: Order 100",
    **more: str,
) -> bytes:
    """A plain mail, under a Message-ID of its own; `more` are header fields, with _ for -."""
    fields = {
        "Received": "from there by here",
        "Message-ID": f"<{next(_NUMBERS)}@marsh.example>",
        "Date": "Mon, 05 Oct 2026 16:00:00 +0000",
        "From": sender,
        "To": to,
        "Subject": subject,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    }
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"{head}\r\n{body}\r\n".encode()


def arrives(raw: bytes, *, to: tuple[str, ...] = ("help@northlight.example",), **more) -> IncomingMail:
    """By SMTP, and everything that follows."""
    row = account_for(Arrival(source="smtp", raw=raw, envelope_to=to, **more), now=clock.now())
    worlds.work()
    row.refresh_from_db()
    return row


def parts(text: str, *, html: str = "", files: Sequence[tuple[str, str, bytes]] = (), **more: str) -> bytes:
    """A mail of words, the same as HTML, and files: each its name, the type it is said to have, and its bytes."""
    letter = EmailMessage(policy=SMTP)
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    for name, said, content in files:
        group, _, kind = said.partition("/")
        cid = f"<{name.replace(' ', '-')}>" if name.isascii() and name else None
        letter.add_attachment(content, maintype=group, subtype=kind, filename=name or None, cid=cid)
    raw = letter.as_bytes()
    head = mail("", Content_Type="", MIME_Version="", **more).partition(b"\r\n\r\n")[0]
    return head + b"\r\n" + raw
