"""What a case says of words: those that wait for an answer, what they are about, and whether ours went."""

import pytest
from django.test import Client

from makegood.cases.actions import send_reply, take_in_message
from makegood.cases.matching import create_unmatched_message, take_to_customer
from makegood.cases.models import Case
from makegood.channels.mailer import PORT as MAIL
from makegood.channels.mailer import NoMailer
from makegood.kit import clock
from makegood.parcels.actions import say_not_received
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from tests import worlds
from tests.faces.desk.test_case import case, page_of

__all__ = ["case"]


def test_the_order_that_their_words_name_is_an_order_of_the_case(desk: Client, case: Case) -> None:
    ada = case.customer
    order = worlds.shipped("101", serial=2).delivery.order
    words = create_unmatched_message(
        name="Ada",
        address="ada@marsh.example",
        order_reference="101",
        body="Only one of two boxes came.",
        language="en",
        now=clock.now(),
    )
    take_to_customer(unassigned_id=words.pk, customer=ada, now=clock.now())
    page = page_of(desk, case)
    for part in ("order 100", "order 101", f'href="#promised-{order.pk}"', f'id="promised-{order.pk}"'):
        assert part in page, part


def test_that_it_never_came_is_told_wherever_a_helper_looks(desk: Client, case: Case) -> None:
    parcel = Parcel.objects.get()
    clock.freeze(worlds.DUE + worlds.DAY)
    worlds.say(parcel, ScanKind.DELIVERED)
    clock.freeze(worlds.DUE + 2 * worlds.DAY)
    say_not_received(parcel_id=parcel.pk, now=clock.now())
    case = take_in_message(key="w", customer=case.customer, body="Hello?", now=clock.now())
    page = page_of(desk, case)
    assert f"They say that parcel …{parcel.number[-4:]} never came." in page
    assert "It never came." in page[page.index("Not answered yet") :]
    assert "It never came." in desk.get("/desk/").content.decode()
    worlds.settle()
    page = page_of(desk, Case.objects.order_by("id").last() or case)
    assert "They say that it never came, and the carrier says delivered" in page
    send_reply(case_id=case.pk, key="r", subject="Yours", body="I look into it.", by=worlds.HELPER, now=clock.now())
    assert "It never came." not in page_of(desk, case)


def test_a_shop_without_a_mail_host_says_so_and_calls_nothing_sent(
    desk: Client, client: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "has no mail host" not in page_of(desk, case)
    monkeypatch.setattr(MAIL, "mailer", NoMailer())
    send_reply(case_id=case.pk, key="r", subject="Yours", body="I look into it.", by=worlds.HELPER, now=clock.now())
    worlds.settle()
    page = desk.get(f"/desk/cases/{case.pk}?done=sent").content.decode()
    for words in (
        "No letter leaves: the shop has no mail host.",
        "wrote “Yours”; it is kept and not sent: the shop has no mail host.",
        "Kept, and not sent: the shop has no mail host.",
    ):
        assert words in page, words
    door = client.post("/sign-in", {"email": "ada@marsh.example"}).content.decode()
    assert "No link was sent" in door
    assert "on its way there" not in door
