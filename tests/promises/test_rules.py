"""When a promise may be moved, and how it closes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.calendars import Calendar
from makegood.promises.rules import (
    PromiseClosed,
    PromiseState,
    RevisionInThePast,
    RevisionWithoutReason,
    check_revision,
    due_on,
)

PARIS = Calendar(zone=ZoneInfo("Europe/Paris"))

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
gaps = st.timedeltas(timedelta(days=-400), timedelta(days=400))
closed = st.sampled_from([PromiseState.KEPT, PromiseState.BROKEN, PromiseState.WITHDRAWN])


@given(closed, gaps)
def test_a_closed_promise_cannot_be_moved(state, gap):
    with pytest.raises(PromiseClosed):
        check_revision(state=state, due_at=NOON + gap, reason="the press is late", now=NOON)


@given(gaps)
def test_a_date_is_never_moved_into_the_past(gap):
    revision = {"due_at": NOON + gap, "reason": "the press is late"}
    if gap < timedelta():
        with pytest.raises(RevisionInThePast):
            check_revision(state=PromiseState.OPEN, **revision, now=NOON)
    else:
        check_revision(state=PromiseState.OPEN, **revision, now=NOON)


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_date_is_never_moved_without_a_reason(reason):
    with pytest.raises(RevisionWithoutReason):
        check_revision(state=PromiseState.OPEN, due_at=NOON + timedelta(days=1), reason=reason, now=NOON)


def test_a_date_falls_due_at_eight_in_the_evening_there():
    assert due_on(by_date=date(2026, 10, 16), destination=PARIS) == datetime(2026, 10, 16, 18, tzinfo=UTC)
    assert due_on(by_date=date(2026, 10, 26), destination=PARIS) == datetime(2026, 10, 26, 19, tzinfo=UTC)
