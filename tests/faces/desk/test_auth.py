"""Nobody gets to the desk without signing in."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import URLPattern

from makegood.faces.desk.auth import FAILURES, MACHINES_FAILURES
from makegood.faces.desk.urls import urlpatterns
from makegood.kit.models import Bucket
from makegood.staff.models import Helper

OPEN = {"sign-in", "sign-out", "ask-to-enter", "enter"}
PASSWORD = "correct horse battery"


def addresses() -> list[str]:
    patterns = [each for each in urlpatterns if isinstance(each, URLPattern) and each.name not in OPEN]
    return ["/desk/" + re.sub(r"<\w+:\w+>", "1", str(each.pattern)) for each in patterns]


def test_there_are_addresses() -> None:
    assert len(addresses()) > 25


@pytest.mark.parametrize("address", addresses())
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_sign_in(db: None, address: str, method: str) -> None:
    answer = getattr(Client(), method)(address)
    if address == "/desk/events":
        assert answer.status_code in {401, 405}
        return
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/sign-in?next=%2Fdesk%2F")


@pytest.mark.parametrize("address", [each for each in addresses() if each != "/desk/events"])
def test_a_piece_of_a_page_sends_a_stranger_away_whole(db: None, address: str) -> None:
    answer = Client().get(address, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/desk/sign-in")


def test_signing_in_leads_back_to_where_one_was_going(maya: Helper) -> None:
    words = {"email": "MAYA@shop.example", "password": PASSWORD, "next": "/desk/promises"}
    assert Client().post("/desk/sign-in", words)["Location"] == "/desk/promises"


def test_signing_in_never_leads_elsewhere(maya: Helper) -> None:
    words = {"email": maya.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/desk/sign-in", words)["Location"] == "/desk/"


def test_a_wrong_password_says_so_and_keeps_the_address(maya: Helper) -> None:
    answer = Client().post("/desk/sign-in", {"email": maya.email, "password": "wrong"})
    assert answer.status_code == 422
    assert "We know no helper" in answer.content.decode()
    assert f'value="{maya.email}"' in answer.content.decode()


def test_the_door_shuts_after_too_many_failures_and_opens_again(maya: Helper) -> None:
    client, words = Client(), {"email": maya.email, "password": "wrong"}
    for _ in range(FAILURES):
        assert client.post("/desk/sign-in", words).status_code == 422
    right = {"email": maya.email, "password": PASSWORD}
    shut = client.post("/desk/sign-in", right)
    assert (shut.status_code, 0 < int(shut["Retry-After"]) <= 90) == (429, True)
    Bucket.objects.all().delete()
    assert client.post("/desk/sign-in", right).status_code == 302


def test_signing_in_forgets_earlier_failures(maya: Helper) -> None:
    client = Client()
    for _ in range(FAILURES - 1):
        client.post("/desk/sign-in", {"email": maya.email, "password": "wrong"})
    assert client.post("/desk/sign-in", {"email": maya.email, "password": PASSWORD}).status_code == 302
    assert client.post("/desk/sign-in", {"email": maya.email, "password": "wrong"}).status_code == 422


def test_one_password_buys_no_guesses_at_others(maya: Helper) -> None:
    client = Client()
    right = {"email": maya.email, "password": PASSWORD}
    for number in range(MACHINES_FAILURES):
        client.post("/desk/sign-in", {"email": f"{number}@shop.example", "password": "wrong"})
        if number == MACHINES_FAILURES // 2:
            assert client.post("/desk/sign-in", right).status_code == 302
    assert Client().post("/desk/sign-in", right).status_code == 429


def test_a_helper_who_left_is_not_let_in(maya: Helper) -> None:
    Helper.objects.filter(pk=maya.pk).update(is_active=False)
    assert Client().post("/desk/sign-in", {"email": maya.email, "password": PASSWORD}).status_code == 422


def test_signing_out_shuts_the_desk(desk: Client) -> None:
    assert desk.get("/desk/").status_code == 200
    assert desk.post("/desk/sign-out").status_code == 302
    assert desk.get("/desk/").status_code == 302


def test_nobody_locks_a_helper_out_from_outside(maya: Helper) -> None:
    for number in range(3 * FAILURES):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{number % 3}")
        stranger.post("/desk/sign-in", {"email": maya.email, "password": "wrong"})
    assert Client().post("/desk/sign-in", {"email": maya.email, "password": PASSWORD}).status_code == 302


def test_an_old_form_of_the_desk_is_told_at_the_desk(maya: Helper) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(maya)
    answer = strict.post("/desk/cases/1/notes", {"note": "x"})
    assert answer.status_code == 403
    assert 'href="/desk/"' in answer.content.decode()
    assert "/orders" not in answer.content.decode()


@pytest.mark.parametrize(
    "email", ["maya@shop.example", "nobody@shop.example", "gone@shop.example", "none@shop.example"]
)
def test_every_address_costs_as_much_to_try(maya: Helper, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Helper.objects.create(
        reference="gone", email="gone@shop.example", name="Gone", is_active=False, password=maya.password
    )
    none = Helper(reference="none", email="none@shop.example", name="None")
    none.set_unusable_password()
    none.save()
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    assert Client().post("/desk/sign-in", {"email": email, "password": "wrong"}).status_code == 422
    assert len(hashed) == 1
