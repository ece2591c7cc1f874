"""Raw bytes to a `Mail`."""

from makegood.channels.mails.mail import Mail, Mailbox, MailKind


def read_mail(raw: bytes, *, own_domains: frozenset[str] = frozenset()) -> Mail:
    """The mail that `raw` is, whatever it is: never raises, and its work is bounded by the length of `raw`.

    `own_domains` are the domains of our own Message-IDs, in small letters; a mail that bears one came back to us.
    """
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").replace("\n ", " ").replace("\0", "�").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    message_id = fields.get("message-id", "")
    is_ours = message_id.rpartition("@")[2].rstrip(">").lower() in own_domains
    to = _mailbox(fields.get("to", ""))
    return Mail(
        message_id=message_id,
        in_reply_to=fields.get("in-reply-to", ""),
        references=tuple(fields.get("references", "").split()),
        sender=_mailbox(fields.get("from", "")),
        reply_to=(),
        to=(to,) if to.address else (),
        cc=(),
        delivered_to=(to.address.lower(),) if to.address else (),
        subject=fields.get("subject", ""),
        sent_at=None,
        visible_text=body.decode("utf-8", "replace").replace("\0", "�"),
        quoted_text="",
        signature="",
        html="",
        attachments=(),
        kind=MailKind.LOOP if is_ours else MailKind.PERSON,
        recipients=(),
        original_message_id="",
        never_answer=("it bears a Message-ID of ours",) if is_ours else (),
        problems=(),
    )


def _mailbox(written: str) -> Mailbox:
    name, _, address = written.rpartition("<")
    return Mailbox(name.strip(' "'), address.rstrip("> "))
