"""What is read of a mail."""

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
