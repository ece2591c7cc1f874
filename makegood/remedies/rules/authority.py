"""Who may grant what without asking: the same rule for people, programs and customers alone."""

from collections.abc import Mapping, Sequence

from makegood.kit.errors import Forbidden
from makegood.money.rules import Money
from makegood.policies.rules.values import Grantable
from makegood.remedies.rules.values import AuthorityLimit
from makegood.staff.rules import Standpoint


class NotYoursToGrant(Forbidden):
    """Beyond what this standpoint may grant alone."""

    slug, title = "beyond-authority", "Beyond your authority"

    def __init__(self, standpoint: Standpoint, remedy: Grantable, may_grant: Sequence[Standpoint]) -> None:
        self.standpoint, self.remedy, self.may_grant = standpoint, remedy, tuple(may_grant)
        who = ", ".join(each.value for each in may_grant) or "nobody yet; add a row to the table of authority"
        super().__init__(
            f"{remedy.value} at this cost is beyond a {standpoint.value}'s authority; it can be granted by: {who}"
        )

    @property
    def members(self) -> Mapping[str, object]:
        return {"may_grant": [each.value for each in self.may_grant]}


def standpoints_that_may(
    limits: Sequence[AuthorityLimit], *, remedy: Grantable, costs: Sequence[Money]
) -> tuple[Standpoint, ...]:
    """Everybody who may grant a remedy at these costs (each currency once), in the order of their definition.

    Each currency's sum must be within its own limit. No row, no authority. A row for the very currency counts before
    the one for any currency (`*`).
    """
    return tuple(
        standpoint
        for standpoint in Standpoint
        if all(_is_within(_row_for(limits, standpoint, remedy, cost.currency), cost) for cost in costs)
    )


def check_authority(may: Sequence[Standpoint], *, remedy: Grantable, standpoints: Sequence[Standpoint]) -> None:
    """Whether all who have to be allowed a remedy are among those who `may` grant it.

    Raises:
        NotYoursToGrant: one of them is not.
    """
    for standpoint in standpoints:
        if standpoint not in may:
            raise NotYoursToGrant(standpoint, remedy, may)


def limits_that_decide(
    limits: Sequence[AuthorityLimit], *, remedy: Grantable, costs: Sequence[Money]
) -> tuple[AuthorityLimit, ...]:
    """The rows that say who may grant a remedy at these costs: one a standpoint and currency, where there is one."""
    rows = [_row_for(limits, standpoint, remedy, cost.currency) for standpoint in Standpoint for cost in costs]
    return tuple(dict.fromkeys(row for row in rows if row is not None))


def _row_for(
    limits: Sequence[AuthorityLimit], standpoint: Standpoint, remedy: Grantable, currency: str
) -> AuthorityLimit | None:
    rows = {row.currency: row for row in limits if row.standpoint is standpoint and row.remedy is remedy}
    return rows.get(currency) or rows.get("*")


def _is_within(row: AuthorityLimit | None, cost: Money) -> bool:
    return row is not None and (row.up_to is None or cost <= row.up_to)
