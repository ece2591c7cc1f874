"""Whom to ask next: danger first, nobody forgotten, and never oftener than is allowed."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.parcels.rules.polling import (
    FAIR_SHARE,
    LONG_PAST,
    NEAR,
    PollLimit,
    Urgency,
    Waiting,
    choose,
    opens_at,
    pause,
    without_reserve,
)
from makegood.parcels.rules.verdicts import Verdict
from tests.parcels.boxes import DAY, HOUR, LABEL_AT, MINUTE, urgency_of

NOW = LABEL_AT


def waiting(number, *, urgency=Urgency.CALM, promised_at=NOW, due_at=NOW):
    return Waiting(parcel_id=number, number=str(number), urgency=urgency, promised_at=promised_at, due_at=due_at)


many = st.lists(
    st.tuples(st.sampled_from(Urgency), st.integers(-30, 30), st.integers(0, 50)), min_size=1, max_size=25
).map(
    lambda rows: [
        waiting(index, urgency=urgency, promised_at=NOW + days * DAY, due_at=NOW - hours * HOUR)
        for index, (urgency, days, hours) in enumerate(rows)
    ]
)


@given(everybody=many, places=st.integers(1, 12), given_before=st.integers(0, 9))
def test_four_of_five_places_go_by_urgency(everybody, places, given_before):
    chosen = choose(everybody, places=places, given=given_before)
    assert len(chosen) == len({one.parcel_id for one in chosen}) == min(places, len(everybody))
    left = sorted(everybody, key=lambda one: (one.urgency, one.promised_at, one.due_at, one.parcel_id))
    for place, one in enumerate(chosen, start=given_before + 1):
        if place % FAIR_SHARE:
            assert one == left[0]
        else:
            assert one == min(left, key=lambda each: (each.due_at, each.parcel_id))
        left.remove(one)


@given(calm=st.integers(1, 15), in_danger=st.integers(0, 15), places=st.integers(1, 10))
@settings(max_examples=60)
def test_whoever_waits_is_asked_within_five_places_a_head(calm, in_danger, places):
    """Those in danger are due again the moment they were asked, which is worse than they can be."""
    people = calm + in_danger
    due_at = dict.fromkeys(range(people), NOW)
    last = dict.fromkeys(range(people), 0)
    given_places = turn = 0
    while given_places < 12 * FAIR_SHARE * people:
        turn += 1
        queue = [
            waiting(each, urgency=Urgency.DANGER if each < in_danger else Urgency.CALM, due_at=due_at[each])
            for each in range(people)
        ]
        for one in choose(queue, places=places, given=given_places):
            given_places += 1
            assert given_places - last[one.parcel_id] <= FAIR_SHARE * people + places
            last[one.parcel_id], due_at[one.parcel_id] = given_places, NOW + turn * MINUTE
    assert all(given_places - one <= FAIR_SHARE * people + places for one in last.values())


limits = st.lists(st.builds(PollLimit, st.integers(1, 6), st.integers(1, 5000)), min_size=1, max_size=3)


@given(limits=limits, tries=st.lists(st.integers(0, 400), max_size=120))
def test_no_stretch_of_time_ever_holds_more_calls_than_allowed(limits, tries):
    now, called = NOW, []
    for seconds in tries:
        now += timedelta(seconds=seconds)
        if max(opens_at(each, filled(each, called), now=now) for each in limits) <= now:
            called.append(now)
    for limit in limits:
        for first, last in zip(called, called[limit.calls :], strict=False):
            assert last - first >= timedelta(seconds=limit.seconds)


def filled(limit, called):
    return called[-limit.calls] if len(called) >= limit.calls else None


@given(limit=st.builds(PollLimit, st.integers(1, 6), st.integers(1, 5000)), called=st.lists(st.integers(0, 999)))
def test_what_is_refused_now_is_allowed_when_it_was_said(limit, called):
    instants = sorted(NOW - timedelta(seconds=each) for each in called)
    opens = opens_at(limit, filled(limit, instants), now=NOW)
    assert opens >= NOW
    assert opens_at(limit, filled(limit, instants), now=opens) == opens
    assert sum(each > opens - timedelta(seconds=limit.seconds) for each in instants) < limit.calls


@pytest.mark.parametrize(
    ("limit", "calls"),
    [
        (PollLimit(60, 3600), 48),
        (PollLimit(250, 86_400), 200),
        (PollLimit(1, 86_400), 1),
        (PollLimit(1, 5), 1),
        (PollLimit(1400, 10), 1400),
    ],
)
def test_a_fifth_of_a_quota_is_kept_for_danger_and_nothing_of_a_pace(limit, calls):
    assert without_reserve(limit) == PollLimit(calls, limit.seconds)


@pytest.mark.parametrize(
    ("state", "promised_at", "urgency"),
    [
        (Verdict.STALLED, NOW + 9 * DAY, Urgency.DANGER),
        (Verdict.NEVER_SCANNED, NOW - DAY, Urgency.DANGER),
        (Verdict.LOST, NOW - LONG_PAST - HOUR, Urgency.CALM),
        (Verdict.MOVING, NOW + NEAR, Urgency.NEAR),
        (Verdict.MOVING, NOW + NEAR + MINUTE, Urgency.CALM),
        (Verdict.DELAYED, NOW - DAY, Urgency.NEAR),
    ],
)
def test_how_soon_a_parcel_is_worth_a_call(state, promised_at, urgency):
    assert urgency_of(state=state, promised_at=promised_at, now=NOW) is urgency


def test_failures_make_us_wait_longer_and_never_for_ever():
    waits = [pause(failures) for failures in range(1, 100)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=30)


@pytest.mark.parametrize("wrong", [(0, 5), (5, 0), (-1, 5)])
def test_a_limit_allows_something(wrong):
    with pytest.raises(ValueError, match="some calls in some seconds"):
        PollLimit(*wrong)
