"""What has not left by its day: somebody is needed, as the letter says, until it leaves or is made good."""

from datetime import UTC, datetime

import pytest

from makegood.cases.actions import send_reply
from makegood.cases.making_good import make_good
from makegood.cases.models import Case
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.promises.queries import OWED
from makegood.promises.rules import PromiseKind
from makegood.remedies.actions import NotPossibleNow, grant_remedy
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.worlds import DAY, DUE, HELPER, HOUR, live_until, news_told, parcel_record

pytestmark = pytest.mark.django_db
PACK_BY = datetime(2026, 10, 9, 18, tzinfo=UTC)
LOOKED_INTO = "A person here is looking into it, and you will have an answer from us."


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def the_case():
    return Case.objects.select_related("reply_promise").get()


def ordered(reference="100", **more):
    """Something given away that is not there any more: there is nothing to send and nothing to pay back.

    No service would bring it in time, so that services say nothing of its day.
    """
    worlds.count(BIRDS=0)
    clock.freeze(max(clock.now(), DUE - 3 * HOUR))
    record = worlds.order_record(reference, placed_at=DUE - 3 * HOUR, postage_minor=0, **more)
    free = [line.model_copy(update={"unit_price_minor": 0}) for line in record.lines]
    return worlds.take_in(record.model_copy(update={"lines": free}))


def answer(case):
    send_reply(case_id=case.pk, key="answer", subject="", body="It goes today.", by=HELPER, now=clock.now())
    worlds.settle()


def granted(kind=RemedyKind.SEND_AGAIN):
    grant_remedy(order_id=Order.objects.get(reference="100").pk, kind=kind, by=HELPER, now=clock.now())
    worlds.settle()


def test_a_letter_that_says_a_person_answers_promises_the_answer():
    ordered()
    live_until(DUE + HOUR)
    (letter,) = worlds.letters("broken")
    assert LOOKED_INTO in letter.body
    case = the_case()
    assert (case.reply_promise.kind, case.reply_promise.state) == (PromiseKind.REPLY, "open")
    # Friday evening, so by 18:00 in the shop's zone on Monday.
    assert (case.attention, case.due_at) == ("waiting", case.reply_promise.due_at)
    assert case.reply_promise.due_at > clock.now()


def test_what_has_not_left_needs_somebody_after_the_answer_too_until_it_leaves():
    ordered()
    live_until(DUE + HOUR)
    answer(the_case())
    assert (the_case().attention, the_case().due_at) == ("danger", DUE)
    live_until(DUE + 9 * DAY)
    assert (the_case().state, the_case().attention, news_told()) == ("open", "danger", ["broken", "reply"])
    parcels = [parcel_record("P1", {"BIRDS": 1}, label_at=clock.now())]
    ordered(parcels=parcels)
    worlds.settle()
    assert the_case().state == "open"


@pytest.mark.parametrize("kind", [RemedyKind.SEND_AGAIN, RemedyKind.REFUND, RemedyKind.SEND_PART])
def test_where_nothing_can_be_done_it_is_not_said_that_nothing_is_in_danger(kind):
    ordered()
    live_until(DUE + HOUR)
    with pytest.raises(NotPossibleNow):
        make_good(case_id=the_case().pk, kind=kind, by=HELPER, now=clock.now())


def test_a_replacement_that_does_not_leave_needs_somebody_and_can_be_chosen_anew():
    worlds.lost()
    worlds.settle()
    granted()
    assert the_case().attention == "none"
    due_at = Dispatch.objects.get().delivery.promise.due_at
    live_until(due_at + HOUR)
    letter = worlds.letters("broken")[-1]
    assert (LOOKED_INTO in letter.body, "We can send it now" in letter.body) == (False, True)
    assert (the_case().attention, the_case().due_at) == ("danger", due_at)


def test_what_is_left_of_a_half_packed_order_needs_somebody():
    clock.freeze(DUE - DAY)
    parcels = [parcel_record("P1", {"BIRDS": 1}, delivered_at=DUE - DAY)]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 2}, parcels=parcels))
    live_until(DUE + HOUR)
    assert "Part of your order should have been with you" in worlds.letters("broken")[-1].body
    assert (the_case().attention, the_case().due_at) == ("danger", DUE)


def test_one_promise_to_answer_is_enough_however_often_it_is_said():
    ordered()
    ordered("200", deliver_by_date=(DUE + DAY).date())
    live_until(DUE + HOUR)
    first = the_case().reply_promise
    live_until(DUE + 2 * DAY)
    assert news_told() == ["broken", "broken"]
    assert the_case().reply_promise == first
    assert Promise.objects.filter(OWED, kind=PromiseKind.REPLY).count() == 1


def test_a_letter_that_lets_its_reader_choose_promises_no_answer():
    worlds.lost()
    worlds.settle()
    assert LOOKED_INTO not in worlds.letters("in_danger")[0].body
    assert (the_case().attention, the_case().reply_promise) == ("danger", None)


def test_money_that_is_not_back_by_its_day_needs_somebody():
    worlds.lost()
    worlds.settle()
    granted(RemedyKind.REFUND)
    due_at = Refund.objects.get().promise.due_at
    live_until(due_at + HOUR, step=DAY)
    assert (Refund.objects.get().promise.state, the_case().attention, the_case().due_at) == (
        "broken",
        "waiting",
        due_at,
    )


@pytest.mark.parametrize("kind", [None, RemedyKind.REFUND, RemedyKind.SEND_AGAIN])
def test_what_has_not_left_is_part_of_its_order_whatever_became_of_the_rest(kind):
    packed = parcel_record("P1", {"BIRDS": 1}, label_at=worlds.MONDAY)
    worlds.take_in(worlds.order_record(lines={"BIRDS": 1, "TIDES": 1}, parcels=[packed]))
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    worlds.settle()
    if kind:
        granted(kind)
    live_until(PACK_BY + 5 * HOUR)
    letter = worlds.letters("in_danger")[-1].body
    assert "Part of your order hasn’t left us yet, and it should have." in letter
    page = signed_in(Order.objects.get().customer).get("/orders/100").content.decode()
    assert "Your order hasn’t left" not in letter + page
    assert "of your orders" not in letter + page
