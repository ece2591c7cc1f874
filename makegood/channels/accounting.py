"""Every mail that reaches us is written down, with the job that takes it in, before anybody is told that we have it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from makegood.channels.addresses import bound_by
from makegood.channels.facts import MailArrived
from makegood.channels.locks import lock_mail
from makegood.channels.mails.fields import split_head
from makegood.channels.models import IncomingMail, MailFolder
from makegood.channels.rules import MailState, fingerprint
from makegood.journal.actions import announce
from makegood.kit import sql
from makegood.kit.errors import AlreadyResolved, DismissalWithoutReason

# Mails that wait for a worker or a helper; beyond so many, their senders keep them (law 10).
KEEP_WAITING = 20_000
LONGEST_NAME = 998  # RFC 5322 §2.1.1: no line is longer


class TooManyMails(Exception):
    """More mails wait than we keep; the sender keeps this one and tries again."""

    def __init__(self) -> None:
        super().__init__(f"{KEEP_WAITING} mails wait to be taken in; try again later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail at a receiver: by SMTP with its envelope, or by IMAP with its number in a folder."""

    source: str
    raw: bytes
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    uid: int | None = None
    uid_validity: int | None = None


def account_for(arrival: Arrival, *, now: datetime) -> IncomingMail:
    """Write a mail down and have it taken in. The same number of a folder again changes nothing, and the same mail by
    another way is noted as the one that we have.

    Raises:
        TooManyMails: its sender has to keep it for now.
    """
    same = fingerprint(arrival.raw)
    with transaction.atomic():
        sql.take_turns(f"mail {same}")
        known = _at(arrival.source, arrival.uid_validity, arrival.uid)
        if known is not None:
            return known
        first = IncomingMail.objects.filter(fingerprint=same, same_as=None).only("id").first()
        if first is None and _is_full():
            raise TooManyMails
        row = _row(arrival, same, now=now)
        if first is None:
            row.raw, row.state = arrival.raw, MailState.WAITING
        else:
            row.same_as, row.state = first, MailState.REPEATED
        row.save(force_insert=True)
        if first is None:
            announce([_arrived(row)], now=now)
    return row


def _row(arrival: Arrival, same: str, *, now: datetime) -> IncomingMail:
    return IncomingMail(
        source=arrival.source,
        uid=arrival.uid,
        uid_validity=arrival.uid_validity,
        envelope_from=_storable(arrival.envelope_from),
        envelope_to=[_storable(each) for each in arrival.envelope_to],
        header_id=_storable(split_head(arrival.raw)[0].plain("message-id")),
        fingerprint=same,
        sha256=hashlib.sha256(arrival.raw).hexdigest(),
        size=len(arrival.raw),
        received_at=now,
    )


def _arrived(row: IncomingMail) -> MailArrived:
    """Ordered with the customer's other matters where its envelope says whose it is."""
    customers = {bound.customer_id for bound in bound_by(row.envelope_to)}
    return MailArrived(customer_id=customers.pop() if len(customers) == 1 else 0, mail_id=row.pk)


def account_for_unfetched(
    *, source: str, uid: int, uid_validity: int, size: int, reason: str, now: datetime
) -> IncomingMail:
    """A mail in a folder that we don't fetch (it is too large): it stays there, and a helper hears of it."""
    with transaction.atomic():
        place = f"{source} {uid_validity} {uid}"
        sql.take_turns(f"mail {place}")
        known = _at(source, uid_validity, uid)
        if known is not None:
            return known
        digest = hashlib.sha256(place.encode()).hexdigest()
        return IncomingMail.objects.create(
            source=source,
            uid=uid,
            uid_validity=uid_validity,
            fingerprint=digest,
            sha256=digest,
            size=size,
            received_at=now,
            state=MailState.ALARMED,
            reason=reason,
        )


def settle_folder(*, source: str, uid_validity: int, settled_uid: int, now: datetime) -> None:
    """Every mail of the folder up to `settled_uid` is accounted for; a new `uid_validity` numbers it anew."""
    MailFolder.objects.update_or_create(
        source=source,
        defaults={"uid_validity": uid_validity, "settled_uid": settled_uid},
        create_defaults={"uid_validity": uid_validity, "settled_uid": settled_uid, "first_seen_at": now},
    )


def retry_mail(*, mail_id: int, by: str, now: datetime) -> IncomingMail:
    """Have an alarmed or refused mail read once more.

    Raises:
        IncomingMail.DoesNotExist
        AlreadyResolved: it is neither, or we never fetched it.
    """
    with transaction.atomic():
        row = open_mail(mail_id)
        if row.raw is None:
            raise AlreadyResolved("this mail has been dealt with already; load the page again")
        row.state, row.reason, row.resolved_by = MailState.WAITING, "", by
        row.save(update_fields=["state", "reason", "resolved_by"])
        announce([_arrived(row)], now=now)
    return row


def dismiss_mail(*, mail_id: int, reason: str, by: str) -> IncomingMail:
    """Let an alarmed or refused mail go, and keep why.

    Raises:
        IncomingMail.DoesNotExist, DismissalWithoutReason
        AlreadyResolved: it is neither.
    """
    if not reason.strip():
        raise DismissalWithoutReason("say why this mail needs nothing")
    with transaction.atomic():
        row = open_mail(mail_id)
        row.state, row.reason, row.resolved_by = MailState.DISMISSED, reason.strip(), by
        row.save(update_fields=["state", "reason", "resolved_by"])
    return row


def open_mail(mail_id: int) -> IncomingMail:
    """A mail that a helper has to look at, locked.

    Raises:
        IncomingMail.DoesNotExist
        AlreadyResolved: it is taken in, or was let go.
    """
    row = lock_mail(mail_id)
    if row.state not in {MailState.ALARMED, MailState.REFUSED}:
        raise AlreadyResolved("this mail has been dealt with already; load the page again")
    return row


def _at(source: str, uid_validity: int | None, uid: int | None) -> IncomingMail | None:
    if uid is None:
        return None
    return IncomingMail.objects.filter(source=source, uid_validity=uid_validity, uid=uid).defer("raw").first()


def _is_full() -> bool:
    waiting = IncomingMail.objects.filter(state__in=[MailState.WAITING, MailState.ALARMED]).values("id")
    return waiting[KEEP_WAITING - 1 : KEEP_WAITING].exists()


def _storable(text: str) -> str:
    """What PostgreSQL keeps: no NUL, no lone surrogate, no line longer than a mail may have."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")[:LONGEST_NAME]
