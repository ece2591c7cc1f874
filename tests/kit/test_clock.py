"""The one clock: it can be moved while nothing has happened, and only on once something has."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from makegood.kit import clock
from makegood.promises.actions import make_promise
from makegood.promises.rules import PromiseKind
from tests import worlds
from tests.worlds import DAY, HOUR, MONDAY

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def something_happens():
    make_promise(
        customer_id=worlds.customer().pk, kind=PromiseKind.REPLY, due_at=clock.now() + DAY, by="test", now=clock.now()
    )


def test_it_shows_the_systems_time_until_it_is_moved():
    assert abs(clock.now() - datetime.now(UTC)) < 5 * SECOND
    assert not clock.is_frozen()


def test_a_frozen_clock_stands_still():
    clock.freeze(MONDAY)
    assert clock.is_frozen()
    assert [clock.now(), clock.now()] == [MONDAY, MONDAY]


def test_a_running_clock_runs_from_where_it_was_set():
    clock.run_from(MONDAY)
    first = clock.now()
    assert MONDAY <= first < MONDAY + 5 * SECOND
    assert clock.now() > first
    assert not clock.is_frozen()


def test_it_may_begin_anywhere_while_nothing_has_happened():
    clock.freeze(MONDAY)
    clock.freeze(MONDAY - 400 * DAY)
    assert clock.now() == MONDAY - 400 * DAY


@pytest.mark.parametrize("move", [clock.freeze, clock.run_from])
def test_it_never_goes_back_once_something_has_happened(move):
    clock.freeze(MONDAY)
    something_happens()
    with pytest.raises(clock.ClockWouldGoBack):
        move(MONDAY - timedelta(milliseconds=1))
    assert clock.now() == MONDAY
    move(MONDAY + HOUR)
    assert clock.now() >= MONDAY + HOUR


def test_a_running_clock_can_be_stopped_where_it_stands_but_not_before():
    clock.run_from(MONDAY)
    something_happens()
    clock.freeze(clock.now())
    assert MONDAY <= clock.now() < MONDAY + 5 * SECOND
    clock.run_from(clock.now())
    with pytest.raises(clock.ClockWouldGoBack):
        clock.freeze(MONDAY - HOUR)


def test_there_is_one_clock_and_it_stays():
    for words in ("DELETE FROM makegood_clock", "INSERT INTO makegood_clock (id, \"offset\") VALUES (2, '0')"):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)


def test_sessions_and_tokens_keep_system_time():
    clock.freeze(MONDAY)
    assert abs(clock.system_now() - datetime.now(UTC)) < 5 * SECOND
