"""Whatever changes what a case lives on has the case looked at: none stays open, or in danger, for nothing."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from makegood.cases.actions import close_case, reconsider
from makegood.cases.models import Case
from makegood.cases.rules import CaseState
from makegood.journal.facts import Fact
from makegood.journal.registry import REACTIONS
from makegood.kit import clock
from makegood.orders.models import Delivery, Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.promises.actions import revise_promise
from makegood.promises.models import Promise
from makegood.remedies.actions import finish_refund, grant_remedy
from tests import worlds
from tests.sampling import sampled
from tests.worlds import DAY, HOUR, LEAD, MINUTE, MONDAY

# Facts that no case has to hear of, and why.
UNHEARD = {
    "CaseChanged": "said by cases themselves",
    "CaseClosed": "said by cases themselves",
    "CreditExpired": "nobody was promised that it lasts longer",
    "CreditGiven": "whoever gives it says so",
    "DispatchAccepted": "a place will send what it was asked for: it is as owed as before",
    "DispatchNoticeDue": "a place is told again",
    "DispatchReaddressed": "it goes elsewhere by the same day",
    "DispatchRefused": "the pick list still has it: it is as owed as before, and its promise is swept",
    "DispatchRequested": "said with RemedyGranted",
    "DisputeAnswered": "the gateway is told, and what it says then is DisputeMoved or DisputeDecided",
    "HelperAskedToEnter": "it is about one of us",
    "MessageReceived": "whoever takes it in puts it on its case",
    "MessageRequested": "whoever asks for it puts it on its case",
    "MessageSent": "what was asked for",
    "MoneyDisowned": "what it paid for is unpaid, which no case lives on",
    "MoneyReturned": "what it paid for is unpaid, which no case lives on",
    "NeedSaid": "what can be done is ranked by it; a case lives on no less and no longer for it",
    "OrderPlaced": "no case can gather what was not there",
    "PromiseKept": "said with VerdictChanged, RefundSettled or the answer itself",
    "RefundDone": "said with RefundSettled",
    "RefundRequested": "said with what it was asked for",
    "RefundSent": "it is as owed as before, until it is there",
    "RemedyUndone": "said with PromiseAtRisk",
    "ShopBegan": "the sweep tells what waited",
    "StopDone": "what was to be stopped was made good when that was asked for",
    "UnmatchedChanged": "it is nobody's yet; whoever says whose it is puts it on their case",
    "PromiseMade": "said with what it was made for: OrderChanged, ParcelLabelled, RemedyGranted, or on its case",
}


def facts(kind: type[Fact] = Fact) -> Iterator[type[Fact]]:
    for each in kind.__subclasses__():
        yield from facts(each)
        if each.__module__.endswith(".facts") and not each.__subclasses__():
            yield each


def test_every_fact_is_heard_by_cases_or_need_not_be() -> None:
    names = {each.__name__ for each in facts()}
    heard = {kind for kind, reactions in REACTIONS.by_kind.items() if any(x.startswith("cases.") for x in reactions)}
    assert heard & UNHEARD.keys() == set()
    assert names - heard == UNHEARD.keys()


@pytest.fixture(autouse=True)
def shop(db) -> None:
    worlds.open_shop()
    worlds.customer()


def one_box() -> dict[str, Any]:
    return worlds.parcel_record("P100", {"BIRDS": 1})


def version(*boxes: dict[str, Any], **more: Any) -> None:
    worlds.take_in(worlds.order_record(version_at=clock.now(), parcels=list(boxes), **more))


# What a case may live on. Each begins with order 100, told as of Monday.
def box_lost() -> None:
    worlds.lost(version_at=MONDAY)


def box_lost_and_late() -> None:
    worlds.lost(version_at=MONDAY)
    worlds.live_until(MONDAY + 13 * DAY, step=DAY)


def sent_again() -> None:
    box_lost()
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())


def sent_again_and_late() -> None:
    sent_again()
    worlds.live_until(MONDAY + 13 * DAY, step=DAY)


def paid_back() -> None:
    box_lost()
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())


def unsent() -> None:
    worlds.take_in(worlds.order_record(version_at=MONDAY))
    worlds.live_until(MONDAY + 10 * DAY, step=DAY)


def unsent_and_late() -> None:
    worlds.take_in(worlds.order_record(version_at=MONDAY))
    worlds.live_until(MONDAY + 13 * DAY, step=DAY)


def rest_late() -> None:
    lines = {"BIRDS": 1, "TIDES": 1}
    worlds.take_in(worlds.order_record(version_at=MONDAY, lines=lines, parcels=[one_box()]))
    worlds.say(Parcel.objects.get(), ScanKind.DELIVERED, MONDAY + HOUR)
    worlds.live_until(MONDAY + 13 * DAY, step=DAY)


# What may happen to it then.
def cancelled() -> None:
    boxes = [one_box()] if Parcel.objects.filter(reference="P100") else []
    version(*boxes, cancelled_at=clock.now(), lines=_lines())


def smaller() -> None:
    """Whatever has left stays; all else is taken out."""
    boxes = [one_box()] if Parcel.objects.filter(reference="P100") else []
    version(*boxes, lines={"BIRDS": 1} if boxes else {"TIDES": 1})


def later() -> None:
    boxes = [one_box()] if Parcel.objects.filter(reference="P100") else []
    version(*boxes, lines=_lines(), deliver_by_date=date(2026, 11, 20), deliver_by_reason="the press is late")


def revised() -> None:
    for promise in Promise.objects.filter(state="open", kind="deliver"):
        due_at = clock.now() + 30 * DAY
        revise_promise(promise_id=promise.pk, due_at=due_at, reason="the press is late", by="lena", now=clock.now())


def left() -> None:
    if Parcel.objects.filter(reference="P100"):
        boxes = [one_box(), worlds.parcel_record("P101", {"TIDES": 1}, serial=7, label_at=clock.now())]
        version(*(boxes if "TIDES" in _lines() else boxes[:1]), lines=_lines())
    else:
        version(one_box() | {"label_at": clock.now()})


def announced() -> None:
    for dispatch in Dispatch.objects.filter(parcel=None):
        number = worlds.number_of(50)
        announce_parcel(dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now())


def all_delivered() -> None:
    for parcel in Parcel.objects.exclude(estimate__verdict="delivered"):
        worlds.say(parcel, ScanKind.DELIVERED)


def paid() -> None:
    for task in Refund.objects.filter(done_at=None):
        finish_refund(refund_id=task.pk, by=LEAD, note="", now=clock.now())


def _lines() -> dict[str, int]:
    return dict(Order.objects.get().lines.values_list("reference", "quantity"))


BEGINNINGS = (
    box_lost,
    box_lost_and_late,
    sent_again,
    sent_again_and_late,
    paid_back,
    unsent,
    unsent_and_late,
    rest_late,
)
TURNS = (cancelled, smaller, later, revised, left, announced, all_delivered, paid)


# A letter of its own kind: tests/cases/test_letters_overdue.py.
APART = {(sent_again_and_late, announced)}
PAIRS = [(begin, turn) for begin in BEGINNINGS for turn in TURNS if (begin, turn) not in APART]


@pytest.mark.parametrize(("begin", "turn"), sampled(PAIRS, every=2), ids=lambda each: each.__name__)
def test_a_case_is_as_its_promises_are(begin: Callable[[], None], turn: Callable[[], None]) -> None:
    begin()
    worlds.settle()
    clock.freeze(clock.now() + MINUTE)
    turn()
    worlds.settle()
    for case in Case.objects.filter(state=CaseState.OPEN):
        stored = (case.state, case.attention, case.due_at)
        reconsider(case, now=clock.now(), is_news=False)
        case.refresh_from_db()
        assert (case.state, case.attention, case.due_at) == stored


@pytest.mark.parametrize("begin", BEGINNINGS, ids=lambda each: each.__name__)
def test_nobody_waits_for_an_order_that_was_cancelled(begin: Callable[[], None]) -> None:
    """But for money, which goes back all the same, and for an answer."""
    begin()
    worlds.settle()
    cancelled()
    worlds.live_until(clock.now() + 40 * DAY, step=4 * DAY)
    owed = [each.kind for each in Promise.objects.all() if each.is_owed]
    assert "deliver" not in owed
    assert [case.attention for case in Case.objects.filter(state=CaseState.OPEN)] == ["waiting" for _ in owed][:1]


def test_a_broken_promise_of_a_cancelled_order_stays_broken_and_owes_nothing() -> None:
    unsent_and_late()
    cancelled()
    promise = Promise.objects.get(kind="deliver")
    assert (promise.state, promise.called_off_at, promise.is_owed) == ("broken", clock.now(), False)


def test_what_left_of_a_cancelled_order_and_is_lost_later_opens_nothing() -> None:
    worlds.shipped(version_at=MONDAY)
    worlds.live_until(MONDAY + 13 * DAY, step=DAY)
    cancelled()
    worlds.settle()
    told = list(worlds.news_told())
    worlds.say(Parcel.objects.get(), ScanKind.LOST)
    worlds.live_until(clock.now() + 5 * DAY, step=DAY)
    assert worlds.news_told() == told
    assert not Case.objects.filter(state=CaseState.OPEN, attention="danger").exists()


def test_whoever_waits_for_money_past_its_day_has_a_case_though_theirs_was_closed_by_hand() -> None:
    paid_back()
    worlds.settle()
    close_case(case_id=Case.objects.get().pk, by=LEAD, now=clock.now(), although_they_wait=True)
    task = Refund.objects.get()
    assert task.promise is not None
    worlds.live_until(task.promise.due_at + HOUR, step=2 * DAY)
    case = Case.objects.get(state=CaseState.OPEN)
    assert (case.attention, case.due_at) == ("waiting", task.promise.due_at)
    assert list(case.subjects.values_list("delivery__order__reference", flat=True)) == ["100"]
    finish_refund(refund_id=task.pk, by=LEAD, note="", now=clock.now())
    worlds.settle()
    assert not Case.objects.filter(state=CaseState.OPEN).exists()


def test_a_line_that_is_taken_out_after_its_day_is_owed_to_nobody() -> None:
    rest_late()
    smaller()
    worlds.settle()
    assert [each.kind for each in Promise.objects.all() if each.is_owed] in ([], ["reply"])
    assert Delivery.objects.filter(promise__called_off_at__isnull=False).count() == 1
