"""Silence means something only where somebody could have heard."""

from datetime import timedelta

import pytest

from makegood.kit.holidays import calendar_of
from makegood.parcels.rules.evidence import EvidenceKey
from makegood.parcels.rules.hearing import ALWAYS, NEVER, SETTLES, Heard, has_fallen_silent, told_since
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import IN_DANGER, Verdict
from tests.parcels.boxes import DAY, HOUR, LABEL_AT, MINUTE, believe, keys, october, scan

K = ScanKind
DUE = october(9, 3)


def told(since):
    return Heard(told_since=since)


def asked(at):
    return Heard(answered_at=at)


@pytest.mark.parametrize("day", [6, 8, 12, 30])
def test_without_anybody_who_could_tell_no_silence_counts(day):
    found = believe(now=october(day), promised_at=DUE, heard=NEVER)
    assert (found.state, found.in_danger, found.is_known) == (Verdict.LABEL_MADE, False, False)
    assert keys(found)[0] is EvidenceKey.NOT_HEARD
    assert EvidenceKey.SHOP_SAYS_SHIPPED not in keys(found)


def test_it_is_the_same_as_before_where_the_carrier_always_told():
    for day in range(5, 31):
        assert believe(now=october(day), promised_at=DUE, heard=ALWAYS) == believe(now=october(day), promised_at=DUE)


def test_silence_counts_from_when_the_carrier_began_to_tell():
    began_at = LABEL_AT + DAY
    before, after = (believe(now=at, heard=told(began_at)) for at in (october(8, 15, 59), october(8, 16)))
    assert (before.state, after.state) == (Verdict.LABEL_MADE, Verdict.NEVER_SCANNED)
    assert after.evidence[0].at == began_at
    assert before.look_again_at == october(8)


def test_a_date_that_passes_is_no_proof_against_who_began_to_tell_a_minute_before():
    found = believe(now=DUE + MINUTE, promised_at=DUE, heard=told(DUE - MINUTE))
    assert not found.in_danger


def test_a_box_that_left_long_before_anybody_told_may_have_come_unheard():
    found = believe(now=october(30), promised_at=DUE, heard=told(october(8)))
    assert (found.state, found.is_known, found.look_again_at) == (Verdict.LABEL_MADE, False, None)


def test_the_first_piece_of_a_backlog_is_not_believed_to_be_all_of_it():
    began_at = october(14)
    for kind, state in ((K.MOVED, Verdict.MOVING), (K.RETURNING, Verdict.RETURNING), (K.DAMAGED, Verdict.DAMAGED)):
        old = scan(kind, october(7))
        first = believe(old, now=began_at + MINUTE, promised_at=DUE, heard=told(began_at))
        assert (first.state, first.in_danger, first.is_known) == (state, False, False)
        assert first.look_again_at == began_at + SETTLES
        settled = believe(old, now=began_at + SETTLES, promised_at=DUE, heard=told(began_at))
        assert settled.is_known
        assert settled.in_danger is (state in IN_DANGER)


def test_what_was_seen_before_counts_its_silence_from_when_we_would_have_heard():
    began_at = october(14)
    old = scan(K.MOVED, october(6))
    assert believe(old, now=october(20), heard=told(began_at)).state is Verdict.STALLED
    assert believe(old, now=october(16), heard=told(began_at)).state is Verdict.MOVING
    live = scan(K.MOVED, october(15))
    assert believe(old, live, now=october(16), promised_at=DUE, heard=told(began_at)).state is Verdict.DELAYED


def test_an_answer_tells_all_up_to_itself_and_nothing_after():
    heard = asked(october(6))
    found = believe(now=october(30), promised_at=DUE, heard=heard)
    assert (found.state, found.is_known) == (Verdict.LABEL_MADE, False)
    assert found.look_again_at is None
    assert found.evidence[0].at == october(6)
    assert believe(now=october(7, 17), heard=asked(october(7, 16))).state is Verdict.NEVER_SCANNED
    assert not believe(now=october(7, 17), heard=asked(october(7, 15))).in_danger


def test_a_promise_that_passed_after_the_last_answer_may_have_been_kept():
    before = believe(scan(K.MOVED, october(8)), now=DUE, promised_at=DUE, heard=asked(DUE - MINUTE))
    after = believe(scan(K.MOVED, october(8)), now=DUE + HOUR, promised_at=DUE, heard=asked(DUE + MINUTE))
    assert (before.state, before.is_known) == (Verdict.MOVING, False)
    assert (after.state, after.is_known) == (Verdict.DELAYED, True)


def test_answers_close_the_gap_before_a_carrier_tells_by_itself():
    found = believe(now=october(8), heard=Heard(told_since=october(7), answered_at=october(7)))
    assert (found.state, found.is_known) == (Verdict.NEVER_SCANNED, True)
    assert EvidenceKey.SHOP_SAYS_SHIPPED in keys(found)


def test_what_is_handed_over_is_known_whoever_told_it():
    found = believe(scan(K.DELIVERED, october(7)), now=october(30), heard=NEVER)
    assert (found.state, found.is_known) == (Verdict.DELIVERED, True)


def test_a_scan_ends_it():
    found = believe(scan(K.MOVED, october(14)), now=october(14) + HOUR, heard=told(october(14)))
    assert (found.state, found.is_known) == (Verdict.MOVING, True)


@pytest.mark.parametrize(
    ("carrier_since", "known_at", "since"),
    [
        (None, LABEL_AT, None),
        (october(1), LABEL_AT + DAY, october(1)),
        (october(1), LABEL_AT + DAY + timedelta(seconds=1), LABEL_AT + DAY + timedelta(seconds=1)),
        (october(14), LABEL_AT + 3 * DAY, october(14)),
        (october(14), LABEL_AT, october(14)),
    ],
)
def test_a_carrier_tells_of_parcels_that_we_know(carrier_since, known_at, since):
    assert told_since(carrier_since=carrier_since, label_at=LABEL_AT, known_at=known_at) == since


@pytest.mark.parametrize(("kinds", "percent"), [((), 35), ((K.MOVED,), 25), ((K.OUT_FOR_DELIVERY,), 10)])
def test_who_says_after_its_day_that_it_has_not_come_is_believed_where_nobody_else_was_heard(kinds, percent):
    scans = [scan(kind, october(7)) for kind in kinds]
    before = believe(*scans, now=DUE + DAY, promised_at=DUE, heard=Heard(denied_at=DUE - MINUTE))
    assert (before.in_danger, before.is_known) == (False, False)
    after = believe(*scans, now=DUE + DAY, promised_at=DUE, heard=Heard(denied_at=DUE))
    assert (after.state, after.probability_percent) == (Verdict.NOT_RECEIVED, percent)
    assert (after.in_danger, after.is_known) == (True, True)
    assert keys(after)[:2] == [EvidenceKey.NOT_HEARD, EvidenceKey.SAID_NOT_RECEIVED]
    assert EvidenceKey.NO_SCAN_SINCE not in keys(after)


def test_whoever_hears_of_it_again_goes_by_that():
    heard = Heard(denied_at=DUE + HOUR)
    found = believe(scan(K.MOVED, DUE + 2 * HOUR), now=DUE + DAY, promised_at=DUE, heard=heard)
    assert (found.state, found.is_known) == (Verdict.MOVING, False)


def test_no_silence_counts_after_a_carrier_has_fallen_silent_about_everything():
    silent_at = LABEL_AT + DAY
    heard = Heard(told_since=LABEL_AT - DAY, told_until=silent_at)
    for day in range(8, 31):
        found = believe(now=october(day), promised_at=DUE, heard=heard)
        assert (found.state, found.in_danger) == (Verdict.LABEL_MADE, False)
        assert found.is_known == (october(day) < DUE)


def test_what_was_heard_before_it_fell_silent_stands():
    heard = Heard(told_since=LABEL_AT - DAY, told_until=october(8, 16))
    found = believe(now=october(8, 20), promised_at=DUE, heard=heard)
    assert (found.state, found.in_danger) == (Verdict.NEVER_SCANNED, True)
    assert found == believe(now=october(8, 18), promised_at=DUE, heard=heard)


def test_a_carrier_that_is_asked_too_is_heard_up_to_its_answer():
    heard = Heard(told_since=LABEL_AT - DAY, told_until=LABEL_AT, answered_at=october(8, 17))
    assert believe(now=october(9), heard=heard).state is Verdict.NEVER_SCANNED


@pytest.mark.parametrize(
    ("newest_at", "now", "is_silent"),
    [
        (october(7, 16), october(8, 15, 59), False),
        (october(7, 16), october(8, 16), True),
        # From Friday to Monday is one business day.
        (october(9, 16), october(11, 16), False),
        (october(9, 16), october(12, 16), True),
        # It has told us for an hour.
        (october(5, 17), october(20), False),
    ],
)
def test_a_business_day_without_any_word_is_long_for_who_spoke_before(newest_at, now, is_silent):
    shop = calendar_of(country="FR", zone="UTC")
    assert has_fallen_silent(heard_since=october(5, 16), newest_at=newest_at, shop=shop, now=now) is is_silent
