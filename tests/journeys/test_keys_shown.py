"""Letters carry keys: links that sign their reader in, addresses that prove who answers. Nobody else is shown one."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from makegood.cases.actions import add_note
from makegood.channels.addresses import BOUND, reply_address
from makegood.kit import clock
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.everything import Everything, open_everything
from tests.mails import arrives, mail
from tests.routes import operations, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIGNED = re.compile(r":[0-9A-Za-z]{6}:([\w-]{43})")
# What is made for who asks for it, and never stood in anybody's letter.
MADE_FOR_THE_READER = {"GET /v1/mails/{mail}/raw", "GET /v1/mails/{mail}/formatted"}
HOST = {"host": "127.0.0.1:8000"}


@pytest.fixture
def shop() -> Everything:
    """Where the keys of a letter come back: quoted under an answer, by a stranger, in a note, and in a mail refused."""
    everything = open_everything()
    (letter, *_) = [each for each in worlds.letters() if "/enter/" in each.body]
    to = reply_address(customer_id=letter.customer_id, case_number=everything.case.pk)
    whole = f"See {letter.body}\n\nTo: {to}"
    quoted = f"Thank you.\n\nOn Mon, 5 Oct 2026 at 09:00, Books <{to}> wrote:\n> " + whole.replace("\n", "\n> ")
    arrives(mail(quoted, subject=whole.replace("\n", " ")[:900]), to=(to,))
    arrives(mail(whole, sender="Nobody <nobody@nowhere.example>", subject=to), to=(to,))
    arrives(mail(whole, Precedence="list", List_Id="<x.example>"), to=(to,), envelope_from=to)
    add_note(case_id=everything.case.pk, body=whole, by=everything.maya, now=clock.now())
    worlds.settle()
    return everything


def keys_in(text: str) -> list[str]:
    return [*(match[0] for match in BOUND.finditer(text)), *SIGNED.findall(text), *re.findall(r"/enter/\w+", text)]


def test_a_letter_holds_keys_for_its_reader(shop):
    letter = next(each for each in worlds.letters() if "/enter/" in each.body)
    assert len(keys_in(letter.body)) == 2


def test_no_answer_of_the_api_holds_a_key(shop):
    _, secret = issue_token(name="reads", scopes=[Scope.READ, Scope.ADMIN])
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    found, answered = {}, 0
    for operation in operations():
        if operation.method != "GET" or str(operation) in MADE_FOR_THE_READER:
            continue
        gaps = {**shop.gaps, "reference": "ada" if "/customers/" in operation.pattern else "100"}
        for more in ("?limit=200", "?is_open=false", "?state=refused"):
            text = client.get(operation.at(gaps) + more).content.decode(errors="replace").replace("\\u2026", "…")
            # The file of an attachment is opened by a link of its own, made for who asks.
            text = re.sub(r'"url": ?"[^"]+/attachments/[^"]+"', "", text)
            answered += "enter/…" in text
            if keys := keys_in(text):
                found[str(operation)] = keys
    assert found == {}
    assert answered >= 5


def test_no_page_of_the_desk_holds_a_key(shop, settings):
    settings.DEMO = False
    client = Client()
    client.force_login(shop.lena)
    found, answered = {}, 0
    for route in pages():
        if not route.pattern.startswith("desk/") or route.pattern == "desk/events":
            continue
        response = client.get(route.at({**shop.gaps, "reference": "100"}), {"q": "Thank"}, headers=HOST)
        # Papers are no text.
        text = response.content.decode(errors="replace")
        answered += "/enter/…" in text
        if keys := keys_in(text):
            found[route.pattern] = keys
    assert found == {}
    assert answered >= 2


def test_a_mail_is_kept_as_it_came_but_for_its_keys(shop):
    client = Client()
    client.force_login(shop.lena)
    for number in range(1, 10):
        led = client.get(f"/desk/mails/{number}/raw", headers=HOST)
        if led.status_code == 302:
            parts = urlsplit(led.url)
            raw = Client().get(parts.path, headers={"host": parts.netloc}).content.decode("latin-1")
            assert keys_in(raw) == []


def test_a_case_is_closed_to_who_holds_an_old_letter_once_a_helper_says_so(shop):
    letter = next(each for each in worlds.letters() if "/enter/" in each.body)
    address = re.search(r"http\S+/enter/\S+", letter.body)[0].removeprefix("http://127.0.0.1:8000")
    thief, desk = Client(), Client()
    assert thief.get(address).status_code == 302
    assert thief.get("/orders").status_code == 200
    desk.force_login(shop.maya)
    done = desk.post(f"/desk/cases/{shop.case.pk}/sign-out", follow=True).content.decode()
    assert "Signed out everywhere." in done
    assert thief.get("/orders").status_code == 302
    assert Client().get(address).status_code == 403
