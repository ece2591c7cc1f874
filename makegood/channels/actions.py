"""Asking for a message to be sent, handing it over, and taking one in."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import NotRequired, TypedDict, Unpack

import structlog
from django.conf import settings
from django.db import transaction

from makegood.channels.addresses import bounce_address, reply_address
from makegood.channels.facts import MessageBounced, MessageFailed, MessageReceived, MessageRequested, MessageSent
from makegood.channels.locks import lock_message, lock_sent_message
from makegood.channels.mailer import PORT, Letter, NoHost, Refused, Unreachable
from makegood.channels.mails.mail import Attachment
from makegood.channels.models import Message, MessageAttachment
from makegood.channels.rules import HAND_OVERS_IN_DOUBT, UNREACHED, UNSAID, Direction, MessageState, Via
from makegood.customers.actions import mark_undeliverable
from makegood.customers.models import Customer
from makegood.customers.queries import email_of
from makegood.journal.actions import announce
from makegood.kit import clock, sql
from makegood.kit.errors import IdempotencyConflict
from makegood.staff.rules import Standpoint

log = structlog.get_logger()

# By whom words are written that no person wrote.
PROGRAM = f"{Standpoint.POLICY.value}:"
# RFC 5322 §3.6.4 sets no bound; header lines do.
LONGEST_THREAD = 10
# What may be handed over once more because somebody asks for it.
AGAIN = (MessageState.FAILED, MessageState.BOUNCED)


def key_conflict(key: str) -> IdempotencyConflict:
    """A key seen again must mean the same message, to the same customer, on the same matter (law 6)."""
    return IdempotencyConflict(f"key: {key} was used for another message before; use a new one")


class Words(TypedDict):
    """A letter of ours to be written down: why (`key`, `news`), what, and by whom.

    `follows` is the Message-ID of the mail after which it stands in its reader's thread; without it a thread begins.
    """

    key: str
    news: str
    subject: str
    body: str
    language: str
    by: str
    follows: NotRequired[str]


def request_message(
    *, customer: Customer, now: datetime, case_number: int | None = None, **words: Unpack[Words]
) -> Message:
    """Write words down to be sent; the same key again is the same message and sends nothing more.

    What was held back under the key goes now, in these words. Answers by mail come back to `case_number`.

    Raises:
        IdempotencyConflict: the key was used for another customer.
    """
    with transaction.atomic():
        message, is_new = _written_down(customer, words, MessageState.REQUESTED, case_number=case_number, now=now)
        if is_new:
            announce([MessageRequested(customer_id=customer.pk, message_id=message.pk)], now=now)
    return message


def hold_message(
    *, customer: Customer, now: datetime, reason: str, case_number: int | None = None, **words: Unpack[Words]
) -> Message:
    """Keep words that may not go as they are, and why; the same key again replaces them, as long as they are held.

    Raises:
        IdempotencyConflict: the key was used for another customer.
    """
    with transaction.atomic():
        message, is_new = _written_down(customer, words, MessageState.HELD, case_number=case_number, now=now)
        if is_new:
            message.error = reason
            message.save(update_fields=["error"])
    return message


def _written_down(
    customer: Customer, words: Words, state: MessageState, *, case_number: int | None, now: datetime
) -> tuple[Message, bool]:
    """The message under a key, and whether these are its words now; only what is held back, or was dropped, is written
    anew, to where its customer reads by now.
    """
    anew = {
        "address": email_of(customer),
        "in_reply_to": words.get("follows", ""),
        "subject": one_line(words["subject"]),
        "body": words["body"],
        "language": words["language"],
        "state": state,
        "written_by": words["by"],
        "written_at": now,
        "error": "",
    }
    message, is_new = Message.objects.get_or_create(
        key=words["key"],
        defaults={
            "customer": customer,
            "direction": Direction.OUT,
            "via": Via.EMAIL,
            "news": words["news"],
            "message_id": new_message_id(),
            "case_number": case_number,
            **anew,
        },
    )
    if message.customer_id != customer.pk:
        raise key_conflict(words["key"])
    if is_new or message.state not in UNSAID:
        return message, is_new
    message = lock_message(message.pk)
    anew |= {"sent_at": None, "hand_overs": 0, "was_in_doubt": False}
    for field, value in anew.items():
        setattr(message, field, value)
    message.save(update_fields=list(anew))
    return message, True


def drop_message(*, message_id: int) -> None:
    """Let words that could not go, or came back, be said no more; any others stay as they are.

    What they told may be told anew under their key.

    Raises:
        Message.DoesNotExist: there is none.
    """
    with transaction.atomic():
        message = lock_message(message_id)
        if message.state in UNREACHED:
            message.state, message.bounced_at = MessageState.DROPPED, None
            message.save(update_fields=["state", "bounced_at"])


def send_again(*, message_id: int, now: datetime) -> None:
    """Give a letter that nobody would take, or that came back, to the mailer once more; any other stays as it is.

    Raises:
        Message.DoesNotExist: there is none.
    """
    with transaction.atomic():
        message = lock_message(message_id)
        if message.state not in AGAIN:
            return
        message.state, message.error, message.bounced_at = MessageState.REQUESTED, "", None
        message.address = email_of(message.customer) or message.address
        message.save(update_fields=["state", "error", "bounced_at", "address"])
        announce([MessageRequested(customer_id=message.customer_id, message_id=message.pk)], now=now)


def one_line(subject: str) -> str:
    """A subject is one line: a mail can't carry another in its header."""
    return " ".join(subject.split())


def new_message_id() -> str:
    """An RFC 5322 Message-ID that nobody else uses, at the domain our mail comes from."""
    domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def deliver(*, message_id: int) -> None:
    """Give a message to the mailer, outside any transaction (law 3), and write down what became of it.

    A hand-over that was cut off before its answer (the process died) is repeated once under the same Message-ID and
    marked as having been in doubt; a plain refusal is final; a mailer that can't be reached is tried again by the job.

    Raises:
        Unreachable: nothing was handed over; the job tries again.
    """
    message = _begin(message_id)
    if message is None:
        return
    letter = letter_of(message)
    sql.give_back()
    try:
        PORT.mailer.deliver(letter)
    except Refused as refusal:
        _end(message_id, state=MessageState.FAILED, error=str(refusal))
    except NoHost:
        _end(message_id, state=MessageState.KEPT)
    except Unreachable:
        Message.objects.filter(id=message_id, state=MessageState.HANDING_OVER).update(
            state=MessageState.REQUESTED, hand_overs=message.hand_overs - 1
        )
        raise
    else:
        _end(message_id, state=MessageState.SENT)


def letter_of(message: Message) -> Letter:
    """A message as the mail that carries it; what answers it comes back to its customer and case."""
    return Letter(
        message_id=message.message_id,
        in_reply_to=message.in_reply_to,
        references=_thread_of(message),
        sender=settings.MAIL_FROM,
        reply_to=reply_address(customer_id=message.customer_id, case_number=message.case_number),
        return_path=bounce_address(message_id=message.pk),
        to=message.address,
        subject=message.subject,
        text=message.body,
        language=message.language,
        is_automatic=message.written_by.startswith(PROGRAM),
    )


def _thread_of(message: Message) -> tuple[str, ...]:
    """The mails that a message follows, the oldest first; a long thread keeps its newest."""
    thread: list[str] = []
    above = message.in_reply_to
    while above and above not in thread and len(thread) < LONGEST_THREAD:
        thread.insert(0, above)
        followed = Message.objects.filter(customer_id=message.customer_id, message_id=above).order_by("id").first()
        above = followed.in_reply_to if followed else ""
    return tuple(thread)


def _begin(message_id: int) -> Message | None:
    """Mark that a hand-over begins; None where there is nothing to hand over."""
    with transaction.atomic():
        message = lock_message(message_id)
        if message.state == MessageState.HANDING_OVER:
            message.was_in_doubt = True
            if message.hand_overs >= HAND_OVERS_IN_DOUBT:
                message.state = MessageState.IN_DOUBT
                message.save(update_fields=["state", "was_in_doubt"])
                log.warning("hand-over left in doubt", message_id=message_id)
                return None
        elif message.state != MessageState.REQUESTED:
            return None
        message.state = MessageState.HANDING_OVER
        message.hand_overs += 1
        message.save(update_fields=["state", "hand_overs", "was_in_doubt"])
    return message


def _end(message_id: int, *, state: MessageState, error: str = "") -> None:
    now = clock.now()
    with transaction.atomic():
        message = lock_message(message_id)
        if message.state != MessageState.BOUNCED:  # it came back before we had written down that it went
            message.state, message.error = state, error
        if state is MessageState.SENT:
            message.sent_at = now
        message.save(update_fields=["state", "error", "sent_at"])
        if state is not MessageState.KEPT:
            kind = MessageSent if state is MessageState.SENT else MessageFailed
            announce([kind(customer_id=message.customer_id, message_id=message_id)], now=now)


def note_bounce(*, message_id: int, reason: str, is_hard: bool, now: datetime) -> None:
    """A message of ours came back: say so, once. Hard: its address takes no mail, until somebody writes from there.

    What came back for now and then for good (a soft failure before the hard one) counts as the latter.

    Raises:
        Message.DoesNotExist: we sent no such message.
    """
    with transaction.atomic():
        message = lock_sent_message(message_id)
        if is_hard:
            mark_undeliverable(customer_id=message.customer_id, address=message.address, reason=reason, now=now)
        if message.state == MessageState.DROPPED:
            return
        if message.state == MessageState.BOUNCED:
            if is_hard:
                message.error = reason
                message.save(update_fields=["error"])
            return
        message.state, message.bounced_at, message.error = MessageState.BOUNCED, now, reason
        message.save(update_fields=["state", "bounced_at", "error"])
        announce([MessageBounced(customer_id=message.customer_id, message_id=message_id, is_hard=is_hard)], now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMetadata:
    """What a mail brings along with its words: from which address, under which Message-ID, what is quoted and attached.

    `reply_to`: where whoever wrote wants to be answered, "" where that is `address`.

    `is_automatic`: a program wrote it (a vacation reply), and nobody waits for an answer.
    """

    address: str
    message_id: str = ""
    quoted_text: str = ""
    reply_to: str = ""
    signature: str = ""
    is_automatic: bool = False
    attachments: tuple[Attachment, ...] = ()


def take_in_message(
    *,
    key: str,
    customer: Customer,
    via: Via,
    subject: str,
    body: str,
    in_reply_to: str,
    now: datetime,
    written_at: datetime | None = None,
    metadata: MailMetadata | None = None,
) -> Message:
    """Keep what a customer wrote to us, now or at `written_at`; the same key again is the same message.

    Raises:
        IdempotencyConflict: the key was used for another customer.
    """
    with transaction.atomic(savepoint=False):
        message, is_new = Message.objects.get_or_create(
            key=key,
            defaults={
                "customer": customer,
                "direction": Direction.IN,
                "via": via,
                "subject": one_line(subject),
                "body": body,
                "language": customer.language,
                "address": metadata.address if metadata else email_of(customer),
                "message_id": (metadata and metadata.message_id) or new_message_id(),
                "in_reply_to": in_reply_to,
                "quoted_text": metadata.quoted_text if metadata else "",
                "signature": metadata.signature if metadata else "",
                "reply_to": metadata.reply_to if metadata else "",
                "is_automatic": metadata is not None and metadata.is_automatic,
                "state": MessageState.RECEIVED,
                "written_by": f"customer:{customer.pk}",
                "written_at": written_at or now,
            },
        )
        if not is_new and message.customer_id != customer.pk:
            raise key_conflict(key)
        if is_new:
            _keep_attachments(message, metadata.attachments if metadata else ())
            announce([MessageReceived(customer_id=customer.pk, message_id=message.pk)], now=now)
    return message


def _keep_attachments(message: Message, attachments: Sequence[Attachment]) -> None:
    MessageAttachment.objects.bulk_create(
        [
            MessageAttachment(
                message=message,
                customer_id=message.customer_id,
                place=place,
                name=each.name,
                content_type=each.content_type,
                content_id=each.content_id,
                size=each.size,
                sha256=hashlib.sha256(each.content).hexdigest(),
                content=each.content,
            )
            for place, each in enumerate(attachments)
        ]
    )
