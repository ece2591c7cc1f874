"""A customer says by when they need it, and sees what is there in time."""

from datetime import timedelta

import pytest

from makegood.faces.words import day
from makegood.kit import clock
from makegood.remedies.models import NeedStated


def say(page, by_date, **more):
    return page.post("/orders/100/need", {"by_date": by_date} | more, follow=True)


def test_what_is_there_in_time_is_offered_and_what_is_not_is_said(page, lost):
    today = clock.now().date()
    tomorrow = today + timedelta(days=1)
    shown = say(page, tomorrow.isoformat()).content.decode()
    assert f"We are sorry: nothing that we can send is there by {day(tomorrow)}." in shown
    assert f"Not there by {day(tomorrow)}." in shown
    shown = say(page, (today + timedelta(days=30)).isoformat()).content.decode()
    assert "nothing that we can send" not in shown
    assert "Not there by" not in shown
    assert f'value="{(today + timedelta(days=30)).isoformat()}"' in shown
    assert "Not there by" not in say(page, "").content.decode()
    assert [row.by_date is None for row in NeedStated.objects.order_by("id")] == [False, False, True]


@pytest.mark.parametrize("typed", ["2001-01-01", "soon", "9999-99-99", "2026-10-12T08:00"])
def test_a_day_that_nobody_understands_changes_nothing(page, lost, typed):
    answer = say(page, typed)
    assert answer.status_code == 422
    assert "We did not understand that day." in answer.content.decode()
    assert not NeedStated.objects.exists()
