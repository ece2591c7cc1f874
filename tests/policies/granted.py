"""Grants for tests: a lost parcel's hundred dollars paid back, and rules; every test says what is otherwise."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from makegood.policies.rules.grant_situations import (
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
    Authority,
    Grantor,
    GrantRule,
    HoldRule,
    LimitRule,
    Per,
    RemedyKind,
    SecondRule,
    Span,
)
from tests.policies.asked import DAY, NOON, WORDS

EVERYBODY = tuple(Grantor)
WORTH = (("USD", 100), ("JPY", 150), ("KWD", 300))


def authority_of(*rules, worth=WORTH) -> Authority:
    tables = {"grants": GrantRule, "limits": LimitRule, "holds": HoldRule, "seconds": SecondRule}
    split: dict[str, Any] = {
        name: tuple(rule for rule in rules if isinstance(rule, sort)) for name, sort in tables.items()
    }
    return Authority(worth=worth, **split)


def lets(name="lets", who=EVERYBODY, **members) -> GrantRule:
    return GrantRule(name=name, who=who, **members)


def limits(name="limits", who=EVERYBODY, **members) -> LimitRule:
    return LimitRule(name=name, who=who, **{"per": Per.CUSTOMER, "days": 30, "words": WORDS, **members})


def holds(name="holds", who=EVERYBODY, **members) -> HoldRule:
    return HoldRule(name=name, who=who, because="Look at it.", words=WORDS, **members)


def seconds(name="seconds", who=EVERYBODY, above=1_000, **members) -> SecondRule:
    return SecondRule(name=name, who=who, above=above, **members)


def costing(*sums: tuple[str, int]) -> tuple[GrantCost, ...]:
    return tuple(GrantCost(currency=currency, amount_minor=minor) for currency, minor in sums)


def granted(remedy=RemedyKind.REFUND, *sums, trouble=None, customer=None, past=None, now=NOON, **grant):
    """A grant that costs these sums, 100.00 USD where none is said."""
    return GrantSituation(
        grant=ProposedGrant(
            remedy=remedy, costs=costing(*(sums or [("USD", 10_000)])), **{"currency": "USD", "unit_count": 1, **grant}
        ),
        trouble=TroubleSituation(**{"kind": TroubleKind.LOST, "due_at": NOON - 3 * DAY, **(trouble or {})}),
        customer=ClaimingCustomer(**(customer or {})),
        past=past or {},
        now=now,
    )


amounts = st.integers(0, 10**9)
who = st.lists(st.sampled_from(Grantor), min_size=1, max_size=5, unique=True).map(tuple)
remedies = st.just(()) | st.lists(st.sampled_from(GRANTABLE), min_size=1, max_size=4, unique=True).map(tuple)
# Conditions that look at no cost, so that a dearer grant meets them as a cheaper one does; some can't be evaluated.
GOOD = ("", "trouble.kind == 'lost'", "customer.order_count > 2", "grant.unit_count < 3 && !trouble.is_self_reported")
BAD = ("trouble.days_since_delivered > 1", "grant['nothing'] == 1", "grant.unit_count", "grant.remedy ==")
whens = st.sampled_from(GOOD + BAD)
sums = st.none() | st.integers(0, 5_000)
spans = st.builds(Span, per=st.sampled_from(Per), days=st.sampled_from([7, 30]), remedies=st.just(()))


@st.composite
def authorities(draw) -> Authority:
    """Rules of every sort, each with a name of its own."""
    common = {"who": who, "remedies": remedies, "when": whens}
    sorts = (
        st.builds(GrantRule, name=st.just(""), up_to=sums, **common),
        st.builds(
            LimitRule,
            name=st.just(""),
            per=st.sampled_from(Per),
            days=st.sampled_from([7, 30]),
            up_to=sums,
            count=st.none() | st.integers(1, 9),
            **common,
        ),
        st.builds(HoldRule, name=st.just(""), because=st.just("so"), **common),
        st.builds(SecondRule, name=st.just(""), above=st.integers(0, 5_000), **common),
    )
    drawn = draw(st.lists(sorts[0], min_size=1, max_size=5)) + draw(st.lists(st.one_of(*sorts[1:]), max_size=3))
    return authority_of(*(replace(rule, name=f"rule-{number}") for number, rule in enumerate(drawn)))


@st.composite
def situations(draw) -> GrantSituation:
    """Any grant; what was granted before is known of most spans, and not of all."""
    at = st.none() | st.integers(-400, 400).map(lambda days: NOON + timedelta(days=days))
    past = st.builds(Past, worth=st.integers(0, 400_000), count=st.integers(0, 9))
    some_remedies = draw(remedies)
    return GrantSituation(
        grant=ProposedGrant(
            remedy=draw(st.sampled_from(GRANTABLE)),
            currency="USD",
            costs=costing(*draw(st.lists(st.tuples(st.sampled_from(["USD", "JPY", "KWD", "XAF"]), amounts)))),
            refund_minor=draw(amounts),
            unit_count=draw(st.integers(0, 9)),
        ),
        trouble=TroubleSituation(
            kind=draw(st.sampled_from(TroubleKind)),
            due_at=draw(at),
            delivered_at=draw(at),
            is_self_reported=draw(st.booleans()),
        ),
        customer=ClaimingCustomer(order_count=draw(st.integers(0, 9)), remedies_12_months=draw(st.integers(0, 9))),
        past={
            (Span(per=per, days=days, remedies=which), grantor): draw(past)
            for per in Per
            for days in (7, 30)
            for which in {(), some_remedies}
            for grantor in ([None] if per is Per.CUSTOMER else Grantor)
        },
        now=NOON,
    )
