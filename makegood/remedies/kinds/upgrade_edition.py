"""An edition of the same title that is worth as much at least goes in its place, at no charge and without asking."""

from collections.abc import Iterator

from makegood.policies.rules.values import RemedyKind
from makegood.remedies.kinds.kind import Option
from makegood.remedies.rules.stopping import stops
from makegood.remedies.rules.substituting import is_worth_it, sent_instead
from makegood.remedies.rules.values import Situation


class UpgradeEdition:
    kind = RemedyKind.UPGRADE_EDITION

    def options(self, situation: Situation) -> Iterator[Option]:
        """The preferred edition that is in time, else the preferred one."""
        found = list(sent_instead(situation, is_worth_it))
        best = next((each for each in found if not each.is_late), found[0] if found else None)
        if best:
            yield Option(
                steps=(*stops(situation, best.made_good), *best.sendings),
                makes_good=best.made_good,
                is_late=best.is_late,
            )
