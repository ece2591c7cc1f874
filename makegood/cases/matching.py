"""Words from people who proved nothing: kept until a helper says whose they are, or why they need no answer."""

from datetime import datetime

from django.db import transaction

from makegood.cases.actions import NothingSaid, take_in_message
from makegood.cases.locks import lock_unmatched_message
from makegood.cases.mail_ingest import delivered, keep_mail
from makegood.cases.models import Case, UnmatchedMessage
from makegood.channels.addresses import own_addresses
from makegood.channels.mails.reading import read_mail
from makegood.channels.models import IncomingMail
from makegood.channels.rules import Via
from makegood.customers.models import Customer
from makegood.kit.errors import AlreadyResolved, NotNow

# Words nobody could be matched to wait for a helper; beyond this many open ones the form says so (law 10).
KEEP_UNASSIGNED = 10_000


class TooManyWaiting(NotNow):
    """The list of words nobody could be matched to is full."""

    slug, title = "too-many-waiting", "Too many messages are waiting"

    def __init__(self) -> None:
        super().__init__("too many messages are waiting; sign in with the link we send you, and write from there")


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
    answers: str = "",
) -> UnmatchedMessage:
    """Words from somebody who is not signed in: they prove nothing and wait for a helper.

    Raises:
        NothingSaid, TooManyWaiting
    """
    if not body.strip():
        raise NothingSaid
    if UnmatchedMessage.objects.filter(closed_at=None).count() >= KEEP_UNASSIGNED:
        raise TooManyWaiting
    return UnmatchedMessage.objects.create(
        name=name.strip(),
        address=address.strip(),
        order_reference=order_reference.strip(),
        subject=subject.strip(),
        body=body.strip(),
        language=language,
        received_at=now,
        mail=mail,
        answers=answers,
    )


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
                written_at=row.received_at,
                now=now,
            )
        row.taken_to, row.closed_at = case, now
        row.save(update_fields=["taken_to", "closed_at"])
    return case


def dismiss_words(*, unassigned_id: int, reason: str, now: datetime) -> None:
    """Words that need no answer: spam, say. The reason is kept.

    Raises:
        UnmatchedMessage.DoesNotExist, AlreadyResolved, NothingSaid
    """
    if not reason.strip():
        raise NothingSaid
    with transaction.atomic():
        row = _waiting(unassigned_id)
        row.dismissed_reason, row.closed_at = reason.strip(), now
        row.save(update_fields=["dismissed_reason", "closed_at"])


def _waiting(unassigned_id: int) -> UnmatchedMessage:
    row = lock_unmatched_message(unassigned_id)
    if row.closed_at is not None:
        raise AlreadyResolved("these words have been dealt with already; load the page again")
    return row
