"""`makegood explain mail`: the program, as somebody runs it."""

import json

import pytest
from typer.testing import CliRunner

from makegood.cli import app

ANSWER = (
    "From: Anna Čapek <anna@example.com>\nTo: shop@example.org\nSubject: Where [is] it?\n"
    "Date: Fri, 20 Nov 2026 10:00:00 +0100\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
    "It isn’t [here].\n\nOn Thu, 19 Nov 2026 at 09:00, Shop <shop@example.org> wrote:\n"
    "> It was delivered.\n\n-- \nAnna\n"
    "--b\nContent-Type: application/pdf; name=door.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQ=\n--b--\n"
)
BOUNCE = (
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: shop@example.org\n"
    "Subject: Undelivered Mail Returned to Sender\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt could not be delivered.\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; ana@example.com\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 No such user\n--b\nContent-Type: text/rfc822-headers\n\n"
    "Message-ID: <7@example.org>\nSubject: Your order\n--b--\n"
)


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, ["explain", "mail", *map(str, arguments)])


@pytest.fixture
def files(tmp_path):
    answer, bounce = tmp_path / "answer.eml", tmp_path / "bounce.eml"
    answer.write_text(ANSWER, encoding="utf-8")
    bounce.write_text(BOUNCE, encoding="utf-8")
    return answer, bounce


def test_each_mail_is_one_object_a_line(run, files):
    done = run(*files, "--json")
    assert done.exit_code == 0
    answer, bounce = map(json.loads, done.stdout.splitlines())
    assert answer | {"references": [], "never_answer": []} == answer
    assert (answer["kind"], answer["from"]) == ("person", {"name": "Anna Čapek", "address": "anna@example.com"})
    assert (answer["subject"], answer["sent_at"]) == ("Where [is] it?", "2026-11-20T09:00:00Z")
    assert (answer["visible_text"], answer["signature"]) == ("It isn’t [here].", "--\nAnna")
    assert answer["quoted_text"].endswith("wrote:\n> It was delivered.")
    assert answer["attachments"] == [
        {
            "name": "door.pdf",
            "size": 8,
            "content_type": "application/pdf",
            "declared_type": "application/pdf",
            "is_inline": False,
        }
    ]
    assert (bounce["kind"], bounce["original_message_id"]) == ("bounce", "<7@example.org>")
    assert bounce["recipients"] == [
        {
            "address": "ana@example.com",
            "is_hard": True,
            "is_delayed": False,
            "reason": "user_unknown",
            "status": "5.1.1",
            "reply_code": "550",
            "diagnostic": "550 5.1.1 No such user",
        }
    ]


def test_people_read_it_too(run, files):
    done = run(*files)
    assert done.exit_code == 0
    for words in (
        "answer.eml: person",
        "Anna Čapek <anna@example.com>",
        "Where [is] it?",
        "It isn’t [here].",
        "attached: door.pdf, application/pdf, 8 bytes",
        "bounce.eml: bounce",
        "ana@example.com: hard, user unknown 550 5.1.1",
    ):
        assert words in done.stdout


def test_a_missing_file_is_said_in_one_line(run, files, tmp_path):
    missing = tmp_path / "none.eml"
    done = run(missing, files[0])
    assert done.exit_code == 2
    assert done.stderr == f"{missing}: it can't be read: No such file or directory\n"
    assert "answer.eml: person" in done.stdout
    told = run(missing, "--json")
    assert told.exit_code == 2
    assert json.loads(told.stdout) == {"file": str(missing), "error": "it can't be read: No such file or directory"}
