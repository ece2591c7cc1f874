"""Granting carries everything out, once, and only what the stock and the granter's authority allow."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from makegood.catalog.actions import StockShort
from makegood.catalog.models import Stock, StockReservation
from makegood.kit import clock
from makegood.orders.models import Delivery, DeliveryUnits, Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.payments.refunding import RefundDoneBefore
from makegood.policies.rules.values import RemedyKind
from makegood.promises.facts import PromiseMadeGood, PromiseWithdrawn
from makegood.promises.models import Promise
from makegood.remedies import actions
from makegood.remedies.actions import NotPossibleNow, grant_remedy
from makegood.remedies.facts import RefundDone, RemedyGranted
from makegood.remedies.models import Grant, GrantUnits, Perk
from makegood.remedies.perks import grant_perk
from makegood.remedies.planner import NothingLost
from makegood.remedies.queries import options_for, options_together, situation_of, what_is_owed
from makegood.remedies.rules.authority import NotYoursToGrant
from makegood.remedies.rules.perks import PerkKind
from makegood.staff.rules import Standpoint
from tests import worlds
from tests.committed import at_once
from tests.worlds import HELPER, LEAD, MONDAY, acting, parcel_record

pytestmark = pytest.mark.django_db
AGAIN, PART, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.SEND_PART, RemedyKind.REFUND


@pytest.fixture(autouse=True)
def _shop(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    worlds.open_shop()
    worlds.customer()


def grant(kind=AGAIN, *, by=HELPER, reference="100"):
    return grant_remedy(order_id=Order.objects.get(reference=reference).pk, kind=kind, by=by, now=clock.now())


def units_of(one):
    return sorted(one.units.values_list("lost__line__reference", "quantity", "treatment", "refund_minor"))


def birds():
    return Stock.objects.filter(product__sku="BIRDS", place__reference="reno").values_list("on_hand", "held").get()


def test_sent_again_all_of_it_is_written_down_held_promised_and_asked_for():
    worlds.lost(lines={"BIRDS": 2})
    one = grant()
    assert (one.kind, one.standpoint, one.granted_by, one.cost_minor) == (
        "send_again",
        "helper",
        "helper:2",
        2 * 610 + 2895,
    )
    assert units_of(one) == [("BIRDS", 2, "sent_again", 0)]
    assert birds() == (10, 2)
    again = Delivery.objects.get(is_replacement=True)
    assert (again.promise.kind, again.promise.state, again.by_date) == ("deliver", "open", one.arrives_date)
    assert again.split_from == worlds.delivery_of("100")
    assert again.address_lines == ["12 Orchard Street"]
    dispatch = Dispatch.objects.get()
    assert (dispatch.delivery, dispatch.state, dispatch.charged_minor) == (again, "requested", 0)
    assert dispatch.service.reference == "express"
    fact = RemedyGranted(customer_id=one.customer_id, grant_id=one.pk, order_id=one.order_id, kind=AGAIN)
    assert worlds.facts(RemedyGranted) == [fact]


def test_what_the_grant_answered_is_kept_as_it_was_seen():
    worlds.lost()
    one = grant()
    assert one.situation["currency"] == "USD"
    assert one.situation["authority"] == {
        "customer": "customers-alone",
        "helper": "helpers-and-programs",
        "lead": "leads",
        "token": "helpers-and-programs",
    }
    assert (one.situation["trouble"]["kind"], one.situation["trouble"]["is_self_reported"]) == ("lost", False)
    assert one.situation["claims"]["customer"]["order_count"] == 1
    assert one.situation["lost"] == [DeliveryUnits.objects.get(delivery__is_replacement=False).pk]
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Grant.objects.update(cost_minor=0)


def promised(reference="100"):
    return worlds.delivery_of(reference).promise


def test_a_promise_that_is_made_good_in_time_is_withdrawn_and_says_so():
    worlds.lost()
    assert promised().is_owed
    grant()
    one = promised()
    assert (one.state, one.made_good_at, one.is_owed) == ("withdrawn", clock.now(), False)
    assert [fact.promise_id for fact in worlds.facts(PromiseWithdrawn)] == [one.pk]
    assert worlds.facts(PromiseMadeGood) == []


def test_a_broken_promise_stays_broken_when_it_is_made_good_and_is_owed_no_more():
    worlds.lost()
    one = promised()
    Promise.objects.filter(pk=one.pk).update(state="broken", closed_at=clock.now())
    assert promised().is_owed
    grant()
    one = promised()
    assert (one.state, one.made_good_at, one.is_owed) == ("broken", clock.now(), False)
    assert [fact.promise_id for fact in worlds.facts(PromiseMadeGood)] == [one.pk]
    assert worlds.facts(PromiseWithdrawn) == []


def test_a_late_parcel_that_still_moves_has_its_remedies():
    worlds.shipped()
    Promise.objects.update(state="broken", closed_at=clock.now())
    assert worlds.Parcel.objects.in_danger().count() == 0
    assert options_for(Order.objects.get(), now=clock.now()).kinds == (AGAIN, REFUND)


def test_any_number_of_orders_is_planned_in_as_many_queries_as_one(django_assert_num_queries):
    for number in range(4):
        worlds.lost(str(100 + number))
    with CaptureQueriesContext(connection) as one:
        options_for(Order.objects.first(), now=clock.now())
    with django_assert_num_queries(len(one)):
        assert len(options_together(Order.objects.order_by("id"), now=clock.now())) == 4


def test_granting_twice_grants_once():
    worlds.lost()
    grant()
    for kind in (AGAIN, REFUND):
        with pytest.raises(NothingLost):
            grant(kind)
    assert (Grant.objects.count(), Dispatch.objects.count(), birds()) == (1, 1, (10, 1))


def test_where_nothing_is_lost_nothing_is_granted():
    worlds.shipped()
    with pytest.raises(NothingLost):
        grant()
    worlds.take_in(worlds.order_record("200"))
    with pytest.raises(NothingLost):
        grant(reference="200")


def test_what_arrived_is_not_made_good():
    parcels = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P2", {"TIDES": 1}, serial=2)]
    order = worlds.take_in(worlds.order_record(lines={"BIRDS": 1, "TIDES": 1}, parcels=parcels))
    for parcel, kind in zip(order.deliveries.order_by("id"), (ScanKind.LOST, ScanKind.DELIVERED), strict=True):
        worlds.say(actions_parcel(parcel), kind)
    assert units_of(grant()) == [("BIRDS", 1, "sent_again", 0)]


def actions_parcel(delivery):
    return worlds.Parcel.objects.get(delivery=delivery)


def test_money_back_is_promised_and_paid_once():
    worlds.lost(lines={"BIRDS": 2})
    one = grant(REFUND)
    assert units_of(one) == [("BIRDS", 2, "refunded", 3390)]
    task = Refund.objects.get()
    assert (task.amount_minor, task.currency, task.tender) == (3390 + 480, "USD", "Visa ending 4242")
    assert (task.promise.kind, task.promise.state) == ("refund", "open")
    assert (birds(), Dispatch.objects.count()) == ((10, 0), 0)
    actions.finish_refund(refund_id=task.pk, by=HELPER, note=" by hand ", now=clock.now())
    task.refresh_from_db()
    assert (task.note, task.done_by, task.promise.state) == ("by hand", "helper:2", "kept")
    with pytest.raises(RefundDoneBefore):
        actions.finish_refund(refund_id=task.pk, by=LEAD, note="", now=clock.now())
    worlds.work()
    assert len(worlds.facts(RefundDone)) == 1


def test_part_goes_again_and_the_rest_is_paid_back():
    worlds.count(BIRDS=1)
    worlds.lost(lines={"BIRDS": 3})
    with pytest.raises(NotPossibleNow) as caught:
        grant(AGAIN)
    assert caught.value.possible == (PART, REFUND)
    assert units_of(grant(PART)) == [("BIRDS", 1, "sent_again", 0), ("BIRDS", 2, "refunded", 2 * 1695)]
    assert birds() == (1, 1)
    assert Refund.objects.get().amount_minor == 2 * 1695


def test_two_places_send_what_neither_has_alone():
    worlds.count(BIRDS=1)
    worlds.count(place="columbus", BIRDS=1)
    worlds.lost(lines={"BIRDS": 2})
    grant()
    assert sorted(Dispatch.objects.values_list("place__reference", flat=True)) == ["columbus", "reno"]
    assert Promise.objects.filter(kind="deliver", state="open").count() == 2


def test_two_lost_boxes_of_one_order_go_again_as_one():
    parcels = [parcel_record(f"P{n}", {"BIRDS": 1}, serial=n) for n in (1, 2)]
    order = worlds.take_in(worlds.order_record(lines={"BIRDS": 2}, parcels=parcels))
    for delivery in order.deliveries.order_by("id"):
        worlds.say(actions_parcel(delivery), ScanKind.LOST)
    one = grant()
    assert units_of(one) == [("BIRDS", 1, "sent_again", 0)] * 2
    assert Dispatch.objects.get().units.values_list("quantity", flat=True).get() == 2


def lose_replacement():
    dispatch = Dispatch.objects.order_by("-id").first()
    number = worlds.number_of(90 + dispatch.pk % 9)
    parcel = announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now()
    )
    worlds.say(parcel, ScanKind.LOST)
    return parcel


def test_a_replacement_that_is_lost_can_be_made_good_and_the_first_loss_stays_made_good():
    worlds.lost()
    grant()
    replacement = lose_replacement()
    assert [unit.delivery_id for unit in situation_of(Order.objects.get(), now=clock.now()).units] == [
        replacement.delivery_id
    ]
    grant()
    lose_replacement()
    one = grant(REFUND)
    assert [row[3] for row in units_of(one)] == [1695]
    assert Refund.objects.get().amount_minor == 1695 + 480


def test_a_lines_cents_add_up_over_several_losses():
    line = {"id": "BIRDS", "sku": "BIRDS", "quantity": 3, "unit_price_minor": 34, "discount_minor": 2}
    parcels = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P2", {"BIRDS": 2}, serial=2)]
    record = worlds.order_record(lines={"BIRDS": 3}).model_dump() | {"lines": [line], "parcels": parcels}
    worlds.count(BIRDS=1)
    order = worlds.take_in(worlds.OrderRecord.model_validate(record))
    for delivery in order.deliveries.order_by("id"):
        worlds.say(actions_parcel(delivery), ScanKind.LOST)
    grant(PART)
    lose_replacement()
    grant(REFUND)
    assert sum(GrantUnits.objects.values_list("refund_minor", flat=True)) == 100
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 100 + 480


def test_a_line_made_cheaper_brings_back_no_more_than_is_left_of_it():
    parcels = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P2", {"BIRDS": 1}, serial=2)]
    told = {"lines": {"BIRDS": 2}, "parcels": parcels}
    order = worlds.take_in(worlds.order_record(version_at=MONDAY, **told))
    first, second = (actions_parcel(delivery) for delivery in order.deliveries.order_by("id"))
    worlds.say(first, ScanKind.LOST)
    paid_back = grant(REFUND).units.get().refund_minor
    price = order.lines.get().unit_price_minor
    assert paid_back == price
    cheaper = worlds.order_record(version_at=MONDAY + worlds.HOUR, **told).model_dump()
    cheaper["lines"][0]["discount_minor"] = price // 2
    worlds.take_in(worlds.OrderRecord.model_validate(cheaper))
    worlds.say(second, ScanKind.LOST)
    grant(REFUND)
    assert sum(GrantUnits.objects.values_list("refund_minor", flat=True)) == 2 * price - price // 2


def test_of_a_line_paid_back_already_no_money_is_promised_and_sending_again_is_said():
    parcels = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P2", {"BIRDS": 1}, serial=2)]
    told = {"lines": {"BIRDS": 2}, "parcels": parcels}
    order = worlds.take_in(worlds.order_record(version_at=MONDAY, **told))
    first, second = (actions_parcel(delivery) for delivery in order.deliveries.order_by("id"))
    worlds.say(first, ScanKind.LOST)
    grant(REFUND)
    free = worlds.order_record(version_at=MONDAY + worlds.HOUR, **told).model_dump()
    free["lines"][0]["discount_minor"] = order.lines.get().unit_price_minor
    free["postage_minor"] = 0
    worlds.take_in(worlds.OrderRecord.model_validate(free))
    worlds.say(second, ScanKind.LOST)
    with pytest.raises(NotPossibleNow) as refusal:
        grant(REFUND)
    assert str(refusal.value) == "remedy: refund is not possible now; possible: send_again"
    assert Refund.objects.count() == 1


def test_what_is_owed_for_a_delivery_is_what_its_own_grants_made():
    parcels = [parcel_record("P1", {"BIRDS": 1}), parcel_record("P2", {"BIRDS": 1}, serial=2)]
    order = worlds.take_in(worlds.order_record(lines={"BIRDS": 2}, parcels=parcels))
    first, second = order.deliveries.order_by("id")
    worlds.say(actions_parcel(first), ScanKind.LOST)
    grant()
    lose_replacement()
    grant(REFUND)
    task = Refund.objects.get()
    assert what_is_owed([second.pk], now=clock.now()) == {second.promise: False}
    assert what_is_owed([first.pk], now=clock.now()) == {task.promise: False}
    assert what_is_owed([first.pk, second.pk], now=clock.now()) == {second.promise: False, task.promise: False}


def test_nobody_grants_beyond_their_authority_and_a_refusal_leaves_nothing(limited):
    worlds.lost()
    customer = acting(worlds.customer())
    cost = options_for(Order.objects.get(), now=clock.now()).best.cost.amount_minor
    limited("customer", [AGAIN], cost - 1)
    with pytest.raises(NotYoursToGrant) as caught:
        grant(by=customer)
    assert caught.value.may_grant == (Standpoint.HELPER, Standpoint.LEAD, Standpoint.TOKEN)
    assert (Grant.objects.count(), StockReservation.objects.count(), birds()) == (0, 0, (10, 0))
    limited("customer", [AGAIN], cost)
    assert grant(by=customer).standpoint == "customer"


def test_the_system_has_no_authority_of_its_own():
    worlds.lost()
    with pytest.raises(NotYoursToGrant):
        grant(by=worlds.Actor(standpoint=Standpoint.POLICY, id=0))


def test_a_cancelled_order_is_not_made_good():
    worlds.lost()
    parcels = [parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=MONDAY))
    with pytest.raises(NothingLost):
        grant()


def test_postgresql_makes_each_lost_unit_good_once_even_past_the_action():
    worlds.lost()
    one = grant()
    lost = GrantUnits.objects.get().lost
    other = Grant.objects.create(
        key="past", customer_id=one.customer_id, order=one.order, kind="refund", granted_at=MONDAY, granted_by="x",
        standpoint="lead", currency="USD", cost_minor=0, situation={},
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="more units would be made good"), transaction.atomic():
        GrantUnits.objects.create(grant=other, customer_id=one.customer_id, lost=lost, quantity=1, treatment="refunded")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM makegood_grantunits")


def test_a_perk_is_given_once():
    who = worlds.customer()
    given = [grant_perk(key="case:1", customer_id=who.pk, kind=PerkKind.FREE_EXPRESS, now=MONDAY) for _ in range(2)]
    assert given[0] == given[1]
    assert Perk.objects.count() == 1


def test_one_click_from_two_places_at_once_is_one_remedy(committed):
    worlds.lost()
    answers = at_once(*[lambda by=by, kind=kind: grant(kind, by=by) for by, kind in ((HELPER, AGAIN), (LEAD, REFUND))])
    assert sorted(type(answer).__name__ for answer in answers) == ["Grant", "NothingLost"]
    assert Dispatch.objects.count() + Refund.objects.count() == 1


def test_the_last_unit_goes_to_one_of_two_orders(committed):
    worlds.count(BIRDS=1)
    worlds.lost()
    worlds.lost("200", serial=2)
    answers = at_once(*[lambda n=n: grant(reference=n) for n in ("100", "200")])
    assert sum(isinstance(answer, Grant) for answer in answers) == 1
    assert any(isinstance(answer, StockShort | NotPossibleNow) for answer in answers)
    assert (birds(), Dispatch.objects.count(), Grant.objects.count()) == ((1, 1), 1, 1)
