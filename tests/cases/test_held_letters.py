"""A letter that can't go is nobody's secret: its case says what is wrong and what to do, and asks for a person."""

import pytest
from django.test import Client

from makegood.cases.actions import send_reply
from makegood.cases.models import Case
from makegood.cases.queries import inbox
from makegood.cases.resending import TELL, try_again
from makegood.catalog.models import Place
from makegood.channels.models import Message
from makegood.channels.queries import messages_of
from makegood.customers.models import Customer
from makegood.kit import clock
from makegood.replies.rules.values import NewsKind
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.worlds import LEAD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()


def call_reno(name):
    Place.objects.filter(reference="reno").update(name=name)


@pytest.fixture
def held():
    """A place is called like a day, and the letter that names it reads as if something had been promised for it."""
    worlds.customer()
    call_reno("24 December")
    worlds.lost()
    worlds.settle(may_hold=True)
    return Case.objects.select_related("unreached").get()


def desk():
    client = Client()
    client.force_login(worlds.helper())
    return client


def test_a_letter_that_is_held_back_shows_on_its_case_and_in_the_inbox(held):
    assert (held.unreached.state, held.unreached.error) == ("held", "“24 December”")
    assert [case.pk for case in inbox(limit=9)] == [held.pk]
    assert held.attention == "waiting"
    client = desk()
    assert "Our letter was held back: no record supports “24 December”" in client.get("/desk/").content.decode()
    page = client.get(f"/desk/cases/{held.pk}").content.decode()
    assert "Write to them yourself, or put the records right and try again" in page
    assert "Try the letter again" in page


def test_what_was_held_back_was_never_said(held):
    customer = Customer.objects.get()
    assert not messages_of(customer.pk)
    assert held.unreached.subject not in signed_in(customer).get("/messages").content.decode()


def test_it_is_written_anew_once_the_records_are_right(held):
    client = desk()
    client.post(f"/desk/cases/{held.pk}/letter/retry")
    worlds.settle(may_hold=True)
    assert Message.objects.get().state == "held"
    call_reno("Reno")
    client.post(f"/desk/cases/{held.pk}/letter/retry")
    worlds.settle()
    assert Message.objects.get().state == "sent"
    assert "made its label in Reno" in Message.objects.get().body
    assert Case.objects.get().unreached is None


def test_the_next_news_tells_what_was_held_back(held):
    call_reno("Reno")
    worlds.lost("200", serial=2)
    worlds.settle(may_hold=True)
    assert worlds.letters()[-1].subject.startswith("Orders 100 and 200:")
    assert Case.objects.get().unreached is None


def test_somebody_writes_instead(held):
    send_reply(case_id=held.pk, key="k", subject="", body="We look into it.", by=LEAD, now=clock.now())
    worlds.settle(may_hold=True)
    assert Case.objects.get().unreached is None


def test_a_letter_that_nobody_takes_shows_until_it_can_go():
    worlds.customer(email=None)
    worlds.lost()
    worlds.settle()
    case = Case.objects.select_related("unreached").get()
    assert (case.unreached.state, case.attention) == ("failed", "waiting")
    page = desk().get(f"/desk/cases/{case.pk}").content.decode()
    assert "never left: the mail host refused it (there is no address to send to)" in page
    worlds.customer(email="ada@marsh.example")
    try_again(case_id=case.pk, now=clock.now())
    worlds.settle()
    assert Message.objects.get().state == "sent"
    assert Message.objects.get().address == "ada@marsh.example"
    assert Case.objects.get().unreached is None


def test_there_is_a_way_to_tell_each_kind_of_news_again():
    assert TELL.keys() == set(NewsKind)
