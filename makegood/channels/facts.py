"""What happens to messages."""

from dataclasses import dataclass

from makegood.journal.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFact(Fact):
    message_id: int

    @property
    def ordering_key(self) -> str:
        return f"message:{self.message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRequested(MessageFact):
    """Words are ready to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(MessageFact):
    """The next hand has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(MessageFact):
    """Nobody would take them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(MessageFact):
    """A customer wrote to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBounced(MessageFact):
    """Words of ours came back. `is_hard`: trying again will not help."""

    is_hard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailArrived(Fact):
    """A mail reached one of our receivers. Whose it is may not be known yet: then its customer is 0."""

    mail_id: int

    @property
    def ordering_key(self) -> str:
        return f"customer:{self.customer_id}" if self.customer_id else f"mail:{self.mail_id}"
