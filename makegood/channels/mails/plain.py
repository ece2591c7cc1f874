"""A mail as plain values, for `makegood explain mail --json` (docs/mail.md)."""

from typing import Any

from makegood.channels.mails.mail import Mail, Mailbox


def as_plain(mail: Mail) -> dict[str, Any]:
    """Everything read of a mail but its files' contents; instants are ISO 8601 in UTC."""
    return {
        "kind": mail.kind.value,
        "from": _box(mail.sender),
        "reply_to": [_box(each) for each in mail.reply_to],
        "to": [_box(each) for each in mail.to],
        "cc": [_box(each) for each in mail.cc],
        "delivered_to": list(mail.delivered_to),
        "subject": mail.subject,
        "sent_at": mail.sent_at.isoformat().replace("+00:00", "Z") if mail.sent_at else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "visible_text": mail.visible_text,
        "quoted_text": mail.quoted_text,
        "signature": mail.signature,
        "attachments": [
            {
                "name": each.name,
                "size": each.size,
                "content_type": each.content_type,
                "declared_type": each.declared_type,
                "is_inline": each.is_inline,
            }
            for each in mail.attachments
        ],
        "recipients": [
            {
                "address": each.address,
                "is_hard": each.is_hard,
                "is_delayed": each.is_delayed,
                "reason": each.reason,
                "status": each.status,
                "reply_code": each.reply_code,
                "diagnostic": each.diagnostic,
            }
            for each in mail.recipients
        ],
        "original_message_id": mail.original_message_id,
        "never_answer": list(mail.never_answer),
        "problems": list(mail.problems),
    }


def _box(mailbox: Mailbox) -> dict[str, str]:
    return {"name": mailbox.name, "address": mailbox.address}
