"""What the policy was asked when something was granted, as it is kept: so that another policy can be asked the same."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from makegood.policies.rules.grant_situations import (
    ClaimingCustomer,
    GrantCost,
    ProposedGrant,
    TroubleKind,
    TroubleSituation,
)
from makegood.policies.rules.values import grantable


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All of it but what was granted before, which is summed up anew."""

    proposed: ProposedGrant
    trouble: TroubleSituation
    customer: ClaimingCustomer

    def as_plain(self) -> dict[str, Any]:
        """As it is kept in JSON: instants in ISO 8601."""
        trouble = asdict(self.trouble)
        for name in ("due_at", "delivered_at"):
            trouble[name] = trouble[name].isoformat() if trouble[name] else None
        return {"proposed": asdict(self.proposed), "trouble": trouble, "customer": asdict(self.customer)}


def asked_from(plain: Mapping[str, Any]) -> Asked:
    """What `Asked.as_plain` gave, once more; what is asked newly since then is as where nobody knows.

    Raises:
        ValueError: it names what there is no more.
    """
    proposed, trouble, customer = plain["proposed"], plain["trouble"], plain["customer"]
    return Asked(
        proposed=ProposedGrant(
            remedy=grantable(proposed["remedy"]),
            currency=proposed["currency"],
            costs=tuple(GrantCost(**cost) for cost in proposed["costs"]),
            refund_minor=proposed["refund_minor"],
            unit_count=proposed["unit_count"],
        ),
        trouble=TroubleSituation(
            kind=TroubleKind(trouble["kind"]),
            due_at=_instant(trouble["due_at"]),
            delivered_at=_instant(trouble["delivered_at"]),
            is_self_reported=trouble["is_self_reported"],
        ),
        customer=_customer(customer),
    )


def _customer(plain: Mapping[str, Any]) -> ClaimingCustomer:
    known: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in plain.items()}
    return ClaimingCustomer(**known)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
