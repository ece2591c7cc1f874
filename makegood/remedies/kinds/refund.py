"""Everything that was lost is paid back, and postage with it where nothing of the order was brought."""

from collections.abc import Iterator

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.paying_back import pay_back
from makegood.remedies.rules.stopping import stops
from makegood.remedies.rules.values import Situation


class Refund:
    kind = RemedyKind.REFUND

    def options(self, situation: Situation) -> Iterator[Option]:
        """Where anything is left to pay back: nobody is promised money that never comes."""
        lost = {unit.delivery_units_id: unit.quantity for unit in situation.units}
        back = pay_back(situation, lost, postage=situation.postage_back)
        if back.steps:
            yield Option(
                steps=(*stops(situation, back.made_good), *back.steps), makes_good=back.made_good, unpaid=back.unpaid
            )
