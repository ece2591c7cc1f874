"""A letter that can't go is nobody's secret: its case says what is wrong and what to do, and asks for a person."""

import re

import pytest
from django.test import Client

from makegood.cases import notifications
from makegood.cases.actions import send_reply, take_in_message
from makegood.cases.models import Case
from makegood.cases.queries import inbox
from makegood.cases.resending import TELL, try_again
from makegood.cases.truth_check import UnsupportedWords, claims_of
from makegood.channels.actions import note_bounce
from makegood.channels.models import Message
from makegood.channels.queries import messages_of
from makegood.customers.links import BadLink, entrance_of
from makegood.customers.models import Customer
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.replies.rules.values import NewsKind
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.worlds import DAY, LEAD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()


@pytest.fixture
def wrong_records(monkeypatch):
    """As long as these are not put right, whatever we write by ourselves states a day that no record has."""

    def refuse(case, _text, *, now, **_more):
        raise UnsupportedWords(claims_of(case, "It will be with you on 24 December.", now=now))

    with monkeypatch.context() as patched:
        patched.setattr(notifications, "check_words", refuse)
        yield patched


@pytest.fixture
def held(wrong_records):
    worlds.customer()
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


def test_it_is_written_anew_once_the_records_are_right(held, wrong_records):
    client = desk()
    client.post(f"/desk/cases/{held.pk}/letter/retry")
    worlds.settle(may_hold=True)
    assert Message.objects.get().state == "held"
    wrong_records.undo()
    client.post(f"/desk/cases/{held.pk}/letter/retry")
    worlds.settle()
    assert Message.objects.get().state == "sent"
    assert "made its label in Reno" in Message.objects.get().body
    assert Case.objects.get().unreached is None


def test_the_next_news_tells_what_was_held_back(held, wrong_records):
    wrong_records.undo()
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
    assert "We have no address to write to</h1>" in page
    assert "is written, and there is no address to send it to. Once you know one, add it below" in page
    assert "Ada Marsh has not had our news" in page
    for untrue in ("mail host", "nobody said why", "on their page", "by phone", "waits for us</b>", "late</span>"):
        assert untrue not in page, untrue
    worlds.customer(email="ada@marsh.example")
    try_again(case_id=case.pk, now=clock.now())
    worlds.settle()
    assert Message.objects.get().state == "sent"
    assert Message.objects.get().address == "ada@marsh.example"
    assert Case.objects.get().unreached is None


def test_it_goes_to_where_its_customer_reads_by_then(held, wrong_records):
    wrong_records.undo()
    worlds.customer(email="new@marsh.example")
    try_again(case_id=held.pk, now=clock.now())
    worlds.settle()
    assert Message.objects.get().address == "new@marsh.example"


def enters(body):
    """Whether the link in a letter still lets its reader in."""
    try:
        return entrance_of(re.search(r"/enter/([^?\s]+)", body)[1]).customer.reference == "ada"
    except BadLink:
        return False


def bounced():
    parcel = worlds.lost()
    worlds.settle()
    (letter,) = worlds.letters()
    note_bounce(message_id=letter.pk, reason="550 no such user", is_hard=True, now=clock.now())
    worlds.settle()
    return parcel, letter


def test_a_letter_that_came_back_is_written_anew_and_leads_in_again():
    worlds.customer()
    _, letter = bounced()
    clock.freeze(clock.now() + 3 * DAY)
    worlds.customer(email="new@marsh.example")
    try_again(case_id=Case.objects.get().pk, now=clock.now())
    worlds.settle()
    again = Message.objects.get()
    assert (again.state, again.address, again.written_at) == ("sent", "new@marsh.example", clock.now())
    assert enters(again.body)
    assert not enters(letter.body)


def test_a_letter_that_came_back_is_dropped_when_it_is_no_news_any_more():
    worlds.customer()
    parcel, letter = bounced()
    clock.freeze(clock.now() + 3 * DAY)
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    worlds.customer(email="new@marsh.example")
    sent_at = letter.sent_at
    desk().post(f"/desk/cases/{Case.objects.get().pk}/letter/retry")
    worlds.settle()
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at) == ("dropped", sent_at)
    assert (Case.objects.get().unreached, Case.objects.get().state) == (None, "closed")
    assert not messages_of(letter.customer_id)
    page = desk().get(f"/desk/cases/{Case.objects.get().pk}").content.decode()
    assert "was dropped: it could not go, and is no news any more" in page


def test_a_person_s_own_words_go_again_as_they_are():
    worlds.customer(email=None)
    worlds.lost()
    worlds.settle()
    case = Case.objects.get()
    send_reply(case_id=case.pk, key="k", subject="", body="We look into it.", by=LEAD, now=clock.now())
    worlds.settle()
    worlds.customer(email="ada@marsh.example")
    try_again(case_id=case.pk, now=clock.now())
    worlds.settle()
    told, own = Message.objects.order_by("id")
    assert (told.state, own.state, own.body) == ("sent", "sent", "We look into it.")


@pytest.fixture
def two_held():
    """Two kinds of news of one parcel, neither of which could go: that it goes again, and that it has left."""
    worlds.customer()
    worlds.lost()
    worlds.settle()
    worlds.customer(email=None)
    order = Order.objects.get()
    grant_remedy(order_id=order.pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle(may_hold=True)
    announce_parcel(
        dispatch_id=Dispatch.objects.get().pk,
        carrier="usps",
        number=worlds.number_of(11),
        label_at=clock.now(),
        now=clock.now(),
    )
    worlds.settle(may_hold=True)
    return Case.objects.select_related("unreached").get()


def test_all_that_could_not_go_is_told_when_it_is_tried_again(two_held):
    states = {letter.news: letter.state for letter in worlds.letters()}
    assert set(states.values()) - {"sent"} <= {"held", "failed"}
    assert len([state for state in states.values() if state != "sent"]) == 2
    worlds.customer(email="ada@marsh.example")
    try_again(case_id=two_held.pk, now=clock.now())
    worlds.settle()
    assert {letter.news: letter.state for letter in worlds.letters()} == dict.fromkeys(states, "sent")
    assert Case.objects.get().unreached is None


def test_no_letter_follows_one_that_never_arrived(two_held):
    told, first, second = worlds.letters()
    assert {first.in_reply_to, second.in_reply_to} == {told.message_id}


def reaches(case, **form):
    return desk().post(f"/desk/cases/{case.pk}/handles", {"email": "", "phone": ""} | form)


def test_a_helper_adds_an_address_and_the_letter_goes_there():
    worlds.customer(email=None, phone="+4930123456")
    worlds.lost()
    worlds.settle()
    case = Case.objects.get()
    page = desk().get(f"/desk/cases/{case.pk}").content.decode()
    assert "Ask for one by phone, +4930123456" in page
    answer = reaches(case, email="ada@MARSH.example", phone="+49 (30) 123-457")
    assert answer["Location"] == f"/desk/cases/{case.pk}?done=reachable"
    worlds.settle()
    assert (Message.objects.get().state, Message.objects.get().address) == ("sent", "ada@marsh.example")
    page = desk().get(f"/desk/cases/{case.pk}?done=reachable").content.decode()
    assert "Kept. What is sent from now on goes there." in page
    assert "put their e-mail address and phone right." in page
    assert "We have no address" not in page
    # The shop's older word, told again, takes away nothing that we know better.
    worlds.customer(email=None, phone="+4930123456")
    assert [(each.kind, each.value) for each in case.customer.handles.order_by("id")] == [
        ("email", "ada@marsh.example"),
        ("phone", "+4930123457"),
        ("phone", "+4930123456"),
    ]


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"email": "tom@marsh.example"}, 409, "Tom Marsh (tom) has this address"),
        ({"email": "nobody"}, 422, "is not an e-mail address"),
        ({"phone": "030 12"}, 422, "is no number with its country"),
    ],
)
def test_what_reaches_nobody_or_somebody_else_is_refused_and_stays_typed(form, status, says):
    worlds.customer("tom")
    ada = worlds.customer(email=None)
    case = take_in_message(key="w", customer=ada, body="Hello?", now=clock.now())
    answer = reaches(case, **form)
    page = answer.content.decode()
    assert (answer.status_code, says in page) == (status, True)
    assert f'value="{next(iter(form.values()))}"' in page
    assert not ada.handles.exists()


def test_an_address_that_is_taken_away_takes_its_links_with_it():
    ada = worlds.customer(email="old@marsh.example")
    case = take_in_message(key="w", customer=ada, body="Hello?", now=clock.now())
    reaches(case, email="old@marsh.example", phone="+4930123456")
    ada.refresh_from_db()
    assert ada.sign_in_generation == 0
    reaches(case, email="new@marsh.example", phone="+4930123456")
    ada.refresh_from_db()
    assert ada.sign_in_generation == 1
    assert [each.value for each in ada.handles.filter(kind="email")] == ["new@marsh.example"]


def test_there_is_a_way_to_tell_each_kind_of_news_again():
    assert TELL.keys() == set(NewsKind)
