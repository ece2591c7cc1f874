"""Whoever locks several things locks them in the order of the table in docs/house.md, through the whole of a matter."""

import re

from django.db import transaction

from makegood.cases.actions import send_reply, take_in_message
from makegood.cases.locks import lock_case
from makegood.cases.models import Case
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.promises.locks import lock_promise
from makegood.promises.models import Promise
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.models import RefundTask
from makegood.remedies.rules.values import RemedyKind
from tests import worlds
from tests.committed import committed
from tests.house.source import ROOT
from tests.journeys.locks_taken import recorded
from tests.worlds import DAY, DUE, HELPER

__all__ = ["committed"]


def play():
    worlds.open_shop()
    ada = worlds.customer()
    worlds.helper()
    worlds.take_in(worlds.order_record("300"))
    first, second = worlds.shipped("100"), worlds.shipped("200", serial=2)
    worlds.settle()
    for parcel in (first, second):
        worlds.say(parcel, ScanKind.LOST)
    worlds.settle()
    take_in_message(key="m1", customer=ada, body="Where is it?", now=clock.now())
    worlds.settle()
    case = Case.objects.order_by("id")[0]
    send_reply(case_id=case.pk, key="r1", subject="Your order", body="We are looking.", by=HELPER, now=clock.now())
    grant_remedy(order_id=Order.objects.get(reference="100").pk, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=clock.now())
    grant_remedy(order_id=Order.objects.get(reference="200").pk, kind=RemedyKind.REFUND, by=HELPER, now=clock.now())
    worlds.settle()
    finish_refund(task_id=RefundTask.objects.get().pk, note="done", by=HELPER, now=clock.now())
    dispatch = Dispatch.objects.get()
    sent = announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=worlds.number_of(9), label_at=clock.now(), now=clock.now()
    )
    worlds.settle()
    worlds.live_until(DUE + DAY)
    worlds.say(sent, ScanKind.DELIVERED)
    worlds.settle()
    worlds.say(first, ScanKind.DELIVERED)
    worlds.settle()


def ranks():
    """The table's place of each kind of row."""
    text = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    return {table: int(place) for place, table in re.findall(r"^\| (\d+) \| `(makegood_\w+)`", text, re.MULTILINE)}


def wrong(pairs):
    """What was locked against the table's order, or is not in it."""
    rank = ranks()
    return [pair for pair in pairs if not set(pair) <= rank.keys() or rank[pair[0]] >= rank[pair[1]]]


def test_what_a_matter_locks_is_locked_in_the_order_of_the_table(committed, monkeypatch):
    with recorded(monkeypatch) as taken:
        play()
    assert {("makegood_case", "makegood_promise"), ("makegood_order", "makegood_stock")} <= taken.pairs.keys()
    assert wrong(taken.pairs) == []


def test_an_order_reversed_is_seen(committed, monkeypatch):
    worlds.open_shop()
    worlds.customer()
    worlds.lost()
    worlds.settle()
    case, promise = Case.objects.get(), Promise.objects.order_by("id")[0]
    with recorded(monkeypatch) as taken:
        with transaction.atomic():
            lock_case(case.pk)
            lock_promise(promise.pk)
        with transaction.atomic():
            lock_promise(promise.pk)
            lock_case(case.pk)
    assert wrong(taken.pairs) == [("makegood_promise", "makegood_case")]
