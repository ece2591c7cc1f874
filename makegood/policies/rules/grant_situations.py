"""What conditions about a grant see: what is to be granted, what went wrong, and whom it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from makegood.policies.rules.situations import (
    DAY,
    HOUR,
    LARGEST,
    MINUTE,
    CustomerSituation,
    WholeNumbers,
    plain_of,
    seconds,
)
from makegood.policies.rules.values import Grantable, Grantor, RemedyKind, Span


class TroubleKind(StrEnum):
    """What went wrong."""

    LOST = "lost"
    NOT_LEFT = "not_left"
    NOT_RECEIVED = "not_received"  # its carrier says that it is there, and the customer that it isn't
    DAMAGED = "damaged"
    LATE = "late"
    RETURNING = "returning"
    NONE = "none"


# What was never received, and what the law has a customer be given for it who wants nothing else.
NEVER_RECEIVED = frozenset({TroubleKind.LOST, TroubleKind.NOT_LEFT, TroubleKind.NOT_RECEIVED})
OWED_BY_LAW: frozenset[Grantable] = frozenset({RemedyKind.REFUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantCost(WholeNumbers):
    """What a grant costs us in one currency."""

    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedGrant(WholeNumbers):
    """What somebody wants to grant. `currency` is the order's; `refund_minor` is what goes back to them in it."""

    remedy: Grantable
    currency: str
    costs: tuple[GrantCost, ...]
    refund_minor: int = 0
    unit_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleSituation(WholeNumbers):
    """What went wrong, with what was due when. `is_self_reported`: nobody but the customer says so."""

    kind: TroubleKind = TroubleKind.NONE
    due_at: datetime | None = None
    delivered_at: datetime | None = None
    is_self_reported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimingCustomer(CustomerSituation):
    """Whom it is for, and what was granted to them in the last twelve months, beside how many parcels they had."""

    remedies_12_months: int = 0
    worth_12_months: int = 0
    parcels_12_months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was granted in a span: what it was worth (`Authority.worth_of`), and how often."""

    worth: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSituation:
    """All that decides who may grant something.

    `past` is what conditions don't see: what was granted in every span that a limit names. With `None` stands what the
    customer was granted, whoever did, and with a grantor what the one who asks from there granted (others: nothing).
    """

    grant: ProposedGrant
    trouble: TroubleSituation
    customer: ClaimingCustomer
    now: datetime
    past: Mapping[tuple[Span, Grantor | None], Past] = field(default_factory=dict)
    zone: str = "UTC"

    def as_plain(self, *, cost_worth: int) -> dict[str, Any]:
        """The same as conditions name it: instants are seconds since 1970, and days are whole ones of 24 hours.

        `cost_worth` is what the costs are worth in the policy's measure.
        """
        trouble, now = self.trouble, seconds(self.now)
        return {
            "grant": plain_of(self.grant)
            | {"costs": [plain_of(each) for each in self.grant.costs], "cost_worth": min(cost_worth, LARGEST)},
            "trouble": {
                "kind": trouble.kind,
                "days_since_due": _days_since(trouble.due_at, now),
                "days_since_delivered": _days_since(trouble.delivered_at, now),
                "is_self_reported": trouble.is_self_reported,
            },
            "customer": plain_of(self.customer),
            "now": now,
            "minute": MINUTE,
            "hour": HOUR,
            "day": DAY,
        }


def _days_since(instant: datetime | None, now: int) -> int | None:
    return None if instant is None else (now - seconds(instant)) // DAY
