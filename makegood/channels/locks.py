"""How messages and mails are locked."""

from makegood.channels.models import IncomingMail, Message
from makegood.channels.rules import Direction
from makegood.kit.locks import locked


def lock_message(message_id: int) -> Message:
    """One message, held until the transaction ends.

    Raises:
        Message.DoesNotExist: there is none.
    """
    return locked(Message.objects.all()).get(id=message_id)


def lock_sent_message(message_id: int) -> Message:
    """One message of ours, held until the transaction ends.

    Raises:
        Message.DoesNotExist: we sent no such message.
    """
    return locked(Message.objects.filter(direction=Direction.OUT)).get(id=message_id)


def lock_mail(mail_id: int) -> IncomingMail:
    """One mail that came in, held until the transaction ends.

    Raises:
        IncomingMail.DoesNotExist: there is none.
    """
    return locked(IncomingMail.objects.all()).get(id=mail_id)
