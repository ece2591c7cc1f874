"""What follows facts."""

from makegood.channels.actions import hand_over
from makegood.channels.facts import MessageRequested


def hand_over_requested(fact: MessageRequested) -> None:
    """An outside call: it keeps its own account in the message's state, and is safe to repeat."""
    hand_over(message_id=fact.message_id)
