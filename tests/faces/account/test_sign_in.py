"""Links let their reader in, and nobody learns whom we know."""

import re

import pytest
from django.core import signing
from django.test import Client

from makegood.channels.models import Message
from makegood.customers.links import SALT
from makegood.faces.account.sign_in import ASKS
from makegood.faces.account.visitors import local_path
from tests import worlds
from tests.faces.account.conftest import signed_in


def ask(client, address, **more):
    return client.post("/sign-in", {"email": address, **more})


def link_in(message):
    return re.search(r"http\S+", message.body)[0].removeprefix("http://127.0.0.1:8000")


def plain(response, address):
    text = response.content.decode().replace(address, "…")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)


def test_known_and_unknown_are_answered_the_same(ada, client):
    known, unknown = ask(client, "ada@marsh.example"), ask(client, "nobody@marsh.example")
    assert known.status_code == unknown.status_code == 200
    assert plain(known, "ada@marsh.example") == plain(unknown, "nobody@marsh.example")
    assert [message.address for message in Message.objects.all()] == ["ada@marsh.example"]


def test_the_link_signs_in_and_leads_back(ada, client):
    ask(client, "ADA@marsh.example", to="/orders/100")
    response = client.get(link_in(Message.objects.get()))
    assert response.url == "/orders/100"
    assert client.get("/orders").status_code == 200


def test_the_session_is_a_new_one(ada, client):
    client.get("/sign-in")
    session = client.session
    session["kept"] = "yes"
    session.save()
    client.cookies["sessionid"] = session.session_key
    ask(client, "ada@marsh.example")
    client.get(link_in(Message.objects.get()))
    assert client.session.session_key != session.session_key


def test_two_who_share_an_address_get_a_link_each(ada, client):
    bob = worlds.customer("bob", email="ada@marsh.example")
    ask(client, "ada@marsh.example")
    assert [message.customer for message in Message.objects.order_by("customer_id")] == [ada, bob]
    first, second = (link_in(message) for message in Message.objects.order_by("customer_id"))
    assert first != second


def test_five_an_hour_and_no_more(ada, client):
    answers = [ask(client, "ada@marsh.example") for _ in range(7)]
    assert Message.objects.count() == 5
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("address", ["", "ada", "ada@", "a b@c.example"])
def test_what_is_no_address_is_said(db, client, address):
    response = ask(client, address)
    assert response.status_code == 422
    assert "aria-invalid" in response.content.decode()


def test_a_changed_link_offers_a_new_one(ada, client):
    response = client.get("/enter/nonsense?to=/orders/100")
    assert response.status_code == 403
    assert "/sign-in?to=/orders/100" in response.content.decode()
    assert client.get("/orders").status_code == 302


def test_an_old_link_offers_a_new_one(ada, client, monkeypatch):
    monkeypatch.setattr("django.core.signing.time.time", lambda: 1_000_000_000.0)
    old = signing.TimestampSigner(salt=SALT).sign_object(["letter", ada.pk, 0, "/orders"], compress=True)
    monkeypatch.undo()
    assert client.get(f"/enter/{old}").status_code == 403


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_a_link_never_leads_away(to):
    assert local_path(to) == "/orders"


def test_signing_out(page):
    assert page.post("/sign-out").status_code == 200
    assert page.get("/orders").status_code == 302


def test_a_link_leads_where_it_was_made_to_lead_whatever_is_written_beside_it(ada, client):
    ask(client, "ada@marsh.example", to="/orders/100")
    link = link_in(Message.objects.get())
    assert client.get(link.replace("?to=/orders/100", "?to=/messages")).url == "/orders/100"
    assert client.get(link.partition("?")[0]).url == "/orders/100"


def test_signing_out_everywhere_ends_links_and_sessions_on_every_machine(page, ada, client):
    ask(client, "ada@marsh.example")
    link = link_in(Message.objects.get())
    assert client.get(link).status_code == 302
    answer = page.post("/sign-out/everywhere")
    assert "no longer let anybody in" in answer.content.decode()
    assert [each.get("/orders").status_code for each in (page, client)] == [302, 302]
    assert client.get(link).status_code == 403
    ask(client, "ada@marsh.example")
    client.get(link_in(Message.objects.latest("id")))
    assert client.get("/orders").status_code == 200


def test_signing_out_everywhere_takes_a_form_and_a_session(page, client):
    assert page.get("/sign-out/everywhere").status_code == 405
    assert client.post("/sign-out/everywhere").status_code == 302
    assert page.get("/orders").status_code == 200


def test_a_session_ends_when_an_address_is_taken_away(page):
    worlds.customer(email="ada@elsewhere.example")
    assert page.get("/orders").status_code == 302


def test_signing_out_takes_a_form(page):
    assert page.get("/sign-out").status_code == 405


def test_pages_are_kept_by_no_cache(page):
    assert "no-store" in page.get("/orders")["Cache-Control"]


def test_forms_carry_their_token(ada):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in", {"email": "ada@marsh.example"}).status_code == 403
    assert Message.objects.count() == 0


def test_who_is_signed_in_goes_straight_to_their_orders(ada, client):
    assert client.get("/").url == "/sign-in"
    assert signed_in(ada).get("/").url == "/orders"


def test_one_machine_asks_for_so_many_links_and_no_more(ada, client):
    for _ in range(ASKS.quota):
        assert ask(client, "nobody@marsh.example").status_code == 200
    shut = ask(client, "ada@marsh.example")
    assert shut.status_code == 429
    assert 0 < int(shut.headers["Retry-After"]) <= 15 * 60
    assert "Wait a quarter of an hour" in shut.content.decode()
    assert 'value="ada@marsh.example"' in shut.content.decode()
    assert Message.objects.count() == 0
    assert client.post("/sign-in", {"email": "ada@marsh.example"}, REMOTE_ADDR="203.0.113.9").status_code == 200
