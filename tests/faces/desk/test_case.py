"""One case: what it shows, and everything a helper does on it."""

import re
from typing import Any

import pytest
from django.test import Client

from makegood.cases.actions import send_reply, take_in_message
from makegood.cases.matching import create_unmatched_message, take_to_customer
from makegood.cases.models import Case, Note
from makegood.catalog.models import Stock
from makegood.kit import clock
from makegood.orders.models import Delivery
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.remedies.models import Grant
from makegood.staff.models import Helper
from tests import worlds
from tests.granting import Allow

SHIP_TO = worlds.order_record().ship_to.model_dump()
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def case(db) -> Case:
    """Ada's parcel was never scanned; her date has passed and she was told."""
    worlds.open_shop()
    worlds.customer()
    worlds.shipped()
    worlds.settle()
    clock.freeze(worlds.DUE + worlds.HOUR)
    worlds.settle()
    return Case.objects.get()


def page_of(desk: Client, case: Case) -> str:
    answer = desk.get(f"/desk/cases/{case.pk}")
    assert answer.status_code == 200
    return answer.content.decode()


def seen(page: str) -> list[str]:
    """What each remedy's button says that the helper saw."""
    return re.findall(r'name="seen" value="([^"]+)"', page)


def choose(desk: Client, case: Case, kind: str):
    chosen = next(each for each in seen(page_of(desk, case)) if each.startswith(kind))
    return desk.post(f"/desk/cases/{case.pk}/remedy", {"seen": chosen})


def test_it_tells_who_what_and_why(desk: Client, case: Case) -> None:
    page = page_of(desk, case)
    for words in (
        "No scan since the label",
        "Ada Marsh",
        "With us since 2020",
        "Promised: 1 item",
        "1 broken",
        "ordered 4 Oct",
        "due 16 Oct",
        "Label made in Reno for USPS",
        "Not scanned since",
        "Promise broken: it was due by 16 October.",
        "Makegood wrote",
        "Send the same again",
        "Pay the money back",
        "nothing for them to do",
        "Yours to grant.",
    ):
        assert words in page, words


def test_a_promise_kept_and_heard_of_later_was_never_broken(desk: Client, case: Case) -> None:
    worlds.say(Parcel.objects.get(), ScanKind.DELIVERED, worlds.DUE - worlds.DAY)
    worlds.settle()
    page = page_of(desk, case)
    assert "Promise kept: delivered in time for 16 October." in page
    assert "Promise broken" not in page
    assert "passed without our hearing that it had come; it had." in page


def test_a_case_of_what_was_cancelled_says_so_and_not_that_it_is_lost(desk: Client, case: Case) -> None:
    parcels = [worlds.parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=clock.now()))
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    worlds.settle()
    page = page_of(desk, case)
    assert "Order 100 was cancelled</h1>" in page
    assert "No parcel is in danger." in desk.get("/desk/parcels").content.decode()


def test_a_case_that_is_not_there(desk: Client, case: Case) -> None:
    assert desk.get("/desk/cases/999999").status_code == 404


def test_one_click_sends_again(desk: Client, case: Case, maya: Helper) -> None:
    assert choose(desk, case, "send_again")["Location"].endswith("?done=granted")
    assert [(grant.kind, grant.granted_by) for grant in Grant.objects.all()] == [("send_again", f"helper:{maya.pk}")]
    worlds.settle()
    page = page_of(desk, case)
    assert "On Reno’s pick list" in page
    assert "Maya had it sent again" in page
    assert seen(page) == []


def test_two_clicks_are_one(desk: Client, case: Case) -> None:
    chosen = {"seen": seen(page_of(desk, case))[0]}
    answers = [desk.post(f"/desk/cases/{case.pk}/remedy", chosen).status_code for _ in range(2)]
    assert (answers, Grant.objects.count(), Dispatch.objects.count()) == ([302, 302], 1, 1)


def test_what_has_changed_since_it_was_seen_is_not_done(desk: Client, case: Case) -> None:
    chosen = {"seen": seen(page_of(desk, case))[0]}
    Stock.objects.update(on_hand=0)
    answer = desk.post(f"/desk/cases/{case.pk}/remedy", chosen)
    assert answer.status_code == 409
    assert "what is possible has just changed" in answer.content.decode()
    assert Grant.objects.count() == 0


def test_beyond_ones_authority_there_is_no_button_and_no_way_round(desk: Client, case: Case, limited: Allow) -> None:
    chosen = seen(page_of(desk, case))[0]
    limited("helper", RemedyKind, 1)
    page = page_of(desk, case)
    assert seen(page) == []
    assert "Needs a lead" in page
    answer = desk.post(f"/desk/cases/{case.pk}/remedy", {"seen": chosen})
    assert (answer.status_code, Grant.objects.count()) == (403, 0)


def test_a_refund_becomes_a_task_and_its_promise_is_kept(desk: Client, case: Case) -> None:
    choose(desk, case, "refund")
    worlds.settle()
    task = Refund.objects.select_related("promise").get()
    page = page_of(desk, case)
    assert "to pay back to Visa ending 4242" in page
    assert "Money back: to come" in page
    address = f"/desk/refunds/{task.pk}/payment"
    answer = desk.post(address, {"note": "receipt 7", "back": f"/desk/cases/{case.pk}?done=paid"})
    assert answer["Location"] == f"/desk/cases/{case.pk}?done=paid"
    task.refresh_from_db()
    assert task.promise is not None
    promise = Promise.objects.get(pk=task.promise.pk)
    assert (task.note, promise.state) == ("receipt 7", "kept")
    again = desk.post(address)
    assert again.status_code == 409
    assert "Somebody has dealt with it already." in again.content.decode()
    assert "Maya paid 21.75" in page_of(desk, case)


def test_paying_leads_nowhere_else(desk: Client, case: Case) -> None:
    choose(desk, case, "refund")
    worlds.settle()
    address = f"/desk/refunds/{Refund.objects.get().pk}/payment"
    assert desk.post(address, {"back": "https://elsewhere.example"})["Location"] == "/desk/refunds"


def test_what_is_made_good_before_its_day_is_in_danger_no_longer(desk: Client, db) -> None:
    worlds.open_shop()
    worlds.customer()
    worlds.shipped()
    worlds.settle()
    clock.freeze(worlds.DUE - worlds.HOUR)
    worlds.settle()
    case = Case.objects.get()
    assert "1 in danger" in page_of(desk, case)
    choose(desk, case, "refund")
    worlds.settle()
    page = page_of(desk, case)
    assert "1 promised otherwise" in page
    assert "in danger" not in page


def test_what_was_sent_again_and_is_late_itself_is_not_made_good(desk: Client, db) -> None:
    worlds.open_shop()
    worlds.customer()
    worlds.shipped()
    worlds.settle()
    clock.freeze(worlds.DUE - worlds.HOUR)
    worlds.settle()
    case = Case.objects.get()
    choose(desk, case, "send_again")
    worlds.settle()
    assert "1 promised otherwise" in page_of(desk, case)
    worlds.live_until(Delivery.objects.get(is_replacement=True).promise.due_at + worlds.HOUR)
    page = page_of(desk, case)
    assert "1 sent again, and overdue" in page
    assert "1 promised otherwise" not in page


def test_notes_are_kept_for_helpers(desk: Client, case: Case) -> None:
    desk.post(f"/desk/cases/{case.pk}/notes", {"note": f"She is {EVIL} nice"})
    assert Note.objects.get().body == f"She is {EVIL} nice"
    page = page_of(desk, case)
    assert "Note by Maya, for helpers only:" in page
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)" in page
    assert desk.post(f"/desk/cases/{case.pk}/notes", {"note": "  "}).status_code == 422


def test_assigning_to_me_to_somebody_to_nobody(desk: Client, case: Case, maya: Helper) -> None:
    other = worlds.helper("noor")
    for to in (maya, other, None):
        desk.post(f"/desk/cases/{case.pk}/assignment", {"to": to.pk if to else ""})
        case.refresh_from_db()
        assert case.assigned_to == to
    assert desk.post(f"/desk/cases/{case.pk}/assignment", {"to": "999"}).status_code == 422


def test_closing_by_hand(desk: Client, case: Case) -> None:
    desk.post(f"/desk/cases/{case.pk}/closure")
    case.refresh_from_db()
    assert case.state == "closed"
    assert "This case is closed." in page_of(desk, case)
    assert desk.post(f"/desk/cases/{case.pk}/closure").status_code == 409


def test_where_nothing_can_be_done_the_case_says_that_it_is_in_danger(desk: Client, db) -> None:
    worlds.open_shop()
    worlds.customer()
    worlds.shipped(paid=[])
    worlds.count(BIRDS=0)
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    worlds.settle()
    shown = page_of(desk, Case.objects.get())
    assert "It is in danger, and nothing can be sent or paid back for it now." in shown
    assert "Nothing in these orders is in danger now" not in shown


def test_closing_on_somebody_who_waits_asks_first(desk: Client, case: Case) -> None:
    asked = "Somebody still waits for us here: close it all the same"
    assert asked not in page_of(desk, case)
    take_in_message(key="1", customer=case.customer, body="Where is it?", now=clock.now())
    question = Case.objects.get(case_type="question") if Case.objects.count() > 1 else case
    assert asked in page_of(desk, question)
    refused = desk.post(f"/desk/cases/{question.pk}/closure")
    assert (refused.status_code, "Not closed: somebody still waits" in refused.content.decode()) == (409, True)
    desk.post(f"/desk/cases/{question.pk}/closure", {"although_they_wait": "on"})
    question.refresh_from_db()
    assert question.state == "closed"


def test_what_customers_write_never_runs(desk: Client, case: Case) -> None:
    take_in_message(key="1", customer=case.customer, body=f"{EVIL} where is it?", subject=EVIL, now=clock.now())
    for address in (f"/desk/cases/{case.pk}", "/desk/", f"/desk/search?q={EVIL}"):
        page = desk.get(address).content.decode()
        assert EVIL not in page
        assert "&lt;script&gt;" in page


def test_an_open_page_is_told_only_what_is_new(desk: Client, case: Case) -> None:
    page = page_of(desk, case)
    at = re.search(r'id="newest" name="newest" value="(\d+)"', page)
    assert at
    address = f"/desk/cases/{case.pk}/changes?newest={at[1]}"
    assert desk.get(address).status_code == 204
    desk.post(f"/desk/cases/{case.pk}/notes", {"note": "new"})
    answer = desk.get(address)
    assert answer.status_code == 200
    assert "Note by Maya" in answer.content.decode()
    assert "<textarea" not in answer.content.decode()


def test_letters_shown_to_helpers_sign_nobody_in(desk: Client, case: Case) -> None:
    assert "/enter/" in worlds.letters()[0].body
    assert re.findall(r"/enter/\w", page_of(desk, case)) == []


def test_a_question_shows_the_newest_orders(desk: Client, db) -> None:
    worlds.open_shop()
    who = worlds.customer()
    worlds.shipped()
    case = take_in_message(key="1", customer=who, body="Do you wrap?", now=clock.now())
    page = page_of(desk, case)
    assert "No order is in question here" in page
    assert "Order 100: 1 item" in page


def test_what_the_shop_changed_is_on_the_timeline(desk: Client, case: Case) -> None:
    box = [worlds.parcel_record("P100", {"BIRDS": 1})]
    words: dict[str, Any] = {"parcels": box, "version_at": clock.now(), "ship_to": {**SHIP_TO, "postcode": "10003"}}
    worlds.take_in(worlds.order_record(lines={"BIRDS": 2, "ATLAS": 1}, postage_minor=0, **words))
    later = {**words, "version_at": clock.now() + worlds.MINUTE, "deliver_by_date": "2026-10-30"}
    worlds.take_in(worlds.order_record(lines={"BIRDS": 2, "ATLAS": 1}, postage_minor=0, **later))
    page = page_of(desk, case)
    assert "The shop changed order 100: 1 line added, 1 line changed, the postage, the address." in page
    assert "The promised day moved from" in page
    assert "your order was changed." in page
    assert "The shop changed order 100: the promised day." in page


def test_a_letter_that_offered_stands_before_what_was_chosen_at_that_instant(desk: Client, case: Case) -> None:
    choose(desk, case, "refund")
    worlds.settle()
    page = page_of(desk, case)
    chosen = page.index("chose the money back")
    offered, confirmed = (page.index(f"wrote “{letter.subject}”") for letter in worlds.letters()[-2:])
    assert (offered < chosen, chosen < confirmed) == (True, True)


def test_what_has_not_left_by_its_day_is_said_and_how_late_it_is(desk: Client, db) -> None:
    worlds.open_shop()
    worlds.customer()
    worlds.take_in(worlds.order_record())
    worlds.live_until(worlds.DUE + 2 * worlds.DAY)
    page = page_of(desk, Case.objects.get())
    for words in ("Order 100 has not left us, 2 days late", "Field Notes on Birds", "Send it from Reno"):
        assert words in page, words
    assert "Nothing in these orders is in danger now" not in page
    assert "Order 100 has not left us, 2 days late" in desk.get("/desk/").content.decode()


def test_several_orders_that_have_not_left_are_said_as_several(desk: Client, db) -> None:
    worlds.open_shop()
    worlds.customer()
    worlds.take_in(worlds.order_record(), worlds.order_record("400", lines={"TIDES": 1}))
    worlds.live_until(worlds.DUE + 2 * worlds.DAY)
    assert "Orders 100, 400 have not left us, 2 days late" in page_of(desk, Case.objects.get())


def test_a_replacement_that_has_not_left_is_told_before_what_was_done(desk: Client, case: Case) -> None:
    choose(desk, case, "send_again")
    worlds.settle()
    worlds.live_until(Dispatch.objects.get().delivery.promise.due_at + worlds.HOUR)
    page = page_of(desk, case)
    assert "The replacement for order 100 has not left us, 1 h late" in page
    # What was chosen is no news any more: the draft leaves the words to whoever asked the warehouse.
    draft = page.partition('<textarea id="body"')[2].partition("</textarea>")[0]
    assert ("Ada Marsh" in draft, "The new parcel will be with you" in draft) == (True, False)


def test_where_a_case_came_from_stays_whoever_writes_later(desk: Client, case: Case) -> None:
    began = "noticed by us, 17 Oct 01:00"
    assert began in page_of(desk, case)
    take_in_message(key="q", customer=case.customer, body="Where is it?", now=clock.now())
    page = page_of(desk, case)
    assert (began in page, "from their page" in page, "They wrote on their page:" in page) == (True, False, True)


def test_words_of_the_contact_form_say_so_and_when_they_were_written(desk: Client, case: Case) -> None:
    row = create_unmatched_message(
        name="Ada", address="a@b.example", order_reference="", body="It leaks", language="en", now=clock.now()
    )
    clock.freeze(clock.now() + 9 * worlds.DAY)
    take_to_customer(unassigned_id=row.pk, customer=case.customer, now=clock.now())
    page = page_of(desk, case)
    assert "They wrote by the contact form, not signed in:" in page
    assert "17 Oct 01:00" in page.partition("They wrote by the contact form")[0][-60:]


def test_what_they_asked_stands_first_until_somebody_answers(desk: Client, case: Case) -> None:
    asked = "Can you bring it to my office instead?"
    take_in_message(key="q", customer=case.customer, body=asked, now=clock.now())
    clock.freeze(clock.now() + worlds.HOUR)
    choose(desk, case, "send_again")
    worlds.settle()
    assert worlds.letters("sent_again")
    # Our letter of the remedy answers nothing of it.
    assert f"<q>{asked}</q>" in desk.get("/desk/").content.decode()
    page = page_of(desk, case)
    assert asked in page.partition('id="case-remedies"')[0].partition("Not answered yet")[2]
    send_reply(case_id=case.pk, key="a", subject="", body="Yes, we can.", by=worlds.HELPER, now=clock.now())
    assert "Not answered yet" not in page_of(desk, case)
    assert asked not in desk.get("/desk/").content.decode()


def test_everything_unanswered_is_shown_and_nothing_that_was_answered(desk: Client, case: Case) -> None:
    for number, body in enumerate(("First question", "Second question", "Thanks!")):
        clock.freeze(clock.now() + worlds.HOUR)
        take_in_message(key=f"q{number}", customer=case.customer, body=body, now=clock.now())
        if number == 0:
            send_reply(case_id=case.pk, key="a", subject="", body="Yes.", by=worlds.HELPER, now=clock.now())
    assert "<q>Second question · Thanks!</q>" in desk.get("/desk/").content.decode()
    shown = page_of(desk, case).partition('id="case-remedies"')[0].partition("Not answered yet")[2]
    assert [words in shown for words in ("First question", "Second question", "Thanks!")] == [False, True, True]
