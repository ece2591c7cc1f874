"""By when an order is needed, through the API: said, read, ranked by, and granted just as it was read."""

from datetime import timedelta

import pytest

from makegood.kit import clock
from tests import worlds


@pytest.fixture
def lost(program, ada):
    worlds.lost()
    worlds.settle()


def test_it_is_said_read_and_ranked_by(program, lost):
    assert program.get("/orders/100/remedies")["needed_by_date"] is None
    day = (clock.now().date() + timedelta(days=1)).isoformat()
    said = program.post("/orders/100/needs", {"by_date": day, "by_time": "12:00"})
    assert (said["by_date"], said["by_time"], said["order"]) == (day, "12:00:00", "100")
    found = program.get("/orders/100/remedies")
    assert found["needed_by_date"] == day
    assert {each["remedy"]: each["is_late"] for each in found["items"]} == {"send_again": True, "refund": None}
    program.post("/orders/100/needs", {"by_date": None})
    assert [each["by_date"] for each in program.items("/orders/100/needs")] == [day, None]


def test_just_what_was_read_is_granted(program, lost):
    (best, *_) = program.items("/orders/100/remedies")
    asked = {"remedy": best["remedy"], "key": "0" * 16}
    assert program.post("/orders/100/remedies", asked, status=409)["type"].endswith("offer-changed")
    assert program.post("/orders/100/remedies", asked | {"key": best["key"]})["remedy"] == "send_again"


@pytest.mark.parametrize(
    "need", [{"by_date": "2001-01-01"}, {"by_date": "soon"}, {"by_date": None, "by_time": "9:00"}, {}]
)
def test_what_makes_no_sense_names_the_field(program, lost, need):
    problem = program.post("/orders/100/needs", need, status=422)
    assert any("by_" in str(each) for each in problem["errors"])


def test_a_customer_says_it_of_their_own_orders_alone(program, lost):
    day = (clock.now().date() + timedelta(days=5)).isoformat()
    assert (
        program.acting_for("customer:ada")
        .post("/orders/100/needs", {"by_date": day})["said_by"]
        .startswith("customer:")
    )
    worlds.customer("bob")
    program.acting_for("customer:bob").post("/orders/100/needs", {"by_date": day}, status=404)
