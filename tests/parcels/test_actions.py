"""Scans come in any order, twice, late or for nobody; the parcel, its promise and its facts end the same."""

import itertools
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood import wiring
from makegood.intake.actions import take_in_orders
from makegood.kit import clock, sql
from makegood.parcels import actions, scanning
from makegood.parcels.facts import VerdictChanged
from makegood.parcels.models import Parcel, StatusEstimate, UnmatchedScan
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Verdict
from makegood.parcels.scanning import ScansTaken, take_in_scans
from makegood.promises.actions import fulfil_promise
from makegood.promises.models import Promise
from tests import worlds
from tests.worlds import BY, DAY, DUE, HOUR, MINUTE, MONDAY, parcel_record, scan_of

pytestmark = pytest.mark.django_db
K = ScanKind
FOREVER = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def outcome(parcel):
    """Everything that must not depend on the order of news."""
    row = Parcel.objects.select_related("delivery__promise").get(pk=parcel.pk)
    promise = row.delivery.promise
    believed = (
        row.estimate.verdict,
        row.estimate.outcome,
        row.estimate.probability_percent,
        row.estimate.evidence,
        row.estimate.claim_opens_date,
        row.estimate.look_at,
    )
    return believed, (promise.state, promise.fulfilled_at, bool(promise.at_risk_since) and promise.state == "open")


def hear(*scans):
    return take_in_scans(scans, now=clock.now())


def verdicts():
    return [(fact.was, fact.verdict) for fact in worlds.facts(VerdictChanged) if isinstance(fact, VerdictChanged)]


def test_a_verdict_is_written_beside_the_parcel_and_finds_its_words_there():
    parcel = worlds.shipped()
    estimate = parcel.estimate
    assert (estimate.customer_id, estimate.carrier, estimate.label_at) == (parcel.customer_id, "usps", parcel.label_at)
    row = "SELECT ctid::text, xmin::text FROM makegood_parcel"
    before = sql.tuples(row)
    hear(scan_of(parcel, K.MOVED))
    assert (sql.tuples(row), StatusEstimate.objects.get().verdict) == (before, "moving")


def test_a_label_is_believed_and_looked_at_again():
    parcel = worlds.shipped()
    assert (parcel.estimate.verdict, parcel.estimate.evidence != [], verdicts()) == ("label_made", True, [])
    assert parcel.estimate.look_at is not None
    assert parcel.estimate.look_at > MONDAY


def test_the_sweep_finds_the_very_instant_at_which_silence_means_something():
    parcel = worlds.shipped()
    at = parcel.estimate.look_at
    assert actions.sweep(at - MINUTE) == 0
    assert actions.sweep(at) == 1
    assert actions.sweep(at) == 0
    parcel.refresh_from_db()
    assert (parcel.estimate.verdict, parcel.delivery.promise.state) == ("never_scanned", "open")
    assert Promise.objects.get().at_risk_since == at
    assert verdicts() == [(Verdict.LABEL_MADE, Verdict.NEVER_SCANNED)]


def test_after_a_sweep_nothing_is_left_to_look_at_whenever_it_runs():
    worlds.shipped()
    for days in range(25):
        clock.freeze(MONDAY + days * DAY)
        wiring.sweep()
        assert wiring.sweep() == 0
    assert Parcel.objects.get().estimate.verdict == "lost"


def test_a_label_that_comes_late_is_judged_by_the_next_sweep():
    clock.freeze(MONDAY + DAY)
    parcel = worlds.shipped(deliver_by_date=MONDAY.date())
    assert parcel.estimate.verdict == "label_made"
    assert actions.sweep(clock.now()) == 1
    parcel.refresh_from_db()
    assert parcel.estimate.verdict == "never_scanned"


def test_a_scan_is_stored_once_however_often_it_comes():
    parcel = worlds.shipped()
    accepted = scan_of(parcel, K.ACCEPTED)
    assert hear(accepted, accepted) == ScansTaken(new=1, same=1, unmatched=0)
    assert hear(accepted) == ScansTaken(new=0, same=1, unmatched=0)
    assert ScanRow.objects.count() == 1
    assert verdicts() == [(Verdict.LABEL_MADE, Verdict.MOVING)]


@pytest.mark.parametrize("words", ["UPDATE makegood_scan SET code = 'x'", "DELETE FROM makegood_scan"])
def test_a_scan_is_never_changed(words):
    worlds.say(worlds.shipped(), K.ACCEPTED)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words)


@pytest.mark.parametrize(("happened_at", "state"), [(DUE - MINUTE, "kept"), (DUE, "kept"), (DUE + MINUTE, "broken")])
@pytest.mark.parametrize("swept_first", [True, False])
def test_a_delivery_keeps_or_breaks_its_promise_by_when_it_happened_not_when_we_heard(happened_at, state, swept_first):
    parcel = worlds.shipped()
    worlds.say(parcel, K.ACCEPTED)
    clock.freeze(DUE + HOUR)
    if swept_first:
        wiring.sweep()
    worlds.say(parcel, K.DELIVERED, happened_at)
    wiring.sweep()
    promise = Promise.objects.get()
    assert (promise.state, promise.fulfilled_at) == (state, happened_at)


STORY = [
    (K.ACCEPTED, 2 * HOUR),
    (K.MOVED, DAY),
    (K.UNKNOWN, 30 * HOUR),
    (K.OUT_FOR_DELIVERY, 3 * DAY),
    (K.DELIVERED, 3 * DAY + 4 * HOUR),
]
BACK = [(K.ACCEPTED, 2 * HOUR), (K.DELIVERED, 2 * DAY), (K.RETURNING, 3 * DAY), (K.MOVED, 4 * DAY)]


@pytest.mark.parametrize("story", [STORY, BACK])
def test_shuffled_repeated_and_late_scans_end_the_same(story):
    @FOREVER
    @given(st.permutations(range(len(story))), st.lists(st.integers(0, len(story) - 1), max_size=3))
    def shuffled(order, again):
        with transaction.atomic():
            parcel = worlds.shipped()
            clock.freeze(MONDAY + 5 * DAY)
            for place in [*order, *again]:
                kind, after = story[place]
                worlds.say(parcel, kind, MONDAY + after)
            ends.add(str(outcome(parcel)))
            transaction.set_rollback(True)

    ends: set[str] = set()
    shuffled()
    assert len(ends) == 1


def test_heard_at_once_or_one_by_one_is_the_same():
    parcels = [worlds.shipped("100"), worlds.shipped("200", serial=2)]
    clock.freeze(MONDAY + 5 * DAY)
    hear(*[scan_of(parcels[0], kind, MONDAY + after) for kind, after in STORY])
    for kind, after in STORY:
        worlds.say(parcels[1], kind, MONDAY + after)
    assert outcome(parcels[0]) == outcome(parcels[1])


def test_a_scan_dated_in_the_future_counts_when_its_instant_comes():
    parcel = worlds.shipped()
    worlds.say(parcel, K.DELIVERED, MONDAY + HOUR)
    assert (Parcel.objects.get().estimate.verdict, Promise.objects.get().state) == ("label_made", "open")
    assert Parcel.objects.get().estimate.look_at == MONDAY + HOUR
    actions.sweep(MONDAY + HOUR)
    assert (Parcel.objects.get().estimate.verdict, Promise.objects.get().state) == ("delivered", "kept")


def test_scans_for_nobody_wait_and_are_taken_up_by_their_parcel():
    clock.freeze(MONDAY + DAY)
    early = worlds.number_of(1)
    ghost = Parcel(carrier="usps", number=early)
    assert hear(*[scan_of(ghost, K.ACCEPTED, MONDAY)] * 2) == ScansTaken(new=0, same=0, unmatched=2)
    assert hear(scan_of(ghost, K.MOVED, MONDAY + HOUR)).unmatched == 1
    assert UnmatchedScan.objects.count() == 2
    other = worlds.shipped("200", serial=2)
    parcel = worlds.shipped()
    assert (ScanRow.objects.filter(parcel=parcel).count(), UnmatchedScan.objects.count()) == (2, 0)
    parcel.refresh_from_db()
    assert (parcel.estimate.verdict, other.estimate.verdict) == ("moving", "label_made")


def test_the_waiting_list_is_bounded_and_the_oldest_make_room(monkeypatch):
    monkeypatch.setattr(scanning, "KEEP_UNMATCHED", 3)
    for serial in range(5):
        hear(scan_of(Parcel(carrier="usps", number=str(serial)), K.MOVED))
    assert sorted(UnmatchedScan.objects.values_list("number", flat=True)) == ["2", "3", "4"]


def test_a_number_used_again_belongs_to_the_newest_parcel():
    worlds.shipped("100")
    worlds.take_in(worlds.order_record("200", parcels=[parcel_record("PN", {"BIRDS": 1}, label_at=MONDAY + 40 * DAY)]))
    newest = Parcel.objects.get(reference="PN")
    worlds.say(newest, K.ACCEPTED)
    assert list(ScanRow.objects.values_list("parcel__reference", flat=True)) == ["PN"]


def test_what_the_shop_knew_to_be_delivered_is_delivered_and_may_be_told_later():
    parcels = [parcel_record("P1", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels))
    assert Promise.objects.get().state == "open"
    clock.freeze(MONDAY + 3 * DAY)
    told = worlds.order_record(parcels=[parcels[0] | {"delivered_at": MONDAY + 2 * DAY}])
    taken = [take_in_orders([told], now=clock.now()) for _ in range(2)]
    assert [(each.changed, each.same) for each in taken] == [(1, 0), (0, 1)]
    assert (Parcel.objects.get().estimate.verdict, Promise.objects.get().state) == ("delivered", "kept")


def test_old_orders_that_come_delivered_were_kept_and_break_nothing():
    old = {"label_at": MONDAY - 400 * DAY, "delivered_at": MONDAY - 398 * DAY}
    record = worlds.order_record(
        placed_at=MONDAY - 401 * DAY,
        deliver_by_date=BY - timedelta(days=400),
        parcels=[parcel_record("P1", {"BIRDS": 1}, **old)],
    )
    worlds.take_in(record)
    worlds.settle()
    assert (Promise.objects.get().state, worlds.letters()) == ("kept", [])


def test_who_says_it_never_came_is_believed_once_and_for_good():
    parcel = worlds.shipped()
    worlds.say(parcel, K.DELIVERED)
    for _ in range(2):
        actions.say_not_received(parcel_id=parcel.pk, now=clock.now())
    assert (Parcel.objects.get().estimate.verdict, Promise.objects.get().state) == ("not_received", "open")
    assert verdicts()[-1] == (Verdict.DELIVERED, Verdict.NOT_RECEIVED)
    assert len(verdicts()) == 2
    clock.freeze(DUE)
    wiring.sweep()
    assert Promise.objects.get().state == "broken"


def test_words_from_before_the_delivery_do_not_speak_against_it():
    parcel = worlds.shipped()
    actions.say_not_received(parcel_id=parcel.pk, now=clock.now())
    clock.freeze(MONDAY + DAY)
    worlds.say(parcel, K.DELIVERED)
    assert (Parcel.objects.get().estimate.verdict, Promise.objects.get().state) == ("delivered", "kept")
    clock.freeze(MONDAY + 2 * DAY)
    actions.say_not_received(parcel_id=parcel.pk, now=clock.now())
    assert Parcel.objects.get().estimate.verdict == "not_received"
    clock.freeze(MONDAY + 3 * DAY)
    worlds.say(parcel, K.DELIVERED)
    assert Parcel.objects.get().estimate.verdict == "delivered"
    assert Promise.objects.get().fulfilled_at == MONDAY + 3 * DAY


def test_a_cancelled_orders_parcel_may_come_and_go_as_it_likes():
    parcel = worlds.shipped()
    worlds.take_in(worlds.order_record(parcels=[parcel_record("P100", {"BIRDS": 1})], cancelled_at=MONDAY))
    worlds.say(parcel, K.DELIVERED, MONDAY)
    actions.say_not_received(parcel_id=parcel.pk, now=MONDAY)
    worlds.say(parcel, K.RETURNING, MONDAY)
    assert (Parcel.objects.get().estimate.verdict, Promise.objects.get().state) == ("returning", "withdrawn")


def test_judging_goes_on_where_the_promise_was_kept_otherwise():
    parcel = worlds.shipped()
    fulfil_promise(promise_id=parcel.delivery.promise_id, fulfilled_at=MONDAY, now=MONDAY)
    worlds.say(parcel, K.LOST)
    assert Parcel.objects.get().estimate.verdict == "lost"


def test_all_orders_of_a_few_scans_are_few_enough_to_try_them_all():
    short = [(K.REFUSED, DAY), (K.DELIVERED, 2 * DAY), (K.RETURNED, 3 * DAY)]
    ends = set()
    orders = list(itertools.permutations(short))
    parcels = [worlds.shipped(str(n), serial=n) for n in range(len(orders))]
    for parcel, order in zip(parcels, orders, strict=True):
        with transaction.atomic():
            clock.freeze(max(clock.now(), MONDAY + 5 * DAY))
            for kind, after in order:
                worlds.say(parcel, kind, MONDAY + after)
        ends.add(str(outcome(parcel)))
    assert len(ends) == 1


def test_a_scan_and_its_label_that_miss_each_other_meet_when_both_are_written(
    monkeypatch, django_capture_on_commit_callbacks
):
    real = scanning._parcels_of
    blind = iter([{}])
    with monkeypatch.context() as meanwhile, django_capture_on_commit_callbacks(execute=True):
        meanwhile.setattr(scanning, "_parcels_of", lambda numbers: next(blind, None) or real(numbers))
        parcel = worlds.shipped()
        UnmatchedScan.objects.create(
            carrier="usps", number=parcel.number, code="x", kind=K.MOVED, happened_at=MONDAY, received_at=MONDAY
        )
        take_in_scans([scan_of(parcel, K.ACCEPTED)], now=MONDAY)
    assert (ScanRow.objects.count(), UnmatchedScan.objects.count()) == (2, 0)
    assert Parcel.objects.get().estimate.verdict == "moving"
