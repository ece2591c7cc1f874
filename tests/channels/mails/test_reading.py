"""What is read of a mail."""

import pytest

from makegood.channels.mails.mail import Mailbox, MailKind
from makegood.channels.mails.reading import read_mail

PLAIN = (
    b"From: Anna <anna@example.com>\r\nTo: shop@example.org\r\nSubject: Where is it?\r\n"
    b"Message-ID: <1@example.com>\r\n\r\nWhere is my parcel?\r\n"
)


def test_a_plain_mail():
    mail = read_mail(PLAIN)
    assert mail.sender == Mailbox("Anna", "anna@example.com")
    assert (mail.message_id, mail.subject, mail.kind) == ("<1@example.com>", "Where is it?", MailKind.PERSON)
    assert mail.visible_text.strip() == "Where is my parcel?"
    assert mail.delivered_to == ("shop@example.org",)


def test_our_own_mail_come_back_is_a_loop():
    mail = read_mail(PLAIN, own_domains=frozenset({"example.com"}))
    assert (mail.kind, mail.never_answer) == (MailKind.LOOP, ("it is ours: its Message-ID is of our domain",))


@pytest.mark.parametrize(
    ("html", "is_shown"),
    [
        ('<img src="cid:p1@x">', True),
        ("<IMG SRC=CID:p1@x>", True),
        ("<div style='background: url(cid:p1@x)'></div>", True),
        ('<div style="background: url(&quot;cid:p1@x&quot;)"></div>', True),
        ("<p>cid:p1@x</p>", False),
        ('<!-- <img src="cid:p1@x"> --><p>no picture</p>', False),
        ('<!-- never ended <img src="cid:p1@x">', True),
    ],
)
def test_a_picture_is_inline_where_the_html_shows_it(html, is_shown):
    part = "Content-Type: image/png; name=p.png\nContent-ID: <p1@x>\nContent-Disposition: attachment\n\nx\n"
    body = f"--b\nContent-Type: text/html\n\n{html}\n--b\n{part}--b--\n"
    mail = read_mail(f"From: a@b.example\nContent-Type: multipart/related; boundary=b\n\n{body}".encode())
    assert [each.is_inline for each in mail.attachments] == [is_shown]
