"""Rows put by programs: the records of the import, all or none."""

from datetime import UTC, datetime

import pytest

from makegood.customers.models import Customer
from makegood.kit import clock
from tests import worlds

ADA = {"id": "ada", "name": "Ada Marsh", "email": "ada@marsh.example", "zone": "America/New_York"}


def test_the_same_again_changes_nothing(program):
    assert program.put("/customers", [ADA]) == {"new": 1, "changed": 0, "same": 0}
    assert program.put("/customers", {"rows": [ADA]}) == {"new": 0, "changed": 0, "same": 1}
    assert program.put("/customers", [{**ADA, "name": "Ada M."}]) == {"new": 0, "changed": 1, "same": 0}


def test_one_by_its_address(program):
    plain = {key: value for key, value in ADA.items() if key != "id"}
    assert program.put("/customers/ada", plain)["new"] == 1
    assert program.put("/customers/ada", ADA)["same"] == 1
    problem = program.put("/customers/eve", ADA, status=422)
    assert problem["errors"] == [{"field": "id", "reason": "it is 'ada' in the body and 'eve' in the address"}]


def test_stock_by_place_and_sku(program):
    assert program.put("/stock/columbus/BIRDS", {"on_hand": 3}) == {"new": 1, "changed": 0, "same": 0}
    assert program.items("/stock?place=columbus") == [{"place": "columbus", "sku": "BIRDS", "on_hand": 3, "held": 0}]


def test_one_bad_row_and_nothing_is_taken(program):
    bad = {"id": "eve", "name": "Eve", "zone": "Mars/Olympus", "nickname": "E", "email": "nowhere"}
    problem = program.put("/customers", [ADA, bad], status=422)
    assert problem["type"] == "/v1/docs#problem-bad-rows"
    assert sorted((each["index"], each["field"]) for each in problem["errors"]) == [
        (1, "email"),
        (1, "nickname"),
        (1, "zone"),
    ]
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ('"ada"', 422, 'it is neither an array nor {"rows": [...]}'),
        ('{"rows": 1}', 422, 'it is neither an array nor {"rows": [...]}'),
        ("[", 400, None),
        ("[NaN]", 400, None),
        ("[" * 100_000, 400, None),
        (b"\xff", 400, None),
        ('[{"id": "a\\u0000", "name": "A"}]', 422, "it contains a NUL character"),
        ("[1]", 422, "Input should be a valid dictionary or instance of CustomerRecord"),
    ],
)
def test_bodies_that_are_none(program, body, status, reason):
    answer = program.client.put("/v1/customers", body, content_type="application/json")
    assert answer.status_code == status
    if reason:
        assert answer.json()["errors"][0]["reason"] == reason


def test_orders_name_each_fault_by_its_row(program, ada):
    good = worlds.order_record("100", parcels=[worlds.parcel_record("P1", {"BIRDS": 1})]).model_dump(mode="json")
    assert program.put("/orders", [good]) == {"new": 1, "changed": 0, "same": 0}
    fresh = worlds.order_record("101", parcels=[worlds.parcel_record("P1", {"BIRDS": 1})]).model_dump(mode="json")
    foreign = worlds.order_record("102", by="nobody").model_dump(mode="json")
    # The known order stands first: what is wrong with the second must not be said of it.
    problem = program.put("/orders", [good, fresh], status=422)
    assert {(each["index"], each["field"]) for each in problem["errors"]} == {(1, "parcels.0.id")}
    problem = program.put("/orders", [good, foreign], status=422)
    assert [(each["index"], each["field"]) for each in problem["errors"]] == [(1, "customer")]


def test_an_order_that_gains_a_tender_and_a_parcel_changed_once(program, ada):
    program.put("/orders", [worlds.order_record("100").model_dump(mode="json")])
    paid = [{"tender": "card", "amount_minor": 1, "label": ""}]
    parcels = [worlds.parcel_record("P1", {"BIRDS": 1})]
    later = worlds.order_record("100", paid=paid, parcels=parcels).model_dump(mode="json")
    assert program.put("/orders", [later]) == {"new": 0, "changed": 1, "same": 0}
    assert program.put("/orders", [later]) == {"new": 0, "changed": 0, "same": 1}


def test_scans_in_the_carriers_own_words(program, ada):
    parcel = worlds.shipped()
    events = [{"eventType": "Accepted", "eventCode": "03", "GMTTimestamp": "2026-10-05T18:00:00Z"}]
    row = {"carrier": "usps", "body": {"trackingNumber": parcel.number, "trackingEvents": events}}
    assert program.post("/scans", [row], status=200) == {"new": 1, "same": 0, "unmatched": 0}
    assert program.post("/scans", [row, row], status=200) == {"new": 0, "same": 2, "unmatched": 0}
    assert program.get(f"/parcels/{parcel.reference}")["scans"][0]["kind"] == "accepted"
    problem = program.post("/scans", [row, {"carrier": "nobody", "body": {}}], status=422)
    assert [(each["index"], each["field"]) for each in problem["errors"]] == [(1, "carrier")]


def test_the_clock_moves_only_where_it_may(program, ada, settings):
    worlds.shipped()
    later = "2026-10-06T09:00:00Z"
    told = program.get("/clock")
    assert (told["now"], told["is_frozen"], told["is_movable"]) == ("2026-10-05T16:00:00Z", True, False)
    program.put("/clock", {"frozen_at": later}, status=404)
    settings.MOVABLE_CLOCK = True
    assert program.put("/clock", {"frozen_at": later})["now"] == later
    program.put("/clock", {"frozen_at": "2026-10-05T09:00:00Z"}, status=409)
    program.put("/clock", {}, status=422)
    assert program.put("/clock", {"run_from": "2026-10-07T09:00:00Z"})["is_frozen"] is False
    assert clock.now() >= datetime(2026, 10, 7, 9, tzinfo=UTC)


def test_a_sweep_says_what_it_did(program, ada):
    worlds.shipped()
    clock.freeze(worlds.DUE)
    swept = program.post("/sweep", status=200)
    assert swept["handled"] >= 1
    assert swept["jobs_waiting"] >= 1
    worlds.settle()
    assert program.post("/sweep", status=200) == {"handled": 0, "jobs_waiting": 0}
