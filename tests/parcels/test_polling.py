"""Asking carriers turn by turn: who is asked, within which limits, and what is left when something dies."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from makegood.kit import clock
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.models import CarrierCall, CarrierHearing, Parcel, PollState, StatusEstimate
from makegood.parcels.polling import LEASE, CarrierPoller
from makegood.parcels.rules.polling import GIVEN_UP_AFTER, OVERDUE_AFTER, PATIENCE, PollLimit, Urgency
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Verdict
from makegood.parcels.tracker import (
    TRACKERS,
    AskedTooOften,
    CarrierAway,
    NotLetIn,
    NumbersRefused,
    TokenRefused,
)
from makegood.parcels.waiting import count_failing, due_to_be_asked, poll_states
from tests import worlds
from tests.carriers import ConsoleCarrier, ConsoleTracker
from tests.committed import at_once
from tests.parcels.boxes import urgency_of

# The machine's time has nothing to do with the business's.
AT = datetime(2030, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Killed(BaseException):
    """The process ends here."""


class Console(ConsoleTracker):
    """A carrier that may fail, and that sees that nobody holds a transaction open while it is asked."""

    def __init__(self, *, at_once=10, **words):
        super().__init__({}, **words)
        self.at_once, self.fails = at_once, []

    def ask(self, numbers, *, page=""):
        assert not connection.in_atomic_block
        failure = next((error for numbers_, error in self.fails if not numbers_ or numbers_ & set(numbers)), None)
        if failure is not None:
            self.asked.append(tuple(numbers))
            raise failure
        return super().ask(numbers, page=page)

    def knows(self, parcel, kind=ScanKind.MOVED):
        scan = {"kind": kind.value, "happened_at": clock.now().isoformat(), "code": kind.value}
        self.known[parcel.number] = {"number": parcel.number, "scans": [scan]}


@pytest.fixture(autouse=True)
def _shop(committed, monkeypatch):
    monkeypatch.setitem(CARRIERS, "gls", ConsoleCarrier())
    worlds.open_shop()
    worlds.customer()


@pytest.fixture
def console(monkeypatch):
    tracker = Console()
    monkeypatch.setitem(TRACKERS, "gls", tracker)
    return tracker


def box(serial, **more):
    words = {"carrier": "gls", "number": f"N{serial}", "label_at": clock.now()} | more
    record = worlds.parcel_record(f"P{serial}", {"BIRDS": 1}, **words)
    worlds.take_in(worlds.order_record(str(serial), parcels=[record]))
    return Parcel.objects.get(reference=f"P{serial}")


def turns(tracker, *, at=AT, most=20):
    """Take turns until nothing can be asked at this instant; how many numbers were asked."""
    asker, asked = CarrierPoller(tracker), 0
    for _ in range(most):
        turn = asker.poll(now=clock.now(), at=at)
        asked += turn.asked
        if turn.again_at > at:
            return asked
    raise AssertionError("it went on and on")


def later(**words):
    clock.freeze(clock.now() + timedelta(**words))


def test_a_parcel_is_asked_once_it_is_due_and_its_scans_are_taken_in(console):
    parcel = box(1)
    console.knows(parcel)
    later(hours=23)
    assert turns(console) == 0
    later(hours=1)
    assert turns(console) == 1
    parcel.refresh_from_db()
    assert (parcel.estimate.verdict, parcel.estimate.asked_at) == (Verdict.MOVING, clock.now())
    assert turns(console, at=AT + worlds.DAY) == 0


def test_what_the_carrier_does_not_know_counts_as_asked(console):
    parcel = box(1)
    later(days=1)
    assert turns(console) == 1
    parcel.refresh_from_db()
    assert (parcel.estimate.asked_at, parcel.estimate.verdict) == (clock.now(), Verdict.LABEL_MADE)


@pytest.mark.parametrize("kind", [ScanKind.DELIVERED, ScanKind.RETURNED])
def test_who_has_settled_is_asked_no_more_until_the_customer_says_otherwise(console, kind):
    parcel = box(1)
    worlds.say(parcel, kind)
    later(days=2)
    assert turns(console) == 0


def test_old_parcels_are_given_up(console):
    box(1, label_at=clock.now() - GIVEN_UP_AFTER)
    later(days=1)
    assert turns(console) == 0


def test_other_carriers_are_left_alone(console):
    worlds.shipped()
    later(days=1)
    assert turns(console) == 0


def test_danger_goes_first_then_the_nearest_promise(console):
    console.at_once = 1
    calm, near, danger = box(1, label_at=clock.now() - worlds.HOUR), box(2), box(3)
    later(days=1)
    for parcel, days in ((calm, 9), (near, 1), (danger, 9)):
        type(parcel.delivery.promise).objects.filter(id=parcel.delivery.promise_id).update(
            due_at=clock.now() + timedelta(days=days)
        )
    worlds.say(danger, ScanKind.DAMAGED)
    assert turns(console) == 3
    assert console.asked == [("N3",), ("N2",), ("N1",)]


def test_what_sql_calls_urgent_is_what_the_rule_calls_urgent():
    kinds = (None, ScanKind.MOVED, ScanKind.LOST)
    for serial, (days, kind) in enumerate((days, kind) for days in (-30, -21, -1, 1, 2, 3) for kind in kinds):
        parcel = box(serial, label_at=clock.now() - timedelta(days=2))
        if kind:
            worlds.say(parcel, kind)
        promise = parcel.delivery.promise
        type(promise).objects.filter(id=promise.pk).update(due_at=clock.now() + timedelta(days=days))
    rows = due_to_be_asked("gls", now=clock.now()).select_related("parcel__delivery__promise")
    found = {row.pk: row.urgency for row in rows}
    assert len(found) == 18
    assert found == {
        row.pk: urgency_of(state=Verdict(row.verdict), promised_at=row.parcel.delivery.promise.due_at, now=clock.now())
        for row in rows
    }
    assert all(row.due_at == row.label_at + PATIENCE[Urgency(row.urgency)] for row in rows)


def test_a_number_that_two_parcels_share_is_asked_once_for_both(console):
    first, second = box(1, number="N"), box(2, number="N")
    later(days=1)
    assert turns(console) == 1
    assert console.asked == [("N",)]
    assert set(StatusEstimate.objects.values_list("asked_at", flat=True)) == {clock.now()}
    assert first.pk != second.pk


def test_the_limit_holds_over_any_stretch_of_time(console):
    console.at_once, console.limits = 1, (PollLimit(2, 60),)
    for serial in range(5):
        box(serial)
    later(days=1)
    assert turns(console) == 2
    assert turns(console, at=AT + 59 * SECOND) == 0
    assert turns(console, at=AT + 60 * SECOND) == 2
    assert turns(console, at=AT + 119 * SECOND) == 0


def test_the_last_fifth_of_a_quota_is_for_danger_alone(console):
    console.at_once, console.limits = 1, (PollLimit(5, 86_400),)
    parcels = [box(serial) for serial in range(8)]
    later(days=1)
    assert turns(console) == 4
    worlds.say(parcels[0], ScanKind.DAMAGED)
    StatusEstimate.objects.update(asked_at=None)
    assert turns(console, at=AT + SECOND) == 1
    assert console.asked[-1] == ("N0",)
    assert turns(console, at=AT + 2 * SECOND) == 0


def test_two_workers_keep_within_one_limit(console):
    console.limits = (PollLimit(1, 60),)
    console.at_once = 1
    for serial in range(4):
        box(serial)
    later(days=1)
    now = clock.now()
    asked = at_once(*[lambda: CarrierPoller(console).poll(now=now, at=AT).asked for _ in range(3)])
    assert sorted(asked) == [0, 0, 1]
    assert CarrierCall.objects.count() == 1


def test_an_answer_in_parts_is_read_to_its_end_within_the_limit(console):
    console.limits = (PollLimit(1, 5),)
    parcels = [box(serial) for serial in range(3)]
    for parcel in parcels:
        console.knows(parcel)
    later(days=1)
    asker = CarrierPoller(console)
    turned = [asker.poll(now=clock.now(), at=AT + second * SECOND).asked for second in range(11)]
    assert turned == [0] * 10 + [3]
    assert len(console.asked) == 3
    assert set(StatusEstimate.objects.values_list("verdict", flat=True)) == {Verdict.MOVING}


def test_whoever_dies_asking_leaves_the_parcel_due_and_it_is_asked_once_more(console):
    parcel = box(1)
    console.knows(parcel)
    later(days=1)
    console.fails = [(set(), Killed())]
    with pytest.raises(Killed):
        turns(console)
    console.fails = []
    assert turns(console, at=AT + SECOND) == 0
    assert turns(console, at=AT + LEASE) == 1
    assert [len(console.asked), CarrierCall.objects.count()] == [2, 2]
    parcel.refresh_from_db()
    assert parcel.estimate.verdict == Verdict.MOVING


def test_whoever_dies_taking_in_leaves_nothing_half_done(console, monkeypatch):
    class Dying(ConsoleCarrier):
        def parse(self, body):
            super().parse(body)
            raise Killed

    parcel = box(1)
    console.knows(parcel)
    later(days=1)
    with monkeypatch.context() as dying:
        dying.setitem(CARRIERS, "gls", Dying())
        with pytest.raises(Killed):
            turns(console)
    assert turns(console, at=AT + LEASE) == 1
    assert [scan.kind for scan in parcel.scans.all()] == [ScanKind.MOVED]


def test_a_page_that_could_not_be_kept_is_asked_for_again(console, monkeypatch):
    class Broken(ConsoleCarrier):
        def parse(self, body):
            raise RuntimeError("a surprise")

    parcels = [box(serial) for serial in range(2)]
    for parcel in parcels:
        console.knows(parcel)
    later(days=1)
    asker = CarrierPoller(console)
    with monkeypatch.context() as broken:
        broken.setitem(CARRIERS, "gls", Broken())
        with pytest.raises(RuntimeError):
            asker.poll(now=clock.now(), at=AT)
    for second in range(2):
        asker.poll(now=clock.now(), at=AT + LEASE + second * SECOND)
    assert [scan.kind for parcel in parcels for scan in parcel.scans.all()] == [ScanKind.MOVED] * 2


@pytest.mark.parametrize(
    ("failure", "pause"),
    [(CarrierAway("down"), 30), (NotLetIn("who are you"), 30), (AskedTooOften(timedelta(seconds=90)), 90),
     (AskedTooOften(None), 30)],
)  # fmt: skip
def test_a_carrier_that_fails_is_left_alone_for_a_while_and_shown(console, failure, pause):
    box(1)
    later(days=1)
    console.fails = [(set(), failure)]
    assert turns(console) == 0
    assert turns(console, at=AT + (pause - 1) * SECOND) == 0
    assert len(console.asked) == 1
    line = PollState.objects.get()
    assert (line.last_error, line.last_error_at, line.failures) == (str(failure), AT, 1)
    assert count_failing() == 1
    console.fails = []
    assert turns(console, at=AT + pause * SECOND) == 1
    line.refresh_from_db()
    assert (line.last_error, line.failures, line.paused_until) == ("", 0, None)
    assert count_failing() == 0


def test_failing_again_waits_longer(console):
    box(1)
    later(days=1)
    console.fails = [(set(), CarrierAway("down"))]
    turns(console)
    turns(console, at=AT + 30 * SECOND)
    assert PollState.objects.get().paused_until == AT + 90 * SECOND


def test_a_refused_token_is_tried_again_at_once(console):
    box(1)
    later(days=1)
    console.fails = [(set(), TokenRefused())]
    asker = CarrierPoller(console)
    assert asker.poll(now=clock.now(), at=AT).again_at == AT
    console.fails = []
    assert asker.poll(now=clock.now(), at=AT).asked == 1


def test_one_number_that_is_refused_stands_in_nobodys_way(console):
    bad, *good = [box(serial) for serial in range(8)]
    for parcel in good:
        console.knows(parcel)
    later(days=1)
    console.fails = [({bad.number}, NumbersRefused("the answer was 400"))]
    assert turns(console, most=60) == 8
    assert set(StatusEstimate.objects.values_list("asked_at", flat=True)) == {clock.now()}
    assert Parcel.objects.filter(estimate__verdict=Verdict.MOVING).count() == 7


def test_an_answer_that_cannot_be_read_is_shown_and_the_parcel_waits_its_time(console):
    parcel = box(1)
    console.known[parcel.number] = {"number": parcel.number, "scans": "none"}
    later(days=1)
    assert turns(console) == 1
    assert "scans: it is not a list" in PollState.objects.get().last_error


def test_what_is_shown_of_a_carrier(console):
    console.limits = (PollLimit(3, 60), PollLimit(10, 86_400))
    console.at_once = 1
    for serial in range(4):
        box(serial)
    worlds.shipped("900", serial=9)
    later(days=1, hours=2)
    turns(console)
    usps, asked = sorted(poll_states(pushed=["usps"], now=clock.now(), at=AT), key=lambda line: line.is_asked)
    assert (usps.carrier, usps.is_pushed, usps.is_silent, usps.unsettled) == ("usps", True, False, 1)
    assert (asked.carrier, asked.is_asked, asked.is_pushed, asked.is_silent) == ("gls", True, False, False)
    assert (asked.unsettled, asked.overdue, asked.calls, asked.numbers) == (4, 1, 3, 3)
    assert asked.oldest is not None
    assert asked.oldest.asked_at is None
    assert [left.calls for left in asked.left] == [0, 7]
    CarrierHearing.objects.all().delete()
    (silent, _) = sorted(poll_states(pushed=[], now=clock.now(), at=AT), key=lambda line: line.is_asked)
    assert silent.is_silent
    assert OVERDUE_AFTER == worlds.HOUR
