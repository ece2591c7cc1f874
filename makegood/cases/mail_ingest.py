"""Whose a mail is by the address it came to, and what is kept of it.

Words from outside authorise nothing: a valid address says which case is answered, and no more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction

from makegood.cases.actions import attach, take_in_message
from makegood.cases.models import Case, CaseMessage
from makegood.cases.rules import CaseState
from makegood.channels.accounting import LONGEST_NAME
from makegood.channels.actions import MailMetadata, note_bounce
from makegood.channels.actions import take_in_message as keep_message
from makegood.channels.addresses import bound_by, own_addresses
from makegood.channels.mailer import OUR_MARK
from makegood.channels.mails.mail import FailedRecipient, Mail, MailKind
from makegood.channels.mails.parts import ENCRYPTED
from makegood.channels.mails.writers import plain_address
from makegood.channels.models import IncomingMail, Message
from makegood.channels.queries import newest_sent_to, our_message
from makegood.channels.rules import MailState, Via, head_of
from makegood.customers.actions import mark_deliverable
from makegood.customers.models import Customer
from makegood.customers.queries import customer_by_id

# Longer words are cut on the case; the mail itself is kept whole.
LONGEST = 100_000
# How our own Message-IDs begin (channels.actions.new_message_id): only such are looked up.
OURS = re.compile(r"<[0-9a-f]{32}@")
MOST_ATTACHMENTS = 50
# As much of a mail as a list shows.
EXCERPT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedSender:
    """Whom a mail's addresses prove it to be from, the case they answer (0: none), and our message that they name.

    `is_answer`: it came to an address that only who had our letter can know, for answers.
    """

    customer: Customer | None
    case_number: int
    about: Message | None
    is_answer: bool = False


def identify_sender(addresses: Iterable[str]) -> IdentifiedSender:
    """What the addresses that a mail came to prove; two customers at once prove neither."""
    bound = bound_by(addresses)
    about = next((our_message(each.message_id) for each in bound if each.message_id), None)
    customers = {each.customer_id for each in bound if each.customer_id} | ({about.customer_id} if about else set())
    if len(customers) != 1:
        return IdentifiedSender(customer=None, case_number=0, about=None)
    cases = [each.case_number for each in bound if each.case_number]
    number = cases[0] if cases else (about.case_number if about else 0) or 0
    is_answer = any(each.customer_id for each in bound)
    customer = customer_by_id(customers.pop())
    return IdentifiedSender(customer=customer, case_number=number, about=about, is_answer=is_answer)


def kind_of(mail: Mail, from_whom: IdentifiedSender) -> MailKind:
    """What a mail is, with what is known of its addresses: who answers us is a person, unless it is proven otherwise,
    and word of a failed delivery is a bounce where it names a letter of ours.
    """
    if from_whom.is_answer and not mail.is_proven:
        return MailKind.PERSON
    if mail.may_report and not from_whom.is_answer and (from_whom.about or our_message(mail.original_message_id)):
        return MailKind.BOUNCE
    return mail.kind


def delivered(row: IncomingMail) -> bytes:
    """A mail as its last host leaves it in a mailbox: by SMTP that is us, and the empty sender of reports and automatic
    answers is for us to write into its head (RFC 5321 §4.4).
    """
    raw = bytes(row.raw or b"")
    return b"Return-Path: <>\r\n" + raw if row.envelope_from == "<>" else raw


def end(row: IncomingMail, state: MailState, *, reason: str = "", about: Message | None = None) -> None:
    """Write down what became of a mail."""
    row.state, row.reason, row.about = state, reason, about
    if about is not None:
        row.customer_id = about.customer_id
    read = ("kind", "is_formatted", "writer_address", "subject", "excerpt")
    row.save(update_fields=["state", "reason", "customer", "message", "about", *read])


def note_reading(row: IncomingMail, mail: Mail) -> None:
    """What a list shows of a mail without reading its bytes again."""
    row.is_formatted = bool(mail.html)
    row.writer_address, row.subject = mail.writer.address[:LONGEST_NAME], mail.subject[:LONGEST_NAME]
    row.excerpt = words_of(mail)[:EXCERPT]


def refusal_of(mail: Mail, raw: bytes, *, is_answer: bool) -> str:
    """Why a mail is not for anybody: it is our own; empty where it is for somebody. What answers a letter of ours is
    refused only where it is that letter.
    """
    ours = parseaddr(settings.MAIL_FROM)[1].lower()
    marked = f"\n{OUR_MARK}: {ours}\n".lower().encode()
    head = b"\n" + head_of(raw).lower() + b"\n"
    if mail.kind is MailKind.LOOP or marked in head or (OURS.match(mail.message_id) and our_message(mail.message_id)):
        return "it is a letter of ours that came back"
    return "" if is_answer else mail.refusal


def keep_mail(row: IncomingMail, mail: Mail, *, customer: Customer, now: datetime, case_number: int = 0) -> Case:
    """A customer's mail joins their case like any words of theirs."""
    case = take_in_message(
        key=f"mail:{row.pk}",
        customer=customer,
        subject=mail.subject[:LONGEST],
        body=words_of(mail),
        via=Via.EMAIL,
        in_reply_to=answered_by(mail),
        case_number=case_number,
        written_at=row.received_at,
        metadata=metadata_of(mail),
        now=now,
    )
    _taken_in(row, mail, customer)
    return case


def keep_automatic(row: IncomingMail, mail: Mail, *, customer: Customer, case_number: int, now: datetime) -> None:
    """A vacation reply is kept where it belongs, quietly: nobody waits for an answer."""
    with transaction.atomic():
        message = keep_message(
            key=f"mail:{row.pk}",
            customer=customer,
            via=Via.EMAIL,
            subject=mail.subject,
            body=words_of(mail),
            in_reply_to=answered_by(mail),
            written_at=row.received_at,
            metadata=replace(metadata_of(mail), is_automatic=True),
            now=now,
        )
        cases = Case.objects.filter(customer=customer)
        case = cases.filter(id=case_number).first() or cases.filter(state=CaseState.OPEN).order_by("-id").first()
        if case is not None:
            attach(case, message)
        _taken_in(row, mail, customer)


def _taken_in(row: IncomingMail, mail: Mail, customer: Customer) -> None:
    row.customer = customer
    row.message = Message.objects.only("id").get(key=f"mail:{row.pk}")
    end(row, MailState.TAKEN_IN)
    mark_deliverable(customer_id=customer.pk, address=mail.writer.address)


def words_of(mail: Mail) -> str:
    """What the sender wrote; where that is nothing, what they quoted, called it, or that there are no words."""
    said = next((text for text in (mail.visible_text, mail.quoted_text, mail.subject) if text.strip()), "(no words)")
    if ENCRYPTED in mail.problems and not mail.visible_text.strip():
        said = f"({ENCRYPTED})\n{said}"
    return said[:LONGEST]


def metadata_of(mail: Mail) -> MailMetadata:
    """What comes with the words."""
    return MailMetadata(
        address=mail.writer.address,
        message_id=mail.message_id,
        quoted_text=mail.quoted_text[:LONGEST],
        signature=mail.signature[:LONGEST],
        reply_to=answers_to(mail),
        # What only sounds automatic a person may have written.
        is_automatic=mail.kind is MailKind.AUTO_REPLY and mail.is_proven,
        attachments=mail.attachments[:MOST_ATTACHMENTS],
    )


def answers_to(mail: Mail) -> str:
    """Where whoever wrote wants to be answered; "" where that is the address they wrote from, or ours, as groups have
    it.
    """
    ours = {plain_address(each) for each in own_addresses()}
    wanted = next(
        (each.address for each in mail.reply_to if each.address and plain_address(each.address) not in ours), ""
    )
    return "" if wanted.lower() == mail.writer.address.lower() else wanted


def answered_by(mail: Mail) -> str:
    """The Message-ID that a mail answers, "" where it says none."""
    return mail.in_reply_to or (mail.references[-1] if mail.references else "")


def bounce(row: IncomingMail, mail: Mail, *, about: Message | None, now: datetime) -> None:
    """A letter of ours came back: found by the address it came back to, by its Message-ID, or by whom it was for.

    Anybody can say that mail for an address fails; who had the letter alone can name it. Where our letters bear an
    address of their own to come back to, a report without any is shown to a helper and believed in nothing.
    """
    failed = mail.failures[0] if mail.failures else None
    proven = about or our_message(mail.original_message_id)
    found = proven or newest_sent_to([each.address for each in mail.recipients], now=now)
    if found is None:
        end(row, MailState.REFUSED, reason="it returns a letter that we did not send")
        return
    if proven is None and settings.MAIL_REPLY_TO:
        reason = (
            f"it says that “{found.subject}” did not reach {found.address}, and nothing proves it: {_reason_of(failed)}"
        )
        end(row, MailState.ALARMED, reason=reason, about=found)
        return
    is_hard = proven is not None and failed is not None and failed.is_hard
    note_bounce(message_id=found.pk, reason=_reason_of(failed), is_hard=is_hard, now=now)
    end(row, MailState.TAKEN_IN, about=found)


def _reason_of(failed: FailedRecipient | None) -> str:
    if failed is None:
        return "it came back without a reason"
    parts: Sequence[str] = (failed.status or failed.reply_code, failed.diagnostic or failed.reason.replace("_", " "))
    return " ".join(part for part in parts if part)[:1000] or "it came back without a reason"


def complaint(row: IncomingMail, mail: Mail, *, about: Message | None, now: datetime) -> None:
    """A mail host says that somebody called our letter spam: a helper decides what that means for their customer."""
    found = about or our_message(mail.original_message_id)
    found = found or newest_sent_to([each.address for each in mail.recipients], now=now)
    if found is None:
        end(row, MailState.REFUSED, reason="it complains of a letter that we did not send")
        return
    reason = f"{found.address} called “{found.subject}” spam; write to them only about what they ask"
    end(row, MailState.ALARMED, reason=reason, about=found)


def receipt(row: IncomingMail, mail: Mail, *, about: Message | None) -> None:
    """Word that a letter arrived, or was opened: nothing follows from it."""
    found = about or our_message(mail.original_message_id)
    if found is None:
        end(row, MailState.REFUSED, reason="it acknowledges a letter that we did not send")
    else:
        end(row, MailState.TAKEN_IN, about=found)


def case_told_by(message: Message) -> Case | None:
    """The case on which a message of ours stands."""
    row = CaseMessage.objects.filter(message=message).select_related("case").first()
    return row.case if row else None
