"""A helper says by when it is needed, and sees which remedy is there in time."""

from datetime import timedelta

import pytest

from makegood.cases.models import Case
from makegood.kit import clock
from makegood.remedies.models import NeedStated
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    worlds.open_shop()
    worlds.customer()
    worlds.lost()
    worlds.settle()
    return Case.objects.get()


def test_it_is_kept_ranked_by_and_told_on_the_timeline(desk, case):
    assert "Do they need it by a day?" in desk.get(f"/desk/cases/{case.pk}").content.decode()
    day = clock.now().date() + timedelta(days=1)
    shown = desk.post(f"/desk/cases/{case.pk}/need", {"by_date": day.isoformat(), "by_time": "17:30"}, follow=True)
    text = shown.content.decode()
    assert "Kept. What can be done is ranked by it." in text
    assert "Nothing is there by" in text
    assert "after it is needed" in text
    assert "order 100 is needed by" in text
    assert NeedStated.objects.get().said_by.startswith("helper:")
    late = (clock.now().date() + timedelta(days=40)).isoformat()
    text = desk.post(f"/desk/cases/{case.pk}/need", {"by_date": late}, follow=True).content.decode()
    assert "in time" in text
    assert "Nothing is there by" not in text


@pytest.mark.parametrize("typed", [{"by_date": "soon"}, {"by_date": "2001-01-01"}, {"by_time": "17:30"}])
def test_what_makes_no_sense_is_said_and_not_kept(desk, case, typed):
    answer = desk.post(f"/desk/cases/{case.pk}/need", typed)
    assert answer.status_code == 422
    assert "Nothing was kept" in answer.content.decode()
    assert not NeedStated.objects.exists()
