"""Raw bytes to a `Mail`."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from makegood.channels.mails import bounds
from makegood.channels.mails.addresses import addresses_in, read_addresses
from makegood.channels.mails.bodies import Bodies, attachment_of, file_of, sort_parts, text_of
from makegood.channels.mails.charsets import decode
from makegood.channels.mails.dates import read_date
from makegood.channels.mails.fields import MESSAGE_ID, Fields
from makegood.channels.mails.forms import typed_into_form
from makegood.channels.mails.html_text import lines_of
from makegood.channels.mails.kinds import judge
from makegood.channels.mails.lines import MailLine, plain_lines
from makegood.channels.mails.mail import Attachment, Mail, Mailbox, MailKind
from makegood.channels.mails.parts import Part, Reading, read_parts
from makegood.channels.mails.splitting import split_lines
from makegood.channels.mails.writers import NOBODY, names_nobody, plain_address, sender_of, writer_of

DELIVERED = (
    "to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "resent-to",
    "x-forwarded-to", "x-rcpt-to", "apparently-to",
)  # fmt: skip


# Pictures that the HTML shows, whatever their own head calls them: an attribute or a style names them, and no words or
# comments.
SHOWN = re.compile(r"[=(,]\s{0,9}(?:[\"']|&quot;|&#39;)?\s{0,9}cid:([^\s\"'<>)]{1,500})", re.IGNORECASE)


def read_mail(
    raw: bytes, *, own_domains: frozenset[str] = frozenset(), own_addresses: frozenset[str] = frozenset()
) -> Mail:
    """The mail that `raw` is, whatever it is: never raises, and its work is bounded by the length of `raw`.

    `own_domains` are the domains of our own Message-IDs, in small letters; a mail that bears one came back to us.
    `own_addresses` are those that we write from: what comes from them is the words of whomever else it names.
    """
    reading = Reading()
    root = read_parts(raw, reading)
    fields = root.fields
    bodies = sort_parts(root)
    lines, html, attachments = _words(root, bodies, reading)
    if len(lines) > bounds.LINES:
        reading.note(f"it has more than {bounds.LINES} lines; the others are kept as history")
    split = split_lines(lines)
    sender, writer = sender_of(fields), writer_of(fields, own=own_addresses)
    if names_nobody(sender, writer):
        typed = typed_into_form(split.visible)
        writer = typed if typed and plain_address(typed.address) not in map(plain_address, own_addresses) else writer
    message_id = _message_id(fields.plain("message-id"))
    judged = judge(root, "\n".join(line.text for line in lines), own_domains=own_domains)
    return Mail(
        message_id=message_id,
        in_reply_to=next(iter(_ids(fields.plain("in-reply-to"))), ""),
        references=tuple(_ids(fields.plain("references"))),
        sender=sender,
        writer=writer,
        refusal=_refusal(judged.kind, sender, writer, own_addresses),
        reply_to=read_addresses(fields.plain("reply-to")),
        to=_every(fields, "to"),
        cc=_every(fields, "cc"),
        delivered_to=_delivered_to(fields),
        subject=" ".join(fields.words("subject").split()),
        sent_at=read_date(fields.plain("date")),
        visible_text=split.visible,
        quoted_text=split.quoted,
        signature=split.signature,
        html=html,
        attachments=attachments,
        kind=judged.kind,
        is_proven=judged.is_proven,
        may_report=judged.may_report,
        recipients=judged.recipients,
        original_message_id=judged.original_message_id,
        never_answer=judged.never_answer,
        problems=tuple(reading.problems),
    )


def _words(root: Part, bodies: Bodies, reading: Reading) -> tuple[list[MailLine], str, tuple[Attachment, ...]]:
    """The lines of the readable body, its HTML, and everything attached."""
    files: list[Attachment] = []
    lines: list[MailLine] = []
    htmls: dict[int, str] = {}
    for part in bodies.html:
        if part.type == "text/html":
            htmls[id(part)] = text_of(part, reading)[0]
    for part in bodies.text:
        if part.type == "text/html":
            lines.extend(lines_of(htmls.get(id(part)) or text_of(part, reading)[0]))
        elif part.type == "text/plain":
            text, found = text_of(part, reading)
            files.extend(file_of(name, content) for name, content in found)
            lines.extend(plain_lines(text))
    if not any(line.text.strip() for line in lines) and not any(html.strip() for html in htmls.values()):
        lines = _lines_within(reading, htmls) or lines
    if not any(line.text.strip() for line in lines) and htmls:
        lines = [line for html in htmls.values() for line in lines_of(html)]
    if not lines and not bodies.attached and root.body.strip():
        reading.note("no part of it can be told apart; all of it was read as text")
        lines = plain_lines(decode(root.body[: bounds.TEXT_BYTES])[0].replace("\r\n", "\n"))
    attached = [attachment_of(part, reading) for part in bodies.attached]
    html = "\n".join(htmls.values())
    shown = (
        {unquote(unescape(each).strip("\"'")) for each in SHOWN.findall(_without_comments(html))}
        if "cid:" in html.lower()
        else set()
    )
    attached = [replace(each, is_inline=True) if each.content_id in shown else each for each in attached]
    return lines, html, (*attached, *files)


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start)) >= 0:
        kept.append(html[at:start])
        at = end + 3
    return "".join([*kept, html[at:]])


def _lines_within(reading: Reading, htmls: dict[int, str]) -> list[MailLine]:
    """The words that winmail.dat holds, where the mail has none beside; HTML is put to the mail's."""
    lines: list[MailLine] = []
    for part in reading.within[:2]:
        text = text_of(part, reading)[0]
        if part.type == "text/html":
            htmls[id(part)] = text
        else:
            lines = plain_lines(text)
    return lines


def _refusal(kind: MailKind, sender: Mailbox, writer: Mailbox, own_addresses: frozenset[str]) -> str:
    if kind is MailKind.LOOP:
        return "it is a letter of ours that came back"
    ours = {plain_address(each) for each in own_addresses}
    if writer == NOBODY and sender.address and plain_address(sender.address) in ours:
        return "it says that we wrote it, and names nobody else"
    return ""


def _every(fields: Fields, name: str) -> tuple[Mailbox, ...]:
    found = [mailbox for value in fields.every(name)[:20] for mailbox in read_addresses(value)]
    return tuple(found[: bounds.ADDRESSES])


def _delivered_to(fields: Fields) -> tuple[str, ...]:
    found = [
        address.lower() for name in DELIVERED for value in fields.every(name)[:20] for address in addresses_in(value)
    ]
    return tuple(dict.fromkeys(found))[: bounds.ADDRESSES]


def _message_id(value: str) -> str:
    """The identifier with its brackets, which some mailers forget."""
    found = MESSAGE_ID.search(value)
    bare = value.split(maxsplit=1)[0][:500] if value.split() else ""
    return found[0] if found else (f"<{bare.strip('<>')}>" if bare.strip("<>") else "")


def _ids(value: str) -> list[str]:
    return list(dict.fromkeys(MESSAGE_ID.findall(value)))[:200]
