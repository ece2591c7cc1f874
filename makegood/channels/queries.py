"""Reads."""

from django.db.models import QuerySet

from makegood.channels.models import Message
from makegood.channels.rules import MessageState


def messages_of(customer_id: int) -> QuerySet[Message]:
    """All words to and from a customer, the oldest first."""
    return Message.objects.filter(customer_id=customer_id).order_by("written_at", "id")


def latest_messages(*, limit: int, before: int | None = None) -> list[Message]:
    """The newest messages of everybody, for the demo's mailbox."""
    rows = Message.objects.select_related("customer").order_by("-id")
    return list(rows.filter(id__lt=before)[:limit] if before else rows[:limit])


def messages_in_trouble(*, limit: int) -> list[Message]:
    """Messages that nobody would take, or whose hand-over stayed in doubt."""
    rows = Message.objects.filter(state__in=[MessageState.FAILED, MessageState.IN_DOUBT]).select_related("customer")
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
