"""Trouble is noticed and told before the customer asks: once, all together, and nothing that is untrue or old."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from makegood.cases import reactions
from makegood.cases.facts import CaseChanged, CaseClosed, CaseOpened
from makegood.cases.models import Case, CaseSubject, MessageSubject
from makegood.cases.rules import STALE
from makegood.channels.models import Message
from makegood.intake.actions import take_in_orders
from makegood.journal.actions import ATTEMPTS
from makegood.journal.models import ReactionRun
from makegood.journal.queries import count_dead_letters, dead_letters
from makegood.kit import clock, sql
from makegood.orders.models import Delivery, Order
from makegood.parcels.actions import say_not_received
from makegood.parcels.actions import sweep as parcels_swept
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.locks import lock_parcels
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.queries import parcels_in_danger
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.models import Perk
from makegood.working import settle as settle_for_real
from tests import worlds
from tests.committed import at_once
from tests.journal.stumbles import queued, stop_waiting
from tests.worlds import DAY, DUE, HELPER, HOUR, MINUTE, MONDAY, live_until, news_told, parcel_record

pytestmark = pytest.mark.django_db
AGAIN, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.REFUND
THURSDAY = MONDAY + 3 * DAY


@pytest.fixture(autouse=True)
def _shop(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    worlds.open_shop()
    worlds.customer()


def cases():
    return list(Case.objects.order_by("id").values_list("case_type", "state", "attention"))


def grant(kind=AGAIN, reference="100"):
    order_id = Order.objects.get(reference=reference).pk
    found = grant_remedy(order_id=order_id, kind=kind, by=HELPER, now=clock.now())
    worlds.settle()
    return found


def announce(serial=50):
    dispatch = Dispatch.objects.order_by("-id")[0]
    number = worlds.number_of(serial)
    parcel = announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now()
    )
    worlds.settle()
    return parcel


def test_a_label_nobody_scanned_is_told_within_days_and_again_on_the_evening(settings):
    settings.FREE_EXPRESS = "account"
    worlds.shipped()
    live_until(THURSDAY)
    assert news_told() == ["in_danger"]
    assert cases() == [("delivery", "open", "danger")]
    live_until(DUE)
    assert news_told() == ["in_danger", "broken"]
    live_until(DUE + 5 * DAY)
    assert news_told() == ["in_danger", "broken"]
    assert [len(worlds.facts(kind)) for kind in (CaseOpened, CaseClosed)] == [1, 0]
    assert (Perk.objects.count(), count_dead_letters()) == (1, 0)


def test_two_parcels_of_two_orders_are_one_case_and_one_message_a_kind():
    worlds.shipped()
    worlds.shipped("200", serial=2, lines={"TIDES": 1})
    live_until(DUE)
    assert news_told() == ["in_danger", "broken"]
    assert len(cases()) == 1
    for letter in worlds.letters():
        assert all(words in letter.body for words in ("100", "200", "Field Notes on Birds", "A Year of Tides"))


def test_two_parcels_of_one_order_are_one_message_too():
    parcels = [parcel_record(f"P{n}", {"BIRDS": 1}, serial=n) for n in (1, 2)]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 2}, parcels=parcels))
    live_until(DUE)
    assert news_told() == ["in_danger", "broken"]


def test_two_customers_are_two_cases():
    worlds.customer("luc", language="fr")
    worlds.shipped()
    worlds.shipped("200", by="luc", serial=2)
    live_until(THURSDAY)
    assert (news_told(), len(cases())) == (["in_danger"] * 2, 2)


@pytest.mark.parametrize(("language", "hello"), [("en", "Hello"), ("fr", "Bonjour"), ("es", "Hola")])
def test_everybody_is_told_in_their_own_language(language, hello):
    worlds.customer("kim", language=language)
    worlds.lost(by="kim")
    worlds.settle()
    (letter,) = worlds.letters()
    assert (letter.language, letter.body.startswith(hello), letter.state) == (language, True, "sent")


def test_danger_that_is_noticed_when_the_promise_breaks_is_told_as_broken_alone():
    parcel = worlds.shipped(deliver_by_date="2026-10-06")
    live_until(MONDAY + 2 * DAY)
    assert news_told() == ["broken"]
    told = MessageSubject.objects.filter(delivery=parcel.delivery).order_by("topic")
    assert [(link.topic, link.message.news) for link in told] == [("broken", "broken"), ("in_danger", "broken")]


def test_danger_noticed_at_the_very_due_instant_waits_for_the_promise_to_break():
    worlds.shipped()
    clock.freeze(DUE)
    parcels_swept(DUE)
    worlds.work()
    assert news_told() == []
    worlds.settle()
    assert news_told() == ["broken"]


def test_history_that_comes_with_an_import_is_no_news():
    before = MONDAY - STALE - 3 * DAY
    worlds.shipped(
        placed_at=before - 9 * DAY,
        deliver_by_date=before.date(),
    )
    Parcel.objects.update(label_at=before - 8 * DAY)
    live_until(MONDAY + DAY)
    assert news_told() == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "It is still with us."), ("fr", "Elle est encore chez nous."), ("es", "Todavía está con nosotros.")],
)
def test_of_what_has_not_left_no_carrier_is_said_to_know_anything(language, words):
    worlds.customer(language=language)
    worlds.take_in(worlds.order_record())
    live_until(DUE + HOUR)
    (letter,) = worlds.letters("broken")
    assert words in letter.body
    assert "%" not in letter.body


def test_what_leaves_after_its_delay_was_told_is_not_told_again():
    worlds.take_in(worlds.order_record(lines={"BIRDS": 2}))
    live_until(DUE + HOUR)
    assert news_told() == ["in_danger", "broken"]
    parcels = [parcel_record("P1", {"BIRDS": 1}, label_at=clock.now())]
    take_in_orders([worlds.order_record(lines={"BIRDS": 2}, parcels=parcels)], now=clock.now())
    live_until(DUE + DAY)
    assert news_told() == ["in_danger", "broken"]


def test_a_cancelled_order_alarms_nobody():
    worlds.shipped()
    parcels = [parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=MONDAY))
    live_until(DUE + DAY)
    assert (news_told(), cases()) == ([], [])


def test_a_cancelled_order_is_not_told_beside_another():
    worlds.lost()
    parcels = [parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=MONDAY))
    worlds.lost("200", serial=2)
    worlds.settle()
    (letter,) = worlds.letters()
    assert ("200" in letter.subject, "100" in letter.subject) == (True, False)


def test_what_was_cancelled_on_its_day_is_no_trouble_any_more():
    box = worlds.shipped()
    live_until(DUE + MINUTE)
    told = news_told()
    parcels = [parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=DUE))
    worlds.say(box, ScanKind.LOST)
    worlds.lost("200", serial=2)
    worlds.settle()
    (letter,) = worlds.letters()[len(told) :]
    assert letter.subject.startswith("Order 200:")
    assert [parcel.reference for parcel in parcels_in_danger(limit=9)] == ["P200"]


def test_a_parcel_that_is_well_again_and_arrives_closes_its_case():
    parcel = worlds.shipped()
    live_until(THURSDAY)
    worlds.say(parcel, ScanKind.MOVED)
    worlds.settle()
    assert cases() == [("delivery", "open", "none")]
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    assert cases() == [("delivery", "closed", "none")]
    assert news_told() == ["in_danger"]


def test_sent_again_and_arrived_closes_the_case_and_every_step_is_told_once():
    worlds.lost()
    worlds.settle()
    grant()
    assert cases() == [("delivery", "open", "none")]
    replacement = announce()
    worlds.say(replacement, ScanKind.DELIVERED)
    worlds.settle()
    assert cases() == [("delivery", "closed", "none")]
    live_until(DUE + DAY)
    assert news_told() == ["in_danger", "sent_again", "replacement_left"]


def test_what_was_made_good_and_turns_up_is_told_and_nobody_is_charged():
    parcel = worlds.lost()
    worlds.settle()
    grant()
    clock.freeze(MONDAY + DAY)
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    assert news_told() == ["in_danger", "sent_again", "turned_up"]


def test_a_replacement_that_is_lost_is_told_made_good_and_closes_the_case_in_the_end():
    worlds.lost()
    worlds.settle()
    grant()
    worlds.say(announce(), ScanKind.LOST)
    worlds.settle()
    assert news_told() == ["in_danger", "sent_again", "replacement_left", "in_danger"]
    grant(REFUND)
    assert cases() == [("delivery", "open", "waiting")]
    finish_refund(refund_id=Refund.objects.get().pk, by=HELPER, note="", now=clock.now())
    worlds.settle()
    assert cases() == [("delivery", "closed", "none")]


def test_a_refund_that_is_late_comes_to_the_top_and_paid_closes_the_case():
    worlds.lost()
    worlds.settle()
    grant(REFUND)
    task = Refund.objects.get()
    live_until(task.promise.due_at, step=DAY)
    task.promise.refresh_from_db()
    assert (task.promise.state, cases()[0][2]) == ("broken", "waiting")
    finish_refund(refund_id=task.pk, by=HELPER, note="", now=clock.now())
    worlds.settle()
    assert cases()[0][1] == "closed"


def test_delivered_and_not_received_opens_a_case():
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    assert cases() == []
    say_not_received(parcel_id=parcel.pk, now=clock.now())
    worlds.settle()
    assert (news_told(), cases()) == (["in_danger"], [("delivery", "open", "danger")])


def test_every_letter_leaves_with_what_the_records_support_whatever_the_parcel_is_like():
    for serial, kind in enumerate((ScanKind.LOST, ScanKind.DAMAGED, ScanKind.RETURNING, ScanKind.RETURNED), start=1):
        worlds.customer(f"c{serial}")
        worlds.say(worlds.shipped(str(serial), by=f"c{serial}", serial=serial), kind)
    worlds.settle()
    assert news_told() == ["in_danger"] * 4
    assert count_dead_letters() == 0


def test_a_real_worker_with_its_threads_tells_each_customer_once(committed):
    for serial in range(1, 5):
        worlds.shipped(str(serial), serial=serial)
    clock.freeze(DUE + timedelta(minutes=1))
    settle_for_real()
    assert sorted(Message.objects.values_list("news", "state")) == [("broken", "sent")]
    assert (len(cases()), count_dead_letters()) == (1, 0)


def jobs_waiting():
    return [task for task, _, _ in queued()]


def test_labels_and_scans_that_concern_nobody_make_no_job():
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.ACCEPTED)
    worlds.say(parcel, ScanKind.DELIVERED)
    assert jobs_waiting() == []
    worlds.say(worlds.shipped("200", serial=2), ScanKind.LOST)
    assert jobs_waiting() == ["cases.look_after_unsent", "cases.look_after_parcels"]


def test_a_case_and_a_label_that_miss_each_other_meet_when_both_are_written(monkeypatch):
    worlds.take_in(worlds.order_record())
    live_until(datetime(2026, 10, 9, 18, tzinfo=UTC))
    assert cases() == [("delivery", "open", "danger")]
    monkeypatch.setattr(reactions, "with_open_case_about", lambda kind, ids: set())
    worlds.shipped()
    assert jobs_waiting() == []
    assert cases() == [("delivery", "open", "danger")]
    (opened,) = worlds.facts(CaseOpened)
    reactions.look_again(opened)
    assert cases() == [("delivery", "open", "none")]


def test_all_that_is_lost_of_one_customer_is_looked_at_once():
    for serial, reference in enumerate(("100", "200", "300"), 1):
        worlds.lost(reference, serial=serial)
    mine = [reference for task, _, reference in queued() if task == "cases.look_after_parcels"]
    worlds.work()
    assert len(worlds.letters("in_danger")) == 1
    assert CaseSubject.objects.count() == 3
    assert ReactionRun.objects.filter(reaction="cases.look_after_parcels", fact__in=mine).count() == 3
    assert len(worlds.facts(CaseChanged)) <= 2


def test_of_forty_losses_one_that_cant_be_worded_is_parked_and_the_others_are_told(committed):
    worlds.count(BIRDS=50)
    for serial in range(40):
        worlds.lost(str(100 + serial), serial=serial)
    untellable = Delivery.objects.get(order__reference="117").pk
    sql.run(f"ALTER TABLE makegood_messagesubject ADD CONSTRAINT untellable CHECK (delivery_id <> {untellable})")
    try:
        for _ in range(ATTEMPTS):
            settle_for_real()
            stop_waiting()
    finally:
        sql.run("ALTER TABLE makegood_messagesubject DROP CONSTRAINT untellable")
    told = MessageSubject.objects.filter(topic="in_danger").values_list("delivery__order__reference", flat=True)
    assert sorted(told) == [str(reference) for reference in range(100, 140) if reference != 117]
    (parked,) = dead_letters(limit=9)
    assert (parked.reaction, "untellable" in parked.error) == ("cases.look_after_parcels", True)
    assert len(worlds.letters("in_danger")) == 1


def test_a_new_case_is_looked_at_when_nobody_holds_what_it_is_about(committed):
    parcel = worlds.lost()
    settle_for_real()
    (opened,) = worlds.facts(CaseOpened)
    reactions.look_again(opened)
    is_held, may_let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            lock_parcels([parcel.pk])
            is_held.set()
            may_let_go.wait(10)

    def look():
        is_held.wait(10)
        try:
            reactions.look_again(opened)
        finally:
            may_let_go.set()

    assert [type(answer) for answer in at_once(hold, look)] == [type(None), reactions.StillHeld]
