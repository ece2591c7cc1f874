"""What must hold for the verdict on any parcel whatever, and how its evidence is worded."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from makegood.parcels.rules.boxes import REUSED_AFTER
from makegood.parcels.rules.clocks import DEFAULT, DHL, UPS, USPS
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.scans import ScanKind, in_order
from makegood.parcels.rules.verdicts import IN_DANGER, Outcome, Verdict, assess
from makegood.parcels.words import in_words
from tests.parcels.boxes import DAY, HOUR, LABEL_AT, MINUTE, RENO, denied, keys, scan

instants = st.integers(-3 * 24 * 60, 60 * 24 * 60).map(lambda minutes: LABEL_AT + minutes * MINUTE)
coarse = st.integers(-3 * 4, 60 * 4).map(lambda quarters: LABEL_AT + quarters * 6 * HOUR)
scans_of = st.lists(
    st.builds(scan, st.sampled_from(ScanKind), instants | coarse, code=st.sampled_from(["", "Q1", "Q2"])), max_size=7
)
parcels = st.fixed_dictionaries(
    {
        "scans": scans_of,
        "promised_at": st.none() | instants | coarse,
        "clock": st.sampled_from([USPS, UPS, DHL, DEFAULT]),
        "heard": st.builds(denied, st.none() | instants | coarse),
    }
)


def judge(parcel, now):
    return assess(label_at=LABEL_AT, origin=RENO, now=now, **parcel)


@given(parcel=parcels, now=instants, share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=2000, deadline=None)
def test_a_verdict_stays_word_for_word_the_same_until_it_said_to_look_again(parcel, now, share):
    estimate = judge(parcel, now)
    until = estimate.look_again_at
    assert until is None or until > now
    later = now + share * (until - now) if until else now + share * 400 * DAY
    assume(until is None or later < until)
    assert judge(parcel, later) == estimate


@given(parcel=parcels, now=instants, data=st.data())
@settings(max_examples=600, deadline=None)
def test_the_order_of_scans_and_their_repetition_do_not_matter(parcel, now, data):
    shuffled = data.draw(st.permutations(parcel["scans"] * 2))
    assert judge(parcel | {"scans": shuffled}, now) == judge(parcel, now)
    assert in_order(shuffled) == in_order(parcel["scans"])


@given(parcel=parcels, now=instants)
@settings(max_examples=600, deadline=None)
def test_every_verdict_is_whole(parcel, now):
    estimate = judge(parcel, now)
    assert estimate.evidence
    assert 1 <= estimate.probability_percent <= 99
    assert estimate.in_danger == (estimate.state in IN_DANGER)
    assert (estimate.claim_window is not None) == (estimate.in_danger and parcel["clock"].claim is not None)
    assert (estimate.delivered_at is not None) == (estimate.state is Verdict.DELIVERED)
    assert estimate.delivered_at is None or estimate.delivered_at <= now
    assert all(
        one.at is None or one.at <= now for one in estimate.evidence if one.key is not EvidenceKey.LABEL_MADE
    ) or (now < LABEL_AT)
    for one in estimate.evidence:
        assert Evidence.from_plain(one.as_plain()) == one
        assert in_words(one, zone=UTC).endswith(".")


@given(parcel=parcels, now=instants, code=st.text(max_size=4), words=st.text(max_size=8), at=instants)
@settings(max_examples=600, deadline=None)
def test_an_unknown_code_changes_the_evidence_and_nothing_else(parcel, now, code, words, at):
    assume(at <= now)
    # Long after all else it may be another box's.
    assume(all(at - each.happened_at < REUSED_AFTER for each in parcel["scans"]))
    without = judge(parcel, now)
    unknown = scan(ScanKind.UNKNOWN, at, code=code, words=words)
    estimate = judge(parcel | {"scans": [*parcel["scans"], unknown]}, now)
    assert replace(estimate, evidence=without.evidence) == without
    assert EvidenceKey.UNKNOWN_CODE in keys(estimate)


@given(parcel=parcels, now=instants, later=st.integers(0, 60 * 24 * 60))
@settings(max_examples=600, deadline=None)
def test_silence_never_makes_us_surer_that_a_parcel_lives(parcel, now, later):
    seen = [one for one in parcel["scans"] if one.happened_at <= now]
    first, second = (judge(parcel | {"scans": seen}, at) for at in (now, now + later * MINUTE))
    if first.outcome is Outcome.LOST:
        assert second.outcome is Outcome.LOST
        assert second.probability_percent >= first.probability_percent
    if first.state is Verdict.LOST:
        assert second.state is Verdict.LOST


@given(parcel=parcels, now=instants)
@settings(max_examples=600, deadline=None)
def test_a_passed_promise_never_makes_us_less_worried_nor_says_lost(parcel, now):
    calm, late = judge(parcel | {"promised_at": None}, now), judge(parcel | {"promised_at": now}, now)
    if calm.outcome is Outcome.LOST:
        assert late.outcome is Outcome.LOST
        assert late.probability_percent >= calm.probability_percent
    assert (late.state is Verdict.LOST) == (calm.state is Verdict.LOST)


@given(kind=st.sampled_from(ScanKind), at=instants, now=instants)
@settings(max_examples=600, deadline=None)
def test_only_movement_ends_never_scanned(kind, at, now):
    assume(at <= now)
    estimate = judge({"scans": [scan(kind, at)], "promised_at": None, "clock": USPS}, now)
    if kind.is_movement:
        assert estimate.state not in {Verdict.LABEL_MADE, Verdict.NEVER_SCANNED}
    elif kind is not ScanKind.LOST:
        assert estimate.state in {Verdict.LABEL_MADE, Verdict.NEVER_SCANNED, Verdict.LOST}


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (
            Evidence(key=EvidenceKey.NO_SCAN_SINCE, at=LABEL_AT, business_days=6),
            "Not scanned since 5 October 2026 at 09:00 PDT, for at least 6 business days.",
        ),
        (
            Evidence(key=EvidenceKey.NO_SCAN_SINCE, at=LABEL_AT, business_days=0),
            "Not scanned since 5 October 2026 at 09:00 PDT.",
        ),
        (Evidence(key=EvidenceKey.LABEL_MADE, at=LABEL_AT), "Label made on 5 October 2026 at 09:00 PDT."),
        (
            Evidence(key=EvidenceKey.LAST_SCAN, at=LABEL_AT, place="DENVER, CO 80202", scan=ScanKind.MOVED,
                     carrier_words="Departed USPS Facility."),
            "Last scan on 5 October 2026 at 09:00 PDT in DENVER, CO 80202: on its way (“Departed USPS Facility”).",
        ),
        (
            Evidence(key=EvidenceKey.CARRIER_SAYS, at=LABEL_AT, scan=ScanKind.LOST),
            "The carrier wrote on 5 October 2026 at 09:00 PDT: lost.",
        ),
        (
            Evidence(key=EvidenceKey.UNKNOWN_CODE, at=LABEL_AT, code="Q9", carrier_words="Quux"),
            "The carrier’s code Q9 (“Quux”) on 5 October 2026 at 09:00 PDT is not one we know.",
        ),
        (
            Evidence(key=EvidenceKey.DATE_PASSED, at=LABEL_AT),
            "The promised date passed on 5 October 2026 at 09:00 PDT.",
        ),
        (Evidence(key=EvidenceKey.SAID_NOT_RECEIVED), "The recipient says that it was not received."),
    ],
)  # fmt: skip
def test_evidence_in_words(evidence, words):
    assert in_words(evidence, zone=ZoneInfo("America/Los_Angeles")) == words
