"""A changed policy asked about all that was granted: who could not grant it any more, and who could now."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.policies.queries import shop_policies
from makegood.policies.rules.grant_situations import GrantSituation, Past
from makegood.policies.rules.granting import Granting, decide_grant
from makegood.policies.rules.values import (
    Authority,
    Grantable,
    Grantor,
    NoPolicyInForce,
    Per,
    Policy,
    Span,
    policy_in_force,
)
from makegood.remedies.claims import past_in
from makegood.remedies.models import AuthorityUse
from makegood.remedies.rules.asked import Asked, asked_from
from makegood.remedies.rules.authority import may_alone, withheld_rule
from makegood.staff.rules import Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One grant of the past that would be another's to grant: who could alone by the policy in force, and by the other.

    `rule` is what would withhold it from whoever granted it; "" where they still could. `costs` pairs currencies with
    minor units; `worth` is in parts of the other policy's measure, `UNKNOWN` where a currency has none.
    """

    customer_id: int
    key: str
    remedy: Grantable
    costs: tuple[tuple[str, int], ...]
    worth: int
    used_at: datetime
    used_by: str
    may_now: tuple[Standpoint, ...]
    may_then: tuple[Standpoint, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What would have been otherwise: of `grants` since an instant, those that differ, the newest first.

    `fewer` and `more` count by standpoint how many could no longer be granted alone from there, and could be now.
    """

    since: datetime
    grants: int
    differing: tuple[Replayed, ...]
    fewer: Counter[Standpoint]
    more: Counter[Standpoint]

    @property
    def withheld(self) -> tuple[Replayed, ...]:
        """What whoever granted it could not have granted alone."""
        return tuple(each for each in self.differing if each.rule)


def replay(policies: Sequence[Policy], *, since: datetime, now: datetime) -> Replay:
    """Ask the versions in force now, of the shop's policy and of `policies`, about everything granted since.

    What was granted before each of them counts as it did, also where the other policy would have withheld it.
    """
    here, there = _authority(shop_policies(), now=now), _authority(policies, now=now)
    days = max([0, *(span.days for authority in (here, there) for span in authority.spans)])
    uses = AuthorityUse.objects.filter(used_at__gt=since - timedelta(days=days)).order_by("used_at", "id")
    past = _Past()
    differing: list[Replayed] = []
    fewer, more, grants = Counter[Standpoint](), Counter[Standpoint](), 0
    for rows in _by_grant(uses.iterator()):
        first = rows[0]
        if first.used_at > since:
            grants += 1
            asked = asked_from(first.asked)
            before, after = past.granting(here, asked, first), past.granting(there, asked, first)
            may_now, may_then = may_alone(before), may_alone(after)
            if may_now != may_then:
                fewer.update(set(may_now) - set(may_then))
                more.update(set(may_then) - set(may_now))
                differing.append(_replayed(rows, asked, there, before, after))
        past.add(rows)
    return Replay(since=since, grants=grants, differing=tuple(reversed(differing)), fewer=fewer, more=more)


def _authority(policies: Sequence[Policy], *, now: datetime) -> Authority:
    try:
        return policy_in_force(policies, at=now).authority
    except NoPolicyInForce:
        return Authority()


def _by_grant(uses: Iterator[AuthorityUse]) -> Iterator[list[AuthorityUse]]:
    """The rows of each grant, which are written one after the other."""
    rows: list[AuthorityUse] = []
    for use in uses:
        if rows and (use.customer_id, use.key) != (rows[0].customer_id, rows[0].key):
            yield rows
            rows = []
        rows.append(use)
    if rows:
        yield rows


def _replayed(
    rows: Sequence[AuthorityUse], asked: Asked, there: Authority, before: Granting, after: Granting
) -> Replayed:
    first = rows[0]
    costs = tuple((row.currency, row.amount_minor) for row in rows)
    could, could_then = may_alone(before), may_alone(after)
    lost = [each for each in _standpoints(first) if each in could and each not in could_then]
    return Replayed(
        customer_id=first.customer_id,
        key=first.key,
        remedy=asked.proposed.remedy,
        costs=costs,
        worth=there.worth_of(costs),
        used_at=first.used_at,
        used_by=first.used_by,
        may_now=could,
        may_then=could_then,
        rule=withheld_rule(after, lost[0]) if lost else "",
    )


def _standpoints(use: AuthorityUse) -> Iterator[Standpoint]:
    """From where it was granted: all that had to be allowed it."""
    for who in (use.used_through, use.used_by):
        if who:
            yield Standpoint(who.partition(":")[0])


class _Past:
    """What was granted so far, by customer and by who granted it."""

    def __init__(self) -> None:
        self.of_customer: dict[int, list[AuthorityUse]] = defaultdict(list)
        self.by_grantor: dict[str, list[AuthorityUse]] = defaultdict(list)

    def add(self, rows: Sequence[AuthorityUse]) -> None:
        for row in rows:
            self.of_customer[row.customer_id].append(row)
            for who in {row.used_by, row.used_through} - {""}:
                self.by_grantor[who].append(row)

    def granting(self, authority: Authority, asked: Asked, use: AuthorityUse) -> Granting:
        """Who could have granted it, with what was granted before it."""
        past: dict[tuple[Span, Grantor | None], Past] = {}
        who = {each.partition(":")[0]: each for each in (use.used_through, use.used_by) if each}
        for span in authority.spans:
            if span.per is Per.CUSTOMER:
                past[span, None] = past_in(span, self.of_customer[use.customer_id], authority, now=use.used_at)
                continue
            for grantor in Grantor:
                uses = self.by_grantor[who.get(grantor.value, "")]
                past[span, grantor] = past_in(span, uses, authority, now=use.used_at)
        return decide_grant(
            authority,
            GrantSituation(
                grant=asked.proposed, trouble=asked.trouble, customer=asked.customer, past=past, now=use.used_at
            ),
        )
