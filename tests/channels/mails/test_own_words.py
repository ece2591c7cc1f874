"""What a person wrote stays visible, whatever it looks like: `own_words.toml` says what of each body."""

import tomllib
from pathlib import Path

import pytest

from makegood.channels.mails.reading import read_mail

MAILS = tomllib.loads((Path(__file__).parent / "own_words.toml").read_text(encoding="utf-8"))["mail"]


def spaced(text):
    return " ".join(text.split())


@pytest.mark.parametrize("row", MAILS, ids=lambda row: row["name"])
def test_what_is_shown_and_what_is_folded(row):
    kind = "html" if row.get("html") else "plain"
    head = f"From: Tom Reed <tom@reed.example>\nSubject: Order 100\nContent-Type: text/{kind}; charset=utf-8\n\n"
    mail = read_mail(f"{head}{row['body']}".encode())
    assert spaced(mail.visible_text) == spaced(row.get("visible", mail.visible_text))
    assert [each for each in row.get("shown", []) if spaced(each) not in spaced(mail.visible_text)] == []
    assert [each for each in row.get("folded", []) if spaced(each) not in spaced(mail.quoted_text)] == []
