"""Two sides that can't both be right: each pair is named with both its sides, and makes us less sure."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.parcels.rules.boxes import LABELLED_LATE, STRAGGLES
from makegood.parcels.rules.contradictions import CERTAIN_AT_MOST
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.scans import SHOP_CODE, ScanKind
from makegood.parcels.rules.verdicts import Outcome, Verdict
from tests.parcels.boxes import HOUR, LABEL_AT, MINUTE, believe, denied, keys, october, scan


def shop(at):
    return scan(ScanKind.DELIVERED, at, code=SHOP_CODE)


def contradictions(estimate):
    return [one.key for one in estimate.evidence if one.key.is_contradiction]


def test_shipped_here_and_nothing_there():
    calm, worried = believe(now=october(7) - MINUTE), believe(now=october(7))
    assert contradictions(calm) == []
    assert Evidence(key=EvidenceKey.SHOP_SAYS_SHIPPED, claimed_at=LABEL_AT) in worried.evidence
    assert worried.in_danger


@pytest.mark.parametrize("kind", [ScanKind.LABEL, ScanKind.NOTICE, ScanKind.UNKNOWN])
def test_a_carrier_that_only_knows_of_the_label_has_nothing(kind):
    assert contradictions(believe(scan(kind, october(6)), now=october(7))) == [EvidenceKey.SHOP_SAYS_SHIPPED]


def test_a_box_that_was_scanned_once_is_no_matter_of_who_shipped():
    assert contradictions(believe(scan(ScanKind.MOVED, october(6)), now=october(20))) == []


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ScanKind.MOVED, Verdict.MOVING),
        (ScanKind.OUT_FOR_DELIVERY, Verdict.OUT_FOR_DELIVERY),
        (ScanKind.RETURNING, Verdict.RETURNING),
    ],
)
def test_delivered_here_and_still_under_way_there_goes_by_the_carrier(kind, state):
    estimate = believe(shop(october(7)), scan(kind, october(8), place="RENO"), now=october(8, 18))
    assert (estimate.state, estimate.probability_percent) == (state, CERTAIN_AT_MOST[EvidenceKey.SHOP_SAYS_DELIVERED])
    (told,) = [one for one in estimate.evidence if one.key.is_contradiction]
    assert told == Evidence(
        key=EvidenceKey.SHOP_SAYS_DELIVERED,
        at=october(8),
        claimed_at=october(7),
        place="RENO",
        code=kind.value,
        scan=kind,
    )


def test_a_shop_that_knew_it_first_is_right():
    estimate = believe(shop(october(7)), scan(ScanKind.MOVED, october(6)), now=october(8))
    assert (estimate.state, contradictions(estimate)) == (Verdict.DELIVERED, [])
    agreed = believe(shop(october(7)), scan(ScanKind.DELIVERED, october(7, 15)), now=october(8))
    assert (agreed.probability_percent, contradictions(agreed)) == (97, [])


def test_a_delivery_by_the_carrier_settles_who_was_right():
    late = believe(
        shop(october(6)), scan(ScanKind.MOVED, october(7)), scan(ScanKind.DELIVERED, october(8)), now=october(9)
    )
    assert (late.state, late.probability_percent, contradictions(late)) == (Verdict.DELIVERED, 97, [])


def test_delivered_there_and_scanned_there_again_soon():
    out, delivered = scan(ScanKind.OUT_FOR_DELIVERY, october(8, 8)), scan(ScanKind.DELIVERED, october(8))
    again = scan(ScanKind.MOVED, october(8, 19))
    estimate = believe(out, delivered, again, now=october(9))
    assert (estimate.state, estimate.outcome) == (Verdict.DELIVERED, Outcome.DELIVERED)
    assert estimate.probability_percent == CERTAIN_AT_MOST[EvidenceKey.SEEN_AFTER_DELIVERY]
    assert keys(estimate) == [EvidenceKey.LAST_SCAN, EvidenceKey.SEEN_AFTER_DELIVERY]
    assert (estimate.evidence[1].claimed_at, estimate.evidence[1].at) == (october(8), october(8, 19))
    missed = believe(out, delivered, again, now=october(9), heard=denied(october(9)))
    assert (missed.state, missed.probability_percent) == (Verdict.NOT_RECEIVED, 90)
    assert EvidenceKey.SEEN_AFTER_DELIVERY in keys(missed)


def test_delivered_there_and_carried_on_from_there():
    estimate = believe(scan(ScanKind.DELIVERED, october(8)), scan(ScanKind.MOVED, october(9)), now=october(9))
    assert (estimate.state, estimate.probability_percent) == (
        Verdict.MOVING,
        CERTAIN_AT_MOST[EvidenceKey.DELIVERY_UNDONE],
    )
    assert keys(estimate) == [EvidenceKey.LAST_SCAN, EvidenceKey.DELIVERY_UNDONE]
    assert (estimate.evidence[1].claimed_at, estimate.evidence[1].at) == (october(8), october(9))


@pytest.mark.parametrize(
    "later",
    [
        scan(ScanKind.MOVED, october(8) + STRAGGLES - MINUTE),
        scan(ScanKind.NOTICE, october(9)),
        scan(ScanKind.DAMAGED, october(9)),
        scan(ScanKind.DELIVERED, october(9)),
        scan(ScanKind.RETURNING, october(9)),
        scan(ScanKind.RETURNED, october(12)),
    ],
)
def test_what_may_well_follow_a_delivery_contradicts_nothing(later):
    assert contradictions(believe(scan(ScanKind.DELIVERED, october(8)), later, now=october(13))) == []


def test_a_second_delivery_after_it_was_scanned_again_settles_it():
    scans = [
        scan(ScanKind.DELIVERED, october(8)),
        scan(ScanKind.MOVED, october(9)),
        scan(ScanKind.DELIVERED, october(10)),
    ]
    assert contradictions(believe(*scans, now=october(10))) == []


def test_delivered_before_its_label_was_made():
    estimate = believe(scan(ScanKind.DELIVERED, LABEL_AT - LABELLED_LATE - MINUTE), now=october(6))
    assert (estimate.state, estimate.probability_percent) == (
        Verdict.DELIVERED,
        CERTAIN_AT_MOST[EvidenceKey.BEFORE_LABEL],
    )
    assert contradictions(estimate) == [EvidenceKey.BEFORE_LABEL]
    late_label = believe(scan(ScanKind.DELIVERED, LABEL_AT - LABELLED_LATE), now=october(6))
    assert (late_label.probability_percent, contradictions(late_label)) == (97, [])


movements = st.sampled_from([kind for kind in ScanKind if kind.is_movement])


@given(kind=movements, hours=st.integers(0, 400), shops=st.integers(0, 200), later=st.integers(0, 500))
@settings(max_examples=400)
def test_a_contradiction_never_makes_us_surer(kind, hours, shops, later):
    now = LABEL_AT + timedelta(hours=later)
    own = scan(kind, LABEL_AT + hours * HOUR)
    estimate = believe(own, shop(LABEL_AT + shops * HOUR), now=now)
    if contradictions(estimate) and estimate.outcome is not Outcome.LOST:
        assert estimate.probability_percent <= 85
        sides = [(one.claimed_at, one.at) for one in estimate.evidence if one.key.is_contradiction]
        assert all(claimed and (at is None or at != claimed) for claimed, at in sides)
