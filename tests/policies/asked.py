"""Situations for tests: a delivered order of one book, and what is asked of it; every test says what is otherwise."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from makegood.policies.reading import SHIPPED, read_policies
from makegood.policies.rules.situations import (
    ChangeSituation,
    CustomerSituation,
    OrderedLine,
    OrderSituation,
    OrderStatus,
    RequestedChange,
    RequestedItem,
)
from makegood.policies.rules.values import ChangeKind, Policy, Rule, Words

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
RETAIL, SUPPORT = EXAMPLES / "retail-policy.toml", EXAMPLES / "support-policy.toml"
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = Words((("en", "No."), ("fr", "Non.")))


def the_policy(path: Path = SHIPPED) -> Policy:
    (policy,) = read_policies(path, zone="UTC")
    return policy


def policy_of(*rules: Rule, **members) -> Policy:
    return Policy(name="test", effective_from=NOON - 900 * DAY, **{"offers": tuple(ChangeKind), **members}, rules=rules)


def rule(name="rule", **members) -> Rule:
    return Rule(name=name, changes=tuple(ChangeKind), words=WORDS, **members)


def asked(kind=ChangeKind.RETURN, *, order=None, items=None, customer=None, now=NOON, **change) -> ChangeSituation:
    placed_at = NOON - 10 * DAY
    members = {
        "status": OrderStatus.DELIVERED,
        "placed_at": placed_at,
        "delivered_at": NOON - 5 * DAY,
        "currency": "USD",
        "total_minor": 20_000,
        "subtotal_minor": 20_000,
        "paid_minor": 20_000,
        "lines": (OrderedLine(category="books", price_minor=20_000, is_in_change=True),),
        **(order or {}),
    }
    return ChangeSituation(
        order=OrderSituation(**members),
        change=RequestedChange(
            kind=kind,
            items=(item(),) if items is None else tuple(items),
            **{"tender_kind": "card", "tender_is_original": True, **change},
        ),
        customer=CustomerSituation(**(customer or {})),
        now=now,
    )


def item(**members) -> RequestedItem:
    return RequestedItem(**{"category": "books", "price_minor": 20_000, "current_price_minor": 20_000, **members})


PENDING = {"status": OrderStatus.PENDING, "delivered_at": None}
amounts = st.integers(-(10**12), 10**12)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds
labels = st.lists(st.sampled_from(["code", "in_transit", "delivered", "'\"\\"]), max_size=2).map(tuple)
short = st.text(max_size=8)
items = st.builds(
    RequestedItem,
    category=st.sampled_from(["books", "electronics", ""]),
    price_minor=amounts,
    current_price_minor=amounts,
    new_price_minor=amounts,
    quantity=st.integers(0, 9),
    labels=labels,
)
lines = st.builds(OrderedLine, category=st.sampled_from(["books", "x"]), price_minor=amounts, labels=labels)
orders = st.builds(
    OrderSituation,
    status=st.sampled_from(OrderStatus),
    placed_at=instants,
    delivered_at=st.none() | instants,
    currency=st.sampled_from(["USD", "JPY"]),
    total_minor=amounts,
    subtotal_minor=amounts,
    discount_minor=amounts,
    paid_minor=amounts,
    earlier=st.lists(st.sampled_from(ChangeKind), max_size=4).map(tuple),
    lines=st.lists(lines, max_size=3).map(tuple),
    labels=labels,
)
changes = st.builds(
    RequestedChange,
    kind=st.sampled_from(ChangeKind),
    reason=st.sampled_from(["", "changed_mind", "defective", "no longer needed"]) | short,
    tender_kind=st.sampled_from(["", "card", "gift_card", "store_credit"]) | short,
    tender_is_original=st.booleans(),
    tender_balance_minor=amounts,
    price_difference_minor=amounts,
    items=st.lists(items, max_size=3).map(tuple),
)
customers = st.builds(
    CustomerSituation, tier=st.sampled_from(["", "gold"]), order_count=st.integers(0, 9), labels=labels
)
situations = st.builds(
    ChangeSituation,
    order=orders,
    change=changes,
    customer=customers,
    now=instants,
    zone=st.sampled_from(["UTC", "Asia/Tokyo", "nowhere"]),
)
