"""What a remedy does to the books: refunds drawn on receipts to the cent, and what making good costs us."""

from collections import Counter

import pytest

from makegood.cases.models import Case
from makegood.kit import clock
from makegood.money.accounts import RUNNING, Account, AccountKind
from makegood.money.queries import balance, balances, faults_in_books
from makegood.orders.models import Allocation, Order, OrderRefund
from makegood.orders.queries import faults_in_payments
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.queries import held_by
from makegood.payments.refunding import fail
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.facts import RefundDone
from makegood.remedies.models import Grant, GrantStep
from makegood.remedies.queries import options_for
from tests import worlds
from tests.committed import at_once
from tests.worlds import HELPER, LEAD, MONDAY

pytestmark = pytest.mark.django_db
AGAIN, PART, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.SEND_PART, RemedyKind.REFUND
GIFT, CARD = "Gift card ending 7731", "Visa ending 4242"


@pytest.fixture(autouse=True)
def _shop(request):
    # A test that commits asks for its database first.
    if "committed" in request.fixturenames:
        request.getfixturevalue("committed")
    worlds.open_shop()
    worlds.customer()
    yield
    assert faults_in_books() == []
    assert faults_in_payments() == []


def tender(kind, amount_minor, label="", **more):
    return {"tender": kind, "amount_minor": amount_minor, "label": label, **more}


def grant(kind=REFUND, by=LEAD):
    return grant_remedy(order_id=Order.objects.get().pk, kind=kind, by=by, now=clock.now())


def owed(currency="USD"):
    """What we owe Ada on her account; below zero what she owes us."""
    order = Order.objects.get()
    return balance(RUNNING, currency, customer_id=order.customer_id).amount_minor


def held(kind, currency="USD"):
    found = balances(customer_id=Order.objects.get().customer_id)
    return sum(
        each.amount.amount_minor for each in found if each.account.kind is kind and each.amount.currency == currency
    )


def pay_all():
    for refund in Refund.objects.order_by("id"):
        finish_refund(refund_id=refund.pk, by=HELPER, note="", now=clock.now())
    worlds.work()


@pytest.mark.parametrize("currency", ["USD", "JPY", "BHD"])
def test_an_order_paid_by_two_tenders_goes_back_to_both_to_the_cent(currency):
    paid = [tender("gift_card", 701, GIFT), tender("card", 3169, CARD)]
    worlds.lost(lines={"BIRDS": 2}, currency=currency, paid=paid, postage_minor=480)
    assert owed(currency) == 0
    grant()
    assert list(Refund.objects.order_by("id").values_list("tender", "amount_minor")) == [(CARD, 3169), (GIFT, 701)]
    # It is owed to her while it is on its way, and nothing once it was sent.
    assert owed(currency) == 3870
    assert Order.objects.get().charged_minor == 0
    assert [each.amount_minor for each in Allocation.objects.all()] == [0, 0]
    pay_all()
    assert owed(currency) == 0
    assert (held(AccountKind.SALES, currency), held(AccountKind.POSTAGE, currency)) == (0, 0)
    assert held(AccountKind.RECEIVED, currency) == 0
    assert [each.back_minor for each in Receipt.objects.order_by("id")] == [701, 3169]
    assert len(worlds.facts(RefundDone)) == 2


def test_taxes_and_goods_are_taken_off_box_by_box_and_add_up():
    record = worlds.order_record(
        lines={"BIRDS": 3}, parcels=[worlds.parcel_record(f"P{n}", {"BIRDS": 1}, serial=n) for n in (1, 2, 3)]
    )
    line = record.lines[0].model_copy(update={"tax_minor": 100})
    order = worlds.take_in(record.model_copy(update={"lines": [line]}))
    assert held(AccountKind.TAX) == 100
    taxes = []
    for number in (1, 2, 3):
        worlds.say(Parcel.objects.get(reference=f"P{number}"), ScanKind.LOST)
        grant()
        taxes.append(held(AccountKind.TAX))
    assert taxes == [67, 34, 0]
    assert (held(AccountKind.SALES), held(AccountKind.POSTAGE)) == (0, 0)
    order.refresh_from_db()
    assert (order.charged_minor, order.postage_off_minor) == (0, order.postage_minor)


def test_what_was_never_paid_of_what_is_lost_is_owed_no_more():
    worlds.lost(paid=[tender("card", 500, CARD)])
    total = Order.objects.get().charged_minor
    assert owed() == 500 - total
    grant()
    assert [each.amount_minor for each in Refund.objects.all()] == [500]
    pay_all()
    assert (owed(), Order.objects.get().charged_minor) == (0, 0)


def test_what_goes_back_to_a_card_of_ours_on_file_is_there_at_once_and_told_once():
    ada = worlds.Customer.objects.get()
    gift = Tender.objects.create(customer=ada, reference="g1", kind="gift_card", label=GIFT, currency="USD")
    worlds.lost(paid=[tender("gift_card", 2175, GIFT, id="g1")])
    worlds.settle()
    one = grant()
    (refund,) = Refund.objects.all()
    assert (refund.route, refund.state, refund.promise_id) == ("at_once", "settled", None)
    assert [(step.kind, step.state) for step in one.steps.all()] == [("refund", "done")]
    assert held_by([gift])[gift.pk].amount_minor == 2175
    worlds.settle()
    assert owed() == 0
    assert worlds.news_told() == ["in_danger", "refund_promised"]
    (letter,) = worlds.letters("refund_promised")
    assert "We have paid you back." in letter.body
    assert Case.objects.get().state == "closed"


def test_what_came_back_is_hers_again_and_goes_back_only_once():
    worlds.lost(paid=[tender("card", 2175, CARD)])
    grant()
    (refund,) = Refund.objects.all()
    pay_all()
    fail(refund.pk, by="helper:2", failure="the account is closed", now=clock.now())
    worlds.work()
    receipt = Receipt.objects.get()
    assert (receipt.free_minor, receipt.back_minor, receipt.allocated_minor) == (2175, 0, 0)
    assert owed() == 2175
    assert GrantStep.objects.get().state == "failed"
    assert not options_for(Order.objects.get(), now=clock.now())


def test_sending_again_is_borne_by_us_once_and_taken_back_where_it_is_not_sent():
    worlds.lost()
    grant(AGAIN)
    cost = Grant.objects.get().cost_minor
    goods, way = held(AccountKind.GOODS_AT_COST), held(AccountKind.POSTAGE_AT_COST)
    assert held(AccountKind.GOODWILL) == -(goods + way) == cost
    assert way < 0
    worlds.work()
    assert held(AccountKind.GOODWILL) == cost
    parcels = [worlds.parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=MONDAY))
    worlds.work()
    assert GrantStep.objects.get(kind="dispatch").state == "compensated"
    assert (held(AccountKind.GOODWILL), held(AccountKind.GOODS_AT_COST), held(AccountKind.POSTAGE_AT_COST)) == (0, 0, 0)
    # It left all the same.
    number = worlds.number_of(91)
    dispatch = Dispatch.objects.get()
    announce_parcel(dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now())
    worlds.work()
    assert GrantStep.objects.get(kind="dispatch").state == "done"
    assert held(AccountKind.GOODWILL) == cost


def test_part_sent_again_and_part_paid_back_are_booked_as_what_they_are():
    worlds.count(BIRDS=1)
    worlds.lost(lines={"BIRDS": 2})
    one = grant(PART)
    back = Refund.objects.get().amount_minor
    assert back == 1695
    assert held(AccountKind.GOODWILL) == one.cost_minor - back
    order = Order.objects.get()
    assert order.charged_minor == 1695 + order.postage_minor
    assert owed() == 10_000 - order.charged_minor


def test_a_lost_parcel_that_turns_up_charges_nobody():
    parcel = worlds.lost()
    worlds.settle()
    grant(AGAIN)
    worlds.settle()
    before = balances(customer_id=parcel.customer_id)
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    assert worlds.news_told()[-1] == "turned_up"
    assert balances(customer_id=parcel.customer_id) == before


def test_a_refunded_parcel_that_turns_up_charges_nobody():
    parcel = worlds.lost()
    worlds.settle()
    grant()
    pay_all()
    before = balances(customer_id=parcel.customer_id)
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    assert balances(customer_id=parcel.customer_id) == before


def test_two_at_once_draw_no_more_than_was_captured(committed):
    boxes = [worlds.parcel_record(f"P{n}", {"BIRDS": 1}, serial=n) for n in (1, 2)]
    paid = [tender("gift_card", 1000, GIFT), tender("card", 1500, CARD)]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 2}, parcels=boxes, paid=paid))
    for number in (1, 2):
        worlds.say(Parcel.objects.get(reference=f"P{number}"), ScanKind.LOST)
    answers = at_once(*[lambda by=by: grant(by=by) for by in (LEAD, HELPER, LEAD)])
    assert sorted(type(each).__name__ for each in answers) == ["Grant", "NothingLost", "NothingLost"]
    back: Counter[str] = Counter()
    for refund in Refund.objects.all():
        back[refund.tender] += refund.amount_minor
    assert back == {CARD: 1500, GIFT: 1000}
    assert OrderRefund.objects.count() == 2
    received = Account(AccountKind.RECEIVED, Receipt.objects.get(label=CARD).pk)
    assert balance(received, "USD", customer_id=Order.objects.get().customer_id).amount_minor == 1500
    # The rest, which was never paid, is owed no more.
    assert Order.objects.get().charged_minor == 0


def test_a_newer_version_at_the_same_moment_draws_no_cent_twice(committed):
    boxes = [worlds.parcel_record("P1", {"BIRDS": 1})]
    paid = [tender("card", 2175, CARD)]
    record = worlds.order_record(lines={"BIRDS": 1}, parcels=boxes, paid=paid, version_at=MONDAY)
    worlds.take_in(record)
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    newer = record.model_copy(
        update={"version_at": MONDAY + worlds.HOUR, "paid": [record.paid[0].model_copy(update={"amount_minor": 2000})]}
    )
    at_once(grant, lambda: worlds.take_in(newer))
    receipt = Receipt.objects.get()
    assert receipt.back_minor + receipt.allocated_minor <= receipt.amount_minor
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) in {2000, 2175}
