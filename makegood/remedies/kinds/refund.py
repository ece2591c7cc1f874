"""Everything that was lost is paid back, and postage with it where nothing of the order was brought."""

from collections.abc import Iterator

from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.paying_back import money_back, paid_back
from makegood.remedies.rules.values import RemedyKind, Situation


class Refund:
    kind = RemedyKind.REFUND

    def options(self, situation: Situation) -> Iterator[Option]:
        """Always."""
        back = paid_back(situation.units, {unit.delivery_units_id: unit.quantity for unit in situation.units})
        yield Option(steps=money_back(situation, back, postage=situation.postage_back), makes_good=back)
