"""A helper who can't use a password comes in by a link to their own address; nobody else does, and nobody learns."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from makegood.channels.mailer import PORT, Letter
from makegood.faces.desk import entering
from makegood.kit import clock
from makegood.staff.models import Helper
from tests import worlds

ASK = "/desk/sign-in/link"


class Kept:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def deliver(self, letter: Letter) -> None:
        self.letters.append(letter)


@pytest.fixture
def sent(db, settings, monkeypatch):
    settings.SMTP_HOST = "mail.example"
    kept = Kept()
    monkeypatch.setattr(PORT, "mailer", kept)
    monkeypatch.setattr(entering, "ANSWERED_AFTER_SECONDS", 0)
    return kept.letters


@pytest.fixture
def maya(db) -> Helper:
    return worlds.helper()


def asked(email: str, machine: str = "192.0.2.1"):
    answer = Client(REMOTE_ADDR=machine).post(ASK, {"email": email})
    worlds.work()
    return answer


def link_in(letter: Letter) -> str:
    (link,) = re.findall(r"http://127.0.0.1:8000(/desk/enter/\S+)", letter.text)
    return str(link)


def test_a_link_lets_its_helper_in_once(sent, maya):
    assert asked("MAYA@shop.example").status_code == 200
    (letter,) = sent
    assert (letter.to, "within 15 minutes" in letter.text) == ("maya@shop.example", True)
    link, browser = link_in(letter), Client()
    assert browser.get(link).status_code == browser.get(link).status_code == 200  # looking uses nothing up
    assert browser.get("/desk/").status_code == 302
    assert browser.post(link)["Location"] == "/desk/"
    assert browser.get("/desk/").status_code == 200
    again = Client().post(link)
    assert (again.status_code, "was used before" in again.content.decode()) == (403, True)
    assert Client().get(link).status_code == 403


def test_the_same_is_said_whoever_has_the_address(sent, maya):
    Helper.objects.create(reference="gone", email="gone@shop.example", name="Gone", is_active=False)
    answers = {
        re.sub(r"[\w-]{40,}", "", asked(who).content.decode())
        for who in ("maya@shop.example", "no@x.example", "gone@shop.example")
    }
    assert len(answers) == 1
    assert [letter.to for letter in sent] == ["maya@shop.example"]


def test_it_ends_with_its_quarter_of_an_hour_a_sign_in_or_a_change(sent, maya, settings):
    asked(maya.email)
    link = link_in(sent[0])
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().post(link).status_code == 403
    settings.PASSWORD_RESET_TIMEOUT = 900
    Helper.objects.update(email="else@shop.example")
    assert Client().post(link).status_code == 403
    Helper.objects.update(email=maya.email, is_active=False)
    assert Client().post(link).status_code == 403
    Helper.objects.update(is_active=True)
    Client().post("/desk/sign-in", {"email": maya.email, "password": "correct horse battery"})
    assert Client().post(link).status_code == 403


def test_a_link_is_its_own_helpers_and_for_nothing_else(sent, maya):
    lena = worlds.helper("lena")
    asked(maya.email)
    link = link_in(sent[0])
    assert Client().post(link.replace(f"/{maya.pk}/", f"/{lena.pk}/")).status_code == 403
    assert Client().post(link[:-1]).status_code == 403
    assert Client().get(f"/enter/{link.rpartition('/')[2]}").status_code == 403


def test_a_letter_that_could_not_go_in_time_stays_away(sent, maya, monkeypatch):
    now = clock.system_now()
    Client().post(ASK, {"email": maya.email})
    monkeypatch.setattr(clock, "system_now", lambda: now + timedelta(minutes=20))
    worlds.work()
    assert sent == []


def test_nobody_fills_a_mailbox_and_nobody_shuts_the_way(sent, maya):
    for _ in range(6):
        assert asked(maya.email).status_code == 200
    assert len(sent) == 3
    assert asked(maya.email, machine="198.51.100.7").status_code == 200
    assert len(sent) == 4
    for _ in range(30):
        answer = Client(REMOTE_ADDR="203.0.113.9").post(ASK, {"email": "no@x.example"})
    assert (answer.status_code, answer.has_header("Retry-After")) == (429, True)


def test_what_is_no_address_is_said_and_a_shop_without_mail_says_so(sent, settings):
    assert asked("nobody").status_code == 422
    settings.SMTP_HOST = ""
    assert "sends no mail yet" in Client().get(ASK).content.decode()
    assert "sends no mail yet" in Client().post(ASK, {"email": "maya@shop.example"}).content.decode()
