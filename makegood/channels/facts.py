"""What happens to messages."""

from makegood.journal.facts import Fact


class MessageFact(Fact, of="message"):
    message_id: int


class MessageRequested(MessageFact):
    """Words are ready to go."""


class MessageSent(MessageFact):
    """The next hand has them."""


class MessageFailed(MessageFact):
    """Nobody would take them."""


class MessageReceived(MessageFact):
    """A customer wrote to us."""


class MessageBounced(MessageFact):
    """Words of ours came back. `is_hard`: trying again will not help."""

    is_hard: bool


class MailArrived(Fact):
    """A mail reached one of our receivers. Whose it is may not be known yet: then its customer is 0."""

    mail_id: int

    @property
    def ordering_key(self) -> str:
        return f"customer:{self.customer_id}" if self.customer_id else f"mail:{self.mail_id}"
