"""A case beside others' matters: the earliest of all that is owed counts, and news of what is known goes on."""

from datetime import UTC, datetime

import pytest

from makegood.cases.actions import take_in_message
from makegood.cases.models import Case
from makegood.kit import clock
from makegood.parcels.rules.scans import ScanKind
from tests import worlds
from tests.worlds import DAY, DUE, HOUR, live_until, news_told

pytestmark = pytest.mark.django_db
# 15:00 in New York on the Friday on whose evening the parcel is due; an answer is owed by Monday.
FRIDAY = datetime(2026, 10, 16, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ada(db):
    worlds.open_shop()
    who = worlds.customer()
    worlds.lived()
    return who


def ask(who):
    take_in_message(key="w1", customer=who, body="Where is it?", now=clock.now())
    worlds.settle()
    return Case.objects.get()


def test_who_waits_while_a_parcel_is_in_danger_is_due_when_the_first_of_both_is(ada):
    worlds.shipped()
    live_until(FRIDAY)
    case = ask(ada)
    assert case.reply_promise.due_at > DUE
    assert (case.attention, case.due_at) == ("waiting", DUE)


def test_who_waits_is_due_when_the_answer_is_where_that_comes_first(ada):
    worlds.shipped()
    live_until(FRIDAY - 3 * DAY)
    case = ask(ada)
    assert case.reply_promise.due_at < DUE
    assert (case.attention, case.due_at) == ("waiting", case.reply_promise.due_at)


def move_until(parcel, at):
    """The carrier sees it every day, and it never arrives."""
    while clock.now() < at:
        worlds.say(parcel, ScanKind.MOVED)
        live_until(min(clock.now() + DAY, at))


def test_danger_to_what_was_told_to_be_late_is_news_however_long_ago_that_was(ada):
    parcel = worlds.shipped()
    move_until(parcel, DUE + HOUR)
    assert news_told() == ["broken"]
    move_until(parcel, DUE + 20 * DAY)
    assert news_told() == ["broken"]
    worlds.say(parcel, ScanKind.LOST)
    worlds.settle()
    assert news_told() == ["broken", "in_danger"]
