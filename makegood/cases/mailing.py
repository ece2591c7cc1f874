"""What follows a mail that reached us: somebody's case, a helper's list, or a letter of ours marked as come back."""

from datetime import datetime
from typing import assert_never

from django.db import transaction

from makegood.cases.mail_ingest import (
    IdentifiedSender,
    answered_by,
    bounce,
    complaint,
    delivered,
    end,
    identify_sender,
    keep_automatic,
    keep_mail,
    kind_of,
    metadata_of,
    note_reading,
    receipt,
    refusal_of,
    words_of,
)
from makegood.cases.matching import TooManyWaiting, create_unmatched_message
from makegood.channels.accounting import open_mail
from makegood.channels.addresses import own_addresses
from makegood.channels.locks import lock_mail
from makegood.channels.mails.mail import Mail, MailKind
from makegood.channels.mails.reading import read_mail
from makegood.channels.models import IncomingMail
from makegood.channels.queries import our_message
from makegood.channels.rules import MailState
from makegood.customers.models import Customer
from makegood.customers.queries import customers_with_email, emails_of
from makegood.kit.errors import AlreadyResolved


def take_in_mail(*, mail_id: int, now: datetime) -> None:
    """Read a mail that waits and do what its kind asks; one that was dealt with before is left as it is.

    Nothing here answers anybody. What a mail says is kept and shown, and decides nothing beyond whose words they are.
    """
    with transaction.atomic():
        row = lock_mail(mail_id)
        if row.state != MailState.WAITING:
            return
        raw = delivered(row)
        mail = read_mail(raw, own_addresses=own_addresses())
        note_reading(row, mail)
        from_whom = identify_sender([*row.envelope_to, *mail.delivered_to])
        refusal = refusal_of(mail, raw, is_answer=from_whom.is_answer)
        if refusal:
            end(row, MailState.REFUSED, reason=refusal)
            return
        kind = kind_of(mail, from_whom)
        row.kind = kind
        match kind:
            case MailKind.BOUNCE if mail.recipients and not mail.failures:
                receipt(row, mail, about=from_whom.about)
            case MailKind.BOUNCE:
                bounce(row, mail, about=from_whom.about, now=now)
            case MailKind.ABUSE_REPORT:
                complaint(row, mail, about=from_whom.about, now=now)
            case MailKind.RECEIPT:
                receipt(row, mail, about=from_whom.about)
            case MailKind.AUTO_REPLY:
                _take_in_automatic(row, mail, from_whom, now=now)
            case MailKind.LOOP | MailKind.PERSON:
                _take_in_words(row, mail, from_whom, now=now)
            case _:
                assert_never(kind)


def take_in_refused(*, mail_id: int, by: str, now: datetime) -> IncomingMail:
    """A helper takes a refused or alarmed mail for somebody's words, whatever it looked like: it joins the case of whom
    its address proves it to be from, or waits to be matched.

    Raises:
        IncomingMail.DoesNotExist
        AlreadyResolved: it is neither, or we never fetched it.
    """
    with transaction.atomic():
        row = open_mail(mail_id)
        if row.raw is None:
            raise AlreadyResolved("this mail was never fetched; it lies in its mailbox still")
        mail = read_mail(delivered(row), own_addresses=own_addresses())
        note_reading(row, mail)
        # What it looks like stays written on it: whoever says whose it is sees that a program may have written it.
        row.kind, row.resolved_by = mail.kind, by
        row.save(update_fields=["resolved_by"])
        _take_in_words(row, mail, identify_sender([*row.envelope_to, *mail.delivered_to]), now=now)
    return row


def _take_in_automatic(row: IncomingMail, mail: Mail, from_whom: IdentifiedSender, *, now: datetime) -> None:
    """What a program answers is kept with whom its address, or the letter of ours that it names, proves it is from."""
    if from_whom.customer is not None:
        keep_automatic(row, mail, customer=from_whom.customer, case_number=from_whom.case_number, now=now)
        return
    if not mail.is_proven:
        _take_in_words(row, mail, from_whom, now=now)  # by its subject alone, which a person may have written
        return
    letter = our_message(answered_by(mail))
    if letter is None:
        end(row, MailState.REFUSED, reason="a program answers a letter that we did not send")
    elif mail.writer.address.lower() not in {letter.address.lower(), *_addresses_of(letter.customer)}:
        reason = f"a program answers our letter “{letter.subject}” from an address that is not {letter.customer.name}’s"
        end(row, MailState.REFUSED, reason=reason)
    else:
        keep_automatic(row, mail, customer=letter.customer, case_number=letter.case_number or 0, now=now)


def _addresses_of(customer: Customer) -> set[str]:
    return {handle.value.lower() for handle in emails_of(customer)}


def _take_in_words(row: IncomingMail, mail: Mail, from_whom: IdentifiedSender, *, now: datetime) -> None:
    if from_whom.customer is not None:
        keep_mail(row, mail, customer=from_whom.customer, case_number=from_whom.case_number, now=now)
        return
    try:
        create_unmatched_message(
            name=mail.writer.name,
            address=mail.writer.address,
            order_reference="",
            subject=mail.subject,
            body=words_of(mail),
            language=_language_of(mail),
            mail=row,
            metadata=metadata_of(mail),
            answers=answered_by(mail),
            now=now,
        )
    except TooManyWaiting as full:
        end(row, MailState.ALARMED, reason=str(full))
        return
    end(row, MailState.TAKEN_IN)


def _language_of(mail: Mail) -> str:
    """The language of whom the words may be from; it only tells a screen reader how to read them."""
    answered = our_message(answered_by(mail))
    if answered is not None:
        return answered.language
    known = customers_with_email(mail.writer.address) if mail.writer.address else []
    return known[0].language if known else "en"
