"""The SMTP connector against a real host on loopback, in every way a host can answer or fall silent."""

import smtplib
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from makegood.channels.mailer import Letter, Refused, Unreachable
from makegood.connectors.smtp import mailer
from makegood.connectors.smtp.mailer import SmtpMailer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")


def letter(**more):
    words = {
        "message_id": "<1@shop.example>",
        "in_reply_to": "",
        "sender": "Northlight Books <help@shop.example>",
        "to": "ada@marsh.example",
        "subject": "Order 100: your parcel",
        "text": "Hello Ada,\n\n.a line that begins with a dot\nJosé’s “Field Notes”\n",
        "language": "en",
    }
    return Letter(**(words | more))


class Host:
    """A host's behaviour: `answers` by stage replace "250 OK"; `drops_at` closes the line at that stage instead."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.drops_at = ""

    def _said(self, stage, server):
        if self.drops_at == stage:
            server.transport.abort()
        return self.answers.get(stage, "250 OK")

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self._said("mail", server)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self._said("rcpt", server)

    async def take_letter(self, server, session, envelope):
        said = self._said("data", server)
        if said.startswith("250"):
            self.mails.append(envelope.original_content)
            self.recipients += envelope.rcpt_tos
        return said

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        return self.answers.get("quit", "221 Bye")


# What aiosmtpd calls it by.
setattr(Host, "handle_DATA", Host.take_letter)  # noqa: B010


class Loopback(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self):
        return SMTP(self.handler, enable_SMTPUTF8=False, hostname="loopback")


@pytest.fixture(scope="module")
def loopback():
    controller = Loopback(Host(), hostname="127.0.0.1", port=0)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def host(loopback):
    loopback.handler.__init__()
    return loopback.handler


@pytest.fixture
def post(loopback):
    return SmtpMailer(host="127.0.0.1", port=loopback.port)


def test_a_letter_arrives_word_for_word_under_its_own_message_id(host, post):
    post.deliver(letter(in_reply_to="<0@marsh.example>"))
    mail = message_from_bytes(host.mails[0], policy=default)
    assert {name: mail[name] for name in ("Message-ID", "In-Reply-To", "References", "To", "Subject")} == {
        "Message-ID": "<1@shop.example>",
        "In-Reply-To": "<0@marsh.example>",
        "References": "<0@marsh.example>",
        "To": "ada@marsh.example",
        "Subject": "Order 100: your parcel",
    }
    assert mail.get_content().replace("\r\n", "\n") == letter().text
    assert (mail["Auto-Submitted"], mail["Content-Language"], host.recipients) == (
        "auto-generated",
        "en",
        ["ada@marsh.example"],
    )


def test_what_is_not_ascii_travels_so_that_every_host_can_pass_it_on(host, post):
    """8-bit words would need a host that offers 8BITMIME, and every host behind it too (RFC 6152 §2)."""
    post.deliver(letter())
    assert host.mails[0].isascii()


def test_long_identifiers_are_written_as_they_are(host, post):
    """Outlook's have some 85 characters, and an encoded word is no Message-ID to anybody."""
    long = f"<{'VI1PR0402MB3469' * 3}@VI1PR0402MB3469.eurprd04.prod.outlook.com>"
    post.deliver(letter(in_reply_to=long, references=("<0@marsh.example>", long)))
    head = host.mails[0].partition(b"\r\n\r\n")[0]
    assert f"\r\nIn-Reply-To: {long}\r\nReferences: <0@marsh.example>\r\n {long}\r\n".encode() in head + b"\r\n"


@pytest.mark.parametrize("named", ["<a@b>\r\nBcc: all@marsh.example", "<a b@c>", "<é@c>", "<\x01@c>", "<>", "a@b"])
def test_what_a_head_cannot_carry_is_answered_without_its_name(host, post, named):
    post.deliver(letter(in_reply_to=named, references=(named,)))
    mail = message_from_bytes(host.mails[0], policy=default)
    assert (mail["In-Reply-To"], mail["References"], mail["Bcc"]) == (None, None, None)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(("answer", "error"), [("451 later", Unreachable), ("550 never", Refused)])
def test_a_refusal_is_for_now_or_for_ever_wherever_it_comes(host, post, stage, answer, error):
    host.answers[stage] = answer
    with pytest.raises(error, match=answer):
        post.deliver(letter())
    assert host.mails == []


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_cut_off_before_the_letter_nothing_was_handed_over(host, post, stage):
    host.drops_at = stage
    with pytest.raises(Unreachable):
        post.deliver(letter())


def test_cut_off_after_the_letter_is_in_doubt(host, post):
    host.drops_at = "data"
    with pytest.raises(OSError) as caught:  # noqa: PT011 -- whatever its words, it is neither of the two below
        post.deliver(letter())
    assert not isinstance(caught.value, Refused | Unreachable)
    assert len(host.mails) == 1


@pytest.mark.parametrize("answer", ["421 too many of you", "500 what?"])
def test_a_rude_goodbye_does_not_take_the_letter_back(host, post, answer):
    host.answers["quit"] = answer
    post.deliver(letter())
    assert len(host.mails) == 1


def test_nobody_there_is_unreachable():
    with pytest.raises(Unreachable):
        SmtpMailer(host="127.0.0.1", port=1).deliver(letter())


def test_a_host_that_greets_with_a_refusal_is_unreachable(monkeypatch):
    def greeting(*_, **__):
        raise smtplib.SMTPConnectError(554, b"go away")

    monkeypatch.setattr(mailer.smtplib, "SMTP", greeting)
    with pytest.raises(Unreachable):
        SmtpMailer(host="127.0.0.1", port=1).deliver(letter())


@pytest.mark.parametrize("field", ["subject", "to", "reply_to", "sender"])
@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_no_words_pass_for_headers(host, post, field, line_break):
    with pytest.raises(Refused, match="written as a mail"):
        post.deliver(letter(**{field: f"x@y.example{line_break}Bcc: all@marsh.example"}))
    assert host.mails == []


def test_an_address_the_host_cannot_take_is_refused(host, post):
    with pytest.raises(Refused, match="ASCII"):
        post.deliver(letter(to="josé@marsh.example"))


def test_without_an_address_nothing_is_tried():
    with pytest.raises(Refused, match="no address"):
        SmtpMailer(host="127.0.0.1", port=1).deliver(letter(to=""))
