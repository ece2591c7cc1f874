"""Grants to try a policy on: every remedy for every trouble, each below, at and above all that a rule names.

What a rule asks for is found in its condition's text; two things at once are tried in pairs.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from makegood.policies.rules.conditions import numbers_said, texts_said
from makegood.policies.rules.grant_situations import (
    OWED_BY_LAW,
    ClaimingCustomer,
    GrantCost,
    GrantSituation,
    Past,
    ProposedGrant,
    TroubleKind,
    TroubleSituation,
)
from makegood.policies.rules.values import (
    GRANTABLE,
    PARTS,
    Authority,
    Grantable,
    Grantor,
    LimitRule,
    Per,
    Span,
)

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
# Of no shop, so that it never has a worth.
NO_CURRENCY = "XTS"
_KNOWN = ClaimingCustomer(
    tier="gold", order_count=12, days_known=900, promises_kept=11, promises_broken=1, parcels_12_months=9
)
_ARRIVED = {TroubleKind.NOT_RECEIVED, TroubleKind.DAMAGED}
_Otherwise = Callable[[GrantSituation], GrantSituation]


def grant_samples(authority: Authority, *, currency: str) -> Iterator[GrantSituation]:
    """The grants on which a policy is tried, always the same ones in the same order. `currency` is the shop's."""
    otherwise = list(_otherwise(authority, currency))
    told = {text for rule in authority.rules for _, text in texts_said(rule.when)}
    in_pairs = _told_apart(authority, told)
    for remedy in GRANTABLE:
        for kind in TroubleKind:
            plain = _plain(authority, remedy, kind, currency)
            yield plain
            yield from (change(plain) for change in otherwise)
            if remedy in in_pairs and (kind is TroubleKind.LOST or kind.value in told):
                yield from (second(first(plain)) for first, second in combinations(otherwise, 2))


def _told_apart(authority: Authority, told: Collection[str]) -> tuple[Grantable, ...]:
    """Remedies that rules tell apart: one of those that all rules treat alike, first of all what the law has given."""
    alike: dict[object, Grantable] = {}
    for remedy in sorted(GRANTABLE, key=lambda each: each not in OWED_BY_LAW):
        treated = tuple(rule.is_for(remedy) for rule in authority.rules)
        alike.setdefault((treated, remedy.value if remedy.value in told else ""), remedy)
    return tuple(alike.values())


def _plain(authority: Authority, remedy: Grantable, kind: TroubleKind, currency: str) -> GrantSituation:
    """Something small, due the other day, for somebody whom the shop knows and has granted nothing lately."""
    return GrantSituation(
        grant=ProposedGrant(
            remedy=remedy, currency=currency, costs=_cost(authority, currency, parts=PARTS), unit_count=1
        ),
        trouble=TroubleSituation(
            kind=kind,
            due_at=None if kind is TroubleKind.NONE else NOON - timedelta(days=3),
            delivered_at=NOON - timedelta(days=2) if kind in _ARRIVED else None,
        ),
        customer=_KNOWN,
        now=NOON,
        past={(span, who): Past() for span in authority.spans for who in _whose(span)},
    )


def _whose(span: Span) -> tuple[Grantor | None, ...]:
    return tuple(Grantor) if span.per is Per.GRANTOR else (None,)


def _cost(authority: Authority, currency: str, *, parts: int, more: int = 0) -> tuple[GrantCost, ...]:
    """What is worth so many parts of the measure, in minor units, and some of these `more`."""
    each = dict(authority.worth).get(currency, PARTS)
    return (GrantCost(currency=currency, amount_minor=max(parts * each // PARTS + more, 0)),)


def _otherwise(authority: Authority, currency: str) -> Iterator[_Otherwise]:
    yield from _as_it_comes()
    yield from _of_sums(authority, currency)
    yield from (_before(limit, past) for limit in authority.limits for past in _pasts(limit))
    for rule in authority.rules:
        for name, number in numbers_said(rule.when):
            yield from (_with_number(authority, name, each) for each in (number - 1, number, number + 1))
        for name, text in texts_said(rule.when):
            yield _with_text(authority, name, text)


def _as_it_comes() -> Iterator[_Otherwise]:
    """Due long ago and not yet, the customer's word alone, a new customer, one with many claims, and several units."""
    yield lambda plain: _due(plain, days=400)
    yield lambda plain: _due(plain, days=-2)
    yield lambda plain: replace(plain, trouble=replace(plain.trouble, is_self_reported=True))
    yield lambda plain: replace(plain, customer=ClaimingCustomer(order_count=1, parcels_12_months=1))
    yield lambda plain: replace(
        plain, customer=replace(_KNOWN, remedies_12_months=7, worth_12_months=90_000, parcels_12_months=8)
    )
    yield lambda plain: replace(plain, grant=replace(plain.grant, unit_count=6))


def _due(plain: GrantSituation, *, days: int) -> GrantSituation:
    """Its due instant so many days ago, and where it arrived, two days after it."""
    trouble = plain.trouble
    due_at = trouble.due_at and NOON - timedelta(days=days)
    arrived_at = trouble.delivered_at and NOON - timedelta(days=max(days - 2, 0))
    return replace(plain, trouble=replace(trouble, due_at=due_at, delivered_at=arrived_at))


def _of_sums(authority: Authority, currency: str) -> Iterator[_Otherwise]:
    """At no cost, around each sum that a rule names, far above all of them, and in other currencies."""
    named = {sum_ for rule in authority.rules for key in ("up_to", "above") for sum_ in [getattr(rule, key, None)]}
    ends = sorted(each for each in named if each is not None)
    dear = 100 * max(ends, default=1_000) * PARTS
    others = [each for each, _ in authority.worth if each != currency][:1]
    yield _costing(())
    for end in ends:
        yield from (_costing(_cost(authority, currency, parts=end * PARTS, more=more)) for more in (-1, 0, 1))
    yield _costing(_cost(authority, currency, parts=dear))
    yield _costing(_cost(authority, NO_CURRENCY, parts=PARTS))
    for other in others:
        yield _costing(_cost(authority, currency, parts=PARTS) + _cost(authority, other, parts=dear))


def _costing(costs: tuple[GrantCost, ...]) -> _Otherwise:
    refund_minor = costs[0].amount_minor if costs else 0
    return lambda plain: replace(plain, grant=replace(plain.grant, costs=costs, refund_minor=refund_minor))


def _pasts(limit: LimitRule) -> Iterator[Past]:
    """Just before a limit is passed, and when it is."""
    if limit.up_to is not None:
        yield from (Past(worth=max(limit.up_to * PARTS - less, 0), count=1) for less in (PARTS, 0))
    if limit.count is not None:
        yield from (Past(count=limit.count - less) for less in (1, 0))


def _before(limit: LimitRule, past: Past) -> _Otherwise:
    was = {(limit.span, who): past for who in _whose(limit.span)}
    return lambda plain: replace(plain, past={**plain.past, **was})


def _with_number(authority: Authority, name: str, number: int) -> _Otherwise:
    """With a number that a condition names where it names it; a name that is none of a grant's changes nothing."""
    sort, _, member = name.partition(".")
    count = max(number, 0)

    def change(plain: GrantSituation) -> GrantSituation:
        if member == "cost_worth":
            costs = _cost(authority, plain.grant.currency, parts=count)
            return replace(plain, grant=replace(plain.grant, costs=costs))
        if member == "days_since_due":
            return _due(plain, days=number)
        if member == "days_since_delivered":
            at = NOON - timedelta(days=count)
            return replace(plain, trouble=replace(plain.trouble, delivered_at=at))
        if sort == "customer" and type(getattr(plain.customer, member, None)) is int:
            return _for(plain, {member: count})
        if sort == "grant" and type(getattr(plain.grant, member, None)) is int:
            members: dict[str, Any] = {member: count}
            return replace(plain, grant=replace(plain.grant, **members))
        return plain

    return change


def _with_text(authority: Authority, name: str, text: str) -> _Otherwise:
    """With a currency, a tier, a label or a membership that a condition names."""

    def change(plain: GrantSituation) -> GrantSituation:
        if name == "currency":
            costs = _cost(authority, text, parts=PARTS)
            return replace(plain, grant=replace(plain.grant, currency=text, costs=costs))
        if name == "tier":
            return _for(plain, {name: text})
        if name in {"labels", "memberships"}:
            return _for(plain, {name: (text,)})
        return plain

    return change


def _for(plain: GrantSituation, members: dict[str, Any]) -> GrantSituation:
    return replace(plain, customer=replace(plain.customer, **members))
