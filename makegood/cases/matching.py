"""Words from people who proved nothing: kept until a helper says whose they are, or why they need no answer."""

from datetime import datetime

from django.db import transaction

from makegood.cases.actions import NothingSaid, answer_due_at, take_in_message
from makegood.cases.facts import UnmatchedChanged
from makegood.cases.locks import lock_unmatched_message
from makegood.cases.mail_ingest import delivered, keep_mail
from makegood.cases.models import Case, UnmatchedMessage
from makegood.channels.actions import MailMetadata
from makegood.channels.addresses import own_addresses
from makegood.channels.mails.reading import read_mail
from makegood.channels.models import IncomingMail
from makegood.channels.rules import Via
from makegood.customers.actions import new_contact
from makegood.customers.models import Customer
from makegood.customers.queries import customers_with_email
from makegood.journal.actions import announce
from makegood.kit import sql
from makegood.kit.emails import BadEmail, normal_email
from makegood.kit.errors import AlreadyResolved, Conflict, InvalidField, NotNow

# Words nobody could be matched to wait for a helper; beyond this many open ones the form says so (law 10).
KEEP_UNASSIGNED = 10_000


class TooManyWaiting(NotNow):
    """The list of words nobody could be matched to is full."""

    slug, title = "too-many-waiting", "Too many messages are waiting"

    def __init__(self) -> None:
        super().__init__("too many messages are waiting; sign in with the link we send you, and write from there")


class ContactIsKnown(Conflict):
    """Somebody of that address is a customer already."""

    slug, title = "contact-known", "A customer has that address"

    def __init__(self, customer: Customer) -> None:
        super().__init__(f"{customer.name} ({customer.reference}) has this address; say that the words are theirs")


def create_unmatched_message(
    *,
    name: str,
    address: str,
    order_reference: str,
    body: str,
    language: str,
    now: datetime,
    subject: str = "",
    mail: IncomingMail | None = None,
    metadata: MailMetadata | None = None,
    answers: str = "",
) -> UnmatchedMessage:
    """Words from somebody who is not signed in: they prove nothing and wait for a helper. A mail's
    wait once: where they stand on the list already, or were dealt with there, nothing is added.

    Raises:
        NothingSaid, TooManyWaiting
    """
    if not body.strip():
        raise NothingSaid
    known = UnmatchedMessage.objects.filter(mail=mail).first() if mail else None
    if known is not None:
        return known
    if UnmatchedMessage.objects.filter(closed_at=None).count() >= KEEP_UNASSIGNED:
        raise TooManyWaiting
    written_at = mail.received_at if mail else now
    row = UnmatchedMessage(
        name=name.strip(),
        address=address.strip(),
        order_reference=order_reference.strip(),
        subject=subject.strip(),
        body=body.strip(),
        quoted_text=metadata.quoted_text if metadata else "",
        signature=metadata.signature if metadata else "",
        reply_to=metadata.reply_to if metadata else "",
        attachments=[
            {"name": each.name, "content_type": each.content_type, "size": each.size}
            for each in (metadata.attachments if metadata else ())
        ],
        language=language,
        received_at=written_at,
        due_at=answer_due_at(written_at),
        mail=mail,
        answers=answers,
    )
    with transaction.atomic():
        row.save(force_insert=True)
        announce([UnmatchedChanged(customer_id=0, unmatched_id=row.pk)], now=now)
    return row


def take_to_customer(*, unassigned_id: int, customer: Customer, now: datetime) -> Case:
    """A helper says whose words these are; they join the customer's case like any message.

    Raises:
        UnmatchedMessage.DoesNotExist, AlreadyResolved
    """
    with transaction.atomic():
        row = _waiting(unassigned_id)
        if row.mail is not None:
            case = keep_mail(
                row.mail, read_mail(delivered(row.mail), own_addresses=own_addresses()), customer=customer, now=now
            )
        else:
            case = take_in_message(
                key=f"unassigned:{row.pk}",
                customer=customer,
                body=row.body,
                via=Via.FORM,
                order_reference=row.order_reference,
                written_at=row.received_at,
                now=now,
            )
        row.taken_to = case
        _close(row, "taken_to", now=now)
    return case


def take_to_new_contact(*, unassigned_id: int, now: datetime) -> Case:
    """Whoever wrote these words is no customer yet and gets an answer all the same: they become a contact, whose case
    the words are put on.

    Raises:
        UnmatchedMessage.DoesNotExist, AlreadyResolved
        ContactIsKnown: a customer has that address.
        InvalidField: no mail can go to that address.
    """
    with transaction.atomic():
        row = _waiting(unassigned_id)
        try:
            email = normal_email(row.reply_to or row.address)
        except BadEmail as bad:
            raise InvalidField("address", str(bad)) from bad
        # Two who take in two messages of one stranger take turns, so that the second finds the contact of the first.
        sql.take_turns(f"contact {email}")
        for known in customers_with_email(email):
            raise ContactIsKnown(known)
        contact = new_contact(name=row.name, email=email, language=row.language)
        return take_to_customer(unassigned_id=unassigned_id, customer=contact, now=now)


def dismiss_words(*, unassigned_id: int, reason: str, now: datetime) -> None:
    """Words that need no answer: spam, say. The reason is kept.

    Raises:
        UnmatchedMessage.DoesNotExist, AlreadyResolved, NothingSaid
    """
    if not reason.strip():
        raise NothingSaid
    with transaction.atomic():
        row = _waiting(unassigned_id)
        row.dismissed_reason = reason.strip()
        _close(row, "dismissed_reason", now=now)


def _close(row: UnmatchedMessage, how: str, *, now: datetime) -> None:
    row.closed_at = now
    row.save(update_fields=[how, "closed_at"])
    announce([UnmatchedChanged(customer_id=0, unmatched_id=row.pk)], now=now)


def _waiting(unassigned_id: int) -> UnmatchedMessage:
    row = lock_unmatched_message(unassigned_id)
    if row.closed_at is not None:
        raise AlreadyResolved("these words have been dealt with already; load the page again")
    return row
