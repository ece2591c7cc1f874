"""Newer versions of an order by the API, and what is told of them."""

from tests.worlds import DAY, HOUR, MONDAY, order_record, parcel_record


def test_a_newer_version_changes_the_order_and_its_history_says_what(program, ada):
    def put(number, **more):
        record = order_record(version_at=MONDAY - DAY + number * HOUR, **more).model_dump(mode="json")
        return program.put("/orders", [record])

    box = [parcel_record("P1", {"BIRDS": 1}, label_at=MONDAY.isoformat())]
    assert put(1, parcels=box)["new"] == 1
    assert put(2, lines={"BIRDS": 2}, parcels=box, deliver_by_date="2026-10-20")["changed"] == 1
    assert put(1, parcels=box)["same"] == 1
    assert program.get("/orders/100")["version_at"] == "2026-10-04T18:00:00Z"
    history = program.items("/orders/100/history")
    kinds = [each["kind"] for each in history]
    assert kinds == ["PromiseMade", "OrderPlaced", "ParcelLabelled", "PromiseMade", "OrderChanged"]
    changed = history[-1]["content"]
    assert (changed["fields"], changed["lines_changed"]) == (["lines"], ["BIRDS"])
    program.get("/orders/99/history", status=404)
