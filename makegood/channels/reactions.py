"""What follows facts."""

from makegood.channels.actions import deliver
from makegood.channels.facts import MessageRequested


def deliver_requested(fact: MessageRequested) -> None:
    """An outside call: it keeps its own account in the message's state, and is safe to repeat."""
    deliver(message_id=fact.message_id)
