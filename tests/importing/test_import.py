"""`makegood import`: whole or not at all, once."""

import json
import tracemalloc
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
import typer
from typer.testing import CliRunner

from makegood.customers.models import Customer
from makegood.faces.api import loading
from makegood.faces.api.intake import KINDS
from makegood.faces.api.loading import import_rows
from makegood.importing import RowKind, import_files
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import CarrierHearing, Scan
from tests import worlds

app = typer.Typer()
app.command("import")(import_files)


def rows_in(folder, name, *rows):
    path = folder / name
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def person(number: int, **more):
    return {"id": f"c{number}", "name": f"Customer {number}", **more}


def taken(kind, *files):
    return import_rows(kind, files)


@pytest.fixture
def run(db, monkeypatch):
    """The command, on the test's own database."""
    monkeypatch.setattr("makegood.importing.connected", nullcontext)
    monkeypatch.setattr("makegood.opening.bring_up_to_date", lambda: None)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_the_command_knows_every_kind():
    assert {kind.value for kind in RowKind} == set(KINDS)


def test_twice_is_once(run, tmp_path):
    files = [rows_in(tmp_path, "a.jsonl", person(1), person(2)), rows_in(tmp_path, "b.jsonl", person(3))]
    first = run("customers", *files)
    assert (first.exit_code, first.output) == (0, "3 rows of customers: 3 new, 0 changed, 0 same\n")
    second = run("customers", *files)
    assert second.output == "3 rows of customers: 0 new, 0 changed, 3 same; nothing changed\n"
    told = json.loads(run("customers", "--json", files[0]).output)
    assert told == {
        "kind": "customers",
        "rows": 2,
        "loaded": True,
        "new": 0,
        "changed": 0,
        "same": 2,
        "error_count": 0,
        "errors": [],
    }


def test_bad_rows_are_named_and_nothing_is_loaded(run, tmp_path):
    good = rows_in(tmp_path, "good.jsonl", person(1))
    bad = rows_in(tmp_path, "bad.jsonl", person(2), person(3, zone="Nowhere"), "{", person(4, nickname="Four"))
    result = run("customers", good, bad, tmp_path / "missing.jsonl")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0] == f"{bad}:2: zone: 'Nowhere' is no IANA time zone; write it as in Europe/Paris"
    assert lines[1].startswith(f"{bad}:3: it is not JSON: ")
    assert lines[2] == f"{bad}:4: nickname: there is no such field"
    assert lines[3:] == [f"{tmp_path}/missing.jsonl: there is no such file", "4 to put right; nothing was loaded"]
    assert not Customer.objects.exists()


def test_what_only_the_database_knows_is_named_by_its_line_too(db, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    worlds.open_shop()
    worlds.customer()
    orders = [worlds.order_record(str(number)).model_dump(mode="json") for number in range(5)]
    orders[1]["customer"] = orders[4]["customer"] = "nobody"
    file = rows_in(tmp_path, "orders.jsonl", *orders)
    report = taken("orders", file)
    assert [(error.line, error.field) for error in report.errors] == [(2, "customer"), (5, "customer")]
    assert report.as_plain()["loaded"] is False
    assert not Order.objects.exists()


EVENTS = [{"eventType": "ACCEPTED", "eventCode": "03", "GMTTimestamp": "2026-10-05T18:00:00Z"}]


def pushed():
    """What the carrier says of a shipped parcel."""
    worlds.open_shop()
    worlds.customer()
    return {"trackingNumber": worlds.shipped().number, "trackingEvents": EVENTS}


def test_scans_are_read_as_the_carrier_writes_them(db, tmp_path):
    body = pushed()
    CarrierHearing.objects.all().delete()
    clock.freeze(worlds.MONDAY + worlds.DAY)
    file = rows_in(tmp_path, "scans.jsonl", {"carrier": "usps", "body": body})
    assert taken("scans", file).counts == {"new": 1, "same": 0, "unmatched": 0}
    assert taken("scans", file).in_words() == "1 rows of scans: 0 new, 1 same, 0 unmatched; nothing changed"
    # A file tells up to its newest scan, and nothing of what follows.
    assert CarrierHearing.objects.get(carrier="usps").heard_until == datetime(2026, 10, 5, 18, tzinfo=UTC)
    bad = rows_in(tmp_path, "bad.jsonl", {"carrier": "usps", "body": body | {"trackingEvents": [*EVENTS, 7]}})
    assert [str(error) for error in taken("scans", bad).errors] == [
        f"{bad}:1: body.1.trackingEvents: an entry is not an object"
    ]


def test_all_that_is_wrong_is_told_at_once_whoever_finds_it_and_all_is_undone(db, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    worlds.open_shop()
    worlds.customer()
    orders = [worlds.order_record(str(number)).model_dump(mode="json") for number in range(6)]
    orders[4] |= {
        "parcels": [worlds.parcel_record("P4", {"BIRDS": 1}, place="nowhere", label_at="2026-10-05T09:00:00Z")]
    }
    orders[5]["customer"] = "nobody"
    file = rows_in(tmp_path, "orders.jsonl", *orders[:3], "{", *orders[4:])
    told = {(error.line, error.field) for error in taken("orders", file).errors}
    assert told == {(4, ""), (5, "parcels.0.place"), (6, "customer")}
    assert not Order.objects.exists()


def test_what_can_not_have_happened_yet_and_a_day_before_the_order_are_refused(db, tmp_path):
    worlds.open_shop()
    worlds.customer()
    ahead = worlds.order_record("1", placed_at=worlds.MONDAY + 2 * worlds.DAY).model_dump(mode="json")
    there = worlds.order_record("2").model_dump(mode="json")
    box = worlds.parcel_record("P2", {"BIRDS": 1}, label_at="2026-10-05T09:00:00Z")
    there["parcels"] = [box | {"delivered_at": "2026-10-09T09:00:00Z"}]
    before = worlds.order_record("3").model_dump(mode="json") | {"deliver_by_date": "2026-10-03"}
    errors = taken("orders", rows_in(tmp_path, "orders.jsonl", ahead, there, before)).errors
    assert {(error.line, error.field) for error in errors} == {
        (1, "placed_at"),
        (2, "parcels.0.delivered_at"),
        (3, "deliver_by_date"),
    }
    assert "it lies before 2026-10-04, when the order was placed" in str(errors)


def test_a_file_of_another_kind_is_refused_once(db, tmp_path):
    file = rows_in(tmp_path, "orders.jsonl", *(person(number) for number in range(3)))
    (error,) = taken("orders", file).errors
    assert (error.line, error.reason) == (0, "its rows are customers by their fields, and not orders")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("currency", "eur", "'eur' is no current code of ISO 4217; write it as in EUR"),
        ("deliver_by_date", "03.12.2026", "'03.12.2026' is no date and no time of ISO 8601"),
        ("placed_at", "29.11.2026 10:00", "'29.11.2026 10:00' is no date and no time of ISO 8601"),
        ("postage_minor", "4,90", "'4,90' is no whole number of minor units; write 49.00 as 4900"),
        ("postage_minor", 4.9, "'4.9' is no whole number of minor units; write 49.00 as 4900"),
    ],
)
def test_a_field_says_how_it_is_written(db, tmp_path, field, value, reason):
    row = worlds.order_record("1").model_dump(mode="json") | {field: value}
    (error,) = taken("orders", rows_in(tmp_path, "orders.jsonl", row)).errors
    assert (error.field, error.reason[: len(reason)]) == (field, reason)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("language", "de", "which of en, fr and es"), ("phone", "030 123", "write it as in +4930123456")],
)
def test_a_customers_field_says_how_it_is_written(db, tmp_path, field, value, words):
    (error,) = taken("customers", rows_in(tmp_path, "customers.jsonl", person(1) | {field: value})).errors
    assert error.field == field
    assert words in error.reason


def test_only_the_first_errors_are_listed(db, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "SHOWN", 3)
    file = rows_in(tmp_path, "bad.jsonl", *["{"] * 10)
    words = taken("customers", file).in_words().splitlines()
    assert words[-2:] == ["… and 7 more", "10 to put right; nothing was loaded"]


@pytest.mark.slow
def test_memory_stays_flat(db, tmp_path):
    """Twenty times the rows, and not twice the memory."""
    few = rows_in(tmp_path, "few.jsonl", *(person(number) for number in range(2_000)))
    many = rows_in(tmp_path, "many.jsonl", *(person(number) for number in range(40_000)))
    taken("customers", few)
    peaks = []
    for file in (few, many):
        tracemalloc.start()
        assert taken("customers", file).error_count == 0
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


def test_a_stream_with_a_bad_line_is_not_taken_in(db, tmp_path):
    file = rows_in(tmp_path, "scans.jsonl", {"carrier": "usps", "body": pushed()}, "{")
    report = taken("scans", file)
    assert [(error.line, error.field) for error in report.errors] == [(2, "")]
    assert report.as_plain()["loaded"] is False
    assert not Scan.objects.exists()


def test_orders_placed_before_a_day_come_in_as_history(run, tmp_path):
    worlds.open_shop()
    worlds.customer()
    records = [worlds.order_record(f"{n}00", placed_at=worlds.MONDAY - n * worlds.DAY) for n in (1, 3)]
    file = rows_in(tmp_path, "orders.jsonl", *(record.model_dump_json() for record in records))
    assert run("customers", file, "--history-before", "2026-10-04").exit_code == 2
    assert run("orders", file, "--history-before", "soon").exit_code == 2
    answer = run("orders", file, "--history-before", "2026-10-04")
    assert answer.exit_code == 0, answer.output
    assert list(Order.objects.order_by("id").values_list("history_since", flat=True)) == [None, worlds.MONDAY]
