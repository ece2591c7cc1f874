"""How late something is, as people count days."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from makegood.faces.desk.time_left import time_left

NEW_YORK = "America/New_York"
DUE = datetime(2026, 11, 28, 20, tzinfo=ZoneInfo(NEW_YORK))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 12, 2, 17, tzinfo=ZoneInfo(NEW_YORK)), "4 d late"),  # 3.9 times 24 hours
        (datetime(2026, 11, 30, 12, tzinfo=ZoneInfo(NEW_YORK)), "40 h late"),
        (datetime(2026, 11, 25, 21, tzinfo=ZoneInfo(NEW_YORK)), "3 d"),
    ],
)
def test_days_are_those_of_the_customers_calendar(now, words):
    left = time_left(DUE, now=now, zone=NEW_YORK)
    assert left is not None
    assert left.words == words
