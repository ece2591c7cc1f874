"""Ways in for customers, over the API: made for the shop to hand on, and ended."""

from urllib.parse import urlsplit

from django.test import Client

from tests import worlds


def test_links_and_sessions_end_over_the_api(program):
    worlds.customer("1")
    worlds.customer("2")
    link = program.post("/customers/1/sign-in-links")
    path = urlsplit(link["url"]).path
    browser = Client()
    assert browser.get(path).status_code == 302
    program.acting_for("customer:2").ask("DELETE", "/customers/1/sign-in-links", status=404)
    assert browser.get("/orders").status_code == 200
    program.acting_for("customer:1").ask("DELETE", "/customers/1/sign-in-links", status=204)
    assert browser.get("/orders").status_code == 302
    assert Client().get(path).status_code == 403


def test_a_program_puts_right_how_a_customer_is_reached(program):
    worlds.customer("1", email=None)
    worlds.customer("2")
    put = program.put("/customers/1/handles", {"email": "new@marsh.example", "phone": "+49 30 1234567"})
    assert (put["email"], put["phone"]) == ("new@marsh.example", "+49301234567")
    another = program.ask("PUT", "/customers/1/handles", {"email": "2@marsh.example", "phone": None}, status=409)
    assert another["type"].endswith("address-of-another")
    wrong = program.ask("PUT", "/customers/1/handles", {"email": None, "phone": "12"}, status=422)
    assert [each["field"] for each in wrong["errors"]] == ["phone"]
