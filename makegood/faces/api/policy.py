"""The shop's policy as a text: read, tried over what was granted, and changed."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

from makegood.customers.queries import references_of
from makegood.faces.api.callers import ADMIN, READ, Call
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, RowWith, of
from makegood.faces.api.versions import NEEDS_VERSION, edited_row
from makegood.kit import clock
from makegood.kit.records import Instant, Record, Text
from makegood.policies.actions import LARGEST, tried
from makegood.policies.locks import POLICY
from makegood.policies.models import AdoptedPolicy
from makegood.policies.queries import adopted_now, policy_text
from makegood.policies.rules.values import Grantable
from makegood.remedies.adopting import adopt
from makegood.remedies.replaying import replay
from makegood.staff.rules import Standpoint

MOST = 100
PolicyText = Annotated[str, StringConstraints(max_length=LARGEST)]


class PolicyOut(Schema):
    """The policy in TOML (docs/policy.md). `adopted_at` null: it is the one that the settings name."""

    text: str
    adopted_at: datetime | None
    adopted_by: str
    reason: str


class PolicyIn(Record):
    """A policy's text and why it is changed. An empty text lets what the settings name count again."""

    text: PolicyText
    reason: Text


class ReplayIn(Record):
    """A policy that does not count yet, and since when it is asked about what was granted."""

    text: PolicyText
    since: Instant


class ReplayedCostOut(Schema):
    currency: str
    amount_minor: int


class ReplayedOut(Schema):
    """A grant that would be another's to grant alone. `rule` withholds it from whoever granted it; empty: none does."""

    customer: Ref
    remedy: Grantable
    costs: list[ReplayedCostOut]
    granted_at: datetime = of("used_at")
    granted_by: str = of("used_by")
    may_now: list[Standpoint]
    may_then: list[Standpoint]
    rule: str


class ReplayOut(Schema):
    """What would have been otherwise. `fewer` and `more` count by standpoint what could no longer be granted alone from
    there, and what could be now; `withheld` is how many of `grants` whoever granted them could not have granted alone.
    """

    since: datetime
    grants: int
    withheld: int
    fewer: dict[Standpoint, int]
    more: dict[Standpoint, int]
    items: list[ReplayedOut] = Field(description="The newest first, a hundred at most.")


@router.get("/policy", response=PolicyOut, auth=READ)
@edited_row(AdoptedPolicy, turns=POLICY)
def policy(request: Call) -> Any:
    """What the shop allows, and who may grant what."""
    return _policy_now()


@router.put("/policy", response=PolicyOut, auth=ADMIN, openapi_extra=NEEDS_VERSION)
def change_policy(request: Call, told: PolicyIn) -> Any:
    """Let this be the policy from now on, in place of the one that you saw (`If-Match`)."""
    adopt(text=told.text, reason=told.reason, seen=None, by=request.auth.actor, now=clock.now())
    return _policy_now()


def _policy_now() -> dict[str, Any]:
    adopted = adopted_now()
    return {
        "text": policy_text(),
        "adopted_at": adopted.adopted_at if adopted and adopted.text else None,
        "adopted_by": adopted.adopted_by if adopted else "",
        "reason": adopted.reason if adopted else "",
    }


@router.post("/policy/replays", response=ReplayOut, auth=ADMIN)
def replay_policy(request: Call, asked: ReplayIn) -> Any:
    """Ask a policy that does not count yet about what was granted. Nothing is changed."""
    found = replay(tried(asked.text), since=asked.since, now=clock.now())
    references = references_of({each.customer_id for each in found.differing[:MOST]})
    return {
        "since": found.since,
        "grants": found.grants,
        "withheld": len(found.withheld),
        "fewer": dict(found.fewer),
        "more": dict(found.more),
        "items": [
            RowWith(
                each,
                customer=references[each.customer_id],
                costs=[{"currency": currency, "amount_minor": minor} for currency, minor in each.costs],
            )
            for each in found.differing[:MOST]
        ],
    }
