"""What a shop tells of an order that was changed here: its own news counts, and what was changed stays."""

from datetime import timedelta

import pytest
from django.db import transaction

from makegood.catalog.actions import put_products
from makegood.catalog.records import ProductRecord
from makegood.changes.rules.values import Added, Units
from makegood.intake.actions import take_in_orders
from makegood.kit.rows import BadRows
from makegood.orders.models import Order, OrderChange
from makegood.orders.paying import OrderAccount
from makegood.orders.records import OrderRecord
from makegood.parcels.actions import store_parcels
from makegood.parcels.models import Parcel
from makegood.payments.models import Receipt
from makegood.payments.receiving import NewReceipt, receive
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.changes.shop import CARD, NOW, change, due, gift_card, pay_back, put, put_shirts, refunds, units_of, usd
from tests.worlds import order_record, parcel_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced_shop")]


@pytest.fixture(autouse=True)
def _prices(balanced_shop):
    put_products(
        [
            ProductRecord(sku=sku, title=sku, currency="USD", price_minor=price)
            for sku, price in (("BIRDS", 1695), ("TIDES", 1500), ("ATLAS", 5400))
        ]
    )


def told(hours, *, lines=None, changes=None, **more):
    """The shop's own version of order 100, so many hours later."""
    record = order_record(lines=lines or {"BIRDS": 3, "TIDES": 1}).model_dump(mode="json")
    for line in record["lines"]:
        line.update((changes or {}).get(line["id"], {}))
    record |= {"version_at": (NOW + timedelta(hours=hours)).isoformat()} | more
    take_in_orders([type(order_record()).model_validate(record)], now=NOW + timedelta(hours=hours))
    return Order.objects.get(reference="100")


def taken_in():
    return told(0, paid=[{**CARD, "amount_minor": total_of(BIRDS=3, TIDES=1)}])


def total_of(*, postage_minor=480, **lines):
    return sum(worlds.BOOKS[sku][1] * quantity for sku, quantity in lines.items()) + postage_minor


def test_what_was_cancelled_stays_so_however_often_the_shop_tells_what_it_knows():
    taken_in()
    change(units=(Units(line="BIRDS", quantity=2),))
    back = refunds()
    for hours in (1, 2, 3):
        order = told(hours)
        assert units_of("100") == {("BIRDS", 1), ("TIDES", 1)}
        assert (order.charged_minor, due("100"), refunds()) == (total_of(BIRDS=1, TIDES=1), 0, back)


def test_what_is_the_shops_own_news_is_taken_in_beside_it():
    taken_in()
    change(units=(Units(line="BIRDS", quantity=2),))
    order = told(1, lines={"BIRDS": 3, "TIDES": 2, "ATLAS": 1}, postage_minor=600)
    assert units_of("100") == {("BIRDS", 1), ("TIDES", 2), ("ATLAS", 1)}
    assert order.charged_minor == total_of(BIRDS=1, TIDES=2, ATLAS=1, postage_minor=600)
    # Of the very line that was changed here the shop's newer word counts.
    told(2, lines={"BIRDS": 2, "TIDES": 2, "ATLAS": 1}, postage_minor=600)
    assert ("BIRDS", 2) in units_of("100")


def test_a_line_that_is_gone_or_added_here_stays_so():
    taken_in()
    change(units=(Units(line="TIDES", quantity=1),))
    change(kind=ChangeKind.ADD_LINES, added=(Added(sku="ATLAS", quantity=1),))
    told(1)
    assert units_of("100") == {("BIRDS", 3), ("ATLAS", 1)}
    # Once the shop tells it under a name of its own it is not there twice.
    told(2, lines={"BIRDS": 3, "TIDES": 1, "ATLAS": 1}, changes={"ATLAS": {"id": "own"}})
    assert units_of("100") == {("BIRDS", 3), ("own", 1)}


def test_what_takes_the_place_of_a_part_goes_with_the_line_that_the_shop_takes_out():
    put_shirts()
    put("100", lines={"BIRDS": 1})
    record = order_record("200", lines={"BIRDS": 1}).model_dump(mode="json")
    shirts = {"id": "1", "sku": "S", "quantity": 2, "unit_price_minor": 2000}
    for hours, lines, units in (
        (0, [shirts], {("1", 2)}),
        (1, [shirts], {("1", 1), ("1/M", 1)}),
        (2, [{**shirts, "id": "2", "sku": "L", "unit_price_minor": 1500}], {("2", 2)}),
    ):
        at = NOW + timedelta(hours=hours)
        mine = record | {"lines": lines, "version_at": at.isoformat()}
        take_in_orders([type(order_record()).model_validate(mine)], now=at)
        assert units_of("200") == units
        if not hours:
            change("200", ChangeKind.CHANGE_ITEMS, units=(Units(line="1", quantity=1, sku="M"),))


def test_an_address_that_was_changed_here_stays_unless_the_shop_tells_another():
    order = taken_in()
    moved = {**order.ship_to, "lines": ["9 New Street"]}
    change(kind=ChangeKind.CHANGE_ADDRESS, ship_to=moved)
    assert told(1).ship_to["lines"] == ["9 New Street"]
    assert told(2, ship_to={**moved, "lines": ["7 Other Street"]}).ship_to["lines"] == ["7 Other Street"]


def test_an_address_that_was_changed_here_stays_when_a_shop_without_versions_tells_of_a_parcel():
    record = order_record(lines={"BIRDS": 2}, paid=None).model_dump(mode="json")
    order = put("200", lines={"BIRDS": 2})
    record = record | {"id": "200", "paid": None, "ship_to": order.ship_to}
    change("200", ChangeKind.CHANGE_ADDRESS, ship_to={**order.ship_to, "lines": ["9 New Street"]})
    packed = record | {"parcels": [parcel_record("P1", {"BIRDS": 1})]}
    take_in_orders([type(order_record()).model_validate(packed)], now=NOW)
    assert Order.objects.get(reference="200").ship_to["lines"] == ["9 New Street"]


def test_a_line_keeps_the_title_that_its_shop_tells():
    taken_in()
    change(units=(Units(line="TIDES", quantity=1),))
    told(1, lines={"BIRDS": 2, "TIDES": 1}, changes={"BIRDS": {"title": "Birds, signed for Tom"}})
    assert Order.objects.get().lines.get().title == "Birds, signed for Tom"


def test_what_the_shop_packed_all_the_same_is_sold_again():
    taken_in()
    change(units=(Units(line="BIRDS", quantity=2),))
    box = parcel_record("P1", {"BIRDS": 3, "TIDES": 1})
    # Units of a line may come in parts.
    box["units"] = [
        {"line": "BIRDS", "quantity": 2},
        {"line": "BIRDS", "quantity": 1},
        {"line": "TIDES", "quantity": 1},
    ]
    order = told(1, parcels=[box])
    assert order.charged_minor == total_of(BIRDS=3, TIDES=1)


@pytest.mark.parametrize("has_versions", [False, True])
def test_what_the_shop_packed_all_the_same_is_sold_again_with_the_same_version(has_versions):
    """A shop that tells its parcels without a newer version, or has no versions at all."""
    record = order_record(lines={"BIRDS": 3, "TIDES": 1}, version_at=NOW if has_versions else None).model_dump()
    record |= {"paid": [{**CARD, "amount_minor": total_of(BIRDS=3, TIDES=1)}]}
    take_in_orders([OrderRecord.model_validate(record)], now=NOW)
    change(units=(Units(line="BIRDS", quantity=2),))
    boxes = [parcel_record("P1", {"BIRDS": 2}), parcel_record("P2", {"TIDES": 1}, serial=2)]
    for _ in range(2):
        take_in_orders([OrderRecord.model_validate(record | {"parcels": boxes})], now=NOW + timedelta(hours=1))
        order = Order.objects.get()
        # Of three that were sold two were cancelled, and one of those was packed all the same.
        assert order.charged_minor == total_of(BIRDS=2, TIDES=1)
        assert units_of("100") == {("BIRDS", 2), ("TIDES", 1)}


@pytest.mark.parametrize("hours", [None, 0, 1])
def test_a_parcel_leaves_for_where_the_shop_knows_whatever_was_changed_here(hours):
    first = order_record(lines={"BIRDS": 1}, version_at=None if hours is None else NOW)
    take_in_orders([first], now=NOW)
    moved = {**Order.objects.get().ship_to, "lines": ["9 New Street"]}
    change(kind=ChangeKind.CHANGE_ADDRESS, ship_to=moved)
    at = None if hours is None else NOW + timedelta(hours=hours)
    packed = first.model_dump() | {"version_at": at, "parcels": [parcel_record("P1", {"BIRDS": 1})]}
    take_in_orders([OrderRecord.model_validate(packed)], now=NOW + timedelta(hours=2))
    (delivery,) = Order.objects.get().deliveries.all()
    assert (delivery.address_lines, Order.objects.get().ship_to["lines"]) == (first.ship_to.lines, ["9 New Street"])


def test_a_line_added_here_goes_by_the_shops_own_name_once_it_tells_it_though_it_is_packed():
    order = taken_in()
    change(kind=ChangeKind.ADD_LINES, added=(Added(sku="ATLAS", quantity=1),))
    line = Order.objects.get().lines.get(product__sku="ATLAS")
    change(kind=ChangeKind.SPLIT_DELIVERY, units=(Units(line=line.reference, quantity=1),))
    delivery = Order.objects.get().deliveries.get(units__line=line, split_from__isnull=False)
    parcel = Parcel(
        reference="P1",
        customer_id=order.customer_id,
        delivery=delivery,
        carrier="usps",
        number=worlds.number_of(1),
        label_at=NOW,
    )
    store_parcels([parcel], now=NOW)
    for hours in (1, 2):
        order = told(hours, lines={"BIRDS": 3, "TIDES": 1, "ATLAS": 1}, changes={"ATLAS": {"id": "own"}})
        assert (order.lines.get(product__sku="ATLAS").pk, order.lines.count()) == (line.pk, 3)
        assert order.charged_minor == total_of(BIRDS=3, TIDES=1, ATLAS=1)
    assert delivery.units.get().line.reference == "own"


def test_an_order_of_which_everything_was_taken_out_here_and_there_is_cancelled():
    taken_in()
    change(units=(Units(line="BIRDS", quantity=3),))
    order = told(1, lines={"BIRDS": 3})
    assert (order.cancelled_at is None, units_of("100"), due("100")) == (False, set(), 0)
    again = told(2, lines={"BIRDS": 3})
    assert (again.charged_minor, units_of("100"), due("100")) == (order.charged_minor, set(), 0)


def test_what_was_split_stays_split_whatever_else_changes():
    taken_in()
    change(kind=ChangeKind.SPLIT_DELIVERY, units=(Units(line="TIDES", quantity=1),))
    split = Order.objects.get(reference="100").deliveries.count()
    change(units=(Units(line="BIRDS", quantity=1),))
    order = told(1)
    assert (split, order.deliveries.filter(promise__state="open").count()) == (2, 2)
    assert units_of("100") == {("BIRDS", 2), ("TIDES", 1)}


def test_a_fault_is_named_by_the_shops_own_line():
    taken_in()
    change(units=(Units(line="BIRDS", quantity=1),))
    told(1, parcels=[parcel_record("P1", {"TIDES": 1})])
    with pytest.raises(BadRows) as caught:
        told(2, lines={"BIRDS": 3, "TIDES": 1}, changes={"TIDES": {"sku": "ATLAS"}})
    assert [each.field for each in caught.value.errors] == ["lines.1.sku"]
    assert OrderChange.objects.count() == 1


def test_money_told_by_itself_is_there_however_often_the_shop_tells_what_it_knows():
    told(0, paid=[])
    order = told(1, paid=[], postage_minor=580)
    heard = NewReceipt(
        customer_id=order.customer_id,
        kind="money_order",
        label="",
        money=usd(order.charged_minor),
        received_at=NOW,
        reference="MO-1",
    )
    with transaction.atomic():
        receive([heard], now=NOW)
        OrderAccount.held(order).pay(now=NOW)
    for hours, postage_minor in ((2, 580), (3, 480), (4, 580)):
        told(hours, paid=[], postage_minor=postage_minor)
        assert due("100") == 0
    # The shop catches up (it is the same money), then tells that more came, then less: what was told apart stays.
    whole = order.charged_minor
    for hours, minor in ((5, whole), (6, whole + 9000), (7, whole + 100), (8, whole - 500)):
        told(hours, paid=[{"tender": "money_order", "amount_minor": minor}], postage_minor=580)
        assert sum(each.amount_minor for each in Receipt.objects.all()) == max(minor, whole)
        assert Receipt.objects.get(reference="MO-1").amount_minor == whole


def test_a_gift_card_that_paid_a_change_keeps_paying_when_the_shop_tells_its_card_again():
    order = taken_in()
    gift_card(order, 9000)
    change(kind=ChangeKind.ADD_LINES, added=(Added(sku="ATLAS", quantity=1),), tender="g1")
    assert due("100") == 0
    told(1, postage_minor=400, paid=[{**CARD, "amount_minor": total_of(BIRDS=3, TIDES=1)}])
    spent = Receipt.objects.get(kind="gift_card")
    assert (spent.amount_minor, due("100")) == (5400, 0)


@pytest.mark.parametrize("first", [None, [{"tender": "card", "label": "Visa", "amount_minor": 2 * 1695 + 480}]])
def test_what_went_back_is_not_there_again_once_the_shop_calls_what_it_came_by_otherwise(first):
    order, total = told(0, lines={"BIRDS": 2}, paid=first), total_of(BIRDS=2)
    pay_back(order, line="BIRDS", minor=300)
    gift = {"tender": "gift_card", "label": "G"}
    for hours, sums in ((1, (total, 0)), (2, (total - 1000, 1000)), (3, (0, total)), (4, (total, 0))):
        paid = [{**each, "amount_minor": minor} for each, minor in zip((CARD, gift), sums, strict=True) if minor]
        told(hours, lines={"BIRDS": 2}, paid=paid)
        rows = Receipt.objects.all()
        assert (sum(row.amount_minor for row in rows), sum(row.free_minor for row in rows)) == (total, 0)
        assert due("100") == 0


def test_what_another_order_left_is_not_taken_for_what_the_shop_tells_of_this_one():
    order_total, other = total_of(BIRDS=1), order_record("200", lines={"TIDES": 1}).model_dump(mode="json")
    told(0, lines={"BIRDS": 1}, paid=[{**CARD, "amount_minor": order_total + 500}])
    for hours, minor in ((0, 0), (1, total_of(TIDES=1))):
        at = NOW + timedelta(hours=hours)
        paid = [{**CARD, "amount_minor": minor}] if minor else []
        record = other | {"paid": paid, "version_at": at.isoformat()}
        take_in_orders([type(order_record()).model_validate(record)], now=at)
        assert due("200") == (0 if minor else total_of(TIDES=1) - 500)
    assert sum(row.free_minor for row in Receipt.objects.all()) == 500


def test_what_paid_for_an_order_that_was_merged_stays_when_the_shop_says_how_the_other_was_paid():
    told(0, lines={"BIRDS": 1}, paid=None)
    put("200", lines={"TIDES": 1})
    change(kind=ChangeKind.MERGE, orders=("200",), stays_on_account=True)
    told(1, lines={"BIRDS": 1}, paid=[{**CARD, "amount_minor": total_of(BIRDS=1)}])
    assert due("100") == 0


@pytest.mark.parametrize("numbers", [("", ""), ("pi_1", "pi_2")])
def test_what_the_shop_tells_more_of_an_order_is_not_what_paid_for_the_one_that_was_merged_into_it(numbers):
    mine, other = ({**CARD, **({"payment": number} if number else {})} for number in numbers)
    whole, of_other = total_of(BIRDS=1), total_of(TIDES=1)
    told(0, lines={"BIRDS": 1}, paid=[{**mine, "amount_minor": whole}])
    record = order_record("200", lines={"TIDES": 1}, paid=[{**other, "amount_minor": of_other}])
    take_in_orders([record], now=NOW)
    apart = Receipt.objects.get(amount_minor=of_other)
    change(kind=ChangeKind.MERGE, orders=("200",), stays_on_account=True)
    both = [{**mine, "amount_minor": whole + 500}, {**other, "amount_minor": of_other}]
    for hours, paid, came in (
        # More for the first, as much for both as the shop knows of, then more and less of that.
        (1, [{**mine, "amount_minor": whole + 500}], whole + of_other + 500),
        (2, both, whole + of_other + 500),
        (3, [{**mine, "amount_minor": whole + 800}, both[1]], whole + of_other + 800),
        (4, [{**mine, "amount_minor": whole + 100}, both[1]], whole + of_other + 100),
    ):
        told(hours, lines={"BIRDS": 1}, paid=paid)
        assert sum(row.amount_minor for row in Receipt.objects.all()) == came
        apart.refresh_from_db()
        assert apart.amount_minor == of_other


@pytest.mark.parametrize(
    ("minor", "came"),
    [
        (total_of(BIRDS=1), total_of(BIRDS=1) + total_of(TIDES=1)),
        # One payment paid for both, which the shop now tells of as one.
        (total_of(BIRDS=1) + total_of(TIDES=1), total_of(BIRDS=1) + total_of(TIDES=1)),
        (total_of(BIRDS=1) + 300, total_of(BIRDS=1) + total_of(TIDES=1) + 300),
    ],
)
def test_one_payment_for_two_orders_that_were_merged_is_told_in_parts_or_whole(minor, came):
    card = {**CARD, "payment": "pi_1"}
    told(0, lines={"BIRDS": 1}, paid=[{**card, "amount_minor": total_of(BIRDS=1)}])
    other = order_record("200", lines={"TIDES": 1}, paid=[{**card, "amount_minor": total_of(TIDES=1)}])
    take_in_orders([other], now=NOW)
    change(kind=ChangeKind.MERGE, orders=("200",), stays_on_account=True)
    for hours in (1, 2):
        told(hours, lines={"BIRDS": 1}, paid=[{**card, "amount_minor": minor}], postage_minor=480 + hours)
        assert sum(row.amount_minor for row in Receipt.objects.all()) == came
