"""Writing to us: once, on one's own case, with the promise of an answer."""

from makegood.cases.models import Case, UnmatchedMessage
from makegood.channels.models import Message
from makegood.customers.links import Purpose, link_for
from tests import worlds

HELLO = {"body": "Do you gift-wrap?\n\n<b>Thanks</b>", "once": "abcdefghijkl"}


def words(response):
    return response.content.decode()


def test_words_are_kept_and_an_answer_promised(page):
    text = words(page.post("/messages", HELLO, follow=True))
    assert "We have your message, and thank you for writing." in text
    assert "You will have an answer from us by Tuesday 6 October at 21:00 EDT." in text
    assert "&lt;b&gt;Thanks&lt;/b&gt;" in text


def test_a_form_sent_twice_says_it_once(page):
    page.post("/messages", HELLO)
    page.post("/messages", HELLO)
    assert Message.objects.count() == 1
    assert Case.objects.count() == 1


def test_other_words_from_the_same_form_are_another_message(page):
    page.post("/messages", HELLO)
    page.post("/messages", {**HELLO, "body": "And a card?"})
    assert list(Message.objects.order_by("id").values_list("body", flat=True)) == [HELLO["body"], "And a card?"]


def test_about_an_order_the_subject_names_it(page):
    worlds.shipped()
    page.post("/orders/100/message", HELLO)
    assert Message.objects.get(direction="in").subject == "Order 100"


def test_no_words_is_said_on_the_page(page):
    response = page.post("/messages", {"body": "  ", "once": "abcdefghijkl"})
    assert response.status_code == 422
    assert "Write a few words first." in words(response)


def test_an_answer_that_is_late_is_said_to_be(page):
    page.post("/messages", HELLO)
    worlds.live_until(worlds.DUE)
    assert "should have had an answer from us by Tuesday 6 October at 21:00 EDT. We’re sorry" in words(
        page.get("/messages")
    )


def test_letters_are_shown_without_their_doors(page, lost, ada):
    text = words(page.get("/messages"))
    assert "Your parcel hasn’t started moving" in text
    assert "/enter/" not in text
    assert "http://127.0.0.1:8000/orders/100" in text
    assert link_for(ada, "/orders", purpose=Purpose.LETTER).count("/enter/") == 1


def test_sign_in_links_are_no_conversation(page):
    page.post("/sign-in", {"email": "ada@marsh.example"})
    assert "your link to your orders" not in words(page.get("/messages"))


def test_others_words_are_not_there(page):
    bob = worlds.customer("bob")
    worlds.lost(by="bob")
    worlds.settle()
    assert Message.objects.filter(customer=bob).exists()
    assert "bob" not in words(page.get("/messages")).lower()


def test_help_for_those_we_know_is_a_box_and_their_troubles(page, lost):
    text = words(page.get("/help?order=100"))
    assert "About order 100." in text
    assert "Your parcel hasn’t started moving, and it should have." in text
    assert page.post("/help", {**HELLO, "order": "100"}).url == "/messages?now=written"
    assert UnmatchedMessage.objects.count() == 0


STRANGER = {"name": "Ada", "email": "ada@marsh.example", "order": "100", "body": "Where is it?"}


def test_strangers_words_wait_for_a_helper(client, db):
    text = words(client.post("/help", STRANGER))
    assert "A person here reads it and answers to <b>ada@marsh.example</b>." in text
    row = UnmatchedMessage.objects.get()
    assert (row.name, row.address, row.order_reference, row.body) == ("Ada", "ada@marsh.example", "100", "Where is it?")


def test_machines_that_fill_every_field_are_thanked_and_forgotten(client, db):
    assert client.post("/help", {**STRANGER, "website": "http://spam.example"}).status_code == 200
    assert UnmatchedMessage.objects.count() == 0


def test_one_address_may_wait_with_five(client, db):
    answers = [client.post("/help", STRANGER).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert UnmatchedMessage.objects.count() == 5


def test_what_was_typed_is_not_lost_when_something_is_missing(client, db):
    response = client.post("/help", {**STRANGER, "email": "ada"})
    assert response.status_code == 422
    assert "Where is it?" in words(response)
    assert client.post("/help", {**STRANGER, "body": " "}).status_code == 422
    assert UnmatchedMessage.objects.count() == 0


def test_help_speaks_the_browsers_language(client, db):
    response = client.get("/help", headers={"accept-language": "es-MX,es;q=0.9"})
    assert '<html lang="es">' in words(response)
    assert "¿Cómo podemos ayudarle?" in words(response)
