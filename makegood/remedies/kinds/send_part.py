"""What we still have is sent again, and the rest is paid back, to the cent."""

from collections.abc import Iterator

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.paying_back import pay_back
from makegood.remedies.rules.sending_by import ways_to_send
from makegood.remedies.rules.stopping import stops
from makegood.remedies.rules.values import Situation


class SendPart:
    kind = RemedyKind.SEND_PART

    def options(self, situation: Situation) -> Iterator[Option]:
        """Where stock is short, or time is for a part. Postage stays paid, since something is brought for it."""
        for sendable in ways_to_send(situation):
            if sendable.sendings and sendable.left:
                back = pay_back(situation, sendable.left)
                made_good = (*sendable.made_good, *back.made_good)
                yield Option(
                    steps=(*stops(situation, made_good), *sendable.sendings, *back.steps),
                    makes_good=made_good,
                    unpaid=back.unpaid,
                )
