"""Two shops that nobody here made up: their rules can be said, and decide as their shops do."""

from datetime import UTC, datetime

import pytest

from makegood.policies.rules.deciding import Allowed, decide
from makegood.policies.rules.situations import OrderedLine, OrderStatus
from makegood.policies.rules.values import ChangeKind
from tests.policies.asked import DAY, NOON, PENDING, RETAIL, SUPPORT, asked, item, the_policy

RETAIL_POLICY, SUPPORT_POLICY = the_policy(RETAIL), the_policy(SUPPORT)
BY_MISTAKE = {"order": PENDING, "reason": "ordered by mistake"}
ONCE_MODIFIED = PENDING | {"earlier": (ChangeKind.CHANGE_ITEMS,)}
GIFT_CARD = {"tender_kind": "gift_card", "tender_is_original": False}


@pytest.mark.parametrize(
    ("kind", "otherwise", "refused_by"),
    [
        ("cancel", BY_MISTAKE, []),
        ("cancel", BY_MISTAKE | {"reason": "no longer needed"}, []),
        ("cancel", BY_MISTAKE | {"reason": "too dear"}, ["reason-to-cancel"]),
        ("cancel", BY_MISTAKE | {"order": PENDING | {"status": OrderStatus.PROCESSED}}, ["pending-only"]),
        ("cancel", BY_MISTAKE | {"order": ONCE_MODIFIED}, ["items-modified-once"]),
        ("change_address", {"order": ONCE_MODIFIED}, []),
        ("change_address", {}, ["pending-only"]),
        ("change_items", {"order": PENDING}, []),
        ("change_items", {"order": ONCE_MODIFIED}, ["items-modified-once"]),
        ("change_items", {"order": PENDING, "items": [item(), item(is_available=False)]}, ["available"]),
        ("change_items", {"order": PENDING, "items": [item(is_same_product=False)]}, ["same-product"]),
        ("change_items", {"order": PENDING, "tender_kind": ""}, ["a-tender-for-the-difference"]),
        (
            "change_items",
            {"order": PENDING, "price_difference_minor": 501, "tender_balance_minor": 500} | GIFT_CARD,
            ["gift-card-covers-difference"],
        ),
        ("change_items", {"order": PENDING, "price_difference_minor": -501} | GIFT_CARD, []),
        ("change_tender", {"order": ONCE_MODIFIED, "tender_is_original": False}, ["one-payment"]),
        ("change_tender", {"order": PENDING}, ["another-tender"]),
        ("change_tender", {"order": PENDING | {"payment_count": 2}, "tender_is_original": False}, ["one-payment"]),
        (
            "change_tender",
            {"order": PENDING, "tender_balance_minor": 19_999} | GIFT_CARD,
            ["gift-card-covers-order"],
        ),
        ("change_tender", {"order": PENDING, "tender_balance_minor": 20_000} | GIFT_CARD, []),
        ("return", {}, []),
        ("return", GIFT_CARD, []),
        ("return", {"tender_kind": "paypal", "tender_is_original": False}, ["where-the-refund-goes"]),
        ("return", {"order": PENDING}, ["delivered-only"]),
        ("return", {"order": {"earlier": (ChangeKind.EXCHANGE,)}}, ["delivered-only"]),
        ("exchange", {"tender_kind": "paypal", "tender_is_original": False}, []),
        ("exchange", {"order": {"earlier": (ChangeKind.RETURN,)}}, ["delivered-only"]),
        ("exchange", {"items": [item(is_available=False, is_same_product=False)]}, ["same-product", "available"]),
        ("merge", {"order": PENDING}, ["offers:merge"]),
    ],
)
def test_the_retail_shop(kind, otherwise, refused_by):
    decision = decide(RETAIL_POLICY, asked(ChangeKind(kind), **otherwise))
    assert [each.rule for each in getattr(decision, "by", ())] == refused_by


def returned(*, days=5, category="clothing", reason="changed_mind", price=10_000, credit=False, **otherwise):
    """A line sent back so many days after it came; order and customer as the case says."""
    order = {
        "delivered_at": NOON - days * DAY,
        "placed_at": NOON - (days + 5) * DAY,
        "lines": (OrderedLine(category=category, price_minor=price, is_in_change=True), *otherwise.pop("others", ())),
        "subtotal_minor": price,
        **otherwise.pop("order", {}),
    }
    asked_for = asked(
        ChangeKind.RETURN,
        order=order,
        items=[item(category=category, price_minor=price, current_price_minor=otherwise.pop("today", price))],
        reason=reason,
        tender_kind="store_credit" if credit else "card",
        customer=otherwise.pop("customer", {}),
        **otherwise,
    )
    return decide(SUPPORT_POLICY, asked_for)


@pytest.mark.parametrize(
    ("otherwise", "refused_by"),
    [
        ({"days": 30}, []),
        ({"days": 31}, ["store-credit-only"]),
        ({"days": 31, "credit": True}, []),
        ({"days": 45, "credit": True}, []),
        ({"days": 46, "credit": True}, ["outside-return-window"]),
        ({"days": 15, "category": "electronics"}, []),
        ({"days": 16, "category": "electronics"}, ["store-credit-only"]),
        ({"days": 15, "category": "books"}, ["store-credit-only"]),
        ({"days": 45, "customer": {"tier": "gold"}}, []),
        ({"days": 60, "customer": {"tier": "platinum", "memberships": ("fast_shipping",)}}, []),
        ({"days": 900, "reason": "defective"}, []),
        ({"order": {"is_gift": True}}, ["store-credit-only"]),
        ({"order": {"delivered_at": None, "status": OrderStatus.SHIPPED}, "credit": True}, ["not-delivered"]),
    ],
)
def test_how_long_a_line_may_come_back_in_the_support_shop(otherwise, refused_by):
    assert [each.rule for each in getattr(returned(**otherwise), "by", ())] == refused_by


@pytest.mark.parametrize(("day", "refused_by"), [(30, []), (31, ["outside-return-window", "store-credit-only"])])
def test_the_holidays_of_the_support_shop(day, refused_by):
    ordered = datetime(2025, 11, 1, 12, tzinfo=UTC)
    order = {"placed_at": ordered, "delivered_at": ordered + DAY}
    decision = returned(order=order, now=datetime(2026, 1, day, tzinfo=UTC))
    assert [each.rule for each in getattr(decision, "by", ())] == refused_by


OTHER = OrderedLine(category="books", price_minor=3_000)


@pytest.mark.parametrize(
    ("otherwise", "fee", "refund"),
    [
        # 999.00 less 15 %, dropped to 149, and postage no longer free (8); silver has a quarter of the fee back (37).
        ({"price": 99_900, "category": "electronics", "customer": {"tier": "silver"}}, 14_900, 87_900),
        ({"price": 99_900, "category": "electronics", "customer": {"tier": "platinum"}}, 0, 99_100),
        ({"price": 99_900, "category": "electronics", "reason": "defective"}, 0, 99_900),
        ({"price": 4_900}, 0, 4_100),
        ({"price": 4_900, "reason": "wrong_item"}, 0, 4_900),
        # 20.00 off of 160.00 in three lines: 12 of them for 100.00, postage (8), and 5 for each of the two that stay.
        (
            {
                "others": (OTHER, OTHER),
                "order": {"subtotal_minor": 16_000, "discount_minor": 2_000, "labels": ("code",)},
            },
            0,
            7_000,
        ),
        (
            {"others": (OrderedLine(category="clothing", price_minor=9_000, is_settled=True, is_returned=True),)},
            0,
            8_700,
        ),
        ({"order": {"is_gift": True}, "today": 12_000, "credit": True}, 0, 11_200),
    ],
)
def test_what_the_support_shop_pays_back(otherwise, fee, refund):
    decision = returned(**otherwise)
    assert isinstance(decision, Allowed)
    assert (decision.values["restocking_fee_minor"], decision.values["refund_minor"]) == (fee, refund)


@pytest.mark.parametrize(
    ("kind", "otherwise", "refused_by"),
    [
        ("exchange", {"items": [item(is_same_product=False)]}, []),
        ("exchange", {}, ["another-product"]),
        ("exchange", {"items": [item(is_same_product=False, labels=("not_sold_here",))]}, ["not-sold-here"]),
        (
            "exchange",
            {"items": [item(is_same_product=False, is_available=False)], "reason": "keep_if_unavailable"},
            ["kept-if-unavailable"],
        ),
        ("exchange", {"items": [item(is_same_product=False)], "now": NOON + 10 * DAY}, ["outside-exchange-window"]),
        ("cancel", {"order": PENDING}, []),
        ("cancel", {}, ["still-under-way"]),
        ("cancel", {"order": PENDING, "items": [item(is_settled=True)]}, ["settled"]),
        ("cancel", {"order": PENDING, "items": [item(labels=("delivered",))]}, ["still-under-way"]),
    ],
)
def test_exchanges_and_cancellations_of_the_support_shop(kind, otherwise, refused_by):
    decision = decide(SUPPORT_POLICY, asked(ChangeKind(kind), **otherwise))
    assert [each.rule for each in getattr(decision, "by", ())] == refused_by


def test_a_box_under_way_costs_ten_a_line_to_cancel():
    shipped = {"status": OrderStatus.SHIPPED, "delivered_at": None}
    decision = decide(
        SUPPORT_POLICY, asked(ChangeKind.CANCEL, order=shipped, items=[item(labels=("in_transit",)), item()])
    )
    assert decision.values["cancellation_fee_minor"] == 1_000
