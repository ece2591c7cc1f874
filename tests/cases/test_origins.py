"""Where a case came from is said once and stays true; each message says by which way and when it was written."""

import pytest

from makegood.cases.actions import close_case, take_in_message
from makegood.cases.matching import create_unmatched_message, take_to_customer
from makegood.cases.models import Case, UnmatchedMessage
from makegood.cases.rules import Origin
from makegood.channels.models import Message
from makegood.channels.rules import Via
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.actions import say_not_received
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.mails import arrives, mail
from tests.worlds import DAY, HELPER, HOUR, MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ada(db):
    worlds.open_shop()
    return worlds.customer()


def origin():
    return Case.objects.get().origin


def write(ada, body="Where is it?", **more):
    return take_in_message(key=body, customer=ada, body=body, now=clock.now(), **more)


def left_by_form():
    return create_unmatched_message(
        name="Ada", address="ada@elsewhere.example", order_reference="", body="It leaks", language="en", now=clock.now()
    )


def test_every_way_words_come_is_an_origin():
    assert {each.value for each in Via} <= {each.value for each in Origin}


def test_what_we_noticed_stays_noticed_whoever_writes_later(ada):
    worlds.lost()
    worlds.settle()
    assert origin() == "noticed"
    write(ada)
    assert (Case.objects.get().origin, Message.objects.get(body="Where is it?").via) == ("noticed", "web")


def test_a_box_said_to_be_missing_was_told_by_its_customer():
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED)
    worlds.settle()
    say_not_received(parcel_id=parcel.pk, now=clock.now())
    worlds.settle()
    assert origin() == "not_received"


@pytest.mark.parametrize("via", list(Via))
def test_words_that_begin_a_case_say_by_which_way_they_came(ada, via):
    write(ada, via=via)
    assert (origin(), Message.objects.get().via) == (via.value, via.value)


def test_words_of_the_contact_form_keep_their_way_and_their_instant(ada):
    row = left_by_form()
    clock.freeze(MONDAY + 9 * DAY)
    take_to_customer(unassigned_id=row.pk, customer=ada, now=clock.now())
    message = Message.objects.get()
    assert (origin(), message.via, message.written_at) == ("form", "form", MONDAY)


def test_the_form_joins_a_case_that_was_noticed_and_changes_nothing_about_it(ada):
    row = left_by_form()
    clock.freeze(MONDAY + HOUR)
    worlds.lost()
    worlds.settle()
    take_to_customer(unassigned_id=row.pk, customer=ada, now=clock.now())
    assert (origin(), Message.objects.get(via=Via.FORM).written_at) == ("noticed", MONDAY)


def test_a_mail_that_waited_for_its_customer_was_written_when_it_came(ada):
    arrives(mail("It leaks.", sender="Somebody <somebody@elsewhere.example>"))
    row = UnmatchedMessage.objects.get()
    clock.freeze(MONDAY + 2 * DAY)
    take_to_customer(unassigned_id=row.pk, customer=ada, now=clock.now())
    message = Message.objects.get()
    assert (origin(), message.via, message.written_at) == ("email", "email", MONDAY)


def test_a_choice_without_an_open_case_began_its_own():
    worlds.lost()
    worlds.settle()
    close_case(case_id=Case.objects.get().pk, by=HELPER, now=clock.now())
    order_id = Order.objects.get(reference="100").pk
    grant_remedy(order_id=order_id, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=clock.now())
    worlds.settle()
    assert Case.objects.latest("id").origin == "remedy"
