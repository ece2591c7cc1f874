"""What the strict parser made of a mail (`mail_parse/*.json`), and how ours differs from it."""

import hashlib
import json
import re
from dataclasses import dataclass

from makegood.channels.mails.charsets import decode
from makegood.channels.mails.reading import read_mail


@dataclass(frozen=True)
class Reference:
    """`attachments`: (name, content), the content a nested Reference for a mail within the mail."""

    sender: tuple[str, str]
    subject: str
    text: str
    html: str
    attachments: tuple[object, ...]


def reference_of(parsed):
    root = parsed["parts"][0]
    bodies = [next(iter(part["body"].items())) for part in parsed["parts"]]
    subject = _field(root, "subject")
    texts = [bodies[index][1] for index in parsed["text_body"] if bodies[index][0] == "Text"]
    htmls = [bodies[index][1] for index in parsed["html_body"] if bodies[index][0] == "Html"]
    return Reference(
        sender=_sender(_field(root, "from")),
        subject=spaced(subject["Text"] if isinstance(subject, dict) else ""),
        text=spaced(" ".join(texts)),
        html=spaced(" ".join(htmls)),
        attachments=tuple(_attached(parsed["parts"][index], *bodies[index]) for index in parsed["attachments"]),
    )


def _attached(part, kind, body):
    name = _attribute(part, "content_disposition", "filename") or _attribute(part, "content_type", "name") or ""
    if kind == "Message":
        return name, reference_of(body)
    return name, body if isinstance(body, str) else bytes(body)


def _field(part, name):
    return next((each["value"] for each in part["headers"] if each["name"] == name), None)


def _attribute(part, field, name):
    values = [each["value"] for each in part["headers"] if each["name"] == field]
    value = values[-1] if values else None
    told = (value.get("ContentType") or {}).get("attributes") if isinstance(value, dict) else None
    return next((each["value"] for each in told or [] if each["name"] == name), None)


def _sender(value):
    told = value.get("Address", {}) if isinstance(value, dict) else {}
    boxes = told.get("List") or [box for group in told.get("Group", []) for box in group["addresses"]]
    return (boxes[0]["name"] or "", boxes[0]["address"] or "") if boxes else ("", "")


def spaced(text):
    return " ".join(text.split())


def letters(text):
    """The characters of a text in a fixed order: what is compared is that nothing is lost or added, in three texts."""
    return "".join(sorted(re.sub(r"[\s>]", "", text)))


def differences(mail, theirs, where=""):
    """By field, ours and theirs, short; attachments by their place, those of a mail within as `0/…`."""
    ours = {
        "sender": (mail.sender.name, mail.sender.address),
        "subject": mail.subject,
        "html": spaced(mail.html),
        "attachments": len(mail.attachments),
    }
    wanted = {"sender": theirs.sender, "subject": theirs.subject, "html": theirs.html}
    wanted["attachments"] = len(theirs.attachments)
    found = {where + name: (short(ours[name]), short(wanted[name])) for name in ours if ours[name] != wanted[name]}
    text = f"{mail.visible_text} {mail.quoted_text} {mail.signature}"
    if theirs.text and letters(text) != letters(theirs.text):
        found[f"{where}text"] = (short(spaced(text)), short(theirs.text))
    if len(mail.attachments) == len(theirs.attachments):
        for index, (own, (name, content)) in enumerate(zip(mail.attachments, theirs.attachments, strict=True)):
            if own.name != name:
                found[f"{where}{index}/name"] = (own.name, name)
            found |= _contents(own.content, content, f"{where}{index}/")
    return found


def _contents(own, theirs, where):
    if isinstance(theirs, Reference):
        return differences(read_mail(own), theirs, where)
    if isinstance(theirs, str):
        same = spaced(decode(own)[0]) == spaced(theirs)
    else:
        same = own.replace(b"\r\n", b"\n") == theirs.replace(b"\r\n", b"\n")
    return {} if same else {f"{where}content": (short(own), short(theirs))}


def short(value):
    """As a table can hold it: the beginning, and how long the whole is."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes, sha256 {hashlib.sha256(value).hexdigest()[:12]}"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else f"{text[:60]}… ({len(text)} characters)"


def parsed(path):
    return reference_of(json.loads(path.read_text(encoding="utf-8")))
