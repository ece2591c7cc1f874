"""Raw mails, 23 of them malformed, beside what a strict parser makes of them.

`parsed_otherwise.json` holds every difference in sender, subject, text, HTML and attachments: ours, theirs and why. A
difference that is not there fails, and so does one that is there no more.
"""

import json
from pathlib import Path

import pytest

from makegood.channels.mails.mail import MailKind
from makegood.channels.mails.reading import read_mail
from tests.channels.mails.reference import differences, parsed

SOURCE = Path(__file__).resolve().parents[4] / "shared" / "data" / "mail_parse" / "resources" / "eml"
OTHERWISE = json.loads((Path(__file__).parent / "parsed_otherwise.json").read_text(encoding="utf-8"))
# Read with line feeds alone, UTF-16 whose line ends were made two bytes is broken; nobody sends that.
ONLY_BY_LINE_FEEDS = {"thirdparty/005"}


@pytest.fixture(scope="module")
def mails():
    if not SOURCE.is_dir():
        pytest.skip(f"{SOURCE} is not here: the collection of parsed mails is not part of this repository")
    return {str(path.relative_to(SOURCE))[:-4]: path for path in sorted(SOURCE.glob("*/*.eml"))}


def test_every_difference_is_argued(mails):
    assert len(mails) == 107
    found = {}
    for name, path in mails.items():
        differing = differences(read_mail(path.read_bytes()), parsed(path.with_suffix(".json")))
        found |= {(name, field): (ours, theirs) for field, (ours, theirs) in differing.items()}
    listed = {
        (name, field): (each["ours"], each["theirs"])
        for name, fields in OTHERWISE.items()
        for field, each in fields.items()
    }
    assert found == listed
    assert all(len(each["why"]) > 20 for fields in OTHERWISE.values() for each in fields.values())


def test_the_same_mails_with_the_lines_ends_of_the_wire(mails):
    for name, path in mails.items():
        raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        differing = differences(read_mail(raw), parsed(path.with_suffix(".crlf.json")))
        if name not in ONLY_BY_LINE_FEEDS:
            assert differing.keys() == OTHERWISE.get(name, {}).keys(), name


def test_they_are_taken_for_people(mails):
    kinds = {name: read_mail(path.read_bytes()).kind for name, path in mails.items()}
    assert {name: kind for name, kind in kinds.items() if kind is not MailKind.PERSON} == {}
