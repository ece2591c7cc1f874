"""Who may grant what without asking: the same rule for people, programs and customers alone."""

from collections.abc import Mapping, Sequence

from makegood.remedies.rules.values import AuthorityLimit, RemedyKind
from makegood.staff.rules import Standpoint


class NotYoursToGrant(Exception):
    """Beyond what this standpoint may grant alone."""

    def __init__(self, standpoint: Standpoint, remedy: RemedyKind, may_grant: Sequence[Standpoint]) -> None:
        self.standpoint, self.remedy, self.may_grant = standpoint, remedy, tuple(may_grant)
        who = ", ".join(each.value for each in may_grant) or "nobody yet; add a row to the table of authority"
        super().__init__(
            f"{remedy.value} at this cost is beyond a {standpoint.value}'s authority; it can be granted by: {who}"
        )


def standpoints_that_may(
    limits: Sequence[AuthorityLimit], *, remedy: RemedyKind, costs: Mapping[str, int]
) -> tuple[Standpoint, ...]:
    """Everybody who may grant a remedy at these costs (minor units by currency), in the order of their definition.

    Each currency's sum must be within its own limit. No row, no authority. A row for the very currency counts before
    the one for any currency (`*`).
    """
    return tuple(
        standpoint
        for standpoint in Standpoint
        if all(
            _is_within(limits, standpoint, remedy, currency=currency, cost_minor=cost_minor)
            for currency, cost_minor in costs.items()
        )
    )


def _is_within(
    limits: Sequence[AuthorityLimit], standpoint: Standpoint, remedy: RemedyKind, *, currency: str, cost_minor: int
) -> bool:
    rows = {row.currency: row for row in limits if row.standpoint is standpoint and row.remedy is remedy}
    row = rows.get(currency) or rows.get("*")
    return row is not None and (row.up_to_minor is None or cost_minor <= row.up_to_minor)
