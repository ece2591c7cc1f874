"""A mail as it was read. Every text can be stored in PostgreSQL: no NUL, no lone surrogate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """What sent it. Only `person` is for somebody to read; the others are acted on or kept, and never answered.

    A `bounce` is a mail server's report on a delivery, whatever it reports: `Mail.failures` are whom it did not
    reach. `receipt` says that a mail was opened. `loop` is our own mail come back.
    """

    PERSON = "person"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    ABUSE_REPORT = "abuse_report"
    RECEIPT = "receipt"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`Anna Čapek <anna@example.com>`. Either may be empty; the address is as written, its domain in small letters."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of a mail. A mail within a mail is one too: read its `content` with `read_mail`.

    `declared_type` is what the sender said, `content_type` what the bytes are. `name` is a bare file name that is safe
    to offer for saving, "" where none was given. `content_id` has no angle brackets; `is_inline`: the HTML shows it.
    """

    name: str
    declared_type: str
    content_type: str
    size: int
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRecipient:
    """Whom a mail did not reach, or who complained of it.

    `is_hard`: trying again will not help; `is_delayed`: a server goes on trying by itself. `status` is RFC 3463's
    (`5.1.1`), `reply_code` SMTP's (`550`), both "" where nobody said; `reason` one of `failures.Reason`; `diagnostic`
    the words of the server that refused.
    """

    address: str
    is_hard: bool = False
    status: str = ""
    reply_code: str = ""
    reason: str
    diagnostic: str = ""
    is_delayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, read. Message-IDs keep their angle brackets, as `Message.message_id` has them.

    message_id, in_reply_to: "" where there is none; `references` oldest first.
    sent_at: as its Date says, in UTC; None where it can't be read.
    delivered_to: every address, in small letters, that a token may have come in by: To, Cc, Bcc, Delivered-To,
        X-Original-To, Envelope-To and the like, without repetition.
    visible_text, quoted_text, signature: the words of the one readable body, each once. What the sender wrote is
        visible, wherever it stands; history and signature are kept apart.
    writer: whose words they are: From's, unless From is ours or a program's and Reply-To, a group or the fields of a
        form in the text name the person; without an address where it names nobody but us.
    refusal: why nobody is shown it, as far as the mail alone says; "" where somebody is.
    html: the HTML body as it came, "" where there is none; never to be shown uncleaned.
    is_proven: whether its structure or its head proves the kind; words and a subject alone are a guess.
    may_report: whether it may tell of a letter of ours that came back; only where it names that letter does it.
    recipients: of a bounce or an abuse report, whom it is about.
    original_message_id: of the mail that bounced, was complained of or automatically answered, "" where not said.
    never_answer: why no program may answer this mail; empty where one may. A mail from a list is written by a person
        and still not to be answered by a program.
    problems: what was malformed, and how it was read nevertheless.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: Mailbox
    writer: Mailbox
    refusal: str
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    delivered_to: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    visible_text: str
    quoted_text: str
    signature: str
    html: str
    attachments: tuple[Attachment, ...]
    kind: MailKind
    is_proven: bool
    may_report: bool
    recipients: tuple[FailedRecipient, ...]
    original_message_id: str
    never_answer: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def failures(self) -> tuple[FailedRecipient, ...]:
        """The recipients of a bounce whom the mail did not reach; empty where it reached all, or still may."""
        reached = {"delivered", "complaint"}
        return tuple(each for each in self.recipients if each.reason not in reached and not each.is_delayed)
