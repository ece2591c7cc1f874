"""Orders change as somebody asks: the lines, the parcels and the money, to the cent, or not at all."""

from datetime import timedelta

import pytest

from makegood.catalog.actions import put_postage_rates, put_products
from makegood.catalog.records import PostageRateRecord, ProductRecord
from makegood.changes.actions import NotAllowed
from makegood.changes.previewing import preview_change
from makegood.changes.queries import possible_changes
from makegood.changes.rules.values import Added, ChangeRequest, Units
from makegood.intake.actions import take_in_orders
from makegood.journal.queries import facts_of
from makegood.kit.errors import InvalidField
from makegood.money.actions import Insufficient
from makegood.orders.facts import OrderCancelled, OrderChanged
from makegood.orders.models import Order, OrderChange
from makegood.orders.paying import OrderAccount
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.queries import held_by
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.changes.shop import (
    CARD,
    NOW,
    change,
    due,
    gift_card,
    money_order,
    pay_back,
    put,
    put_books,
    put_shirts,
    refunds,
    units_of,
    usd,
)
from tests.worlds import MONDAY, order_record, parcel_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced_shop")]


def test_units_that_are_cancelled_bring_back_their_share_of_discount_and_tax():
    record = order_record(lines={"BIRDS": 3}).model_dump(mode="json")
    record["lines"][0] |= {"unit_price_minor": 1000, "discount_minor": 100, "tax_minor": 200}
    total = 3000 - 100 + 200 + 480
    record["paid"] = [{**CARD, "amount_minor": total}]
    take_in_orders([type(order_record()).model_validate(record)], now=NOW)
    change(units=(Units(line="BIRDS", quantity=1),))
    line = Order.objects.get().lines.get()
    # Of 100 and 200 the first two units keep 67 and 134: cents that don't divide go to the first units.
    assert (line.quantity, line.discount_minor, line.tax_minor) == (2, 67, 134)
    back = 1000 - 33 + 66
    assert refunds() == [("Visa ending 4242", back, "refund", "requested")]
    assert units_of("100") == {("BIRDS", 2)}
    made = OrderChange.objects.get()
    assert (made.delta_minor, Order.objects.get().charged_minor) == (-back, total - back)
    assert worlds.facts(OrderChanged)[-1].lines_changed == ("BIRDS",)


def test_a_whole_order_that_is_cancelled_brings_back_its_postage_too_to_each_tender():
    order = put(lines={"BIRDS": 1}, paid_minor=0)
    total = order.charged_minor
    paid = [{**CARD, "amount_minor": total - 300}, {"tender": "gift_card", "label": "Gift 7", "amount_minor": 300}]
    record = order_record(lines={"BIRDS": 1}, paid=paid, version_at=NOW)
    take_in_orders([record], now=NOW)
    change(reason="ordered by mistake")
    order.refresh_from_db()
    assert (order.charged_minor, order.cancelled_at) == (0, NOW)
    assert refunds() == [
        ("Visa ending 4242", total - 300, "refund", "requested"),
        ("Gift 7", 300, "refund", "requested"),
    ]
    assert worlds.facts(OrderCancelled)
    with pytest.raises(NotAllowed) as caught:
        change()
    assert caught.value.members["rules"][0] == "not-cancelled"


def test_another_size_is_paid_by_the_gift_card_that_is_named_or_given_back_to_it():
    put_shirts()
    order = put_books("100", {"S": 2000}, postage_minor=0)
    gift = gift_card(order, 400)
    receipt = money_order(order, 2000)
    change(kind=ChangeKind.CHANGE_ITEMS, units=(Units(line="S", quantity=1, sku="M"),), tender="g1")
    assert (held_by([gift])[gift.pk], due("100")) == (usd(50), 0)
    assert Receipt.objects.get(pk=receipt.pk).free_minor == 0
    with pytest.raises(NotAllowed) as caught:
        change(kind=ChangeKind.CHANGE_ITEMS, units=(Units(line="S", quantity=1, sku="XL"),), tender="g1")
    assert caught.value.members["rules"] == ["same-product-available"]
    change(kind=ChangeKind.CHANGE_ITEMS, units=(Units(line="S", quantity=1, sku="L"),), tender="g1")
    assert held_by([gift])[gift.pk] == usd(50 + 850)
    # What the card gave goes back to it first; the rest is a payout.
    assert refunds() == [("gift_card", 350, "refund", "settled"), ("gift_card", 500, "payout", "settled")]


def test_what_a_gift_card_does_not_hold_changes_nothing():
    put_products([ProductRecord(sku="M", title="Shirt", currency="USD", price_minor=9000, family="shirt")])
    order = put(lines={"BIRDS": 1})
    gift = gift_card(order, 100)
    with pytest.raises((NotAllowed, Insufficient)):
        change(kind=ChangeKind.ADD_LINES, added=(Added(sku="M", quantity=1),), tender="g1")
    assert held_by([gift])[gift.pk] == usd(100)
    assert OrderChange.objects.count() == 0


def test_paid_otherwise_the_first_tender_gets_all_back():
    order = put(lines={"BIRDS": 1}, paid_minor=0)
    total = order.charged_minor
    take_in_orders([order_record(lines={"BIRDS": 1}, paid=[{**CARD, "amount_minor": total}], version_at=NOW)], now=NOW)
    gift = gift_card(order, total + 5)
    change(kind=ChangeKind.CHANGE_TENDER, tender="g1")
    assert held_by([gift])[gift.pk] == usd(5)
    assert refunds() == [("Visa ending 4242", total, "refund", "requested")]
    assert due("100") == 0


def test_it_goes_elsewhere_and_the_rest_in_a_parcel_of_its_own():
    put(lines={"BIRDS": 2})
    there = {"name": "Bo", "lines": ["1 Pier"], "postcode": "V6B", "country": "CA", "zone": "America/Vancouver"}
    change(kind=ChangeKind.CHANGE_ADDRESS, ship_to=there)
    delivery = worlds.delivery_of("100")
    assert (delivery.name, delivery.country) == ("Bo", "CA")
    change(kind=ChangeKind.SPLIT_DELIVERY, units=(Units(line="BIRDS", quantity=1),))
    assert [row.units.get().quantity for row in Order.objects.get().deliveries.order_by("id")] == [1, 1]


@pytest.mark.parametrize("kind", [ChangeKind.CHANGE_ADDRESS, ChangeKind.ADD_LINES])
def test_postage_that_went_back_does_not_go_back_again_where_it_comes_to_less(kind):
    put_products([ProductRecord(sku="ATLAS", title="Atlas", currency="USD", price_minor=5400)])
    rates = [
        PostageRateRecord(country="US", currency="USD", first_minor=480, each_more_minor=0, free_from_minor=6000),
        PostageRateRecord(country="CA", currency="USD", first_minor=200, each_more_minor=0),
    ]
    put_postage_rates(rates)
    order = put(lines={"BIRDS": 1}, paid_minor=1695 + 480)
    pay_back(order, postage_minor=480)
    there = {**order.ship_to, "country": "CA", "postcode": "K1A 0B1", "zone": "America/Toronto"}
    if kind is ChangeKind.CHANGE_ADDRESS:
        change(kind=kind, ship_to=there)
    else:
        change(kind=kind, added=(Added(sku="ATLAS", quantity=1),))
    row = Order.objects.get()
    assert row.charged_minor == sum(line.total_minor for line in row.lines.all())


def test_what_is_packed_can_be_changed_no_more_and_the_shop_says_so():
    record = order_record(lines={"BIRDS": 2}, parcels=[parcel_record("p1", {"BIRDS": 1})])
    take_in_orders([record], now=NOW)
    with pytest.raises(NotAllowed) as caught:
        change(units=(Units(line="BIRDS", quantity=1),))
    assert caught.value.members["rules"] == ["before-packing"]
    with pytest.raises(InvalidField):
        change(units=(Units(line="BIRDS", quantity=2),))


def test_what_is_possible_is_said_before_anybody_asks():
    order = put(lines={"BIRDS": 1})
    said = {each.kind: each.is_allowed for each in possible_changes(order, now=NOW)}
    assert said == {
        **dict.fromkeys(ChangeKind, True),
        ChangeKind.RETURN: False,
        ChangeKind.EXCHANGE: False,
    }
    worlds.settle()
    parcel = worlds.lost("300")
    worlds.say(parcel, ScanKind.ACCEPTED)
    said = {each.kind: each.is_allowed for each in possible_changes(parcel.delivery.order, now=NOW)}
    assert set(said.values()) == {False}


def test_an_older_word_of_the_shop_does_not_take_a_change_back():
    record = order_record(lines={"BIRDS": 2}, version_at=MONDAY, paid=[])
    take_in_orders([record], now=NOW)
    change(units=(Units(line="BIRDS", quantity=1),))
    take_in_orders([record], now=NOW)
    assert units_of("100") == {("BIRDS", 1)}
    # What its shop told before the change, though it comes after it, is its newest word all the same.
    paid = [{**CARD, "amount_minor": 1695 + 480}]
    between = MONDAY + timedelta(minutes=30)
    take_in_orders([order_record(lines={"BIRDS": 2}, version_at=between, paid=paid)], now=NOW)
    (order,) = Order.objects.all()
    assert (order.version_at, due("100"), units_of("100")) == (between, 0, {("BIRDS", 1)})


def test_what_a_change_comes_to_is_known_before_and_nothing_is_changed():
    total = put(lines={"BIRDS": 2}, paid_minor=0).charged_minor
    take_in_orders([order_record(lines={"BIRDS": 2}, paid=[{**CARD, "amount_minor": total}], version_at=NOW)], now=NOW)
    wanted = ChangeRequest(kind=ChangeKind.CANCEL, units=(Units(line="BIRDS", quantity=1),))
    seen = preview_change(reference="100", request=wanted, by=worlds.HELPER, now=NOW)
    assert (seen.before_minor, seen.after_minor, seen.due_minor, seen.stays_minor) == (total, total - 1695, 0, 0)
    assert [(each.tender, each.amount_minor) for each in seen.goes_back] == [("Visa ending 4242", 1695)]
    assert (OrderChange.objects.count(), Refund.objects.count(), Order.objects.get().charged_minor) == (0, 0, total)


def test_a_cancelled_order_costs_nothing_whatever_its_shop_tells_of_it_afterwards():
    put(lines={"BIRDS": 2})
    change()
    take_in_orders([order_record(lines={"BIRDS": 1}, version_at=NOW + timedelta(hours=1))], now=NOW)
    (order,) = Order.objects.all()
    assert (order.charged_minor, OrderAccount.held(order).due_minor) == (0, 0)


def test_money_goes_to_no_card_that_it_did_not_come_from():
    order = put(lines={"BIRDS": 2})
    Tender.objects.create(customer=order.customer, reference="other", kind="card", label="Visa", currency="USD")
    with pytest.raises(NotAllowed) as caught:
        change(units=(Units(line="BIRDS", quantity=1),), tender="other")
    assert caught.value.members["rules"] == ["where-money-returns"]
    assert refunds() == []


def test_who_changed_an_order_is_told_and_not_that_its_shop_did():
    put(lines={"BIRDS": 2})
    put("200", lines={"BIRDS": 1})
    change(units=(Units(line="BIRDS", quantity=1),))
    change(kind=ChangeKind.MERGE, orders=("200",))
    told = [(fact.order_id, fact.by, fact.fields) for fact in changed_orders()]
    first, second = (Order.objects.get(reference=each).pk for each in ("100", "200"))
    assert (first, str(worlds.HELPER), ("lines",)) in told
    assert (second, str(worlds.HELPER), ("merged_into",)) in told
    take_in_orders([order_record(lines={"BIRDS": 2, "TIDES": 1}, version_at=NOW + timedelta(hours=1))], now=NOW)
    assert [fact.by for fact in changed_orders()][-1] == ""


def changed_orders():
    customer_id = Order.objects.all()[0].customer_id
    found = facts_of(customer_id=customer_id, kinds=[OrderChanged], limit=50)
    return [fact for _, fact in sorted(found, key=lambda each: each[0].pk)]
