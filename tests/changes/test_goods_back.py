"""What arrived goes back: once, and its money once it is here."""

from datetime import timedelta

import pytest
from django.db import transaction

from makegood.changes.actions import SettledBefore, settle_change
from makegood.changes.previewing import preview_change
from makegood.changes.rules.values import ChangeRequest, Units
from makegood.intake.actions import take_in_orders
from makegood.kit.errors import InvalidField
from makegood.orders.models import Order, OrderChange, OrderRefund
from makegood.payments.models import Tender
from makegood.payments.receiving import spend
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.changes.shop import CARD, NOW, change, due, gift_card, put_shirts, refunds, units_of, usd
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
