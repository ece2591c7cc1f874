"""Situations to try a policy on: every kind of change, in every state of an order, early and late, well and badly.

A name that nobody knows shows only when a condition is evaluated, so a check evaluates every rule on all of these.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from makegood.policies.rules.conditions import texts_said
from makegood.policies.rules.situations import (
    ChangeSituation,
    CustomerSituation,
    OrderedLine,
    OrderSituation,
    OrderStatus,
    RequestedChange,
    RequestedItem,
)
from makegood.policies.rules.values import CHANGES, ChangeKind, Policy

_DELIVERY = timedelta(days=4)
# Just placed, some days later, within a month, and long after.
_AGES = (timedelta(minutes=5), timedelta(days=6), timedelta(days=40), timedelta(days=500))
_GOOD = RequestedItem(category="books", price_minor=2_000, current_price_minor=2_100, new_price_minor=2_500)
_ITEMS = (
    (_GOOD,),
    (RequestedItem(category="clothing", price_minor=900, is_same_product=False, is_available=False, is_settled=True),),
)
_TENDERS = (("card", True, 0), ("gift_card", False, 100), ("store_credit", False, 50_000), ("bank_transfer", False, 0))
_NO_TENDER = (("", False, 0),)
_NEW = CustomerSituation()
_KNOWN = CustomerSituation(
    tier="gold", memberships=("fast_shipping",), order_count=12, days_known=900, promises_kept=11, promises_broken=1
)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def samples_for(policy: Policy) -> Iterator[ChangeSituation]:
    """The situations in which a policy is tried, always the same ones in the same order: of every kind of change, and
    besides of all that the policy itself asks for by name.
    """
    said: dict[str, set[str]] = {}
    for _, text in policy.conditions():
        for name, literal in texts_said(text):
            said.setdefault(name, set()).add(literal)
    for kind in ChangeKind:
        for plain in _of_kind(kind):
            yield plain
            if plain.change.tender_kind in {"", "card"} and plain.order.status in _TELLING:
                yield from _besides(plain, said)


_TELLING = {OrderStatus.PENDING, OrderStatus.DELIVERED}


def _of_kind(kind: ChangeKind) -> Iterator[ChangeSituation]:
    terms = CHANGES[kind]
    items = _ITEMS if terms.has_items or terms.has_new_items else ((),)
    tenders = _TENDERS if terms.has_tender else _NO_TENDER
    for status, age, asked, tender, is_known in product(OrderStatus, _AGES, items, tenders, (False, True)):
        yield ChangeSituation(
            order=_order(status, placed_at=NOON - age, is_delivered=status is OrderStatus.DELIVERED, again=is_known),
            change=RequestedChange(
                kind=kind,
                reason="changed_mind" if is_known else "",
                tender_kind=tender[0],
                tender_is_original=tender[1],
                tender_balance_minor=tender[2],
                price_difference_minor=sum(each.new_price_minor - each.price_minor for each in asked),
                items=asked,
            ),
            customer=_KNOWN if is_known else _NEW,
            now=NOON,
        )


def _besides(plain: ChangeSituation, said: Mapping[str, set[str]]) -> Iterator[ChangeSituation]:
    """The same with each reason, tender, tier and label that the policy knows, without a tender, and with two items."""
    change, items = plain.change, plain.change.items
    changes = [replace(change, reason=each) for each in sorted(said.get("reason", ()))]
    changes += [replace(change, tender_kind=each) for each in sorted({"", *said.get("tender_kind", ())})]
    changes += [replace(change, items=items * 2)]
    for label in sorted(said.get("labels", ())):
        changes.append(replace(change, items=tuple(replace(each, labels=(label,)) for each in items)))
    yield from (replace(plain, change=each) for each in changes)
    for tier in sorted(said.get("tier", ())):
        yield replace(plain, customer=replace(plain.customer, tier=tier))


def _order(status: OrderStatus, *, placed_at: datetime, is_delivered: bool, again: bool) -> OrderSituation:
    lines = (
        OrderedLine(category="books", price_minor=2_000, is_in_change=True),
        OrderedLine(category="clothing", price_minor=900, is_settled=again, is_returned=again),
    )
    return OrderSituation(
        status=status,
        placed_at=placed_at,
        delivered_at=placed_at + _DELIVERY if is_delivered else None,
        is_packed=status in {OrderStatus.PROCESSED, OrderStatus.SHIPPED, OrderStatus.DELIVERED},
        is_gift=again,
        currency="USD",
        total_minor=3_300,
        subtotal_minor=2_900,
        discount_minor=100 if again else 0,
        postage_minor=500,
        paid_minor=3_300,
        tender_kinds=("card", "gift_card") if again else ("card",),
        payment_count=2 if again else 1,
        earlier=tuple(ChangeKind) if again else (),
        lines=lines,
        labels=("sale", "code") if again else (),
    )
