"""Numbers that carriers use again, and deliveries that were none: which scans count, and which don't."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.parcels.rules.boxes import EARLIER_FROM, REUSED_AFTER, TOO_OLD_FROM, first_of_latest, is_undone, this_box
from makegood.parcels.rules.evidence import EvidenceKey
from makegood.parcels.rules.scans import ScanKind, in_order
from makegood.parcels.rules.verdicts import Verdict
from tests.parcels.boxes import DAY, HOUR, LABEL_AT, believe, keys, scan

RENO, TAMPA, CHICAGO, ALBANY = "RENO, NV 89502", "TAMPA, FL 33602", "CHICAGO IL DISTRIBUTION CENTER", "ALBANY, NY 12207"
LABEL, ACCEPTED, MOVED, OUT, DELIVERED = (
    ScanKind.LABEL,
    ScanKind.ACCEPTED,
    ScanKind.MOVED,
    ScanKind.OUT_FOR_DELIVERY,
    ScanKind.DELIVERED,
)


def at(kind, days, place=""):
    """A scan so many days after the label."""
    return scan(kind, LABEL_AT + days * DAY, place=place)


def verdict(*scans, days):
    return believe(*scans, now=LABEL_AT + days * DAY).state


@pytest.mark.parametrize("days", [-4, -20, -150, -500])
def test_an_earlier_box_decides_nothing(days):
    old = at(DELIVERED, days, TAMPA)
    alone = believe(old, now=LABEL_AT + DAY)
    assert (alone.state, keys(alone)) == (Verdict.LABEL_MADE, [EvidenceKey.LABEL_MADE, EvidenceKey.EARLIER_BOX])
    assert (
        verdict(at(ACCEPTED, days - 3, RENO), old, at(ACCEPTED, 0.5, RENO), at(MOVED, 1, CHICAGO), days=2) == "moving"
    )
    assert verdict(old, at(DELIVERED, 3, ALBANY), days=4) == Verdict.DELIVERED


@pytest.mark.parametrize("kind", [ScanKind.RETURNED, ScanKind.LOST, ScanKind.DAMAGED, ScanKind.MOVED])
def test_nor_does_whatever_else_became_of_it(kind):
    assert verdict(at(kind, -120, TAMPA), days=1) == Verdict.LABEL_MADE


def test_a_label_that_was_written_down_late_is_of_this_box():
    assert verdict(at(ACCEPTED, -2, RENO), at(MOVED, -1), at(DELIVERED, 1, ALBANY), days=2) == Verdict.DELIVERED
    assert verdict(at(ACCEPTED, -2.5, RENO), at(DELIVERED, -0.5, ALBANY), days=1) == Verdict.DELIVERED
    assert verdict(at(ACCEPTED, -10, RENO), at(MOVED, -1), days=1) == Verdict.MOVING


def test_a_later_box_changes_nothing_of_a_delivered_one():
    delivered = at(DELIVERED, 3, ALBANY)
    assert verdict(delivered, at(ACCEPTED, 200, TAMPA), at(MOVED, 201, CHICAGO), days=202) == Verdict.DELIVERED
    assert verdict(delivered, at(ScanKind.RETURNING, 20, ALBANY), days=21) == Verdict.RETURNING


@pytest.mark.parametrize(
    "later",
    [
        pytest.param([at(MOVED, 0.7, CHICAGO)], id="elsewhere"),
        pytest.param([at(MOVED, 0.7, RENO), at(MOVED, 1.4, CHICAGO), at(OUT, 2.5, ALBANY)], id="all its way"),
        pytest.param([at(OUT, 1.2, RENO)], id="a day later, in the same town"),
        pytest.param([at(ScanKind.ATTEMPTED, 1.2)], id="nobody tells where"),
    ],
)
def test_a_delivery_out_of_nowhere_is_undone_by_what_follows(later):
    assert verdict(at(ACCEPTED, 0.2, RENO), at(DELIVERED, 0.3, RENO), *later, days=2.6) not in {
        Verdict.DELIVERED,
        Verdict.LABEL_MADE,
    }


def test_a_delivery_that_a_courier_called_so_too_early_is_undone_the_next_day():
    early = [at(OUT, 2, ALBANY), at(DELIVERED, 2.2, ALBANY), at(OUT, 3, ALBANY)]
    assert verdict(*early, days=3.1) == Verdict.OUT_FOR_DELIVERY
    assert verdict(*early, at(DELIVERED, 3.2, ALBANY), days=4) == Verdict.DELIVERED


@pytest.mark.parametrize(
    "late",
    [
        pytest.param([at(MOVED, 2.4, ALBANY)], id="the office of the same town"),
        pytest.param([at(MOVED, 2.4, "ALBANY NY DISTRIBUTION CENTER")], id="its hall"),
        pytest.param([at(MOVED, 2.4, CHICAGO)], id="somewhere on its way"),
        pytest.param([at(OUT, 2.25, ALBANY)], id="the courier's list"),
        pytest.param([at(MOVED, 3.2, CHICAGO)], id="a day late, once"),
    ],
)
def test_what_is_written_down_late_undoes_no_delivery(late):
    scans = [at(ACCEPTED, 0.2, RENO), at(OUT, 2, ALBANY), at(DELIVERED, 2.2, ALBANY), *late]
    assert verdict(*scans, days=4) == Verdict.DELIVERED


def test_without_a_courier_what_is_late_in_the_same_town_undoes_none():
    scans = [at(ACCEPTED, 0.2, RENO), at(DELIVERED, 2.2, ALBANY), at(OUT, 2.4, ALBANY)]
    assert verdict(*scans, days=4) == Verdict.DELIVERED


def test_where_the_label_is_not_known_the_last_box_counts():
    old, new = [at(ACCEPTED, -150), at(DELIVERED, -147)], [at(ACCEPTED, 0), at(MOVED, 1)]
    assert first_of_latest([*old, *new]) == new[0]
    assert first_of_latest(old) == old[0]
    assert first_of_latest([at(DELIVERED, -400), at(DELIVERED, -200), *new]) == new[0]


def test_the_limits_to_the_minute():
    minute = timedelta(minutes=1)
    held = scan(DELIVERED, LABEL_AT - EARLIER_FROM)
    assert this_box([held], label_at=LABEL_AT).scans == (held,)
    assert this_box([scan(DELIVERED, LABEL_AT - EARLIER_FROM - minute)], label_at=LABEL_AT).scans == ()
    moved = scan(MOVED, LABEL_AT - TOO_OLD_FROM)
    assert this_box([moved], label_at=LABEL_AT).scans == (moved,)
    assert this_box([scan(MOVED, LABEL_AT - TOO_OLD_FROM - minute)], label_at=LABEL_AT).scans == ()
    mine = scan(DELIVERED, LABEL_AT + DAY)
    later = scan(MOVED, LABEL_AT + DAY + REUSED_AFTER)
    assert this_box([mine, later], label_at=LABEL_AT).scans == (mine,)


@given(st.lists(st.tuples(st.sampled_from(list(ScanKind)), st.integers(-9000, 9000)), min_size=1, max_size=12))
def test_what_counts_is_a_run_of_what_was_said(told):
    scans = in_order([scan(kind, LABEL_AT + hours * HOUR) for kind, hours in told])
    box = this_box(scans, label_at=LABEL_AT).scans
    first = scans.index(box[0]) if box else 0
    assert box == scans[first : first + len(box)]
    assert first_of_latest(scans) in scans
    for one in box:
        if one.kind.is_delivery:
            assert is_undone(box, one) in {True, False}
