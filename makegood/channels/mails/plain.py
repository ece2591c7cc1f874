"""A mail as plain values, for `makegood explain mail --json` (docs/mail.md)."""

from typing import Any

from pydantic import TypeAdapter

from makegood.channels.mails.mail import Mail

MAIL = TypeAdapter(Mail)
# Shown nowhere as text: the HTML as it came, and the files themselves.
LEFT_OUT: Any = {"html": True, "attachments": {"__all__": {"content", "content_id"}}}


def as_plain(mail: Mail) -> dict[str, Any]:
    """Everything read of a mail but its files' contents; instants are ISO 8601 in UTC."""
    plain = MAIL.dump_python(mail, mode="json", exclude=LEFT_OUT)
    reason = plain.pop("refusal")
    return {
        "kind": plain.pop("kind"),
        "from": plain.pop("sender"),
        "writer": plain.pop("writer")["address"],
        "refused": bool(reason),
        "refused_reason": reason,
        **plain,
    }
