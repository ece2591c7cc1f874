"""A customer's own choice: carried out once, taken to a person where it has to be, and never a dead end."""

import re
from datetime import timedelta

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.channels.models import Message
from makegood.customers.models import Customer
from makegood.journal.models import DeadLetter
from makegood.kit import clock
from makegood.orders.models import Delivery
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.remedies.actions import finish_refund
from makegood.remedies.models import Grant
from tests import worlds


def choose(page, remedy="send_again"):
    """Press the button of this remedy as the page shows it now, or as one that was left open did."""
    return page.post("/orders/100/remedy", {"remedy": remedy, "seen": seen(page, remedy)}, follow=True)


def seen(page, remedy="send_again"):
    shown = page.get("/orders/100").content.decode()
    found = re.search(rf'name="remedy" value="{remedy}"><input type="hidden" name="seen" value="(\w+)"', shown)
    return found.group(1) if found else "long gone"


def words(response):
    return response.content.decode()


def test_sent_again_says_when_it_arrives(page, lost):
    text = words(choose(page))
    assert "We are sending it again, to be at your door on Tuesday 20 October." in text
    assert "There is nothing to pay and nothing to send back." in text
    assert "You asked us to send it again." in text
    assert "What would you like?" not in text


def test_choosing_twice_grants_once(page, lost):
    choose(page)
    assert choose(page).status_code == 200
    assert choose(page, "refund").status_code == 200
    assert [(grant.kind, grant.standpoint) for grant in Grant.objects.all()] == [("send_again", "customer")]
    assert Dispatch.objects.count() == 1


def test_the_new_number_is_told_once_it_left(page, lost):
    choose(page)
    number = worlds.number_of(77)
    announce_parcel(
        dispatch_id=Dispatch.objects.get().pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now()
    )
    worlds.settle()
    text = words(page.get("/orders/100"))
    assert "Your new parcel is on its way, to be at your door on Tuesday 20 October." in text
    assert " ".join(number[at : at + 4] for at in range(0, len(number), 4)) in text


def test_a_refund_says_how_much_and_by_when(page, lost):
    text = words(choose(page, "refund"))
    assert "We will pay back 50.65\u00a0USD by Wednesday 28 October." in text
    assert "on its way back" not in text
    assert "Next: we pay 50.65\u00a0USD back by <b>28 October</b>." in text
    assert "50.65\u00a0USD</b> to your Visa ending 4242, by Wednesday 28 October." in text
    assert Refund.objects.get().amount_minor == 5065


def test_money_is_paid_back_only_once_somebody_paid_it(page, lost):
    choose(page, "refund")
    task = Refund.objects.get()
    worlds.live_until(task.promise.due_at + timedelta(hours=1))
    late = words(page.get("/orders/100"))
    assert "We should have paid 50.65\u00a0USD back by Wednesday 28 October, and haven’t yet." in late
    assert "We will" not in late
    finish_refund(refund_id=task.pk, by=worlds.HELPER, note="", now=clock.now())
    worlds.settle()
    for address in ("/orders", "/orders/100"):
        assert "We paid 50.65\u00a0USD back on Wednesday 28 October." in words(page.get(address))


def test_short_stock_is_part_and_part(page, lost):
    worlds.count(TIDES=0)
    text = words(page.get("/orders/100"))
    again = "“Field Notes on Birds” at your door <b>Tuesday 20 October</b>"
    assert f"{again} if you choose by Monday 19 October at 18:00 EDT." in text
    assert "We no longer have “A Year of Tides”. For the rest:" in text
    assert "We send what we have, and pay back what you paid for the rest." in words(choose(page, "send_part"))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_what_cost_nothing_and_is_gone_brings_no_word_of_money(page, ada, language):
    Customer.objects.update(language=language)
    worlds.count(TIDES=0)
    parcels = [worlds.parcel_record("P100", {"BIRDS": 1, "TIDES": 1})]
    told = worlds.order_record("100", lines={"BIRDS": 1, "TIDES": 1}, parcels=parcels).model_dump()
    told["lines"][1]["discount_minor"] = told["lines"][1]["unit_price_minor"]
    worlds.take_in(worlds.OrderRecord.model_validate(told))
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    worlds.settle()
    shown = words(page.get("/orders/100"))
    assert "<b></b>" not in shown
    assert ("We no longer have “A Year of Tides”." in shown) == (language == "en")
    choose(page, "send_part")
    worlds.settle()
    offered, chosen = worlds.letters("in_danger")[-1], worlds.letters("sent_part")[-1]
    money = re.compile(r"rest|back for|rembours|reste|devolv|dinero", re.IGNORECASE)
    assert not money.search(chosen.subject + chosen.body)
    assert "For the rest" not in offered.body
    assert not DeadLetter.objects.exists()


def test_what_is_no_longer_possible_shows_what_is(page, lost):
    worlds.count(TIDES=0)
    response = page.post("/orders/100/remedy", {"remedy": "send_again"})
    assert response.status_code == 409
    assert "That is no longer possible. This is what we can do now." in words(response)
    assert 'value="send_part"' in words(response)
    assert Grant.objects.count() == 0


def test_what_is_possible_otherwise_than_it_was_seen_is_told_and_not_done(page, lost):
    worlds.count(BIRDS=0)
    was = seen(page, "send_part")
    worlds.count(BIRDS=1, TIDES=0)
    response = page.post("/orders/100/remedy", {"remedy": "send_part", "seen": was})
    assert response.status_code == 409
    assert "What we can do has changed since you looked." in words(response)
    assert Grant.objects.count() == 0
    assert choose(page, "send_part").status_code == 200
    assert Grant.objects.get().kind == "send_part"


def test_a_day_that_is_a_later_one_by_now_is_told_and_not_promised(page, lost):
    was = seen(page)
    clock.freeze(clock.now() + timedelta(days=3))
    assert page.post("/orders/100/remedy", {"remedy": "send_again", "seen": was}).status_code == 409
    assert Grant.objects.count() == 0


def test_a_choice_beyond_their_authority_is_a_wish_with_its_promise(page, lost, limited):
    limited("customer", RemedyKind, 0)
    before = words(page.get("/orders/100"))
    assert "A person here has to agree, and answers you by Monday 19 October." in before
    text = words(choose(page))
    assert "We have your wish. A person here sees to it and answers you." in text
    assert "You will have an answer from us by Monday 19 October at 21:00 EDT." in text
    assert Grant.objects.count() == 0
    assert Message.objects.filter(direction="in").count() == 1
    choose(page)
    assert Message.objects.filter(direction="in").count() == 1
    assert Promise.objects.filter(kind="reply").count() == 1


def test_it_never_came_is_believed_at_the_first_word(page, ada):
    parcel = worlds.shipped()
    worlds.live_until(worlds.MONDAY + timedelta(days=2))
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    form = words(page.get("/orders/100/wrong"))
    assert "It never came" in form
    text = words(page.post("/orders/100/wrong", {"parcel": parcel.pk}, follow=True))
    assert "Thank you for telling us. We believe you." in text
    assert "What would you like?" in text
    assert "You told us that it never came, and we believe you." in text


def test_somebody_elses_parcel_cannot_be_called_missing(page):
    worlds.customer("bob")
    foreign = worlds.shipped("200", by="bob", serial=2)
    worlds.say(foreign, ScanKind.DELIVERED)
    worlds.shipped("100")
    assert page.post("/orders/100/wrong", {"parcel": foreign.pk}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.said_not_received_at is None


def test_what_was_sent_again_and_is_late_says_so(page, lost):
    choose(page)
    worlds.live_until(Delivery.objects.get(is_replacement=True).promise.due_at + timedelta(hours=40))
    text = words(page.get("/orders/100"))
    assert "Your new parcel should be with you by now, and it hasn’t left us." in text
    assert "It should have been at your door by <b>Tuesday 20 October</b>, and it isn’t." in text
    assert "border-success" not in text
    assert "at the latest, by" not in text  # The day on which it was to leave is over, too.
    assert "Next: the new parcel leaves us" not in text


def test_a_replacement_lost_as_well_is_told_as_the_new_one(page, lost):
    choose(page)
    number = worlds.number_of(77)
    announce_parcel(
        dispatch_id=Dispatch.objects.get().pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now()
    )
    worlds.live_until(Delivery.objects.get(is_replacement=True).promise.due_at + timedelta(days=4))
    text = words(page.get("/orders/100"))
    assert "Your new parcel " in text
    assert "At your door <b>Tuesday 20 October</b>" not in text
    choose(page)
    text = words(page.get("/orders/100"))
    assert "It was promised for <b>Tuesday 20 October</b>, and did not come." in text


def test_how_far_a_new_parcel_is_is_said_as_a_person_would(page, lost):
    text = words(choose(page))
    assert "We have set it aside for you, and pack it next." in text
    assert "to come" not in text


def cancel(**more):
    """The shop cancels the order whose box was lost."""
    lines = {"BIRDS": 1, "TIDES": 1}
    boxes = [worlds.parcel_record("P100", lines)]
    told = {"lines": lines, "parcels": boxes, "version_at": clock.now(), "cancelled_at": clock.now()}
    worlds.take_in(worlds.order_record(**told | more))
    worlds.settle()


def test_what_was_chosen_and_then_cancelled_is_not_promised_any_more(page, lost):
    choose(page)
    worlds.settle()
    cancel()
    text = words(page.get("/orders/100"))
    assert "This order was cancelled." in text
    assert "It is not sent any more." in text
    assert "Your order was cancelled before it left us, so we didn’t send it." in text
    for untrue in ("We send it again.", "At your door", "You get the same again", "nothing to pay", "pack it next"):
        assert untrue not in text, untrue


def test_a_draft_says_nothing_of_a_parcel_that_was_cancelled(page, lost):
    choose(page)
    worlds.settle()
    cancel()
    text = draft_for(Case.objects.get(), helper_name="Maya", now=clock.now()).text
    assert "again" not in text
    assert "new parcel" not in text


def test_what_was_cancelled_before_it_was_confirmed_is_not_confirmed(page, lost):
    choose(page)
    cancel()
    assert "sent_again" not in worlds.news_told()


def test_a_refund_stays_where_what_was_to_go_with_it_was_cancelled(page, lost):
    worlds.count(TIDES=0)
    choose(page, "send_part")
    worlds.settle()
    cancel()
    text = words(page.get("/orders/100"))
    assert "It is not sent any more." in text
    assert re.search(r"We will pay back <b>28\.90.USD</b>", text)


def test_what_was_cancelled_and_left_all_the_same_is_told_alike_everywhere(page, lost):
    choose(page)
    worlds.settle()
    cancel()
    number = worlds.number_of(77)
    announce_parcel(
        dispatch_id=Dispatch.objects.get().pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now()
    )
    worlds.settle()
    (letter,) = worlds.letters("replacement_left")
    assert "It will be with you on Tuesday 20 October" in letter.body
    text = words(page.get("/orders/100"))
    assert "Your new parcel is on its way, to be at your door on Tuesday 20 October." in text
    assert "At your door <b>Tuesday 20 October</b>." in text
    assert "didn’t send" not in text
    assert {(step.kind, step.state) for step in Grant.objects.get().steps.all()} == {
        ("reserve_stock", "done"),
        ("dispatch", "done"),
    }
    worlds.say(Parcel.objects.get(number=number), ScanKind.LOST)
    worlds.settle()
    assert worlds.news_told()[-1] == "in_danger"
    assert "What would you like?" in words(page.get("/orders/100"))
