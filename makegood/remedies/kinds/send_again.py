"""Everything that was lost is sent again, at our cost."""

from collections.abc import Iterator

from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.sending import what_can_be_sent
from makegood.remedies.rules.values import RemedyKind, Situation


class SendAgain:
    kind = RemedyKind.SEND_AGAIN

    def options(self, situation: Situation) -> Iterator[Option]:
        """Where stock and services allow all of it."""
        sendable = what_can_be_sent(situation)
        if sendable.sendings and not sendable.left:
            yield Option(steps=sendable.sendings, makes_good=sendable.made_good)
