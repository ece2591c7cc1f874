"""What is told of many orders takes as many queries as of one."""

import pytest

from makegood.cases import reactions
from makegood.cases.making_good import make_good
from makegood.cases.models import Case
from makegood.journal.models import FactRow
from makegood.journal.queries import read
from makegood.kit import clock
from makegood.parcels.dispatching import announce_all
from makegood.parcels.models import Dispatch
from makegood.parcels.records import AnnouncementRecord
from makegood.policies.rules.values import RemedyKind
from makegood.promises.actions import break_overdue
from tests import worlds
from tests.journal.stumbles import queued
from tests.queries import queries_of
from tests.worlds import DUE, HELPER

pytestmark = pytest.mark.django_db


def lost(orders):
    worlds.customer(f"c{orders}")
    for number in range(orders):
        worlds.lost(f"{orders}-{number}", by=f"c{orders}", serial=10 * orders + number)


def waiting(reaction):
    """The facts that wait for a reaction."""
    ids = [fact for task, _, fact in queued() if task == f"cases.{reaction}"]
    return [read(row) for row in FactRow.objects.filter(id__in=ids).order_by("id")]


def told_of(orders, reaction, *, until):
    """How many queries it takes to tell a customer with so many orders; `until` lets it come to that."""
    lost(orders)
    until(orders)
    facts = waiting(reaction)
    call = getattr(reactions, reaction)
    gathers = reaction in {"look_after_parcels", "answer_for_broken_promises"}
    before = len(worlds.letters())
    count = queries_of(lambda: call(facts) if gathers else call(facts[0]))
    assert len(worlds.letters()) == before + 1
    worlds.settle()
    return count


def nothing(_):
    pass


def is_late(_):
    clock.freeze(max(clock.now(), DUE))
    break_overdue(now=clock.now())


def chosen(_):
    worlds.settle()
    make_good(case_id=Case.objects.latest("id").pk, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=clock.now())


def left(orders):
    chosen(orders)
    worlds.settle()
    rows = Dispatch.objects.filter(parcel=None).order_by("id")
    records = [
        AnnouncementRecord(
            dispatch=f"D{row.pk}", carrier="usps", number=worlds.number_of(500 + row.pk % 400), label_at=clock.now()
        )
        for row in rows
    ]
    announce_all(records, now=clock.now())


@pytest.mark.parametrize(
    ("reaction", "until"),
    [
        ("look_after_parcels", nothing),
        ("answer_for_broken_promises", is_late),
        ("confirm_remedy", chosen),
        ("tell_replacement_left", left),
    ],
)
def test_many_orders_are_told_in_as_many_queries_as_one(reaction, until):
    worlds.open_shop(stock={"BIRDS": 50})
    assert told_of(2, reaction, until=until) == told_of(5, reaction, until=until)
