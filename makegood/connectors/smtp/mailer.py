"""Letters as RFC 5322 mails, handed over by SMTP."""

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formatdate, parseaddr

from makegood.channels.mailer import OUR_MARK, Letter, Refused, Unreachable

TIMEOUT_SECONDS = 20
# In seven bits: not every host on the way takes eight (RFC 6152 §2).
ON_THE_WIRE = SMTP.clone(cte_type="7bit")
# A Message-ID that a head can carry as it is (RFC 5322 §3.6.4, leniently); strangers call their mails anything.
IDENTIFIER = re.compile(r"<[!-;=?-~]{1,500}>")


class ThreadHeader(UnstructuredHeader, BaseHeader):
    """Message-IDs, one a line: `email` would write one beyond its line length (Outlook's are) as encoded words, which
    are no Message-ID to anybody (RFC 2047 §5).
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    HEADERS.map_to_type(_name, ThreadHeader)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    host: str
    port: int

    def deliver(self, letter: Letter) -> None:
        """Hand one letter to the host.

        Raises:
            Refused: the host answered with a permanent refusal (5xx), or the letter can't be written as a mail.
            Unreachable: no connection, a temporary refusal (4xx), or cut off before the letter; nothing was taken.
            OSError: cut off after the letter was under way; whether it was taken is in doubt.
        """
        if not letter.to:
            raise Refused("there is no address to send to")
        mail = _bytes_of(letter)
        try:
            host = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{self.host}:{self.port}: {error}") from error
        try:
            _address(host, letter)
            _deliver(host, mail)
        finally:
            # What the host says to our goodbye changes nothing about the letter.
            with suppress(OSError):
                host.quit()
            host.close()


def _address(host: smtplib.SMTP, letter: Letter) -> None:
    """Say from whom and to whom: until the letter itself begins, being cut off loses nothing."""
    sender = letter.return_path or parseaddr(letter.sender)[1]
    try:
        host.ehlo_or_helo_if_needed()
        options = ["SMTPUTF8"] if not (sender + letter.to).isascii() else []
        if options and not host.has_extn("smtputf8"):
            raise Refused(f"{host.local_hostname}: the host takes no address beyond ASCII")
        for code, words in (host.mail(sender, options), host.rcpt(letter.to)):
            if code not in {250, 251}:
                raise _judged(code, words)
    except smtplib.SMTPResponseException as error:
        raise _judged(error.smtp_code, error.smtp_error) from error
    except OSError as error:
        raise Unreachable(f"cut off before the letter: {error}") from error


def _deliver(host: smtplib.SMTP, mail: bytes) -> None:
    try:
        code, words = host.data(mail)
    except smtplib.SMTPResponseException as error:
        raise _judged(error.smtp_code, error.smtp_error) from error
    if code != 250:
        raise _judged(code, words)


def _judged(code: int, words: bytes | str) -> Exception:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    # RFC 5321 §4.2.1: 4yz may succeed later, 5yz never will.
    return Unreachable(f"{code} {text}") if 400 <= code < 500 else Refused(f"{code} {text}")


def _bytes_of(letter: Letter) -> bytes:
    try:
        return written(letter).as_bytes(policy=ON_THE_WIRE.clone(utf8=not letter.to.isascii()))
    except ValueError as error:
        # A line break in a header, say: it would be refused for ever.
        raise Refused(f"the letter can't be written as a mail: {error}") from error


def written(letter: Letter) -> EmailMessage:
    """The letter as a mail. `Auto-Submitted` (RFC 3834) keeps vacation replies from answering what nobody wrote.

    Raises:
        ValueError: a header holds a line break, which would let words pass for headers.
    """
    mail = EmailMessage(policy=ON_THE_WIRE.clone(header_factory=HEADERS))
    # First, since it takes away every header that begins with Content.
    mail.set_content(letter.text)
    mail["Message-ID"] = letter.message_id
    mail["Date"] = formatdate(localtime=False, usegmt=True)
    mail["From"] = letter.sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Content-Language"] = letter.language
    # By it we know our own letters if they come back to us.
    mail[OUR_MARK] = parseaddr(letter.sender)[1]
    if letter.is_automatic:
        mail["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        mail["Reply-To"] = letter.reply_to
    thread = [each for each in (*letter.references, letter.in_reply_to) if IDENTIFIER.fullmatch(each)]
    if thread and IDENTIFIER.fullmatch(letter.in_reply_to):
        mail["In-Reply-To"] = letter.in_reply_to
        mail["References"] = " ".join(dict.fromkeys(thread))
    return mail
