"""Which order somebody's words are about, and what follows from it on their case, in the draft and on their pages."""

import pytest
from django.test import Client

from makegood.cases.actions import take_in_message
from makegood.cases.models import Case, NamedOrder
from makegood.cases.notifications import draft_for
from makegood.channels.models import Message
from makegood.customers.links import Purpose, link_for
from makegood.kit import clock
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    """Order 100 is lost, and she was told; order 101 is on its way."""
    worlds.open_shop()
    customer = worlds.customer()
    worlds.shipped("101", serial=2)
    worlds.lost("100")
    worlds.settle()
    return customer


def writes(ada, body, **more):
    return take_in_message(key=f"w/{body}", customer=ada, body=body, now=clock.now(), **more)


def named():
    return list(NamedOrder.objects.order_by("id").values_list("order__reference", flat=True))


def page(client: Client, customer, path: str) -> str:
    client.get(link_for(customer, path, purpose=Purpose.LETTER))
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("body", "more", "orders"),
    [
        ("Where is 101?", {}, ["101"]),
        ("Only one box came.", {"order_reference": "101"}, ["101"]),
        ("Only one box came.", {"subject": "Order 101"}, ["101"]),
        (f"Where is {worlds.number_of(2)}?", {}, ["101"]),
        ("100 came, 101 did not.", {}, ["100", "101"]),
        ("Where is 999?", {}, []),
        ("Where is my box?", {}, []),
    ],
)
def test_words_are_about_the_orders_that_they_name(ada, body, more, orders) -> None:
    writes(ada, body, **more)
    assert sorted(named()) == orders


def test_a_number_is_found_however_it_is_typed(ada) -> None:
    worlds.shipped("LH-131", serial=3)
    writes(ada, "Where is lh-131?")
    assert named() == ["LH-131"]


def test_somebody_elses_order_is_not_theirs(ada) -> None:
    worlds.customer("tom")
    worlds.shipped("300", serial=4, by="tom")
    writes(ada, "Where is 300?")
    assert named() == []


def test_an_answer_is_about_what_the_letter_was_about(ada) -> None:
    letter = Message.objects.get(direction="out")
    writes(ada, "Yes please.", in_reply_to=letter.message_id)
    assert named() == ["100"]


def test_who_asks_about_another_order_is_not_sent_the_same_letter_again(ada) -> None:
    case = Case.objects.get()
    letter = Message.objects.get(direction="out")
    assert "sorry" in draft_for(case, helper_name="Maya", now=clock.now()).text
    writes(ada, "Where is 101?", subject="AW: My books")
    draft = draft_for(case, helper_name="Maya", now=clock.now())
    assert draft.subject == "Re: My books"
    assert "100" not in draft.text
    writes(ada, "And where is 100?")
    case.refresh_from_db()
    again = draft_for(case, helper_name="Maya", now=clock.now())
    had = set(letter.body.split("\n\n"))
    assert not {each.text for each in again.paragraphs if each.part} & had


def test_by_when_an_answer_comes_stands_at_the_order_that_they_asked_about(ada, client: Client) -> None:
    writes(ada, "Where is 101?")
    words = "You will have an answer from us by"
    assert words in page(client, ada, "/orders/101")
    assert words not in page(client, ada, "/orders/100")


def test_words_that_name_no_order_are_about_what_their_case_is_about(ada, client: Client) -> None:
    writes(ada, "Where is it?")
    words = "You will have an answer from us by"
    assert words in page(client, ada, "/orders/100")
    assert words not in page(client, ada, "/orders/101")
    assert words in page(client, ada, "/messages")
