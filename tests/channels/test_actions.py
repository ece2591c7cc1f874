"""Handing words over: once, or where that can't be known, twice under one Message-ID and never a third time."""

import pytest

from makegood.channels import actions
from makegood.channels.actions import deliver, note_bounce, request_message, take_in_message
from makegood.channels.facts import MessageFailed, MessageReceived, MessageRequested, MessageSent
from makegood.channels.mailer import PORT, Letter, LocalMailer, NoMailer, Refused, Unreachable
from makegood.channels.models import Message
from makegood.channels.queries import messages_in_trouble
from makegood.channels.rules import Via
from makegood.kit.errors import IdempotencyConflict
from tests import worlds
from tests.worlds import MONDAY

pytestmark = pytest.mark.django_db


class Postman:
    """Takes letters until told to trip: each of `trips` is raised once, in order; None lets the letter through."""

    def __init__(self) -> None:
        self.trips: list[BaseException | None] = []
        self.letters: list[Letter] = []

    def deliver(self, letter: Letter) -> None:
        self.letters.append(letter)
        trip = self.trips.pop(0) if self.trips else None
        if trip is not None:
            raise trip


class Killed(BaseException):
    """The process died: nothing below catches it."""


@pytest.fixture
def postman(monkeypatch):
    postman = Postman()
    monkeypatch.setattr(PORT, "mailer", postman)
    return postman


def message(key="k1", *, who=None, subject="Order 100", body="Hello"):
    words = {"news": "reply", "subject": subject, "body": body, "language": "en", "by": "helper:2"}
    return request_message(key=key, customer=who or worlds.customer(), now=MONDAY, **words)


def state_of(one):
    one.refresh_from_db()
    return one.state, one.hand_overs, one.was_in_doubt


def said():
    return [type(fact) for fact in worlds.facts(MessageRequested, MessageSent, MessageFailed, MessageReceived)]


def test_words_are_written_down_once_for_each_key():
    assert message() == message(body="Hello again")
    assert (Message.objects.count(), said()) == (1, [MessageRequested])
    assert Message.objects.get().address == "ada@marsh.example"


def test_a_key_is_one_customers():
    message()
    with pytest.raises(IdempotencyConflict):
        message(who=worlds.customer("luc"))


def test_a_subject_is_one_line():
    assert message(subject=" Order 100\r\nBcc: all@x.example\t!").subject == "Order 100 Bcc: all@x.example !"


def test_what_is_taken_is_sent_once(postman):
    one = message()
    for _ in range(2):
        deliver(message_id=one.pk)
    assert state_of(one) == ("sent", 1, False)
    assert [(letter.to, letter.message_id) for letter in postman.letters] == [("ada@marsh.example", one.message_id)]
    assert said() == [MessageRequested, MessageSent]


def test_a_plain_refusal_is_final_and_shown(postman):
    postman.trips = [Refused("550 no such mailbox")]
    one = message()
    for _ in range(2):
        deliver(message_id=one.pk)
    assert (state_of(one), one.error) == (("failed", 1, False), "550 no such mailbox")
    assert len(postman.letters) == 1
    assert said() == [MessageRequested, MessageFailed]
    assert messages_in_trouble(limit=9) == [one]


def test_who_cannot_be_reached_is_tried_again_as_often_as_it_takes(postman):
    postman.trips = [Unreachable("down")] * 4
    one = message()
    for _ in range(4):
        with pytest.raises(Unreachable):
            deliver(message_id=one.pk)
        assert state_of(one) == ("requested", 0, False)
    deliver(message_id=one.pk)
    assert state_of(one) == ("sent", 1, False)


@pytest.mark.parametrize("trip", [Killed, OSError("connection reset after the letter")])
def test_what_was_cut_off_is_repeated_once_under_the_same_message_id_and_marked(postman, trip):
    postman.trips = [trip]
    one = message()
    with pytest.raises((Killed, OSError)):
        deliver(message_id=one.pk)
    assert state_of(one) == ("handing_over", 1, False)
    deliver(message_id=one.pk)
    assert state_of(one) == ("sent", 2, True)
    assert {letter.message_id for letter in postman.letters} == {one.message_id}


def test_what_was_cut_off_twice_is_never_sent_a_third_time(postman):
    postman.trips = [Killed, Killed]
    one = message()
    for _ in range(2):
        with pytest.raises(Killed):
            deliver(message_id=one.pk)
    for _ in range(3):
        deliver(message_id=one.pk)
    assert state_of(one) == ("in_doubt", 2, True)
    assert len(postman.letters) == 2
    assert messages_in_trouble(limit=9) == [one]


def test_a_repetition_that_finds_nobody_there_still_has_its_one_repetition(postman):
    postman.trips = [Killed, Unreachable("down"), None]
    one = message()
    for trip in (Killed, Unreachable):
        with pytest.raises(trip):
            deliver(message_id=one.pk)
    deliver(message_id=one.pk)
    assert state_of(one) == ("sent", 2, True)


def test_died_after_the_letter_was_taken_and_before_it_was_written_down(postman, monkeypatch):
    one = message()
    with monkeypatch.context() as dying:
        dying.setattr(actions, "_end", lambda *_, **__: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            deliver(message_id=one.pk)
    deliver(message_id=one.pk)
    assert state_of(one) == ("sent", 2, True)


def test_what_comes_back_before_we_have_written_down_that_it_went_has_come_back(monkeypatch):
    class Swift(Postman):
        """The other side refuses it while we are still being told that it was taken."""

        def deliver(self, letter):
            super().deliver(letter)
            number = Message.objects.get(message_id=letter.message_id).pk
            note_bounce(message_id=number, reason="550 no such mailbox", is_hard=True, now=MONDAY)

    monkeypatch.setattr(PORT, "mailer", Swift())
    one = message()
    deliver(message_id=one.pk)
    assert (state_of(one), one.error, one.bounced_at) == (("bounced", 1, False), "550 no such mailbox", MONDAY)
    assert messages_in_trouble(limit=9) == [one]


def test_nothing_is_handed_over_inside_a_transaction_that_may_still_fail(postman):
    one = message()
    assert (postman.letters, state_of(one)) == ([], ("requested", 0, False))
    worlds.work()
    assert len(postman.letters) == 1


def test_without_a_mail_host_a_letter_is_kept_and_never_called_sent(monkeypatch):
    monkeypatch.setattr(PORT, "mailer", NoMailer())
    one = message()
    deliver(message_id=one.pk)
    assert (state_of(one)[0], one.sent_at) == ("kept", None)
    assert MessageSent not in said()
    # A host that is named later is told nothing that has grown old meanwhile.
    monkeypatch.setattr(PORT, "mailer", LocalMailer())
    deliver(message_id=one.pk)
    assert (state_of(one)[0], one.sent_at) == ("kept", None)


@pytest.mark.parametrize("mailer", [LocalMailer(), NoMailer()])
def test_who_has_no_address_is_refused_and_shown(monkeypatch, mailer):
    monkeypatch.setattr(PORT, "mailer", mailer)
    one = message(who=worlds.customer("tom", email=None))
    deliver(message_id=one.pk)
    assert state_of(one)[0] == "failed"


def test_what_a_customer_writes_is_kept_once_and_nobody_elses_key_is_theirs():
    def write(who):
        words = {"via": Via.WEB, "subject": "a\nb", "body": "Where is it?", "in_reply_to": ""}
        return take_in_message(key="w1", customer=who, now=MONDAY, **words)

    ada = worlds.customer()
    assert write(ada) == write(ada)
    assert (Message.objects.get().subject, said()) == ("a b", [MessageReceived])
    with pytest.raises(IdempotencyConflict):
        write(worlds.customer("luc"))
