"""Versions of an order, late, repeated and out of order, settle on the newest; what changed is a fact."""

import itertools
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from makegood import wiring
from makegood.cases.models import CaseSubject
from makegood.intake.actions import take_in_orders
from makegood.journal.models import FactRow
from makegood.kit import clock
from makegood.kit.errors import IdempotencyConflict
from makegood.kit.rows import BadRows, UpsertResult
from makegood.orders.facts import OrderCancelled, OrderChanged
from makegood.orders.models import Delivery, Order, OrderLine
from makegood.orders.rules import Version, VersionRelation, relation_of, version_batches
from makegood.parcels.addresses import addresses_now
from makegood.parcels.models import Parcel, Scan
from makegood.parcels.rules.scans import ScanKind
from makegood.promises.models import Promise, Revision
from tests import worlds
from tests.worlds import DAY, DUE, HOUR, MONDAY, order_record, parcel_record

ELSEWHERE = {
    "name": "Ada Marsh",
    "lines": ["1 Quay"],
    "postcode": "94111",
    "country": "US",
    "zone": "America/Los_Angeles",
}


@pytest.fixture
def shop(db):
    worlds.open_shop()
    worlds.customer()


def version(number, **more):
    return order_record(version_at=MONDAY - DAY + number * HOUR, **more)


def put(*records):
    return take_in_orders(records, now=MONDAY)


def wrong(*records):
    with pytest.raises(BadRows) as caught:
        put(*records)
    return [(error.index, error.field) for error in caught.value.errors]


def units_of(delivery):
    return dict(delivery.units.values_list("line__reference", "quantity"))


NOON = MONDAY
OLD, NEW = Version(at=NOON, digest="a"), Version(at=NOON + HOUR, digest="b")


def test_which_version_stands():
    assert relation_of(standing=OLD, told=NEW) is VersionRelation.NEWER
    assert relation_of(standing=NEW, told=OLD) is VersionRelation.OLDER
    assert relation_of(standing=NEW, told=NEW) is VersionRelation.SAME
    assert relation_of(standing=Version(at=None, digest="a"), told=NEW) is VersionRelation.NEWER
    assert relation_of(standing=NEW, told=Version(at=None, digest="b")) is VersionRelation.SAME
    for other in (Version(at=NEW.at, digest="c"), Version(at=None, digest="c")):
        with pytest.raises(IdempotencyConflict):
            relation_of(standing=NEW, told=other)


def test_versions_in_one_batch_follow_each_other_as_they_were_made():
    late, early = NOON + HOUR, NOON
    assert version_batches([("1", late), ("2", None), ("1", early), ("3", early), ("1", late)]) == [[1, 2, 3], [0], [4]]
    assert version_batches([("1", None), ("1", None)]) == [[0, 1]]
    assert version_batches([]) == []


def test_lines_come_go_and_change_before_they_are_packed(shop):
    put(version(1, lines={"BIRDS": 2, "TIDES": 1}))
    assert put(version(2, lines={"BIRDS": 3, "ATLAS": 1})) == UpsertResult(changed=1)
    assert dict(OrderLine.objects.values_list("reference", "quantity")) == {"BIRDS": 3, "ATLAS": 1}
    assert units_of(worlds.delivery_of("100")) == {"BIRDS": 3, "ATLAS": 1}
    (changed,) = worlds.facts(OrderChanged)
    assert (changed.fields, changed.version_at) == (("lines",), MONDAY - DAY + 2 * HOUR)
    assert (changed.lines_added, changed.lines_removed, changed.lines_changed) == (("ATLAS",), ("TIDES",), ("BIRDS",))


def test_an_older_or_repeated_version_changes_nothing(shop):
    first, second = version(1, lines={"BIRDS": 2}), version(2, lines={"BIRDS": 1})
    assert [put(second), put(first), put(second), put(first)] == [UpsertResult(new=1), *[UpsertResult(same=1)] * 3]
    assert units_of(worlds.delivery_of("100")) == {"BIRDS": 1}
    assert worlds.facts(OrderChanged) == []


def test_the_same_version_with_other_content_is_refused(shop):
    put(version(1))
    assert wrong(version(1, lines={"BIRDS": 2})) == [(0, "version_at")]
    assert wrong(version(1, paid=[])) == [(0, "version_at")]
    assert wrong(order_record(lines={"BIRDS": 2})) == [(0, "id")]


def test_a_new_day_is_a_revision_with_its_reason(shop):
    put(version(1))
    said = "The printer is late."
    put(version(2, deliver_by_date="2026-10-20", deliver_by_reason=said))
    put(version(3, deliver_by_date="2026-10-21"))
    promise = worlds.delivery_of("100").promise
    assert (promise.due_at, promise.original_due_at) == (DUE + 5 * DAY, DUE)
    worlds.settle()
    promise.refresh_from_db()
    # By ground, the last parcel that is there on Wednesday the 21st leaves on Thursday the 15th.
    assert promise.at_risk_at == datetime(2026, 10, 15, 18, tzinfo=UTC)
    reasons = list(Revision.objects.order_by("id").values_list("was_due_at", "due_at", "reason"))
    assert reasons == [
        (DUE, DUE + 4 * DAY, said),
        (DUE + 4 * DAY, DUE + 5 * DAY, "your order was changed."),
    ]
    assert [fact.fields for fact in worlds.facts(OrderChanged)] == [("deliver_by_date",)] * 2


def test_a_day_moved_into_the_past_is_broken_by_the_next_sweep(shop):
    put(version(1))
    put(version(2, deliver_by_date="2026-10-04"))
    wiring.sweep()
    assert worlds.delivery_of("100").promise.state == "broken"


def test_what_has_left_keeps_its_address_and_its_day(shop):
    box = [parcel_record("P1", {"BIRDS": 1})]
    put(version(1, lines={"BIRDS": 2}, parcels=box))
    put(version(2, lines={"BIRDS": 2}, parcels=box, ship_to=ELSEWHERE, deliver_by_date="2026-10-20"))
    left, rest = Delivery.objects.select_related("promise").order_by("id")
    assert (left.postcode, left.promise.due_at) == ("10002", DUE)
    assert (rest.postcode, str(rest.by_date)) == ("94111", "2026-10-20")
    (changed,) = worlds.facts(OrderChanged)
    assert changed.fields == ("deliver_by_date", "ship_to")


def test_facts_hold_no_address(shop):
    put(version(1))
    put(version(2, ship_to=ELSEWHERE, lines={"BIRDS": 1, "ATLAS": 1}))
    written = str(list(FactRow.objects.values_list("content", flat=True)))
    assert not any(word in written for word in ("Quay", "94111", "Marsh", "Atlas of"))


def test_what_is_packed_is_neither_taken_out_nor_exchanged(shop):
    box = [parcel_record("P1", {"BIRDS": 2})]
    put(version(1, lines={"BIRDS": 2}, parcels=box))
    assert wrong(version(2, lines={"TIDES": 1})) == [(0, "lines")]
    assert wrong(order_record("99"), version(2, lines={"BIRDS": 1})) == [(1, "lines.0.quantity")]
    other = [{"id": "BIRDS", "sku": "TIDES", "quantity": 2, "unit_price_minor": 1}]
    record = type(order_record()).model_validate(version(2).model_dump() | {"lines": other})
    assert wrong(record) == [(0, "lines.0.sku")]
    assert wrong(version(2, lines={"BIRDS": 2}, currency="EUR")) == [(0, "currency")]
    worlds.customer("ben")
    assert wrong(version(2, lines={"BIRDS": 2}, by="ben")) == [(0, "customer")]


def test_more_units_after_everything_left_are_promised_anew(shop):
    box = [parcel_record("P1", {"BIRDS": 1})]
    put(version(1, parcels=box))
    put(version(2, lines={"BIRDS": 2, "TIDES": 1}, parcels=box))
    left, rest = Delivery.objects.select_related("promise").order_by("id")
    assert [units_of(left), units_of(rest)] == [{"BIRDS": 1}, {"BIRDS": 1, "TIDES": 1}]
    put(version(3, parcels=box))
    assert list(Delivery.objects.all()) == [left]
    assert Promise.objects.get(pk=rest.promise_id).state == "withdrawn"


def test_what_was_let_go_and_comes_back_is_promised_anew(shop):
    box = [parcel_record("P1", {"BIRDS": 1})]
    put(version(1, lines={"BIRDS": 1, "TIDES": 1}, parcels=box))
    worlds.live_until(DUE + HOUR)
    let_go = Delivery.objects.get(units__line__reference="TIDES")
    assert CaseSubject.objects.filter(delivery=let_go).exists()
    later = {"parcels": box, "deliver_by_date": "2026-11-20"}
    take_in_orders([version(2, **later)], now=clock.now())
    take_in_orders([version(3, lines={"BIRDS": 1, "TIDES": 1}, **later)], now=clock.now())
    again = Delivery.objects.get(units__line__reference="TIDES")
    assert (units_of(let_go), let_go.promise.state) == ({}, "broken")
    assert (str(again.by_date), again.promise.state) == ("2026-11-20", "open")
    take_in_orders([version(4, lines={"BIRDS": 1, "TIDES": 2}, **later)], now=clock.now())
    assert units_of(again) == {"TIDES": 2}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_each_parcel_the_newest_version_that_names_it_says_where_it_goes(shop, order):
    def box(serial, **more):
        return parcel_record(f"P{serial}", {"BIRDS": 1}, serial=serial, **more)

    elsewhere, nowhere = {"ship_to": ELSEWHERE}, {"ship_to": ELSEWHERE | {"postcode": "00000"}}
    told = [
        version(1, lines={"BIRDS": 2}, parcels=[box(1, **elsewhere), box(2, **nowhere)]),
        version(2, lines={"BIRDS": 2}, parcels=[box(1), box(2, **elsewhere)]),
        version(3, lines={"BIRDS": 2}),
    ]
    for each in order:
        put(told[each])
    goes = {
        parcel.reference: addresses_now([parcel.delivery])[parcel.delivery_id].postcode
        for parcel in Parcel.objects.select_related("delivery")
    }
    assert goes == {"P1": "10002", "P2": "94111"}


def test_scans_of_known_parcels_stay(shop):
    box = [parcel_record("P1", {"BIRDS": 1})]
    put(version(1, lines={"BIRDS": 2}, parcels=box))
    worlds.say(Parcel.objects.get(), ScanKind.ACCEPTED)
    before = list(Scan.objects.values())
    put(version(2, lines={"BIRDS": 3}, ship_to=ELSEWHERE))
    assert (list(Scan.objects.values()), Parcel.objects.count()) == (before, 1)
    assert sorted(sum(units_of(each).values()) for each in Delivery.objects.all()) == [1, 2]


def test_an_older_version_still_tells_of_its_parcel(shop):
    put(version(2, lines={"BIRDS": 2}, ship_to=ELSEWHERE))
    assert put(version(1, lines={"BIRDS": 2}, parcels=[parcel_record("P1", {"BIRDS": 1})])) == UpsertResult(changed=1)
    assert Parcel.objects.get().delivery.postcode == "10002"
    assert wrong(version(1, lines={"ATLAS": 1}, parcels=[parcel_record("P2", {"ATLAS": 1}, serial=2)])) == [
        (0, "parcels.0.units")
    ]


def test_cancelled_is_cancelled_for_good(shop):
    put(version(2))
    assert put(version(1, cancelled_at=MONDAY - DAY)) == UpsertResult(changed=1)
    put(version(3, lines={"BIRDS": 2}))
    assert Order.objects.get().cancelled_at == MONDAY - DAY
    assert list(Promise.objects.values_list("state", flat=True)) == ["withdrawn"]
    assert len(worlds.facts(OrderCancelled)) == 1


def test_versions_of_one_order_may_come_in_one_batch(shop):
    assert put(version(2, lines={"BIRDS": 2}), order_record("99"), version(1)) == UpsertResult(new=2, changed=1)
    assert units_of(worlds.delivery_of("100")) == {"BIRDS": 2}
    assert wrong(version(4), order_record("98"), version(3, currency="EUR")) == [(2, "currency")]


def test_a_known_file_costs_four_reads(shop, django_assert_max_num_queries):
    records = [order_record(str(n), parcels=[parcel_record(f"P{n}", {"BIRDS": 1})]) for n in range(300, 320)]
    put(*records)
    with django_assert_max_num_queries(10):  # six of them are savepoints
        assert put(*records) == UpsertResult(same=20)


# What a shop may do to an order from one version to the next: parcels leave and stay, cancelled is cancelled.
@st.composite
def histories(draw):
    """Versions of one order as a shop would make them, the oldest first."""
    skus = ("BIRDS", "TIDES", "ATLAS")
    packed: dict[str, int] = {}
    parcels: list[dict[str, object]] = []
    cancelled_at = None
    found = []
    for number in range(draw(st.integers(2, 4))):
        lines = {sku: packed.get(sku, 0) + draw(st.integers(0, 2)) for sku in skus}
        lines = {sku: count for sku, count in lines.items() if count} or {"BIRDS": 1}
        free = [sku for sku, count in lines.items() if count > packed.get(sku, 0)]
        if free and draw(st.booleans()):
            sku = draw(st.sampled_from(free))
            packed[sku] = packed.get(sku, 0) + 1
            serial = len(parcels) + 1
            parcels = [*parcels, parcel_record(f"P{serial}", {sku: 1}, serial=serial)]
        if parcels and draw(st.booleans()):
            parcels = [*parcels[:-1], {**parcels[-1], "delivered_at": MONDAY - HOUR}]
        cancelled_at = cancelled_at or (MONDAY - HOUR if draw(st.integers(0, 4)) == 0 else None)
        found.append(
            version(
                number,
                lines=lines,
                parcels=parcels,
                cancelled_at=cancelled_at,
                postage_minor=draw(st.sampled_from([0, 480])),
                deliver_by_date=draw(st.sampled_from(["2026-10-16", "2026-10-20"])),
                **draw(st.sampled_from([{}, {"ship_to": ELSEWHERE}])),
            )
        )
    return found


def end_state():
    """Everything that versions decide, whatever the numbers of its rows."""
    order = Order.objects.values("placed_at", "postage_minor", "paid", "version_at", "cancelled_at", "digest").get()
    lines = sorted(OrderLine.objects.values_list("reference", "product__sku", "quantity", "unit_price_minor"))
    parcels = {
        row.delivery_id: (
            row.reference,
            row.number,
            row.estimate.verdict,
            row.estimate.probability_percent,
            row.estimate.evidence,
        )
        for row in Parcel.objects.all()
    }
    deliveries = sorted(
        (
            parcels.get(each.pk, ()),
            sorted(units_of(each).items()),
            (str(each.by_date), each.postcode, each.zone, each.version_at),
            _promised(each.promise),
        )
        for each in Delivery.objects.select_related("promise")
    )
    return order, lines, [str(each) for each in deliveries], Scan.objects.count()


def _promised(promise):
    """A withdrawn promise falls due no more, whatever day it once was for."""
    if promise.state == "withdrawn":
        return ("withdrawn",)
    return promise.state, promise.due_at, promise.fulfilled_at, promise.at_risk_at


class VersionsInAnyOrder(TestCase):
    @settings(max_examples=25)
    @given(data=st.data())
    def test_end_in_the_state_that_they_end_in_in_order(self, data):
        with transaction.atomic():
            worlds.open_shop()
            worlds.customer()
            versions = data.draw(histories())
            doubled = versions + data.draw(st.lists(st.sampled_from(versions), max_size=2))
            mixed = data.draw(st.permutations(doubled))
            cuts = sorted(data.draw(st.lists(st.integers(0, len(mixed)), max_size=2)))
            batches = [mixed[a:b] for a, b in itertools.pairwise([0, *cuts, len(mixed)])]
            assert self._after([[each] for each in versions]) == self._after(batches)

    def _after(self, batches):
        with transaction.atomic():
            for batch in batches:
                take_in_orders(batch, now=MONDAY)
            wiring.sweep()
            state = end_state()
            transaction.set_rollback(True)
        return state
