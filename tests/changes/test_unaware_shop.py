"""A shop that hears of no change goes on telling what it knows: its word counts, and what was changed here stays."""

from datetime import timedelta

import pytest

from makegood.catalog.actions import put_products
from makegood.catalog.records import ProductRecord
from makegood.changes.actions import settle_change
from makegood.changes.rules.values import Added, Units
from makegood.intake.actions import take_in_orders
from makegood.orders.models import Order, OrderChange
from makegood.orders.records import OrderRecord
from makegood.parcels.models import Parcel
from makegood.payments.drawing import NothingFree, draw
from makegood.payments.models import Receipt, Refund
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.changes.shop import NOW, change, due, units_of
from tests.worlds import order_record, parcel_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced_shop")]

BIRDS, TIDES, ATLAS, POSTAGE = 1695, 2890, 5400, 480
ONE = BIRDS + POSTAGE
# A shop that numbers the lines of each order.
NUMBERED = {"BIRDS": "1", "TIDES": "2", "ATLAS": "2"}


@pytest.fixture(autouse=True)
def _prices(balanced_shop):
    put_products([ProductRecord(sku="ATLAS", title="ATLAS", currency="USD", price_minor=ATLAS)])


def card(minor, label="Visa ending 4242"):
    return [{"tender": "card", "label": label, "amount_minor": minor}]


def say(reference, hours, *, lines=None, names=None, **more):
    """What the shop tells of an order; hours None: it tells no versions."""
    at = None if hours is None else NOW + timedelta(hours=hours)
    record = order_record(reference, lines=lines or {"BIRDS": 1}, version_at=at).model_dump(mode="json")
    for line in record["lines"]:
        line["id"] = (names or {}).get(line["id"], line["id"])
    return OrderRecord.model_validate(record | {"paid": []} | more)


def tell(*records, hours=0):
    return take_in_orders(records, now=NOW + timedelta(hours=hours))


def merge():
    change(kind=ChangeKind.MERGE, orders=("200",))


def skus():
    return sorted(Order.objects.get(reference="100").lines.values_list("product__sku", flat=True))


def came():
    return sum(row.amount_minor for row in Receipt.objects.all())


@pytest.mark.parametrize("postage_minor", [0, 980])
def test_news_of_both_in_one_import_are_of_one_order(postage_minor):
    tell(say("100", 0), say("200", 0, lines={"TIDES": 1}))
    merge()
    paid = card(9000)
    tell(say("100", 1, postage_minor=postage_minor), say("200", 1, lines={"TIDES": 1}, paid=paid))
    assert (due("100"), came()) == (0, 9000)


def test_an_address_and_parcels_of_both_in_one_import():
    tell(say("100", 0), say("200", 0, lines={"TIDES": 1}))
    merge()
    moved = {**say("100", 0).ship_to.model_dump(), "lines": ["7 Other Street"]}
    boxes = [parcel_record("P1", {"BIRDS": 1})], [parcel_record("P2", {"TIDES": 1}, serial=2)]
    tell(say("100", 1, ship_to=moved, parcels=boxes[0]), say("200", 1, lines={"TIDES": 1}, parcels=boxes[1]))
    order = Order.objects.get(reference="100")
    assert (order.ship_to["lines"], set(order.parcel_addresses)) == (["7 Other Street"], {"P1", "P2"})


def test_a_discount_of_the_whole_order_brings_back_nothing_that_was_cancelled():
    tell(say("100", 0, lines={"BIRDS": 3, "TIDES": 1}, discount_minor=500))
    change(units=(Units(line="BIRDS", quantity=2),))
    tell(say("100", 1, lines={"BIRDS": 3, "TIDES": 1, "ATLAS": 1}, discount_minor=500))
    assert units_of("100") == {("BIRDS", 1), ("TIDES", 1), ("ATLAS", 1)}
    # Of the discount each line has its share, the one of which some was cancelled that of what is left.
    order = Order.objects.get(reference="100")
    taken_off = {line.reference: line.discount_minor for line in order.lines.all()}
    whole = 3 * BIRDS + TIDES + ATLAS
    assert taken_off["TIDES"] == round(500 * TIDES / whole)
    assert taken_off["ATLAS"] == round(500 * ATLAS / whole)
    assert taken_off["BIRDS"] == round(500 * 3 * BIRDS / whole) // 3


def test_a_line_that_was_cancelled_whole_stays_so_though_the_order_has_a_discount():
    tell(say("100", 0, lines={"BIRDS": 1, "TIDES": 1}, discount_minor=500))
    change(units=(Units(line="TIDES", quantity=1),))
    tell(say("100", 1, lines={"BIRDS": 2, "TIDES": 1}, discount_minor=500))
    assert units_of("100") == {("BIRDS", 2)}


def numbered():
    tell(say("100", 0, names=NUMBERED), say("200", 0, lines={"BIRDS": 1, "TIDES": 1}, names=NUMBERED))
    merge()


def test_a_shop_that_numbers_lines_adds_one_with_the_number_of_a_merged_one():
    numbered()
    tell(say("100", 1, lines={"BIRDS": 1, "ATLAS": 1}, names=NUMBERED))
    assert skus() == ["ATLAS", "BIRDS", "BIRDS", "TIDES"]


def test_a_shop_that_numbers_lines_adds_one_of_a_product_that_was_merged():
    numbered()
    more = say("100", 1, lines={"BIRDS": 1, "TIDES": 1}, names=NUMBERED).model_dump(mode="json")
    more["lines"][1] |= {"sku": "BIRDS", "unit_price_minor": BIRDS}
    tell(OrderRecord.model_validate(more))
    assert skus() == ["BIRDS", "BIRDS", "BIRDS", "TIDES"]


@pytest.mark.parametrize("is_packed", [False, True])
def test_what_is_merged_takes_no_name_of_a_line_that_was_cancelled(is_packed):
    both = {"BIRDS": 1, "TIDES": 1}
    tell(say("100", 0, lines=both, names=NUMBERED), say("200", 0, lines={"BIRDS": 1, "ATLAS": 1}, names=NUMBERED))
    change(units=(Units(line="2", quantity=1),))
    merge()
    if is_packed:
        tell(say("100", 1, lines=both, names=NUMBERED, parcels=[parcel_record("P1", {"1": 1, "2": 1})]))
        packed = Parcel.objects.get().delivery.units.all()
        assert sorted(units.line.product.sku for units in packed) == ["BIRDS", "TIDES"]
    else:
        tell(say("100", 1, names=NUMBERED))
        assert skus() == ["ATLAS", "BIRDS", "BIRDS"]


def test_a_shop_that_heard_of_a_merge_tells_all_lines_in_one_order():
    tell(say("100", 0), say("200", 0, lines={"TIDES": 2}))
    merge()
    tell(say("100", 1, lines={"BIRDS": 1, "TIDES": 2}, names={"TIDES": "own"}))
    assert units_of("100") == {("BIRDS", 1), ("own", 2)}
    tell(say("200", 2, lines={"TIDES": 2}, cancelled_at=NOW))
    assert Order.objects.get(reference="100").charged_minor == BIRDS + 2 * TIDES + POSTAGE


@pytest.mark.parametrize(
    ("first", "now", "in_all"),
    [
        (None, card(ONE), ONE),
        (card(ONE, "Visa"), card(ONE), ONE),
        (card(ONE), card(1000), 1000),
        (card(1000), card(ONE), ONE),
    ],
    ids=["unsaid", "another label", "less", "more"],
)
def test_how_a_merged_order_was_paid_is_told_otherwise(first, now, in_all):
    tell(say("100", 0), say("200", 0, paid=first))
    merge()
    tell(say("200", 1, paid=now))
    assert (came(), due("100")) == (in_all, 2 * BIRDS + POSTAGE - in_all)


def test_no_more_goes_back_than_came_though_it_is_told_by_another_label():
    tell(say("100", 0, paid=card(ONE, "A")), say("200", 0, paid=card(ONE, "Visa")))
    merge()
    tell(say("200", 1, paid=card(ONE)))
    customer_id = Order.objects.all()[0].customer_id
    with pytest.raises(NothingFree):
        draw(customer_id=customer_id, currency="USD", amount_minor=None, to=None, key="k", by="test", now=NOW)
    assert sum(row.amount_minor for row in Refund.objects.all()) == POSTAGE


@pytest.mark.parametrize("hours", [(0, 1), (None, None)])
def test_an_order_is_paid_by_the_card_that_paid_the_one_merged_into_it(hours):
    tell(say("100", hours[0]), say("200", hours[0], paid=card(ONE)))
    merge()
    tell(say("100", hours[1], paid=card(ONE)), say("200", hours[1], paid=card(ONE)))
    assert (came(), due("100")) == (2 * ONE, 0)


def test_a_line_added_here_is_not_paid_by_news_of_a_shop_that_never_says_how_orders_are_paid():
    tell(say("100", 0, paid=None))
    change(kind=ChangeKind.ADD_LINES, added=(Added(sku="ATLAS", quantity=1),))
    tell(say("100", 1, paid=None, postage_minor=580))
    assert (due("100"), came()) == (ATLAS, ONE + 100)


def test_a_line_that_was_merged_is_no_new_line_of_a_shop_that_tells_both_orders():
    tell(say("100", 0), say("200", 0, lines={"TIDES": 1}))
    merge()
    tell(say("100", 1, lines={"BIRDS": 1, "TIDES": 1}, names={"TIDES": "own"}), say("200", 1, lines={"TIDES": 1}))
    assert skus() == ["BIRDS", "TIDES", "TIDES"]
    tell(say("200", 2, lines={"TIDES": 1}, parcels=[parcel_record("P2", {"TIDES": 1})]))
    assert Parcel.objects.get().delivery.order.reference == "100"


def test_goods_come_back_though_their_shop_calls_the_line_otherwise_meanwhile():
    tell(say("100", 0), say("200", 0, lines={"TIDES": 1}))
    merge()
    boxes = (
        [parcel_record("P1", {"BIRDS": 1}, delivered_at=NOW)],
        [parcel_record("P2", {"TIDES": 1}, serial=2, delivered_at=NOW)],
    )
    tell(say("100", 1, parcels=boxes[0]), say("200", 1, lines={"TIDES": 1}, parcels=boxes[1]), hours=1)
    change(kind=ChangeKind.RETURN, units=(Units(line="200/TIDES", quantity=1),), at=NOW + timedelta(hours=3))
    tell(say("200", 4, lines={"TIDES": 1}, cancelled_at=NOW), hours=4)
    tell(say("100", 4, lines={"BIRDS": 1, "TIDES": 1}, names={"TIDES": "own"}), hours=4)
    assert [units["line"] for units in OrderChange.objects.get(kind="return").request["units"]] == ["own"]
    number = OrderChange.objects.get(kind="return").number
    settle_change(reference="100", number=number, by=worlds.HELPER, now=NOW + timedelta(hours=5))
    assert Order.objects.get(reference="100").charged_minor == ONE


@pytest.mark.parametrize("hours", [(0, 1), (None, None)])
def test_of_a_merged_order_what_was_cancelled_is_packed_all_the_same(hours):
    tell(say("100", hours[0]), say("200", hours[0], lines={"TIDES": 2}))
    merge()
    change(units=(Units(line="200/TIDES", quantity=1),))
    box = [parcel_record("P2", {"TIDES": 2})]
    for _ in range(2):
        tell(say("200", hours[1], lines={"TIDES": 2}, parcels=box))
        assert Order.objects.get(reference="100").charged_minor == BIRDS + 2 * TIDES + POSTAGE


def test_what_was_cancelled_is_packed_all_the_same_in_one_parcel_after_the_other():
    tell(say("100", None, lines={"BIRDS": 3}))
    change(units=(Units(line="BIRDS", quantity=1),))
    for serial, quantity in ((1, 2), (2, 1)):
        box = [parcel_record(f"P{serial}", {"BIRDS": quantity}, serial=serial)]
        tell(say("100", None, lines={"BIRDS": 3}, parcels=box))
    assert Order.objects.get(reference="100").charged_minor == 3 * BIRDS + POSTAGE


@pytest.mark.parametrize("whole", [False, True])
def test_a_late_version_tells_that_what_was_cancelled_is_packed(whole):
    tell(say("100", 0, lines={"BIRDS": 3, "TIDES": 1}))
    change(units=(Units(line="BIRDS", quantity=3 if whole else 2),))
    tell(say("100", 2, lines={"BIRDS": 3, "TIDES": 1}))
    tell(say("100", 1, lines={"BIRDS": 3, "TIDES": 1}, parcels=[parcel_record("P1", {"BIRDS": 3})]))
    order = Order.objects.get(reference="100")
    assert order.charged_minor == 3 * BIRDS + TIDES + POSTAGE
    assert units_of("100") == {("BIRDS", 3), ("TIDES", 1)}
