"""Reads."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from makegood.channels.mails.mail import MailKind
from makegood.channels.models import IncomingMail, MailFolder, Message, MessageAttachment
from makegood.channels.rules import UNREACHED, UNSAID, Direction, MailState, MessageState

# Mail hosts give up on a letter after at most five days (RFC 5321 §4.5.4.1).
GIVEN_UP_WITHIN = timedelta(days=6)


def messages_of(customer_id: int) -> QuerySet[Message]:
    """All words to and from a customer, the oldest first; what was held back was never said."""
    rows = Message.objects.filter(customer_id=customer_id).exclude(state__in=UNSAID)
    return rows.order_by("written_at", "id")


def latest_messages(*, limit: int, before: int | None = None) -> list[Message]:
    """The newest messages of everybody, for the demo's mailbox."""
    rows = Message.objects.select_related("customer").order_by("-id")
    return list(rows.filter(id__lt=before)[:limit] if before else rows[:limit])


IN_TROUBLE = (*UNREACHED, MessageState.IN_DOUBT)


def messages_in_trouble(*, limit: int) -> list[Message]:
    """Messages that were held back, that nobody would take, that came back, or whose hand-over stayed in doubt."""
    rows = Message.objects.filter(state__in=IN_TROUBLE).select_related("customer")
    return list(rows.order_by("-id")[:limit])


def count_of_keys(beginning: str) -> int:
    """How many messages were written for reasons that begin so."""
    return Message.objects.filter(key__startswith=beginning).count()


def all_messages() -> QuerySet[Message]:
    """All words to and from customers, with whose they are."""
    return Message.objects.select_related("customer")


def message_by_key(key: str) -> Message:
    """The message that was written under a key.

    Raises:
        Message.DoesNotExist: there is none.
    """
    return all_messages().get(key=key)


def message_of(message_id: int) -> Message | None:
    return Message.objects.select_related("customer").filter(id=message_id).first()


def our_message(number: int | str) -> Message | None:
    """A message that we sent, by its id or by its Message-ID."""
    if not number:
        return None
    rows = Message.objects.filter(direction=Direction.OUT).select_related("customer")
    return rows.filter(**({"id": number} if isinstance(number, int) else {"message_id": number})).first()


def newest_sent_to(addresses: Sequence[str], *, now: datetime) -> Message | None:
    """The newest letter that one of these addresses was sent while a mail host may still give up on it."""
    wanted = [address.lower() for address in addresses if address]
    rows = Message.objects.annotate(small=Lower("address")).filter(direction=Direction.OUT, small__in=wanted)
    return rows.filter(written_at__gte=now - GIVEN_UP_WITHIN).order_by("-id").first()


def all_mails() -> QuerySet[IncomingMail]:
    """Every mail that reached us and what became of it, without its bytes."""
    return IncomingMail.objects.select_related("customer").defer("raw")


def _to_look_at(state: MailState) -> QuerySet[IncomingMail]:
    """With `is_kept`: whether we have its bytes."""
    return IncomingMail.objects.filter(state=state).annotate(is_kept=Q(raw__isnull=False)).defer("raw")


def mails_in_trouble(*, limit: int) -> list[IncomingMail]:
    """Mails that a helper has to look at, the oldest first."""
    rows = _to_look_at(MailState.ALARMED).select_related("customer", "about")
    return list(rows.order_by("id")[:limit])


def count_mails_to_look_at() -> int:
    """How many mails nobody took in, and nobody let go."""
    counts = [IncomingMail.objects.filter(state=each).count() for each in (MailState.ALARMED, MailState.REFUSED)]
    return sum(counts)


def mails_refused(*, limit: int) -> list[IncomingMail]:
    """Mails that were taken for nobody's words, the newest first, until a helper has seen to each."""
    rows = _to_look_at(MailState.REFUSED)
    return list(rows.order_by("-id")[:limit])


def raw_of(mail_id: int) -> bytes | None:
    """A mail as it came; None where it was never fetched. A repetition is as its first.

    Raises:
        IncomingMail.DoesNotExist: no such mail reached us.
    """
    row = IncomingMail.objects.select_related("same_as").get(id=mail_id)
    raw = row.same_as.raw if row.same_as else row.raw
    return None if raw is None else bytes(raw)


def mails_behind(message_ids: Iterable[int]) -> dict[int, IncomingMail]:
    """The mail that each of these messages came in, without its bytes."""
    rows = IncomingMail.objects.filter(message__in=list(message_ids)).defer("raw")
    return {row.message_id: row for row in rows if row.message_id}


def complaints_about(message_ids: Iterable[int]) -> list[IncomingMail]:
    """Mails in which a host says that somebody called one of these messages spam, the oldest first."""
    rows = IncomingMail.objects.filter(about__in=list(message_ids), kind=MailKind.ABUSE_REPORT)
    return list(rows.select_related("about").defer("raw").order_by("id"))


def attachments_of(message_ids: Iterable[int]) -> dict[int, list[MessageAttachment]]:
    """What came with each message, without the bytes."""
    rows = MessageAttachment.objects.filter(message__in=list(message_ids)).defer("content").order_by("message", "place")
    found: dict[int, list[MessageAttachment]] = {}
    for row in rows:
        found.setdefault(row.message_id, []).append(row)
    return found


def attachment_of(attachment_id: int) -> MessageAttachment:
    """A file that came with a message, with its bytes.

    Raises:
        MessageAttachment.DoesNotExist: there is none.
    """
    return MessageAttachment.objects.get(id=attachment_id)


def folder_of(source: str) -> MailFolder | None:
    """How far a folder has been accounted for."""
    return MailFolder.objects.filter(source=source).first()


def uids_known(*, source: str, uid_validity: int, above: int) -> set[int]:
    """The numbers above `above` under which a folder's mails were accounted for."""
    rows = IncomingMail.objects.filter(source=source, uid_validity=uid_validity, uid__gt=above)
    return {uid for uid in rows.values_list("uid", flat=True) if uid is not None}
