"""Orders that become one: one parcel, one postage, and the saving to whom it belongs."""

from datetime import timedelta

import pytest

from makegood.catalog.actions import put_postage_rates, put_products
from makegood.catalog.records import PostageRateRecord, ProductRecord
from makegood.changes.actions import MergedBefore
from makegood.changes.previewing import preview_change
from makegood.changes.rules.values import ChangeRequest, Units
from makegood.intake.actions import take_in_orders
from makegood.kit.errors import IdempotencyConflict, InvalidField
from makegood.kit.rows import BadRows
from makegood.orders.models import Order
from makegood.parcels.models import Parcel
from makegood.payments.models import Receipt
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.changes.shop import (
    CARD,
    NOW,
    PRICES,
    change,
    due,
    money_order,
    owed,
    pay_back,
    put,
    put_books,
    refunds,
    units_of,
)
from tests.worlds import order_record, parcel_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced_shop")]


def test_a_customer_overseas_gets_it_their_way():
    put_products(
        [ProductRecord(sku=sku, title=sku, currency="USD", price_minor=price) for sku, price in PRICES.items()]
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
    assert units_of("10391") == {(line, 1) for line in ("SNOW", "NORTH", "10490/HAND", "10490/LOGS", "10490/MOSS")}
    assert units_of("10490") == set()
    money_order(first, due("10391"))
    assert (owed(first), due("10391")) == (0, 0)


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


def test_of_what_was_merged_the_shop_tells_where_it_went():
    put(lines={"BIRDS": 1})
    put("200", lines={"BIRDS": 1})
    change(kind=ChangeKind.MERGE, orders=("200",))
    with pytest.raises(BadRows) as caught:
        take_in_orders([order_record("200", lines={"BIRDS": 2}, version_at=NOW + timedelta(hours=1))], now=NOW)
    reason = "order 200 was merged into 100 here; tell of 100 what is otherwise than before"
    assert [(each.field, each.reason) for each in caught.value.errors] == [("id", reason)]


@pytest.mark.parametrize("has_versions", [False, True])
def test_a_shop_that_knows_nothing_of_a_merge_tells_what_it_knows_every_night(has_versions):
    """Its money pays, its parcels leave, and the order that it cancels since it is part of another is no loss."""

    def told(reference, hours, *, lines=None, **more):
        at = NOW + timedelta(hours=hours)
        return order_record(reference, lines=lines or {"BIRDS": 1}, version_at=at if has_versions else None, **more)

    for each in ("100", "200", "300"):
        take_in_orders([told(each, 0, paid=[])], now=NOW)
    total = 1695 + 480
    change("200", ChangeKind.MERGE, orders=("300",))
    change(kind=ChangeKind.MERGE, orders=("200",))
    take_in_orders([told(each, 1, paid=[]) for each in ("100", "200", "300")], now=NOW)
    assert units_of("100") == {("BIRDS", 1), ("200/BIRDS", 1), ("200/300/BIRDS", 1)}
    paid = [{**CARD, "amount_minor": total}]
    take_in_orders([told("300", 2, paid=paid), told("100", 2, paid=[])], now=NOW)
    assert (due("100"), due("200"), due("300")) == (3 * 1695 + 480 - total, 0, 0)
    box = [parcel_record("P3", {"BIRDS": 1})]
    take_in_orders([told("300", 3, parcels=box), told("100", 3)], now=NOW)
    delivery = Parcel.objects.get(reference="P3").delivery
    assert [(row.line.reference, row.quantity) for row in delivery.units.all()] == [("200/300/BIRDS", 1)]
    assert delivery.order.reference == "100"
    take_in_orders([told("300", 4, parcels=box, cancelled_at=NOW)], now=NOW)
    assert [order.cancelled_at for order in Order.objects.all()] == [None, None, None]


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


def test_an_order_of_which_some_was_paid_back_is_not_taken_over_and_charged_again():
    put(lines={"BIRDS": 1}, paid_minor=1695 + 480)
    other = put("200", lines={"BIRDS": 2}, paid_minor=2 * 1695 + 480)
    pay_back(other, line="BIRDS", minor=500)
    with pytest.raises(InvalidField):
        change(kind=ChangeKind.MERGE, orders=("200",))
    # The other way round it stays known what went back.
    change("200", kind=ChangeKind.MERGE, orders=("100",))
    assert Order.objects.get(reference="200").charged_minor == 3 * 1695 - 500 + 480
