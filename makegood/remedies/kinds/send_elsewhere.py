"""What has not left goes from another place that has it."""

from collections.abc import Iterator

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.sending_otherwise import is_late, sent_otherwise
from makegood.remedies.rules.stopping import stops
from makegood.remedies.rules.values import Situation


class SendElsewhere:
    kind = RemedyKind.SEND_ELSEWHERE

    def options(self, situation: Situation) -> Iterator[Option]:
        """Where nothing of it has left; from any place that has it, where nobody knows where it lies."""
        sendable = sent_otherwise(situation, suits=lambda unit, route: unit.place_id != route.place_id)
        if sendable:
            yield Option(
                steps=(*stops(situation, sendable.made_good), *sendable.sendings),
                makes_good=sendable.made_good,
                is_late=is_late(situation, sendable),
            )
