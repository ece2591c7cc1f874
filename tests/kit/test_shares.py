"""One stream, several takers: each row once, nobody ends early, and nobody waits for the dead."""

import threading

import pytest

from makegood.kit.shares import ROWS_TOGETHER, WAITING_AT_MOST, StreamBroken, in_shares

MANY = ROWS_TOGETHER * WAITING_AT_MOST * 5


def itself(given):
    return given


def rows_of(lots):
    return [row for lot in lots for row in lot]


def test_lots_are_made_ready_by_the_caller_s_own_thread():
    def ready(lot):
        return threading.get_ident(), lot

    halves = in_shares(range(MANY), list, ready=ready, key_of=itself, shares=2)
    assert {by for half in halves for by, _ in half} == {threading.get_ident()}


@pytest.mark.parametrize("count", [0, 1, 7, ROWS_TOGETHER * 2, MANY])
def test_each_row_goes_to_its_share_in_order(count):
    halves = in_shares(range(count), rows_of, ready=itself, key_of=itself, shares=2)
    assert halves == [[*range(0, count, 2)], [*range(1, count, 2)]]


def test_where_reading_fails_nobody_sees_an_end_and_the_caller_hears_why():
    ends = []

    def rows():
        yield from range(10)
        raise ValueError("line 11")

    def work(mine):
        try:
            ends.append(rows_of(mine))
        except StreamBroken as broken:
            ends.append(broken)
            raise

    with pytest.raises(ValueError, match="line 11"):
        in_shares(rows(), work, ready=itself, key_of=itself, shares=2)
    assert [type(end) for end in ends] == [StreamBroken, StreamBroken]


def test_where_one_fails_the_stream_goes_on_to_its_end_and_the_caller_hears_why():
    taken = []

    def work(mine):
        first = next(mine)
        if first[0] == 1:
            raise RuntimeError("no more room")
        taken.extend(first + rows_of(mine))

    with pytest.raises(RuntimeError, match="no more room"):
        in_shares(range(MANY), work, ready=itself, key_of=itself, shares=2)
    assert taken == [*range(0, MANY, 2)]
