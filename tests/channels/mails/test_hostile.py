"""Mails written to break or to tire whoever reads them. Work is counted in calls: no machine's speed decides."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.channels.mails.reading import read_mail
from tests.growth import grows_no_more_than

HEAD = b"From: a@example.com\nSubject: x\n"
WHOLE = (
    b'Return-Path: <>\nFrom: =?utf-8?B?QW5uYQ==?= <anna@example.com>\nTo: "Shop, the" <shop@example.org> (us)\n'
    b"Date: Fri, 20 Nov 2026 10:00:00 +0100\nMessage-ID: <1@example.com>\nSubject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n'
    b"Content-Type: text/plain; charset=utf-7; format=flowed; delsp=yes\n\nHi +AOQ- \nthere\n\n"
    b"On Thu, 19 Nov 2026 at 09:00, Shop <shop@example.org> wrote:\n> It came.\n\nRegards,\nAnna\n-- \nAnna\n"
    b"begin 644 a.txt\n#0V%T\n`\nend\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
    b'<div class=3D"gmail_quote"><blockquote>old</blockquote></div><ul><li>one</ul>\n--b\n'
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; b@example.net\n"
    b"Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user\n--b\n"
    b"Content-Type: application/pdf; name*0*=utf-8''%e2%82; name*1*=%ac.pdf\nContent-Transfer-Encoding: base64\n"
    b"\nJVBERi0=\n--b--\n"
)
PIECES = [
    b"\n", b"\r", b"\0", b"\xff", b"=?", b"?=", b"--b", b"<", b">", b'"', b"(", b"=", b"\xed\xa0\x80", b"From: \n",
    b"Content-Type: multipart/mixed; boundary=", b"Content-Transfer-Encoding: base64\n", b"charset=utf-16",
    b"charset=iso-2022-kr", b";",
]  # fmt: skip


@st.composite
def mutated(draw):
    """A whole mail with pieces put in, taken out and repeated."""
    raw = WHOLE
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        upto = min(len(raw), at + draw(st.integers(0, 40)))
        raw = (
            raw[:at] + draw(st.sampled_from(PIECES) | st.binary(max_size=6)) + raw[draw(st.sampled_from([at, upto])) :]
        )
    return raw


def texts_of(mail):
    yield from (mail.subject, mail.visible_text, mail.quoted_text, mail.signature, mail.html, mail.message_id)
    yield from (mail.sender.name, mail.sender.address, *mail.references, *mail.problems, *mail.delivered_to)
    yield from (text for each in mail.attachments for text in (each.name, each.content_id, each.content_type))
    yield from (text for each in mail.recipients for text in (each.address, each.diagnostic, each.status))


@given(mutated())
def test_whatever_was_done_to_a_mail_it_is_read_and_can_be_stored(raw):
    for text in texts_of(read_mail(raw)):
        assert "\0" not in text
        text.encode()


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail(raw):
    assert read_mail(raw).kind


def calls(raw):
    """How many functions are called to read a mail, our own and others'."""
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_mail(raw)
    finally:
        sys.setprofile(before)
    return counted


HOSTILE = {
    "fields": lambda n: HEAD + b"X-A: b\n" * n + b"\nhi",
    "addresses": lambda n: HEAD + b"To: " + b"a@b.example, " * n + b"\n\nhi",
    "comments": lambda n: HEAD + b"To: " + b"(" * n + b"\n\nhi",
    "encoded words": lambda n: HEAD + b"X: y\nSubject: " + b"=?utf-8?q?a?= " * n + b"\n\nhi",
    "parameters": lambda n: HEAD + b"Content-Type: text/plain" + b"; a*1*=b" * n + b"\n\nhi",
    "nested": lambda n: b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(n)),
    "parts": lambda n: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * n,
    "headings": lambda n: HEAD + b"\n" + b"On 1 May 2020 wrote:\n\n" * n,
    "fields in the text": lambda n: HEAD + b"\n" + b"From: x\n" * n,
    "rules": lambda n: HEAD + b"\n" + (b"_" * 25 + b"\n") * n,
    "quotes": lambda n: HEAD + b"\n" + b"> x\nanswer\n" * n,
    "divisions": lambda n: HEAD + b"Content-Type: text/html\n\n" + b"<div>x" * n,
    "links": lambda n: HEAD + b"Content-Type: text/html\n\n" + b'<a href="http://x">y' * n,
    "recipients": lambda n: (
        b"From: MAILER-DAEMON@x\nSubject: failure notice\n\n"
        + b"".join(b"a%d@b.c: 550 no such user\n" % i for i in range(n))
    ),
    "outcomes": lambda n: (
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
        + b"".join(b"Final-Recipient: rfc822; a%d@b\nStatus: 5.0.0\n\n" % i for i in range(n))
    ),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_twice_as_much_is_at_most_twice_the_work(make):
    assert calls(make(1_600)) <= 2.2 * calls(make(800)) + 2_000


def text(body, *, head=b""):
    return HEAD + head + b"\n" + body


def html(body):
    return text(body, head=b"Content-Type: text/html\n")


def report(body):
    return b"From: MAILER-DAEMON@x.example\nReturn-Path: <>\nSubject: failure notice\n\n" + body


# What one pattern can tire itself with: twice the bytes may cost twice the time. Calls don't show that.
LONG = {
    "dashes": lambda n: text(b"--\n" * (n // 3)),
    "dashes with a space": lambda n: text(b"-- \n" * (n // 4)),
    "one ruler": lambda n: text(b"-" * n),
    "one ruler of pairs": lambda n: text(b"- " * (n // 2)),
    "one line": lambda n: text(b"a" * n),
    "ats": lambda n: text(b"a@" * (n // 2)),
    "quotes": lambda n: text(b">" * n),
    "nothing": lambda n: text(b" " * n),
    "escapes": lambda n: text(b"\x1b$B" * (n // 3)),
    "high bytes": lambda n: text(b"\xe4\xc0" * (n // 2)),
    "soft breaks": lambda n: text(b"=\n" * (n // 2), head=b"Content-Transfer-Encoding: quoted-printable\n"),
    "base64 lines": lambda n: text(b"AAAA\n \n" * (n // 7), head=b"Content-Transfer-Encoding: base64\n"),
    "uuencoded": lambda n: text(b"begin 644 a\n" * (n // 12)),
    "disclaimers": lambda n: text(b"This message " * (n // 13)),
    "rulers with words": lambda n: text(b"---- From ----\nFrom: a\n" * (n // 23)),
    "headings that never end": lambda n: text(b"On 1 May 2026 at 10:12 a <a@b.c>\n" * (n // 33)),
    "headings of GroupWise": lambda n: text(b">>> a@b.c 12/05/2026 08:33 >>>\n> x\n" * (n // 35)),
    "devices": lambda n: text(b"Sent from my iPhone. Sorry, " * (n // 28)),
    "regards": lambda n: text(b"Regards\nAnna\n\n" * (n // 14)),
    "heads in the text": lambda n: text(b"From: a@b.c\nSent: x\n" * (n // 20)),
    "rulers in a report": lambda n: report(b"=" * n),
    "recipients in a report": lambda n: report(b"Final-Recipient: rfc822;a@b.c\n" * (n // 30)),
    "answers in a report": lambda n: report(b"user unknown a@b.c\n" * (n // 19)),
    "folds": lambda n: text(b"x", head=b"Subject: a" + b"\n b" * (n // 3) + b"\n"),
    "words begun": lambda n: text(b"x", head=b"Subject: x" + b"=?utf-8?q?" * (n // 10) + b"\n"),
    "colons": lambda n: text(b"x", head=b"From: a@b " + b":" * n + b"\n"),
    "escaped quotes": lambda n: text(b"x", head=b"Cc: " + b'"\\' * (n // 2) + b"\n"),
    "parameters begun": lambda n: text(b"x", head=b"Content-Type: text/plain" + b'; a="\\' * (n // 6) + b"\n"),
    "comments in a type": lambda n: text(b"x", head=b"Content-Type: " + b"(" * n + b" text/plain\n"),
    "via": lambda n: text(b"x", head=b"From: " + b"a via " * (n // 6) + b"<a@b.c>\nX-Original-From: c@d.e\n"),
    "lists in lists": lambda n: html(b"<ul><li>x" * (n // 9)),
    "lists in lists, closed": lambda n: html(b"<ul><li>x" * (n // 18) + b"</li></ul>" * (n // 18)),
    "tables": lambda n: html(b"<table>" * (n // 7)),
    "tags begun": lambda n: html(b"<a " * (n // 3)),
    "bars": lambda n: html(b"<blockquote style='" + b"border-left:" * (n // 12) + b"'>x"),
    "styles": lambda n: html(b"<blockquote style='" + b"border-left:x;" * (n // 14) + b"'>x"),
    "ampersands": lambda n: html(b"&" * n),
    "comments": lambda n: html(b"<!--" * (n // 4)),
    "formatting": lambda n: html(b"<b><p></b>" * (n // 10)),
    "signatures": lambda n: text(b"\x30\x80" * (n // 2), head=b"Content-Type: application/pkcs7-mime\n"),
    "records": lambda n: text(
        b"\x78\x9f\x3e\x22\1\0" + b"\1\2\x90\6\0\0\0\0\0\0\0" * (n // 11), head=b"Content-Type: application/ms-tnef\n"
    ),
}


@pytest.mark.parametrize("make", LONG.values(), ids=LONG)
def test_twice_as_long_is_at_most_twice_the_time(make):
    small, large = make(40_000), make(80_000)
    assert grows_no_more_than(2.8, small=lambda: read_mail(small), large=lambda: read_mail(large), more=0.04)


def test_html_too_deep_for_its_parser_is_read_as_words():
    mail = read_mail(HEAD + b"Content-Type: text/html\n\n" + b"<div>x" * 5_000)
    assert mail.visible_text.split() == ["x"] * 5_000


def test_what_lies_beyond_a_bound_is_said():
    many = read_mail(HEAD + b"X-A: b\n" * 1_500 + b"\nhi")
    assert (many.visible_text, many.problems) == ("hi", ("it has more than 1000 fields; the others were not read",))
    long = read_mail(HEAD + b"\n" + b"x\n" * 20_010)
    assert long.visible_text.count("x") + long.quoted_text.count("x") == 20_010
    assert long.problems == ("it has more than 20000 lines; the others are kept as history",)
