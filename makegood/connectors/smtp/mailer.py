"""Letters as RFC 5322 mails, handed over by SMTP."""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from makegood.channels.mailer import Letter, Refused, Unreachable

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    host: str
    port: int

    def hand_over(self, letter: Letter) -> None:
        """Hand one letter to the host.

        Raises:
            Refused: the host answered with a permanent refusal (5xx).
            Unreachable: no connection, or a temporary refusal (4xx); nothing was taken.
            OSError: cut off after the letter was under way; whether it was taken is in doubt.
        """
        if not letter.to:
            raise Refused("there is no address to send to")
        mail = written(letter)
        try:
            host = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{self.host}:{self.port}: {error}") from error
        with host:
            try:
                host.send_message(mail)
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                raise _judged(code, words) from error
            except smtplib.SMTPResponseException as error:
                raise _judged(error.smtp_code, error.smtp_error) from error


def _judged(code: int, words: bytes | str) -> Exception:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    # RFC 5321 §4.2.1: 4yz may succeed later, 5yz never will.
    return Unreachable(f"{code} {text}") if 400 <= code < 500 else Refused(f"{code} {text}")


def written(letter: Letter) -> EmailMessage:
    """The letter as a mail. `Auto-Submitted` (RFC 3834) keeps vacation replies from answering it."""
    mail = EmailMessage()
    mail["Message-ID"] = letter.message_id
    mail["Date"] = formatdate(localtime=False, usegmt=True)
    mail["From"] = letter.sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Content-Language"] = letter.language
    mail["Auto-Submitted"] = "auto-generated"
    if letter.in_reply_to:
        mail["In-Reply-To"] = letter.in_reply_to
        mail["References"] = letter.in_reply_to
    mail.set_content(letter.text)
    return mail
