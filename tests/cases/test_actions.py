"""Words in, answers promised and given, and what helpers do on a case."""

import pytest

from makegood.cases import actions, matching
from makegood.cases.actions import (
    CaseIsClosed,
    CustomerStillWaits,
    NothingSaid,
    close_case,
    open_case,
    send_reply,
    take_in_message,
)
from makegood.cases.making_good import make_good
from makegood.cases.matching import TooManyWaiting, create_unmatched_message, dismiss_words, take_to_customer
from makegood.cases.models import Case, UnmatchedMessage
from makegood.cases.notifications import draft_for
from makegood.cases.queries import inbox, unassigned, words_of
from makegood.cases.rules import CaseState, CaseType
from makegood.cases.truth_check import UnsupportedWords, check_words
from makegood.channels.models import Message
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved, IdempotencyConflict
from makegood.kit.holidays import calendar_of
from makegood.parcels.dispatching import announce_all
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.records import AnnouncementRecord
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.promises.queries import answers_owed, kept_and_broken
from makegood.promises.rules import reply_due_at
from makegood.remedies.actions import NotPossibleNow
from makegood.remedies.models import Grant
from tests import worlds
from tests.committed import at_once
from tests.worlds import DAY, HELPER, HOUR, MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    worlds.open_shop()


def write(body="Where is it?", *, key="w1", who=None, **more):
    return take_in_message(key=key, customer=who or worlds.customer(), body=body, now=clock.now(), **more)


def reply(case, body="It is on its way.", *, key="r1"):
    return send_reply(case_id=case.pk, key=key, subject="", body=body, by=HELPER, now=clock.now())


def now_of(case):
    case.refresh_from_db()
    return case.state, case.attention


def test_an_answer_is_promised_by_the_end_of_the_next_business_day():
    shop = calendar_of(country="US", zone="America/Los_Angeles")
    friday = MONDAY + 4 * DAY
    assert reply_due_at(shop=shop, now=MONDAY) == MONDAY + DAY + 9 * HOUR
    # Monday the 12th is Columbus Day.
    assert reply_due_at(shop=shop, now=friday) == MONDAY + 8 * DAY + 9 * HOUR


def test_words_open_a_question_and_promise_an_answer():
    case = write("Where is it?\nI wait.")
    assert (case.case_type, case.subject, now_of(case)) == ("question", "Where is it?", ("open", "waiting"))
    assert (case.reply_promise.kind, case.reply_promise.due_at) == ("reply", MONDAY + DAY + 9 * HOUR)
    assert case.due_at == case.reply_promise.due_at
    assert inbox(limit=9) == [case]


def test_the_same_key_again_changes_nothing_and_nothing_is_not_said():
    assert write() == write()
    assert (Case.objects.count(), Promise.objects.count()) == (1, 1)
    with pytest.raises(NothingSaid):
        write("  \n", key="w2")


def test_more_words_join_the_open_case_and_one_answer_is_owed():
    case = write()
    clock.freeze(MONDAY + HOUR)
    assert write("Hello?", key="w2") == case
    assert (words_of(case).count(), Promise.objects.count()) == (2, 1)


def test_words_join_the_case_about_the_parcel():
    worlds.customer()
    worlds.lost()
    worlds.settle()
    assert write().case_type == "delivery"


def test_a_reply_keeps_the_promise_and_answers_the_question():
    case = write()
    clock.freeze(MONDAY + HOUR)
    message = reply(case)
    assert reply(case) == message
    assert (message.subject, message.written_by) == ("Where is it?", "helper:2")
    assert now_of(case) == ("closed", "none")
    assert (case.reply_promise.state, case.reply_promise.fulfilled_at) == ("kept", MONDAY + HOUR)


def test_a_late_answer_comes_to_the_top_of_the_inbox_and_stays_broken():
    case = write()
    clock.freeze(case.due_at)
    worlds.settle()
    assert Promise.objects.get().state == "broken"
    assert (inbox(limit=9), now_of(case)) == ([case], ("open", "waiting"))
    clock.freeze(case.due_at + HOUR)
    reply(case)
    assert now_of(case) == ("closed", "none")
    assert kept_and_broken(customer_id=case.customer_id) == (0, 1)


def test_a_key_is_one_replys():
    first, second = write(), write(key="w2", who=worlds.customer("luc"))
    reply(first)
    with pytest.raises(IdempotencyConflict):
        reply(second)
    assert now_of(second) == ("open", "waiting")
    third = write(key="w3")
    with pytest.raises(IdempotencyConflict):
        reply(third)
    assert now_of(third) == ("open", "waiting")


def test_a_case_in_which_somebody_waits_is_closed_only_by_who_means_it():
    case = write()
    with pytest.raises(CustomerStillWaits):
        close_case(case_id=case.pk, by=HELPER, now=clock.now())
    assert now_of(case) == ("open", "waiting")
    close_case(case_id=case.pk, by=HELPER, now=clock.now(), although_they_wait=True)
    assert now_of(case) == ("closed", "none")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_greeting_and_a_signature_alone_are_no_answer(language):
    case = write(who=worlds.customer("luc", language=language))
    opening = draft_for(case, helper_name=worlds.helper().name, now=clock.now())
    for body in (" \n", opening.text, opening.text.replace("\n", "\n\n")):
        with pytest.raises(NothingSaid):
            send_reply(case_id=case.pk, key="r", subject="", body=body, by=HELPER, now=clock.now())
    assert now_of(case) == ("open", "waiting")
    body = opening.text.replace("\n\n\n", "\n\nYes.\n")
    send_reply(case_id=case.pk, key="r", subject="", body=body, by=HELPER, now=clock.now())
    assert now_of(case) == ("closed", "none")


def test_a_closed_case_takes_nothing_more_and_new_words_open_the_next():
    case = write()
    close_case(case_id=case.pk, by=HELPER, now=clock.now(), although_they_wait=True)
    for refused in (
        lambda: reply(case),
        lambda: close_case(case_id=case.pk, by=HELPER, now=clock.now()),
        lambda: actions.assign(case_id=case.pk, to=None, now=clock.now()),
    ):
        with pytest.raises(CaseIsClosed):
            refused()
    assert write("And another thing", key="w2").pk != case.pk


def test_closing_by_hand_keeps_no_promise_that_nobody_kept():
    case = write()
    close_case(case_id=case.pk, by=HELPER, now=clock.now(), although_they_wait=True)
    assert now_of(case) == ("closed", "none")
    assert (Promise.objects.get().state, kept_and_broken(customer_id=case.customer_id)) == ("withdrawn", (0, 0))


def test_notes_and_assignment_are_for_helpers():
    case, maya = write(), worlds.helper()
    note = actions.add_note(case_id=case.pk, body=" call her ", by=maya, now=clock.now())
    assert (note.body, note.written_by) == ("call her", maya)
    assert actions.assign(case_id=case.pk, to=maya, now=clock.now()).assigned_to == maya
    with pytest.raises(NothingSaid):
        actions.add_note(case_id=case.pk, body=" ", by=maya, now=clock.now())


@pytest.mark.parametrize(
    "words",
    ["It arrives on 3 March 2027.", "We have paid you back $77.77.", "Its number is 9400100000000000009999."],
)
def test_words_that_no_record_supports_are_refused(words):
    worlds.customer()
    worlds.lost()
    worlds.settle()
    case = Case.objects.get()
    with pytest.raises(UnsupportedWords):
        check_words(case, words, now=clock.now())


def test_words_that_the_records_support_are_not():
    worlds.customer()
    parcel = worlds.lost()
    worlds.settle()
    words = f"Your parcel {parcel.number} of order 100 cost $16.95 and was promised for 16 October 2026."
    check_words(Case.objects.get(), words, now=clock.now())


def leave(body="Where are my books?"):
    return create_unmatched_message(
        name="A.", address="ada@marsh.example", order_reference="100", body=body, language="en", now=clock.now()
    )


def test_words_of_a_stranger_wait_until_somebody_says_whose_they_are():
    row = leave()
    assert (unassigned(limit=9), Case.objects.count()) == ([row], 0)
    case = take_to_customer(unassigned_id=row.pk, customer=worlds.customer(), now=clock.now())
    assert (case.case_type, now_of(case), unassigned(limit=9)) == ("question", ("open", "waiting"), [])
    for again in (
        lambda: take_to_customer(unassigned_id=row.pk, customer=worlds.customer("luc"), now=clock.now()),
        lambda: dismiss_words(unassigned_id=row.pk, reason="spam", now=clock.now()),
    ):
        with pytest.raises(AlreadyResolved):
            again()


def test_words_are_dismissed_with_their_reason_alone():
    row = leave()
    with pytest.raises(NothingSaid):
        dismiss_words(unassigned_id=row.pk, reason=" ", now=clock.now())
    dismiss_words(unassigned_id=row.pk, reason="spam", now=clock.now())
    assert UnmatchedMessage.objects.values_list("dismissed_reason", "closed_at").get() == ("spam", MONDAY)


def test_the_list_of_strangers_words_is_bounded(monkeypatch):
    monkeypatch.setattr(matching, "KEEP_UNASSIGNED", 1)
    leave()
    with pytest.raises(TooManyWaiting):
        leave()
    with pytest.raises(NothingSaid):
        leave(" ")


def two_lost(*, birds):
    worlds.customer()
    worlds.count(BIRDS=birds)
    worlds.lost()
    worlds.lost("200", serial=2)
    worlds.settle()
    return Case.objects.get()


def click(case, kind, **more):
    return [one.kind for one in make_good(case_id=case.pk, kind=kind, by=HELPER, now=clock.now(), **more)]


def test_one_click_makes_every_order_of_a_case_good_or_the_one_that_was_meant():
    case = two_lost(birds=10)
    order_id = case.subjects.order_by("id")[1].delivery.order_id
    assert click(case, RemedyKind.REFUND, order_id=order_id) == ["refund"]
    assert click(case, RemedyKind.SEND_AGAIN) == ["send_again"]
    assert click(case, RemedyKind.SEND_AGAIN) == []


def test_one_click_is_all_or_nothing():
    case = two_lost(birds=1)
    with pytest.raises(NotPossibleNow):
        click(case, RemedyKind.SEND_AGAIN)
    assert Grant.objects.count() == 0


def test_money_goes_back_for_the_orders_for_which_any_can():
    worlds.customer()
    worlds.count(BIRDS=0)
    worlds.lost()
    free = worlds.order_record("200", parcels=[worlds.parcel_record("P200", {"BIRDS": 1}, serial=2)], postage_minor=0)
    lines = [{"id": "BIRDS", "sku": "BIRDS", "quantity": 1, "unit_price_minor": 0}]
    worlds.take_in(worlds.OrderRecord.model_validate(free.model_dump() | {"lines": lines, "paid": []}))
    worlds.say(Parcel.objects.get(reference="P200"), ScanKind.LOST)
    worlds.settle()
    case = Case.objects.get()
    worlds.count(BIRDS=1)
    assert click(case, RemedyKind.REFUND) == ["refund"]
    assert Grant.objects.get().order.reference == "100"
    with pytest.raises(NotPossibleNow):
        click(case, RemedyKind.REFUND)
    assert click(case, RemedyKind.SEND_AGAIN) == ["send_again"]


def test_what_can_be_sent_goes_and_the_rest_is_paid_back_over_several_orders():
    assert click(two_lost(birds=1), RemedyKind.SEND_PART) == ["send_again", "refund"]


def test_an_open_case_is_the_same_for_all_who_ask_at_once(committed):
    who = worlds.customer()

    def ask():
        with actions.transaction.atomic():
            return open_case(customer_id=who.pk, case_type=CaseType.DELIVERY, now=MONDAY).pk

    assert len(set(at_once(*[ask] * 4))) == 1
    assert Case.objects.count() == 1


def test_whoever_waited_for_a_case_that_was_closed_meanwhile_opens_the_next(committed, monkeypatch):
    who = worlds.customer()
    with actions.transaction.atomic():
        first = open_case(customer_id=who.pk, case_type=CaseType.DELIVERY, now=MONDAY)
    found = Case.objects.get_or_create

    def and_somebody_closes_it(**words):
        case, is_new = found(**words)
        Case.objects.filter(pk=first.pk).update(state=CaseState.CLOSED, closed_at=MONDAY)
        return case, is_new

    monkeypatch.setattr(Case.objects, "get_or_create", and_somebody_closes_it)
    with actions.transaction.atomic():
        second = open_case(customer_id=who.pk, case_type=CaseType.DELIVERY, now=MONDAY)
    assert (second.pk != first.pk, second.state) == (True, "open")


def bodies(kind):
    return list(Message.objects.filter(news=kind).order_by("id").values_list("body", flat=True))


def test_one_click_for_several_orders_is_confirmed_in_one_letter():
    click(two_lost(birds=10), RemedyKind.SEND_AGAIN)
    worlds.settle()
    (letter,) = bodies("sent_again")
    assert "100" in letter
    assert "200" in letter
    assert "It travels in two new parcels, and all of them will be with you by" in letter


def test_replacements_announced_together_are_told_in_one_letter_and_another_in_the_next():
    case = two_lost(birds=10)
    worlds.lost("300", serial=3)
    worlds.settle()
    click(case, RemedyKind.SEND_AGAIN)
    worlds.settle()
    first, second, third = Dispatch.objects.order_by("id")
    announce_all([announced(first, serial=51), announced(second, serial=52)], now=clock.now())
    announce_all([announced(third, serial=53)], now=clock.now())
    worlds.settle()
    both, one = bodies("replacement_left")
    assert [worlds.number_of(serial) in both for serial in (51, 52, 53)] == [True, True, False]
    assert [worlds.number_of(serial) in one for serial in (51, 52, 53)] == [False, False, True]
    assert "They will all be with you by" in both


def announced(dispatch, *, serial):
    return AnnouncementRecord(dispatch=dispatch.key, carrier="usps", number=worlds.number_of(serial))


def test_a_letter_offers_what_the_stock_allows_for_all_orders_together():
    case = two_lost(birds=1)
    (letter,) = bodies("in_danger")
    assert "For order 100: we can send you the same again" in letter
    assert "For order 200: we can give you your money back: 21.75\u00a0USD" in letter
    assert click(case, RemedyKind.SEND_PART) == ["send_again", "refund"]


def test_what_was_confirmed_is_not_confirmed_again_with_what_is_chosen_next_at_the_same_instant():
    case = two_lost(birds=10)
    for order_id in case.subjects.order_by("id").values_list("delivery__order_id", flat=True):
        click(case, RemedyKind.SEND_AGAIN, order_id=order_id)
        worlds.settle()
    first, second = bodies("sent_again")
    assert ["Order 200" in first, "Order 200" in second] == [False, True]
    assert ["Order 100" in first, "Order 100" in second] == [True, False]


def test_two_messages_at_once_on_one_case_are_owed_one_answer(committed):
    who = worlds.customer()
    case = write(who=who)
    reply(case)
    case = write("And the other one?", key="w2", who=who)
    # The second waits for the case while the first makes or finds the promise to answer.
    at_once(*[lambda key=key: write("Hello?", key=key, who=who) for key in ("w3", "w4")])
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.messages.count()) == ("open", 3)
    assert [promise.pk for promise in answers_owed(who.pk)] == [case.reply_promise_id]


def test_two_messages_at_once_after_an_answer_are_owed_one_more(committed):
    who = worlds.customer()
    worlds.lost()
    worlds.settle()
    case = write(who=who)
    reply(case)
    at_once(*[lambda key=key: write("Hello?", key=key, who=who) for key in ("w3", "w4")])
    case.refresh_from_db()
    assert case.state == "open"
    assert [promise.pk for promise in answers_owed(who.pk)] == [case.reply_promise_id]
