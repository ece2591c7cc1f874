"""Mails in the shapes that mail programs and servers give them: `clients.toml` says what has to come out of each."""

import tomllib
from pathlib import Path

import pytest

from makegood.channels.mails.mail import FailedRecipient, MailKind
from makegood.channels.mails.reading import read_mail

MAILS = tomllib.loads((Path(__file__).parent / "clients.toml").read_text(encoding="utf-8"))["mail"]
HEAD = {
    "From": "Ada Marsh <ada@marsh.example>",
    "To": "help@northlight.example",
    "Subject": "Re: Order 100",
    "Message-ID": "<1@marsh.example>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}


def raw_of(row):
    fields = HEAD | row.get("head", {}) | ({"Content-Type": row["type"]} if "type" in row else {})
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"{head}\n{row['body']}".replace("\n", "\r\n").encode(row.get("encoding", "utf-8"))


def told(recipient: FailedRecipient) -> str:
    outcome = "delayed" if recipient.is_delayed else "hard" if recipient.is_hard else "soft"
    return f"{recipient.address} {outcome} {recipient.reason}"


@pytest.mark.parametrize("row", MAILS, ids=lambda row: row["name"])
def test_what_comes_out(row):
    mail = read_mail(raw_of(row))
    assert mail.kind == MailKind(row.get("kind", "person"))
    assert [told(each) for each in mail.recipients] == row.get("recipients", [])
    assert mail.original_message_id == row.get("original", "")
    if "visible" in row:
        assert mail.visible_text.strip() == row["visible"]
    if "signature" in row:
        assert mail.signature.strip() == row["signature"].strip()
    if mail.kind is MailKind.PERSON:
        assert [f"{each.name} {each.content_type}" for each in mail.attachments] == row.get("attachments", [])
    assert bool(mail.never_answer) == (mail.kind is not MailKind.PERSON)


def test_a_name_hides_no_ending():
    name = "invoice\u061c\u202egpj.exe"
    head = f'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="{name}"'
    assert [each.name for each in read_mail(f"From: a@b.example\n{head}\n\nMZ".encode()).attachments] == [
        "invoicegpj.exe"
    ]
