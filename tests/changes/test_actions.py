"""Orders change as somebody asks: the lines, the parcels and the money, to the cent, or not at all."""

from datetime import timedelta

import pytest
from django.db import transaction

from makegood.catalog.actions import put_postage_rates, put_products
from makegood.catalog.records import PostageRateRecord, ProductRecord
from makegood.changes.actions import MergedBefore, NotAllowed, SettledBefore, change_order, settle_change
from makegood.changes.previewing import preview_change
from makegood.changes.queries import possible_changes
from makegood.changes.rules.values import Added, ChangeRequest, Units
from makegood.intake.actions import take_in_orders
from makegood.kit.errors import IdempotencyConflict, InvalidField
from makegood.kit.rows import BadRows
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import Insufficient, book
from makegood.money.queries import balance, faults_in_books
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.facts import OrderCancelled, OrderChanged
from makegood.orders.models import Order, OrderChange
from makegood.orders.paying import OrderAccount
from makegood.orders.queries import faults_in_payments
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.queries import balance_account, held_by
from makegood.payments.receiving import NewReceipt, receive, spend
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.worlds import MONDAY, order_record, parcel_record

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=1)
PRICES = {"INK": 3100, "SNOW": 2240, "NORTH": 1860, "HAND": 2895, "LOGS": 2450, "MOSS": 2180}
CARD = {"tender": "card", "label": "Visa ending 4242"}


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()
    yield
    assert [*faults_in_books(), *faults_in_payments()] == []
    for order in Order.objects.all():
        assert 0 <= sum(row.amount_minor for row in order.allocations.all()) <= order.charged_minor, order.reference


def usd(minor):
    return Money(amount_minor=minor, currency="USD")


def put(reference="100", *, lines, paid_minor=None, tender=None, postage_minor=480, **more):
    tender = tender or CARD
    paid = None if paid_minor is None else [{**tender, "amount_minor": paid_minor}] if paid_minor else []
    take_in_orders([order_record(reference, lines=lines, paid=paid, postage_minor=postage_minor, **more)], now=NOW)
    return Order.objects.get(reference=reference)


def change(reference="100", kind=ChangeKind.CANCEL, *, by=worlds.HELPER, key="", at=NOW, **more):
    return change_order(reference=reference, request=ChangeRequest(kind=kind, **more), by=by, key=key, now=at)


def owed(order):
    return balance(RUNNING, order.currency, customer_id=order.customer_id).amount_minor


def due(reference):
    return OrderAccount.held(Order.objects.get(reference=reference)).due_minor


def refunds():
    return [(row.tender, row.amount_minor, row.kind, row.state) for row in Refund.objects.order_by("id")]


def units_of(reference):
    order = Order.objects.get(reference=reference)
    return {
        (units.line.reference, units.quantity)
        for delivery in order.deliveries.filter(promise__state="open")
        for units in delivery.units.all()
    }


def gift_card(order, minor, *, reference="g1"):
    tender = Tender.objects.create(customer=order.customer, reference=reference, kind="gift_card", currency="USD")
    book(
        customer_id=order.customer_id,
        kind=TransferKind.OPENED,
        key=f"tender:{reference}",
        legs=[Leg(debit=Account(AccountKind.OPENING), credit=balance_account(tender), amount=usd(minor))],
        at=NOW,
    )
    return tender


def money_order(order, minor):
    new = NewReceipt(customer_id=order.customer_id, kind="money_order", label="", money=usd(minor), received_at=NOW)
    with transaction.atomic():
        (receipt,) = receive([new], now=NOW)
        OrderAccount.held(Order.objects.get(pk=order.pk)).pay(now=NOW)
    return receipt


def test_a_customer_overseas_gets_it_their_way():
    put_products(
        [
            ProductRecord(sku=sku, title=sku, currency="USD", price_minor=price)
            for sku, price in {
                "INK": 3100,
                "SNOW": 2240,
                "NORTH": 1860,
                "HAND": 2895,
                "LOGS": 2450,
                "MOSS": 2180,
            }.items()
        ]
    )
    put_postage_rates([PostageRateRecord(country="*", currency="USD", first_minor=1250, each_more_minor=185)])
    first = put_books("10391", {"INK": 3100, "SNOW": 2240, "NORTH": 1860}, postage_minor=1250)
    assert owed(first) == -8450
    money_order(first, 10_000)
    assert (owed(first), due("10391")) == (1550, 0)
    change("10391", units=(Units(line="INK", quantity=1),), by=worlds.acting(first.customer))
    # It can't go back the way it came, so it stays: nobody works anything out.
    assert (owed(first), refunds()) == (4650, [])
    put_books("10490", {"HAND": 2895, "LOGS": 2450, "MOSS": 2180}, postage_minor=1420)
    assert due("10490") == 7525 + 1420 - 4650
    change("10391", ChangeKind.MERGE, orders=("10490",), by=worlds.acting(first.customer))
    merged = Order.objects.get(reference="10391")
    assert merged.postage_minor == 1250 + 4 * 185
    assert due("10391") == 2875 + merged.postage_minor - 1250
    assert owed(first) == -due("10391")
    assert Order.objects.get(reference="10490").charged_minor == 0
    assert units_of("10391") == {(sku, 1) for sku in ("SNOW", "NORTH", "HAND", "LOGS", "MOSS")}
    assert units_of("10490") == set()
    money_order(first, due("10391"))
    assert (owed(first), due("10391")) == (0, 0)


def put_books(reference, prices, *, postage_minor):
    lines = [{"id": sku, "sku": sku, "quantity": 1, "unit_price_minor": price} for sku, price in prices.items()]
    record = order_record(reference, paid=[], postage_minor=postage_minor).model_dump(mode="json")
    take_in_orders([type(order_record()).model_validate(record | {"lines": lines, "paid": []})], now=NOW)
    return Order.objects.get(reference=reference)


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
    put_products(
        [
            ProductRecord(sku=sku, title="Shirt", currency="USD", price_minor=price, family="shirt", is_on_sale=on_sale)
            for sku, price, on_sale in (("S", 2000, True), ("M", 2350, True), ("L", 1500, True), ("XL", 2000, False))
        ]
    )
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


def test_what_is_packed_can_be_changed_no_more_and_the_shop_says_so():
    record = order_record(lines={"BIRDS": 2}, parcels=[parcel_record("p1", {"BIRDS": 1})])
    take_in_orders([record], now=NOW)
    with pytest.raises(NotAllowed) as caught:
        change(units=(Units(line="BIRDS", quantity=1),))
    assert caught.value.members["rules"] == ["before-packing"]
    with pytest.raises(InvalidField):
        change(units=(Units(line="BIRDS", quantity=2),))


def test_what_arrived_comes_back_once_and_its_money_once_it_is_here():
    record = order_record(lines={"BIRDS": 3}, parcels=[parcel_record("p1", {"BIRDS": 3})]).model_dump(mode="json")
    record["lines"][0] |= {"unit_price_minor": 1000, "discount_minor": 100}
    record["paid"] = [{**CARD, "amount_minor": 2900 + 480}]
    record["parcels"][0]["delivered_at"] = NOW.isoformat()
    take_in_orders([type(order_record()).model_validate(record)], now=NOW)
    for number in (1, 2, 3):
        made = change(kind=ChangeKind.RETURN, units=(Units(line="BIRDS", quantity=1),))
        assert (made.number, made.settled_at) == (number, None)
    assert [each.delta_minor for each in OrderChange.objects.order_by("number")] == [-966, -967, -967]
    assert refunds() == []
    with pytest.raises(InvalidField):
        change(kind=ChangeKind.RETURN, units=(Units(line="BIRDS", quantity=1),))
    for number in (1, 2, 3):
        settle_change(reference="100", number=number, by=worlds.HELPER, now=NOW)
    with pytest.raises(SettledBefore):
        settle_change(reference="100", number=1, by=worlds.HELPER, now=NOW)
    assert [row[1] for row in refunds()] == [966, 967, 967]
    assert Order.objects.get().charged_minor == 480


def test_an_exchange_owes_what_takes_the_place_and_charges_the_difference_when_the_goods_are_here():
    put_products(
        [
            ProductRecord(sku=sku, title="Shirt", currency="USD", price_minor=price, family="shirt")
            for sku, price in (("S", 2000), ("M", 2350))
        ]
    )
    lines = [{"id": "S", "sku": "S", "quantity": 1, "unit_price_minor": 2000}]
    record = order_record(parcels=[]).model_dump(mode="json") | {"lines": lines}
    record |= {"postage_minor": 0, "paid": [{**CARD, "amount_minor": 2000}]}
    record["parcels"] = [parcel_record("p1", {"S": 1}) | {"delivered_at": NOW.isoformat()}]
    take_in_orders([type(order_record()).model_validate(record)], now=NOW)
    made = change(kind=ChangeKind.EXCHANGE, units=(Units(line="S", quantity=1, sku="M"),))
    assert (made.delta_minor, due("100")) == (350, 0)
    settle_change(reference="100", number=1, by=worlds.HELPER, now=NOW)
    assert due("100") == 350
    assert units_of("100") == {("S/M", 1)}


def test_the_same_key_changes_once_and_what_is_merged_changes_where_it_went():
    put(lines={"BIRDS": 2})
    put("200", lines={"BIRDS": 1})
    first = change(units=(Units(line="BIRDS", quantity=1),), key="k")
    assert change(units=(Units(line="BIRDS", quantity=1),), key="k") == first
    with pytest.raises(IdempotencyConflict):
        change(units=(Units(line="BIRDS", quantity=2),), key="k")
    change(kind=ChangeKind.MERGE, orders=("200",))
    with pytest.raises(MergedBefore):
        change("200")
    with pytest.raises(InvalidField):
        change(kind=ChangeKind.MERGE, orders=("200",))


def test_an_order_of_somebody_else_is_not_merged():
    worlds.customer("bob")
    put(lines={"BIRDS": 1})
    take_in_orders([order_record("200", by="bob")], now=NOW)
    with pytest.raises(InvalidField):
        change(kind=ChangeKind.MERGE, orders=("200",))


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
    record = order_record(lines={"BIRDS": 2}, version_at=MONDAY)
    take_in_orders([record], now=NOW)
    change(units=(Units(line="BIRDS", quantity=1),))
    take_in_orders([record], now=NOW)
    assert units_of("100") == {("BIRDS", 1)}
    (order,) = Order.objects.all()
    assert order.version_at == NOW


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


def test_of_what_was_merged_the_shop_tells_where_it_went():
    put(lines={"BIRDS": 1})
    put("200", lines={"BIRDS": 1})
    change(kind=ChangeKind.MERGE, orders=("200",))
    with pytest.raises(BadRows) as caught:
        take_in_orders([order_record("200", lines={"BIRDS": 2}, version_at=NOW + timedelta(hours=1))], now=NOW)
    assert caught.value.errors[0].reason == "order 200 was merged into 100 here; tell of 100 instead"


def test_money_goes_to_no_card_that_it_did_not_come_from():
    order = put(lines={"BIRDS": 2})
    Tender.objects.create(customer=order.customer, reference="other", kind="card", label="Visa", currency="USD")
    with pytest.raises(NotAllowed) as caught:
        change(units=(Units(line="BIRDS", quantity=1),), tender="other")
    assert caught.value.members["rules"] == ["where-money-returns"]
    assert refunds() == []


def test_nobody_learns_what_somebody_elses_order_costs():
    worlds.customer("bob")
    total = put(lines={"BIRDS": 1}).charged_minor
    take_in_orders([order_record("200", by="bob", lines={"ATLAS": 3})], now=NOW)
    wanted = ChangeRequest(kind=ChangeKind.CANCEL, orders=("200",))
    seen = preview_change(reference="100", request=wanted, by=worlds.HELPER, now=NOW)
    assert (seen.before_minor, seen.postage_before_minor) == (total, 480)


def test_what_was_kept_on_the_account_stays_there_when_orders_are_merged():
    put(lines={"BIRDS": 1}, paid_minor=1695 + 480)
    put("200", lines={"BIRDS": 2}, paid_minor=2 * 1695 + 480)
    change("200", units=(Units(line="BIRDS", quantity=1),), stays_on_account=True)
    change(kind=ChangeKind.MERGE, orders=("200",))
    # One parcel saves 4.80, which goes back; the 16.95 that were to stay do.
    assert refunds() == [("Visa ending 4242", 480, "refund", "requested")]
    assert sum(row.free_minor for row in Receipt.objects.all()) == 1695


@pytest.mark.parametrize("is_closed", [True, False])
def test_goods_that_are_back_are_settled_though_the_card_named_is_gone_or_holds_too_little(is_closed):
    put_products(
        [
            ProductRecord(sku=sku, title="Shirt", currency="USD", price_minor=price, family="shirt")
            for sku, price in (("S", 2000), ("M", 2350))
        ]
    )
    lines = [{"id": "S", "sku": "S", "quantity": 1, "unit_price_minor": 2000}]
    record = order_record().model_dump(mode="json") | {"lines": lines, "postage_minor": 0}
    record |= {"paid": [{**CARD, "amount_minor": 2000}]}
    record["parcels"] = [parcel_record("p1", {"S": 1}) | {"delivered_at": NOW.isoformat()}]
    take_in_orders([type(order_record()).model_validate(record)], now=NOW)
    gift = gift_card(Order.objects.get(), 350)
    change(kind=ChangeKind.EXCHANGE, units=(Units(line="S", quantity=1, sku="M"),), tender="g1")
    if is_closed:
        Tender.objects.update(closed_at=NOW)
    else:
        with transaction.atomic():
            spend(gift, usd(300), key="elsewhere", now=NOW)
    settle_change(reference="100", number=1, by=worlds.HELPER, now=NOW)
    assert due("100") == (350 if is_closed else 300)
