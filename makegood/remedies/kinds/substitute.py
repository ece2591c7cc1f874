"""A cheaper edition or another title goes in its place, if its customer wants that; what it is worth less goes back."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.paying_back import pay_back_less
from makegood.remedies.rules.stopping import stops
from makegood.remedies.rules.substituting import is_worth_it, sent_instead
from makegood.remedies.rules.values import Situation

# So many to choose from: more of them are a catalogue.
MOST = 3


class SendSubstitute:
    kind = RemedyKind.SUBSTITUTE

    def options(self, situation: Situation) -> Iterator[Option]:
        """Each that could be sent, the preferred first, a few at most."""
        found = sent_instead(situation, lambda unit, substitute: not is_worth_it(unit, substitute))
        for each in islice(found, MOST):
            back = pay_back_less(situation, each.less)
            less = {row.delivery_units_id: row.less for sending in each.sendings for row in sending.in_place}
            made_good = tuple(
                replace(row, refund=less[row.delivery_units_id]) if row.delivery_units_id in less else row
                for row in each.made_good
            )
            yield Option(
                steps=(*stops(situation, made_good), *each.sendings, *back.steps),
                makes_good=made_good,
                unpaid=back.unpaid,
                is_late=each.is_late,
            )
