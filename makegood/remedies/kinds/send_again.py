"""Everything that was lost is sent again, at our cost."""

from collections.abc import Iterator

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.sending_by import ways_to_send
from makegood.remedies.rules.stopping import stops
from makegood.remedies.rules.values import Situation


class SendAgain:
    kind = RemedyKind.SEND_AGAIN

    def options(self, situation: Situation) -> Iterator[Option]:
        """Where stock and services allow all of it, and something of it has left."""
        if all(unit.not_left for unit in situation.units):
            return
        for sendable in ways_to_send(situation):
            if sendable.sendings and not sendable.left:
                made_good = sendable.made_good
                yield Option(
                    steps=(*stops(situation, made_good), *sendable.sendings),
                    makes_good=made_good,
                )
