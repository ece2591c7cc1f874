"""The visible part of real replies, against labels made by reading each mail.

`visible_parts.json` says what a person reads as the sender's own words in this mail: greeting and answer, without older
words, the line that announces them, a closing formula with the name below it, contacts, footers, disclaimers and the
warnings of gateways. A mail that is nothing but older words shows its newest. The labels were written before the output
was looked at, but for `email_long_quote` (its third paragraph, on a line of 700 kB, was overlooked at first).
"""

import json
from pathlib import Path

import pytest

from makegood.channels.mails.reading import read_mail

SOURCE = Path(__file__).resolve().parents[4] / "shared" / "data" / "mail_replies"
LABELS = json.loads((Path(__file__).parent / "visible_parts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def read():
    if not SOURCE.is_dir():
        pytest.skip(f"{SOURCE} is not here: the collection of replies is not part of this repository")
    return {name: ((SOURCE / name).read_bytes(), read_mail((SOURCE / name).read_bytes())) for name in LABELS}


def spaced(text):
    return " ".join(text.split())


def test_every_mail_is_labelled(read):
    assert {str(path.relative_to(SOURCE)) for path in SOURCE.glob("*/emails/*")} == LABELS.keys()


def test_the_visible_part_is_the_senders_own_words(read):
    wrong = [name for name, (_, mail) in read.items() if spaced(mail.visible_text) != spaced(LABELS[name])]
    assert wrong == []


def test_no_word_is_lost(read):
    lost = [
        name
        for name, (raw, mail) in read.items()
        if "=E2=80=AF" not in raw.decode()  # one body came as quoted-printable that nobody undid
        and sorted(f"{mail.visible_text} {mail.quoted_text} {mail.signature}".split()) != sorted(raw.decode().split())
    ]
    assert lost == []


def test_people_are_taken_for_people(read):
    assert {name: mail.kind for name, (_, mail) in read.items() if mail.kind != "person"} == {}
