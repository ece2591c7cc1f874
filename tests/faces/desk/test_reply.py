"""The reply: drafted from facts, checked as it is typed, refused with nothing lost, sent once."""

import html
import re

import pytest
from django.test import Client

from makegood.cases.actions import take_in_message
from makegood.cases.models import Case
from makegood.channels.models import Message
from makegood.kit import clock
from tests import worlds

TRUE = "We’re sorry. We made its label on 5 October. It will be with you soon."
FALSE = "I am sorry.\nIt arrives on 27 October, and you get 99.00 USD."


@pytest.fixture
def case(db) -> Case:
    worlds.open_shop()
    worlds.customer()
    worlds.shipped()
    worlds.settle()
    clock.freeze(worlds.DUE + worlds.HOUR)
    worlds.settle()
    return Case.objects.get()


def form_of(page: str) -> dict[str, str]:
    key = re.search(r'name="key" value="(\w+)"', page)
    subject = re.search(r'id="subject"[^>]*value="([^"]*)"', page)
    body = re.search(r"<textarea id=\"body\"[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert key
    assert subject
    assert body
    return {"key": key[1], "subject": html.unescape(subject[1]), "body": html.unescape(body[1])}


def drafted(desk: Client, case: Case) -> dict[str, str]:
    return form_of(desk.get(f"/desk/cases/{case.pk}").content.decode())


def replies() -> list[Message]:
    return list(Message.objects.filter(news="reply"))


def test_the_draft_is_supported_and_can_be_sent_as_it_is(desk: Client, case: Case) -> None:
    form = drafted(desk, case)
    assert form["body"].startswith("Hello Ada Marsh,")
    assert form["body"].endswith("Maya, Northlight Books")
    assert desk.post(f"/desk/cases/{case.pk}/reply", form).status_code == 302
    assert [message.body for message in replies()] == [form["body"]]


def test_a_browser_that_sends_its_own_line_ends_changes_nothing(desk: Client, case: Case) -> None:
    form = drafted(desk, case)
    desk.post(f"/desk/cases/{case.pk}/reply", form | {"body": form["body"].replace("\n", "\r\n")})
    assert [message.body for message in replies()] == [form["body"]]


def test_sending_twice_sends_once(desk: Client, case: Case) -> None:
    form = drafted(desk, case)
    answers = [desk.post(f"/desk/cases/{case.pk}/reply", form).status_code for _ in range(2)]
    assert (answers, len(replies())) == ([302, 302], 1)


def test_the_second_of_two_clicks_is_no_error_although_the_first_closed_the_case(desk: Client, db) -> None:
    worlds.open_shop()
    question = take_in_message(key="1", customer=worlds.customer(), body="Do you wrap?", now=clock.now())
    form = drafted(desk, question) | {"body": "Hello, yes we do."}
    answers = [desk.post(f"/desk/cases/{question.pk}/reply", form).status_code for _ in range(2)]
    question.refresh_from_db()
    assert (answers, len(replies()), question.state) == ([302, 302], 1, "closed")


def test_another_letter_is_another_message(desk: Client, case: Case) -> None:
    for _ in range(2):
        desk.post(f"/desk/cases/{case.pk}/reply", drafted(desk, case))
    assert len(replies()) == 2


def test_unsupported_words_are_refused_named_and_kept(desk: Client, case: Case) -> None:
    form = drafted(desk, case) | {"subject": "About your books", "body": FALSE}
    answer = desk.post(f"/desk/cases/{case.pk}/reply", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "no record supports “27 October”, “99.00 USD”" in page
    assert form_of(page) == form
    assert replies() == []


def test_a_subject_is_held_to_the_records_too(desk: Client, case: Case) -> None:
    form = drafted(desk, case) | {"subject": "Arriving on 27 October"}
    assert desk.post(f"/desk/cases/{case.pk}/reply", form).status_code == 422


def test_empty_words_are_refused(desk: Client, case: Case) -> None:
    form = drafted(desk, case) | {"body": "  "}
    assert desk.post(f"/desk/cases/{case.pk}/reply", form).status_code == 422


def test_a_missing_part_is_shown_and_stops_nothing(desk: Client, case: Case) -> None:
    body = "Here is what we know: we made its label on 5 October."
    checked = desk.post(f"/desk/cases/{case.pk}/reply/check", {"body": body}).content.decode()
    assert re.search(r"come back<span class=\"sr-only\"> is missing", checked)
    assert desk.post(f"/desk/cases/{case.pk}/reply", drafted(desk, case) | {"body": body}).status_code == 302


def test_the_check_marks_what_is_true_and_what_is_not(desk: Client, case: Case) -> None:
    answer = desk.post(f"/desk/cases/{case.pk}/reply/check", {"body": TRUE + " " + FALSE}).content.decode()
    assert re.search(r'mark-true[^>]*">5 October<', answer)
    assert re.search(r'mark-false[^>]*">27 October<', answer)
    assert re.search(r'mark-false[^>]*">99.00 USD<', answer)
    assert "1 date, 1 sum without a record" in answer
    assert re.search(r"sorry<span class=\"sr-only\"> is there", answer)
    assert re.search(r'title="label made"', answer)


def test_what_is_checked_never_runs(desk: Client, case: Case) -> None:
    evil = "<img src=x onerror=alert(1)> on 27 October"
    answer = desk.post(f"/desk/cases/{case.pk}/reply/check", {"body": evil}).content.decode()
    assert "<img" not in answer
    refused = desk.post(f"/desk/cases/{case.pk}/reply", drafted(desk, case) | {"body": f"</textarea>{evil}"})
    assert "</textarea><img" not in refused.content.decode()


def test_a_draft_without_words_is_not_sent(desk: Client, db) -> None:
    worlds.open_shop()
    question = take_in_message(key="1", customer=worlds.customer(), body="Do you wrap?", now=clock.now())
    answer = desk.post(f"/desk/cases/{question.pk}/reply", drafted(desk, question))
    assert answer.status_code == 422
    assert "Not sent: write something first." in answer.content.decode()
    assert replies() == []


def test_a_fresh_draft_can_be_had(desk: Client, case: Case) -> None:
    answer = desk.get(f"/desk/cases/{case.pk}/reply/draft")
    assert form_of(answer.content.decode())["body"].startswith("Hello Ada Marsh,")


def test_a_closed_case_takes_no_reply_and_keeps_the_words(desk: Client, case: Case) -> None:
    form = drafted(desk, case)
    desk.post(f"/desk/cases/{case.pk}/closure")
    answer = desk.post(f"/desk/cases/{case.pk}/reply", form)
    assert answer.status_code == 409
    assert "this case was closed meanwhile" in answer.content.decode()
    assert form_of(answer.content.decode()) == form
    assert replies() == []


def test_other_words_from_a_form_that_was_sent_are_not_lost(desk: Client, case: Case) -> None:
    form = drafted(desk, case)
    desk.post(f"/desk/cases/{case.pk}/reply", form)
    other = form | {"body": "Thank you for waiting."}
    refused = desk.post(f"/desk/cases/{case.pk}/reply", other)
    text = refused.content.decode()
    assert (refused.status_code, "other words went from this form before" in text) == (409, True)
    again = form_of(text)
    assert (again["body"], again["key"] != form["key"]) == (other["body"], True)
    assert desk.post(f"/desk/cases/{case.pk}/reply", again).status_code == 302
    assert [message.body for message in replies()] == [form["body"], other["body"]]
