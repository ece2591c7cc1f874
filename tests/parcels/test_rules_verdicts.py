"""What we believe of a parcel: the stated dates of the story, and each rule by example."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from makegood.parcels.rules.clocks import CLOCKS, DEFAULT, DHL, FEDEX, LOST_FROM_PERCENT, UPS, USPS, Step, clock_of
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Outcome, Verdict
from tests.parcels.boxes import DAY, HOUR, MINUTE, believe, denied, keys, october, scan

# The story: a label in Reno on Monday 5 October at 9:00, and never a scan. The 12th is a holiday.


@pytest.mark.parametrize(
    ("now", "state", "percent", "look_again_at"),
    [
        (october(5), Verdict.LABEL_MADE, 96, october(7)),
        (october(7) - MINUTE, Verdict.LABEL_MADE, 96, october(7)),
        (october(7), Verdict.NEVER_SCANNED, 35, october(8)),
        (october(8), Verdict.NEVER_SCANNED, 55, october(9)),
        (october(9), Verdict.NEVER_SCANNED, 72, october(13)),
        (october(12), Verdict.NEVER_SCANNED, 72, october(13)),
        (october(13), Verdict.NEVER_SCANNED, 86, october(14)),
        (october(14), Verdict.NEVER_SCANNED, 93, october(16)),
        (october(16), Verdict.NEVER_SCANNED, 95, october(20)),
        (october(20) - MINUTE, Verdict.NEVER_SCANNED, 95, october(20)),
        (october(20), Verdict.LOST, 97, october(27)),
        (datetime(2026, 11, 3, 17, tzinfo=UTC), Verdict.LOST, 99, None),
    ],
)
def test_a_label_that_is_never_scanned(now, state, percent, look_again_at):
    estimate = believe(now=now)
    assert (estimate.state, estimate.probability_percent, estimate.look_again_at) == (state, percent, look_again_at)
    assert estimate.outcome is (Outcome.ARRIVING if state is Verdict.LABEL_MADE else Outcome.LOST)
    assert estimate.in_danger is (state is not Verdict.LABEL_MADE)


def test_a_passed_promise_raises_it_at_once_and_never_as_far_as_lost():
    promised_at = october(14, 3)
    before, after = (
        believe(now=promised_at - MINUTE, promised_at=promised_at),
        believe(now=promised_at, promised_at=promised_at),
    )
    assert (before.probability_percent, before.look_again_at) == (86, promised_at)
    assert (after.state, after.probability_percent) == (Verdict.NEVER_SCANNED, 93)
    assert EvidenceKey.DATE_PASSED in keys(after)
    assert EvidenceKey.DATE_PASSED not in keys(before)
    late = believe(now=october(19), promised_at=promised_at)
    assert (late.state, late.probability_percent) == (Verdict.NEVER_SCANNED, LOST_FROM_PERCENT - 1)


def test_a_promise_that_passes_before_two_business_days_is_reason_enough():
    estimate = believe(now=october(6, 3), promised_at=october(6, 3))
    assert (estimate.state, estimate.probability_percent) == (Verdict.NEVER_SCANNED, 35)


@pytest.mark.parametrize("kind", [ScanKind.LABEL, ScanKind.NOTICE, ScanKind.UNKNOWN, ScanKind.DELAYED])
def test_what_was_written_without_seeing_the_box_is_no_scan(kind):
    estimate = believe(scan(kind, october(6)), now=october(7))
    assert (estimate.state, estimate.probability_percent) == (Verdict.NEVER_SCANNED, 35)
    assert EvidenceKey.LABEL_MADE in keys(estimate)


def test_an_unknown_code_is_kept_in_the_evidence_as_given():
    estimate = believe(scan(ScanKind.UNKNOWN, october(6), code="Q9", words="Quux", place="RENO"), now=october(7))
    assert estimate.evidence[-1] == Evidence(
        key=EvidenceKey.UNKNOWN_CODE,
        at=october(6),
        code="Q9",
        carrier_words="Quux",
        place="RENO",
        scan=ScanKind.UNKNOWN,
    )


def test_what_the_carrier_knows_is_told():
    estimate = believe(scan(ScanKind.LABEL, october(5, 17), words="USPS awaiting item"), now=october(7))
    assert [(one.key, one.carrier_words) for one in estimate.evidence] == [
        (EvidenceKey.NO_SCAN_SINCE, ""),
        (EvidenceKey.LABEL_MADE, ""),
        (EvidenceKey.SHOP_SAYS_SHIPPED, ""),
        (EvidenceKey.CARRIER_SAYS, "USPS awaiting item"),
    ]


# Scanned, then silent.


@pytest.mark.parametrize(
    ("kind", "calm", "quiet_until", "stalled"),
    [
        (ScanKind.ACCEPTED, Verdict.MOVING, october(13), 25),
        (ScanKind.MOVED, Verdict.MOVING, october(13), 25),
        (ScanKind.CUSTOMS, Verdict.MOVING, october(19), 15),
        (ScanKind.OUT_FOR_DELIVERY, Verdict.OUT_FOR_DELIVERY, october(7), 10),
        (ScanKind.ATTEMPTED, Verdict.ATTEMPTED, october(14), 20),
        (ScanKind.HELD, Verdict.HELD, october(23), 25),
    ],
)
def test_a_scanned_parcel_is_calm_and_then_stalled(kind, calm, quiet_until, stalled):
    seen = scan(kind, october(6))
    before, after = believe(seen, now=quiet_until - MINUTE), believe(seen, now=quiet_until)
    assert (before.state, before.outcome, before.look_again_at) == (calm, Outcome.ARRIVING, quiet_until)
    assert (after.state, after.outcome, after.probability_percent) == (Verdict.STALLED, Outcome.LOST, stalled)
    assert keys(after) == [EvidenceKey.NO_SCAN_SINCE, EvidenceKey.LAST_SCAN]
    assert not before.in_danger
    assert after.in_danger


def test_long_silence_is_lost_and_a_scan_brings_it_back():
    seen = scan(ScanKind.MOVED, october(6))
    assert believe(seen, now=october(22)).state is Verdict.STALLED
    lost = believe(seen, now=october(23))
    assert (lost.state, lost.probability_percent) == (Verdict.LOST, 97)
    found = believe(seen, scan(ScanKind.MOVED, october(23)), now=october(23))
    assert (found.state, found.outcome, found.in_danger) == (Verdict.MOVING, Outcome.ARRIVING, False)


def test_a_first_scan_after_all_ends_never_scanned():
    assert believe(scan(ScanKind.ACCEPTED, october(21)), now=october(21)).state is Verdict.MOVING


def test_what_the_carrier_calls_lost_is_lost_until_it_is_scanned_again():
    said = scan(ScanKind.LOST, october(7), words="Sent to Mail Recovery Center")
    estimate = believe(scan(ScanKind.MOVED, october(6)), said, now=october(7))
    assert (estimate.state, estimate.probability_percent, estimate.look_again_at) == (Verdict.LOST, 99, None)
    assert keys(estimate) == [EvidenceKey.CARRIER_SAYS]
    assert believe(said, scan(ScanKind.MOVED, october(8)), now=october(8)).state is Verdict.MOVING


def test_moving_past_its_promise_or_said_to_be_late_is_delayed():
    seen = scan(ScanKind.MOVED, october(6))
    assert believe(seen, now=october(7), promised_at=october(7)).state is Verdict.DELAYED
    estimate = believe(seen, scan(ScanKind.DELAYED, october(6, 20)), now=october(7))
    assert (estimate.state, estimate.probability_percent, estimate.in_danger) == (Verdict.DELAYED, 90, False)
    assert keys(estimate) == [EvidenceKey.LAST_SCAN, EvidenceKey.CARRIER_SAYS]
    moved_on = believe(scan(ScanKind.DELAYED, october(6)), scan(ScanKind.MOVED, october(6, 20)), now=october(7))
    assert moved_on.state is Verdict.MOVING


# Handed over, sent back, damaged.


@pytest.mark.parametrize("kind", [ScanKind.DELIVERED, ScanKind.DELIVERED_NEIGHBOUR, ScanKind.DELIVERED_LOCKER])
def test_delivered_is_final_whatever_straggles_in(kind):
    estimate = believe(
        scan(kind, october(8)),
        scan(ScanKind.MOVED, october(8, 17)),
        *(scan(late, october(9)) for late in (ScanKind.DAMAGED, ScanKind.LOST, ScanKind.UNKNOWN)),
        now=october(30),
        promised_at=october(9),
    )
    assert (estimate.state, estimate.outcome, estimate.look_again_at) == (Verdict.DELIVERED, Outcome.DELIVERED, None)
    assert estimate.evidence[0].scan is kind
    assert not estimate.in_danger
    assert estimate.claim_window is None


def test_a_customer_who_says_it_never_came_is_believed():
    delivered = scan(ScanKind.DELIVERED, october(8))
    estimate = believe(delivered, now=october(9), heard=denied(october(9)))
    assert (estimate.state, estimate.outcome, estimate.in_danger) == (Verdict.NOT_RECEIVED, Outcome.LOST, True)
    assert keys(estimate) == [EvidenceKey.SAID_NOT_RECEIVED, EvidenceKey.LAST_SCAN]
    for kind, state in {
        ScanKind.MOVED: Verdict.MOVING,
        ScanKind.LOST: Verdict.LOST,
        ScanKind.RETURNED: Verdict.RETURNED,
    }.items():
        assert believe(scan(kind, october(8)), now=october(9), heard=denied(october(9))).state is state


def test_what_was_delivered_after_somebody_denied_it_was_delivered_then():
    scans = [scan(ScanKind.DELIVERED, october(8)), scan(ScanKind.DELIVERED_NEIGHBOUR, october(8, 20))]
    for at, delivered_at in ((None, october(8)), (october(8), october(8, 20)), (october(8, 20), None)):
        assert believe(*scans, now=october(9), heard=denied(at)).delivered_at == delivered_at
    assert believe(*scans, scan(ScanKind.RETURNING, october(9)), now=october(9)).delivered_at is None


def test_a_later_box_of_its_number_is_no_answer_to_who_says_that_it_never_came():
    delivered = [scan(ScanKind.DELIVERED, at) for at in (october(8), october(8) + 120 * DAY)]
    believed = believe(*delivered, now=october(9) + 120 * DAY, heard=denied(october(9)))
    assert (believed.state, believed.delivered_at) == (Verdict.NOT_RECEIVED, None)


def test_once_the_carrier_decides_dates_and_notices_are_no_evidence():
    notice = scan(ScanKind.NOTICE, october(8, 20))
    estimate = believe(scan(ScanKind.DELIVERED, october(8)), notice, now=october(9), promised_at=october(7))
    assert keys(estimate) == [EvidenceKey.LAST_SCAN]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([ScanKind.RETURNING], Verdict.RETURNING),
        ([ScanKind.REFUSED], Verdict.RETURNING),
        ([ScanKind.DELIVERED, ScanKind.RETURNING], Verdict.RETURNING),
        ([ScanKind.RETURNING, ScanKind.MOVED], Verdict.RETURNING),
        ([ScanKind.RETURNING, ScanKind.MOVED, ScanKind.DELIVERED], Verdict.RETURNED),
        ([ScanKind.RETURNING, ScanKind.DELIVERED_LOCKER], Verdict.DELIVERED),
        ([ScanKind.RETURNING, ScanKind.RETURNED], Verdict.RETURNED),
        ([ScanKind.RETURNING, ScanKind.LOST], Verdict.LOST),
        ([ScanKind.REFUSED, ScanKind.DELIVERED], Verdict.DELIVERED),
        ([ScanKind.REFUSED, ScanKind.MOVED, ScanKind.DELIVERED], Verdict.RETURNED),
        ([ScanKind.RETURNED, ScanKind.MOVED], Verdict.RETURNED),
        ([ScanKind.DAMAGED], Verdict.DAMAGED),
        ([ScanKind.DAMAGED, ScanKind.MOVED], Verdict.DAMAGED),
        ([ScanKind.DAMAGED, ScanKind.DELIVERED], Verdict.DELIVERED),
        ([ScanKind.DAMAGED, ScanKind.RETURNING], Verdict.RETURNING),
    ],
)
def test_where_scans_one_after_the_other_lead(kinds, state):
    scans = [scan(kind, october(6) + place * HOUR) for place, kind in enumerate(kinds)]
    estimate = believe(*scans, now=october(7))
    assert estimate.state is state
    assert estimate.look_again_at is None


def test_of_scans_at_one_instant_the_one_further_on_counts():
    same = [scan(kind, october(6)) for kind in (ScanKind.DELIVERED, ScanKind.OUT_FOR_DELIVERY, ScanKind.MOVED)]
    assert believe(*same, now=october(6)).state is Verdict.DELIVERED


def test_a_scan_from_the_future_waits_for_its_time():
    future = scan(ScanKind.DELIVERED, october(6, 18))
    now = believe(future, now=october(6))
    assert (now.state, now.look_again_at) == (Verdict.LABEL_MADE, october(6, 18))
    assert believe(future, now=october(6, 18)).state is Verdict.DELIVERED


# Claims.


@pytest.mark.parametrize(
    ("clock", "promised_at", "opens", "closes"),
    [
        (USPS, None, date(2026, 10, 20), date(2026, 12, 4)),
        (USPS, october(14, 3), date(2026, 10, 20), date(2026, 12, 4)),
        (UPS, None, date(2026, 10, 12), date(2026, 12, 4)),
        (UPS, october(14, 3), date(2026, 10, 14), date(2026, 12, 4)),
        (FEDEX, october(14, 3), date(2026, 10, 14), date(2026, 12, 4)),
        (DHL, october(14, 3), date(2026, 10, 14), date(2026, 11, 4)),
        (DHL, datetime(2027, 1, 1, tzinfo=UTC), date(2026, 11, 4), date(2026, 11, 4)),
    ],
)
def test_the_carriers_claim_window(clock, promised_at, opens, closes):
    window = believe(now=october(20), clock=clock, promised_at=promised_at).claim_window
    assert (window.opens_date, window.closes_date) == (opens, closes)
    assert "http" in window.source


def test_a_claim_counts_from_the_day_the_carrier_took_the_box_in_the_origins_zone():
    window = believe(scan(ScanKind.ACCEPTED, october(8, 3)), now=october(30)).claim_window
    assert window.opens_date == date(2026, 10, 22)


def test_damage_is_claimed_at_once():
    assert believe(scan(ScanKind.DAMAGED, october(8)), now=october(8)).claim_window.opens_date == date(2026, 10, 8)


def test_no_claim_window_is_invented_or_shown_without_need():
    assert believe(now=october(20), clock=DEFAULT).claim_window is None
    assert believe(now=october(5)).claim_window is None


def test_clocks_are_found_by_code_and_checked():
    assert {code: clock_of(f" {code.upper()} ") for code in CLOCKS} == CLOCKS
    assert clock_of("pigeon") is DEFAULT
    for steps in ((Step(2, 50), Step(3, 50)), (Step(3, 40), Step(3, 50)), (Step(1, 100),), (Step(-1, 5),), ()):
        with pytest.raises(ValueError, match="step"):
            replace(USPS, unscanned=steps)


def test_nothing_is_called_lost_before_ten_silent_business_days():
    for clock in (*CLOCKS.values(), DEFAULT):
        for steps in (
            clock.unscanned,
            clock.moving,
            clock.customs,
            clock.out_for_delivery,
            clock.attempted,
            clock.held,
        ):
            assert all(step.business_days >= 10 for step in steps if step.percent >= LOST_FROM_PERCENT)


def test_a_scan_needs_an_instant():
    with pytest.raises(ValueError, match="aware"):
        scan(ScanKind.MOVED, datetime(2026, 10, 5))  # noqa: DTZ001
