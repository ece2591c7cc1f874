"""Rows put by programs: the records of the import, all or none."""

from datetime import UTC, datetime

import pytest

from makegood.customers.models import Customer
from makegood.kit import clock
from tests import worlds

ADA = {"id": "ada", "name": "Ada Marsh", "email": "ada@marsh.example", "zone": "America/New_York"}


def counted(told):
    """What a batch was told, without its rows, none of which was refused."""
    assert {each["verdict"] for each in told["rows"]} <= {"new", "changed", "same", "taken"}
    return {name: count for name, count in told.items() if name not in {"rows", "refused"}}


def verdicts(told):
    return [(each["index"], each["id"], each["verdict"], [e["field"] for e in each["errors"]]) for each in told["rows"]]


def test_the_same_again_changes_nothing(program):
    assert counted(program.put("/customers", [ADA])) == {"new": 1, "changed": 0, "same": 0}
    assert counted(program.put("/customers", {"rows": [ADA]})) == {"new": 0, "changed": 0, "same": 1}
    assert counted(program.put("/customers", [{**ADA, "name": "Ada M."}])) == {"new": 0, "changed": 1, "same": 0}


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
    assert counted(program.put("/orders", [good])) == {"new": 1, "changed": 0, "same": 0}
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
    assert counted(program.put("/orders", [later])) == {"new": 0, "changed": 1, "same": 0}
    assert counted(program.put("/orders", [later])) == {"new": 0, "changed": 0, "same": 1}


def test_scans_in_the_carriers_own_words(program, ada):
    parcel = worlds.shipped()
    events = [{"eventType": "Accepted", "eventCode": "03", "GMTTimestamp": "2026-10-05T18:00:00Z"}]
    row = {"carrier": "usps", "body": {"trackingNumber": parcel.number, "trackingEvents": events}}
    assert counted(program.post("/scans", [row], status=200)) == {"new": 1, "same": 0, "unmatched": 0}
    assert counted(program.post("/scans", [row, row], status=200)) == {"new": 0, "same": 2, "unmatched": 0}
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


def test_each_row_is_told_what_became_of_it(program):
    eve = {**ADA, "id": "eve", "email": "eve@marsh.example"}
    program.put("/customers", [ADA, eve])
    zoe = {**ADA, "id": "zoe", "email": "zoe@marsh.example"}
    told = program.put("/customers", [ADA, {**eve, "name": "Eve"}, zoe])
    assert verdicts(told) == [(0, "ada", "same", []), (1, "eve", "changed", []), (2, "zoe", "new", [])]


def test_what_can_be_taken_is_taken(program):
    bad = {"id": "eve", "name": "Eve", "zone": "Mars/Olympus"}
    told = program.put("/customers?partial=true", [bad, ADA, 7])
    assert (told["new"], told["refused"]) == (1, 2)
    assert verdicts(told) == [(0, "eve", "refused", ["zone"]), (1, "ada", "new", []), (2, None, "refused", [""])]
    assert [each.reference for each in Customer.objects.all()] == ["ada"]


def test_what_only_the_records_know_is_refused_row_by_row(program, ada):
    good = [worlds.order_record(str(number)).model_dump(mode="json") for number in (100, 101)]
    foreign = worlds.order_record("102", by="nobody").model_dump(mode="json")
    parcels = [worlds.parcel_record("P1", {"BIRDS": 1}, place="nowhere")]
    nowhere = worlds.order_record("103", parcels=parcels).model_dump(mode="json")
    told = program.put("/orders?partial=true", [foreign, good[0], nowhere, good[1]])
    assert verdicts(told) == [
        (0, "102", "refused", ["customer"]),
        (1, "100", "new", []),
        (2, "103", "refused", ["parcels.0.place"]),
        (3, "101", "new", []),
    ]
    assert {each["id"] for each in program.items("/orders")} == {"100", "101"}
    again = program.put("/orders?partial=true", [good[0], {**good[1], "cancelled_at": "2026-10-05T17:00:00Z"}])
    assert [each["verdict"] for each in again["rows"]] == ["same", "changed"]


def test_bad_rows_that_are_found_one_by_one_leave_the_others(program):
    """Helpers are refused at the first one whose address is another's: more of them than there are version_batches."""
    rows = [
        {"id": f"h{number}", "name": "H", "email": f"h{number // 2}@shop.example", "role": "helper"}
        for number in range(40)
    ]
    told = program.put("/staff?partial=true", rows)
    assert [each["verdict"] for each in told["rows"]] == ["new", "refused"] * 20
    assert (told["new"], told["refused"], len(program.items("/staff"))) == (20, 20, 20)


def test_stock_and_services_are_told_by_row(program):
    rows = [{"place": "columbus", "sku": sku, "on_hand": 3} for sku in ("BIRDS", "NOTHING", "TIDES")]
    told = program.put("/stock?partial=true", rows)
    assert [(each["id"], each["verdict"]) for each in told["rows"]] == [
        ("columbus/BIRDS", "new"),
        ("columbus/NOTHING", "refused"),
        ("columbus/TIDES", "new"),
    ]
    slow = worlds.service("slow", rate_minor=100, transit_days=4).model_dump(mode="json")
    fast = {**slow, "id": "fast"}
    program.put("/services", [slow, fast])
    dearer = {**slow, "lanes": [{**slow["lanes"][0], "rate_minor": 120}]}
    assert [each["verdict"] for each in program.put("/services", [dearer, fast])["rows"]] == ["changed", "same"]


def test_scans_that_can_be_read_are_taken(program, ada):
    parcel = worlds.shipped()
    events = [{"eventType": "Accepted", "eventCode": "03", "GMTTimestamp": "2026-10-05T18:00:00Z"}]
    row = {"carrier": "usps", "body": {"trackingNumber": parcel.number, "trackingEvents": events}}
    told = program.post("/scans?partial=true", [{"carrier": "nobody", "body": {}}, row], status=200)
    assert verdicts(told) == [(0, None, "refused", ["carrier"]), (1, None, "taken", [])]
    assert (told["new"], told["refused"]) == (1, 1)


def test_nothing_that_can_be_taken_is_nothing_taken(program):
    told = program.put("/customers?partial=true", [7])
    assert (told["new"], told["changed"], told["same"], told["refused"]) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "UDS"}, "currency"),
        ({"placed_at": "0001-01-01T00:00:00Z"}, "placed_at"),
        ({"version_at": "9999-12-31T23:59:59Z"}, "version_at"),
        ({"deliver_by_date": "9999-12-31"}, "deliver_by_date"),
        ({"label_at": "0001-01-01T00:00:00Z"}, "parcels.0.label_at"),
        ({"delivered_at": "9999-12-31T23:59:59Z"}, "parcels.0.delivered_at"),
        ({"quantity": 100_000, "unit_price_minor": 10**12}, "lines"),
    ],
)
def test_what_could_never_be_counted_on_or_printed_is_refused_with_its_field(program, change, field):
    worlds.customer()
    parcels = [worlds.parcel_record("P100", {"BIRDS": 1})]
    order = worlds.order_record("100", parcels=parcels).model_dump(mode="json")
    for part in (order, order["parcels"][0], order["lines"][0]):
        part.update({name: value for name, value in change.items() if name in part})
    problem = program.put("/orders", [order], status=422)
    assert [each["field"] for each in problem["errors"]] == [field]
