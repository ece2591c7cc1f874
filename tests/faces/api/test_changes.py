"""Changes of an order over the API: what stood before and after."""

import pytest

from tests import worlds

ELSEWHERE = {
    "name": "Ada Marsh",
    "lines": ["9 Elm Row", "New York, NY"],
    "postcode": "10003",
    "country": "US",
    "zone": "America/New_York",
}


@pytest.fixture
def order(program, ada):
    worlds.take_in(worlds.order_record())


def test_a_change_of_address_tells_the_address_before_and_after(program, order):
    was = program.get("/orders/100")["deliveries"][0]["ship_to"]
    made = program.post("/orders/100/changes", {"kind": "change_address", "ship_to": ELSEWHERE})
    assert (made["before"]["ship_to"], made["after"]["ship_to"]) == (was, ELSEWHERE)
    (kept,) = program.items("/orders/100/changes")
    assert kept["before"]["ship_to"] == was
