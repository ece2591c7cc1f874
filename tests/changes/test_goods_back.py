"""What arrived goes back: once, and its money once it is here."""

from datetime import timedelta

import pytest
from django.db import transaction

from makegood.changes.actions import SettledBefore, settle_change
from makegood.changes.previewing import preview_change
from makegood.changes.rules.values import ChangeRequest, Units
from makegood.intake.actions import take_in_orders
from makegood.kit.errors import InvalidField
from makegood.orders.actions import cancel_order
from makegood.orders.models import Order, OrderChange, OrderRefund
from makegood.payments.models import Tender
from makegood.payments.receiving import spend
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.changes.shop import CARD, NOW, change, due, gift_card, pay_back, put_shirts, refunds, units_of, usd
from tests.worlds import order_record, parcel_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced_shop")]


def test_what_arrived_comes_back_once_and_its_money_once_it_is_here():
    record = order_record(lines={"BIRDS": 3}, parcels=[parcel_record("p1", {"BIRDS": 3})]).model_dump(mode="json")
    record["lines"][0] |= {"unit_price_minor": 1000, "discount_minor": 100}
    record["paid"] = [{**CARD, "amount_minor": 2900 + 480}]
    record["parcels"][0]["delivered_at"] = NOW.isoformat()
    take_in_orders([type(order_record()).model_validate(record)], now=NOW)
    for number in (1, 2, 3):
        made = change(kind=ChangeKind.RETURN, units=(Units(line="BIRDS", quantity=1),))
        assert (made.number, made.settled_at) == (number, None)
    assert [each.delta_minor for each in OrderChange.objects.order_by("number")] == [-966, -967, -967 - 480]
    assert refunds() == []
    with pytest.raises(InvalidField):
        change(kind=ChangeKind.RETURN, units=(Units(line="BIRDS", quantity=1),))
    for number in (1, 2, 3):
        settle_change(reference="100", number=number, by=worlds.HELPER, now=NOW)
    with pytest.raises(SettledBefore):
        settle_change(reference="100", number=1, by=worlds.HELPER, now=NOW)
    assert [row[1] for row in refunds()] == [966, 967, 967 + 480]
    assert Order.objects.get().charged_minor == 0


def test_an_exchange_owes_what_takes_the_place_and_charges_the_difference_when_the_goods_are_here():
    put_shirts()
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


@pytest.mark.parametrize("is_closed", [True, False])
def test_goods_that_are_back_are_settled_though_the_card_named_is_gone_or_holds_too_little(is_closed):
    put_shirts()
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


def test_with_the_last_of_the_goods_goes_what_their_postage_cost_within_the_policys_days():
    record = order_record(lines={"BIRDS": 2}, parcels=[parcel_record("p1", {"BIRDS": 2})]).model_dump(mode="json")
    record["lines"][0] |= {"unit_price_minor": 1000}
    record |= {"postage_tax_minor": 80, "paid": [{**CARD, "amount_minor": 2480}]}
    record["parcels"][0]["delivered_at"] = NOW.isoformat()
    one = {"kind": ChangeKind.RETURN, "units": (Units(line="BIRDS", quantity=1),)}
    for reference, days, back in (("100", 14, [1000, 1480]), ("200", 15, [1000, 1000])):
        mine = record | {"id": reference, "parcels": [{**record["parcels"][0], "id": reference}]}
        take_in_orders([type(order_record()).model_validate(mine)], now=NOW)
        at = NOW + timedelta(days=days)
        asked = ChangeRequest(**one)
        change(reference, at=at, **one)
        seen = preview_change(reference=reference, request=asked, by=worlds.HELPER, now=at)
        assert (seen.before_minor - seen.after_minor, seen.postage_after_minor) == (back[1], 480 - (back[1] - 1000))
        change(reference, at=at, **one)
        assert [each.delta_minor for each in OrderChange.objects.filter(order__reference=reference)] == [
            -minor for minor in back
        ]
        for number in (1, 2):
            settle_change(reference=reference, number=number, by=worlds.HELPER, now=at)
        assert (
            sorted(each.refund.amount_minor for each in OrderRefund.objects.filter(order__reference=reference)) == back
        )


def put_arrived(*, sku="BIRDS", quantity=1, price_minor=2000, postage_minor=0, paid_minor=None):
    """Order 100, which has arrived, paid by card with all that it costs or with so much."""
    total = quantity * price_minor + postage_minor
    lines = [{"id": sku, "sku": sku, "quantity": quantity, "unit_price_minor": price_minor}]
    record = order_record().model_dump(mode="json") | {"lines": lines, "postage_minor": postage_minor}
    record |= {"paid": [{**CARD, "amount_minor": total if paid_minor is None else paid_minor}]}
    record["parcels"] = [parcel_record("p1", {sku: quantity}) | {"delivered_at": NOW.isoformat()}]
    take_in_orders([type(order_record()).model_validate(record)], now=NOW)
    return Order.objects.get()


def settled(number=1):
    """Change of this number, whose goods are back."""
    return settle_change(reference="100", number=number, by=worlds.HELPER, now=NOW)


@pytest.mark.parametrize(("first_minor", "then_minor"), [(300, 1700), (2000, None)])
def test_what_was_paid_back_while_the_goods_travelled_is_not_given_twice(first_minor, then_minor):
    order = put_arrived()
    change(kind=ChangeKind.RETURN, units=(Units(line="BIRDS", quantity=1),))
    pay_back(order, line="BIRDS", minor=first_minor)
    assert settled().settled_at == NOW
    assert [row[1] for row in refunds()] == [first_minor, *([then_minor] if then_minor else [])]
    assert (Order.objects.get().charged_minor, due("100")) == (0, 0)
    with pytest.raises(InvalidField):
        change(kind=ChangeKind.RETURN, units=(Units(line="BIRDS", quantity=1),))


def test_of_several_that_come_back_each_gives_what_is_left_of_its_line():
    order = put_arrived(quantity=3, price_minor=1000, postage_minor=480)
    for _ in range(3):
        change(kind=ChangeKind.RETURN, units=(Units(line="BIRDS", quantity=1),))
    pay_back(order, line="BIRDS", minor=1500, postage_minor=100)
    for number in (1, 2, 3):
        settled(number)
    assert [row[1] for row in refunds()] == [1600, 1000, 500, 380]
    assert Order.objects.get().charged_minor == 0


def test_an_exchange_of_what_was_paid_back_meanwhile_charges_what_takes_its_place():
    put_shirts()
    order = put_arrived(sku="S")
    change(kind=ChangeKind.EXCHANGE, units=(Units(line="S", quantity=1, sku="M"),))
    pay_back(order, line="S", minor=500)
    settled()
    # 20.00 came and 5.00 went back: of the 23.50 that the other one costs, 15.00 are paid.
    assert (units_of("100"), due("100")) == ({("S/M", 1)}, 2350 - 1500)


@pytest.mark.parametrize(("kind", "sku"), [(ChangeKind.RETURN, ""), (ChangeKind.EXCHANGE, "M")])
@pytest.mark.parametrize("paid_minor", [2000, 1200, 0])
def test_of_an_order_that_was_cancelled_meanwhile_what_was_paid_goes_back_with_the_goods(kind, sku, paid_minor):
    put_shirts()
    order = put_arrived(sku="S", paid_minor=paid_minor)
    change(kind=kind, units=(Units(line="S", quantity=1, sku=sku),))
    with transaction.atomic():
        cancel_order(order, told_at=NOW, now=NOW)
    settled()
    # Nothing is sent in their place any more, and nothing is owed that was never paid.
    assert [row[1] for row in refunds()] == ([paid_minor] if paid_minor else [])
    assert (Order.objects.get().charged_minor, due("100"), units_of("100")) == (0, 0, set())
