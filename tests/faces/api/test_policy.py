"""The policy by the API: read, tried, and changed as it was seen."""

from datetime import timedelta

import pytest

from makegood.kit import clock
from makegood.policies.reading import SHIPPED
from tests import worlds

DEFAULT = SHIPPED.read_text()
STRICTER = DEFAULT.replace('remedies = ["credit"]\nup_to = 50', 'remedies = ["credit"]\nup_to = 5')


@pytest.fixture
def granted(program):
    worlds.open_shop()
    worlds.customer()
    credit = {"amount_minor": 700, "currency": "USD", "reason": "sorry"}
    program.post("/customers/ada/credits", credit)
    return program


def test_a_policy_is_tried_over_what_was_granted(granted):
    since = (clock.now() - timedelta(days=1)).isoformat()
    found = granted.post("/policy/replays", {"text": STRICTER, "since": since}, status=200)
    assert (found["grants"], found["withheld"], found["fewer"]) == (1, 1, {"helper": 1, "token": 1})
    (item,) = found["items"]
    assert (item["customer"], item["remedy"], item["rule"]) == ("ada", "credit", "credit-besides")
    assert item["costs"] == [{"currency": "USD", "amount_minor": 700}]
    assert (item["may_now"], item["may_then"]) == (["helper", "lead", "token"], ["lead"])
    assert granted.get("/policy")["adopted_at"] is None


def test_a_policy_is_changed_only_as_it_was_seen_and_says_why(granted):
    change = {"text": STRICTER, "reason": "too much credit"}
    assert granted.put("/policy", change, status=428)["detail"].startswith("If-Match")
    etag = granted.send("GET", "/policy").headers["ETag"]
    answer = granted.send("PUT", "/policy", change, If_Match=etag)
    assert (answer.status_code, answer.json()["reason"]) == (200, "too much credit")
    assert answer.headers["ETag"] == granted.send("GET", "/policy").headers["ETag"] != etag
    assert granted.send("PUT", "/policy", change, If_Match=etag).status_code == 412
    credit = {"amount_minor": 700, "currency": "USD", "reason": "sorry"}
    assert granted.post("/customers/ada/credits", credit, status=403)["rule"] == "credit-besides"


def test_what_is_no_policy_names_the_field_and_the_line(granted):
    wrong = DEFAULT.replace("up_to = 150", "up_to = -1")
    asked = {"text": wrong, "since": clock.now().isoformat()}
    problem = granted.post("/policy/replays", asked, status=422)
    assert problem["errors"][0]["field"] == "text"
    assert "up_to" in problem["detail"]
