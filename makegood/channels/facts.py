"""What happens to messages."""

from dataclasses import dataclass

from makegood.journal.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFact(Fact):
    message_id: int

    @property
    def matter(self) -> str:
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
