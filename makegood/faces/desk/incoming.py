"""A customer's mail as a helper sees it: their own words first, and all that came with them within reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from makegood.channels.models import IncomingMail, Message, MessageAttachment
from makegood.channels.queries import attachments_of, complaints_about, mails_behind
from makegood.channels.rules import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What stood around the words of one message. `elsewhere` is the address it came from, if it is none of theirs;
    `written_to` the one that answers go to, where the message asks for another that is none of theirs.
    """

    message: Message
    mail: IncomingMail | None
    files: Sequence[MessageAttachment]
    elsewhere: str
    written_to: str

    @property
    def has_more(self) -> bool:
        return bool(
            self.mail or self.files or self.message.quoted_text or self.message.signature or self.message.reply_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """The mails around a case's messages: what each came with, and which of ours somebody complained of."""

    incoming: Mapping[int, Incoming]
    complaints: Sequence[IncomingMail]


def mails_of(messages: Sequence[Message], *, addresses: Sequence[str]) -> Mails:
    """Three queries however many messages; `addresses` are the customer's own, the first the one that we write to."""
    came = [each for each in messages if each.direction == Direction.IN]
    went = [each.pk for each in messages if each.direction == Direction.OUT]
    mails, files = mails_behind(each.pk for each in came), attachments_of(each.pk for each in came)
    own = {address.lower() for address in addresses}
    return Mails(
        incoming={
            each.pk: Incoming(
                message=each,
                mail=mails.get(each.pk),
                files=files.get(each.pk, ()),
                written_to=addresses[0] if addresses and each.reply_to.lower() not in own else "",
                elsewhere=each.address if each.pk in mails and each.address.lower() not in own else "",
            )
            for each in came
        },
        complaints=complaints_about(went),
    )
