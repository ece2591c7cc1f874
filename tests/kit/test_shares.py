"""One stream, several takers: each row once, nobody ends early, and nobody waits for the dead."""

import pytest

from makegood.kit.shares import ROWS_TOGETHER, WAITING_AT_MOST, StreamBroken, in_shares

MANY = ROWS_TOGETHER * WAITING_AT_MOST * 5


def itself(row):
    return row


@pytest.mark.parametrize("count", [0, 1, 7, ROWS_TOGETHER * 2, MANY])
def test_each_row_goes_to_its_share_in_order(count):
    halves = in_shares(range(count), list, share_of=itself, shares=2)
    assert halves == [[*range(0, count, 2)], [*range(1, count, 2)]]


def test_where_reading_fails_nobody_sees_an_end_and_the_caller_hears_why():
    ends = []

    def rows():
        yield from range(10)
        raise ValueError("line 11")

    def work(mine):
        try:
            ends.append(list(mine))
        except StreamBroken as broken:
            ends.append(broken)
            raise

    with pytest.raises(ValueError, match="line 11"):
        in_shares(rows(), work, share_of=itself, shares=2)
    assert [type(end) for end in ends] == [StreamBroken, StreamBroken]


def test_where_one_fails_the_stream_goes_on_to_its_end_and_the_caller_hears_why():
    taken = []

    def work(mine):
        first = next(mine)
        if first == 1:
            raise RuntimeError("no more room")
        taken.extend([first, *mine])

    with pytest.raises(RuntimeError, match="no more room"):
        in_shares(range(MANY), work, share_of=itself, shares=2)
    assert taken == [*range(0, MANY, 2)]
