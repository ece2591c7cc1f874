"""Every list asks the database as often for three rows as for one, and says it kindly when there are none."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from makegood.cases.making_good import make_good
from makegood.cases.matching import create_unmatched_message
from makegood.cases.models import Case
from makegood.channels.models import Message
from makegood.journal.actions import dead_letter
from makegood.journal.models import FactRow
from makegood.kit import clock
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.rules.values import DisputeStatus
from makegood.policies.rules.values import RemedyKind
from tests import worlds


def in_trouble(serial: int) -> Case:
    """A customer of their own whose parcel is lost and who has been told."""
    name = f"c{serial}"
    who = worlds.customer(name)
    parcel = worlds.shipped(f"10{serial}", by=name, serial=serial)
    worlds.settle()
    worlds.say(parcel, ScanKind.LOST)
    worlds.settle()
    return Case.objects.get(customer=who)


def refunded(serial: int) -> None:
    case = in_trouble(serial)
    make_good(case_id=case.pk, kind=RemedyKind.REFUND, by=worlds.LEAD, now=clock.now())
    worlds.settle()


def sent_again(serial: int) -> None:
    case = in_trouble(serial)
    make_good(case_id=case.pk, kind=RemedyKind.SEND_AGAIN, by=worlds.LEAD, now=clock.now())
    worlds.settle()


def left_words(serial: int) -> None:
    who = worlds.customer(f"c{serial}")
    worlds.shipped(f"10{serial}", by=who.reference, serial=serial)
    create_unmatched_message(
        name="Ada",
        address=f"C{serial}@marsh.example",
        order_reference=f"10{serial}",
        body="Where is it?",
        language="en",
        now=clock.now(),
    )


def paid(serial: int) -> None:
    """Money of somebody's who is not named, and money in another currency of somebody's who owes us something."""
    for name in (f"c{serial}", f"d{serial}"):
        worlds.customer(name, name=f"Carl{serial} Marsh")
        worlds.take_in(worlds.order_record(f"{name}-1", by=name, paid=[], lines={"BIRDS": serial}))
    due = 1695 * serial + 480
    worlds.pays(f"MO-{serial}", amount_minor=due, payer=f"Carl{serial} Marsh", note=f"c{serial}-1")
    worlds.pays(f"EU-{serial}", amount_minor=900, currency="EUR", customer=f"d{serial}")


def asked_back(serial: int) -> None:
    """What two banks ask: one waits for an answer, one has decided."""
    worlds.customer(f"c{serial}")
    for payment, more in ((f"pi_{serial}", {}), (f"pi_{serial}_lost", {"status": DisputeStatus.LOST})):
        worlds.pays(f"CH-{payment}", amount_minor=900, customer=f"c{serial}", tender="card", payment=payment)
        worlds.disputed(payment, amount_minor=900, **more)
    worlds.settle()


def parked(serial: int) -> None:
    in_trouble(serial)
    row = FactRow.objects.order_by("-id")[0]
    dead_letter(fact_id=row.pk, reaction=f"cases.reaction_{serial}", error=ValueError("it went wrong"))


def failed(serial: int) -> None:
    in_trouble(serial)
    Message.objects.update(state="failed", error="no such mailbox", sent_at=None)


def named(each: object) -> str:
    return each if isinstance(each, str) else ""


LISTS: list[tuple[str, Callable[[int], object], str]] = [
    ("/desk/", in_trouble, "Nobody needs you right now."),
    ("/desk/inbox", in_trouble, "Nobody needs you right now."),
    ("/desk/promises", in_trouble, "No open promise is in danger."),
    ("/desk/parcels", in_trouble, "No parcel is in danger."),
    ("/desk/pick-list", sent_again, "Nothing to send."),
    ("/desk/refunds", refunded, "Nothing is owed back."),
    ("/desk/disputes", asked_back, "No bank asks anything."),
    ("/desk/unmatched", left_words, "Every message has its customer."),
    ("/desk/unmatched-money", paid, "All money has its owner."),
    ("/desk/messages", failed, "Every message was taken."),
    ("/desk/stuck-work", parked, "No work is stuck"),
    ("/desk/search?q=Marsh", in_trouble, "Nothing of that name or number."),
    ("/desk/mailbox", in_trouble, "Nobody has had mail yet."),
]


@pytest.fixture(autouse=True)
def _demo(settings, db) -> None:
    settings.DEMO = True
    worlds.open_shop(stock={"BIRDS": 10})


@pytest.mark.parametrize(("address", "one_more", "_empty"), LISTS, ids=named)
def test_three_rows_ask_as_often_as_one(
    desk: Client, address: str, one_more: Callable[[int], object], _empty: str
) -> None:
    one_more(1)
    with CaptureQueriesContext(connection) as for_one:
        assert desk.get(address).status_code == 200
    one_more(2)
    one_more(3)
    with CaptureQueriesContext(connection) as for_three:
        page = desk.get(address).content.decode()
    assert len(for_three) == len(for_one)
    assert page.count("Marsh") + page.count("cases.reaction_") + page.count("c3@marsh") >= 3


@pytest.mark.parametrize(("address", "_one_more", "empty"), LISTS, ids=named)
def test_an_empty_list_says_so(desk: Client, address: str, _one_more: Callable[[int], object], empty: str) -> None:
    assert empty in desk.get(address).content.decode()


def test_a_case_with_more_parcels_asks_no_oftener(desk: Client) -> None:
    one = in_trouble(1)
    who = worlds.customer("many")
    lines = {"BIRDS": 1, "TIDES": 1, "ATLAS": 1}
    parcels = [worlds.parcel_record(f"M{n}", {sku: 1}, serial=50 + n) for n, sku in enumerate(lines)]
    worlds.take_in(worlds.order_record("200", by=who.reference, lines=lines, parcels=parcels))
    worlds.settle()
    clock.freeze(worlds.DUE + worlds.DAY)
    worlds.settle()
    three = Case.objects.get(customer=who)
    with CaptureQueriesContext(connection) as for_one:
        assert desk.get(f"/desk/cases/{one.pk}").status_code == 200
    with CaptureQueriesContext(connection) as for_three:
        assert desk.get(f"/desk/cases/{three.pk}").status_code == 200
    assert len(for_three) <= len(for_one) + ALLOWED


# The letter's facts and the records of the truth check are gathered delivery by delivery in `cases`.
ALLOWED = 20


def test_a_promise_is_told_by_the_clocks_of_where_it_goes(desk):
    worlds.customer()
    to = worlds.order_record("100").ship_to.model_dump() | {"postcode": "96813", "zone": "Pacific/Honolulu"}
    worlds.take_in(worlds.order_record("100", ship_to=to, parcels=[worlds.parcel_record("P100", {"BIRDS": 1})]))
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    worlds.settle()
    shown = " ".join(desk.get("/desk/promises").content.decode().split())
    assert "to deliver by Friday 16 October at 20:00 HST" in shown
