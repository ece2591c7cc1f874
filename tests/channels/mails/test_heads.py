"""Who wrote, and whether a person did: `heads.toml` says what has to come out of each head."""

import tomllib
from pathlib import Path

import pytest

from makegood.channels.mails.reading import read_mail

HEADS = tomllib.loads((Path(__file__).parent / "heads.toml").read_text(encoding="utf-8"))
HEAD = {
    "From": "Ada Marsh <ada@marsh.example>",
    "To": "help@northlight.example",
    "Subject": "Order 100",
    "Message-ID": "<1@marsh.example>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}
OURS = frozenset({"help@northlight.example", "orders@northlight.example"})


def told(box):
    return f"{box.name} <{box.address}>" if box.name else box.address


@pytest.mark.parametrize("row", HEADS["mail"], ids=lambda row: row["name"])
def test_who_wrote_and_what_it_is(row):
    head = "".join(f"{name}: {value}\n" for name, value in (HEAD | row["head"]).items())
    mail = read_mail(f"{head}\n{row['body']}".encode(), own_addresses=OURS)
    assert mail.kind == row.get("kind", "person")
    assert bool(mail.refusal) is row.get("refused", False)
    assert mail.is_proven is row.get("proven", mail.is_proven)
    if "writer" in row:
        assert told(mail.writer) == row["writer"]
    if mail.kind == "person":
        assert mail.visible_text.strip() == row["body"].strip()


def answer(subject, body):
    head = HEAD | {"Subject": subject, "In-Reply-To": "<x@northlight.example>"}
    return read_mail("".join(f"{name}: {value}\n" for name, value in head.items()).encode() + f"\n{body}\n".encode())


@pytest.mark.parametrize(("subject", "body"), HEADS["absences"])
def test_an_absence_note_is_nobodys(subject, body):
    assert answer(subject, body).kind == "auto_reply"


@pytest.mark.parametrize(("subject", "body"), HEADS["absent"])
def test_who_speaks_of_an_absence_is_a_person(subject, body):
    assert answer(subject, body).kind == "person"
