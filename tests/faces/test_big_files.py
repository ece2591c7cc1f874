"""Files and batches that grow: four times as much takes about four times as long, where the square takes sixteen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from makegood.faces import pick_csv
from makegood.faces.api.loading import import_rows
from makegood.faces.desk.picking import MOST_LINES
from makegood.kit import clock
from makegood.kit.json_lines import UnreadableFile
from makegood.kit.tables import rows_of
from makegood.parcels.queries import pick_list
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.growth import grows_no_more_than
from tests.queries import queries_of

HEAD = "dispatch,carrier,number\n"
TABLES = {
    "rows": lambda n: HEAD + "D1,usps,9400100000000000000013\n" * n,
    "cells that nobody named": lambda n: HEAD + "a,b,c,d,e\n" * n,
    "empty lines": lambda n: HEAD + "\n" * (10 * n),
    "a quote that never ends": lambda n: HEAD + '"' + "a,b\n" * (9 * n),
    "quotes": lambda n: HEAD + '""""""' * (9 * n),
    "quoted lines": lambda n: HEAD + '"a\n' * (9 * n),
    "columns": lambda n: "a," * (9 * n) + "\n" + "b," * (9 * n),
    "columns and rows": lambda n: "a," * (9 * n) + "\n" + "b\n" * (9 * n),
    "one line": lambda n: "a" * (99 * n),
    "quotes in the head": lambda n: '"' * (99 * n),
    "a long cell": lambda n: HEAD + "D1,usps," + "9" * (99 * n),
}  # fmt: skip


def about_linear(run: Callable[[Any], object], small: Any, large: Any) -> bool:
    """Whether what is four times as large takes well under sixteen times as long."""
    return grows_no_more_than(7, small=lambda: run(small), large=lambda: run(large), more=0.03)


def read(table: str) -> None:
    try:
        assert list(rows_of(table.splitlines(keepends=True))) is not None
    except UnreadableFile as refused:
        assert str(refused)  # noqa: PT017  refusing is an answer too; only its time counts


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_a_table_is_read_in_proportion(make):
    assert about_linear(read, make(1_000), make(4_000))


def test_a_head_that_is_no_head_is_said():
    with pytest.raises(UnreadableFile, match="first line names no columns"):
        list(rows_of(["a" * 200_000]))


@pytest.fixture
def shop(db, settings) -> None:
    settings.API_CALLS_A_MINUTE = 0
    worlds.open_shop(stock={"BIRDS": 5_000})
    worlds.customer()


def undone(call: Callable[[], Any]) -> Any:
    with transaction.atomic():
        answer = call()
        transaction.set_rollback(True)
    return answer


@pytest.fixture
def desk(shop) -> Client:
    browser = Client()
    browser.force_login(worlds.helper())
    return browser


def uploaded(desk: Client, table: str) -> Any:
    return desk.post("/desk/pick-list/announcements", {"file": SimpleUploadedFile("sent.csv", table.encode())})


@pytest.mark.slow
def test_a_pick_list_that_comes_back_is_taken_in_proportion(desk):
    lines = [f"D{number},usps,{worlds.number_of(number)}\n" for number in range(1, 401)]

    def send(count: int) -> int:
        answer = undone(lambda: uploaded(desk, HEAD + "".join(lines[:count])))
        assert answer.content.decode().count("no dispatch") == count
        return count

    assert queries_of(lambda: send(400)) <= 4 * queries_of(lambda: send(100))
    assert about_linear(send, 100, 400)


def test_of_a_file_with_too_many_lines_nothing_is_taken(desk):
    answer = uploaded(desk, HEAD + "D1,usps,1\n" * (MOST_LINES + 1))
    assert (answer.status_code, "It has more than 2,000 lines" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("table", ["a" * 200_000, HEAD + "\0", '"' * 999, "\udcff", HEAD + "=1,=2,=3\n"])
def test_whatever_is_uploaded_is_answered(desk, table):
    raw = table.encode("utf-8", "surrogateescape")
    answer = desk.post("/desk/pick-list/announcements", {"file": SimpleUploadedFile("sent.csv", raw)})
    assert answer.status_code in {200, 422}


def order(number: int, **more: Any) -> dict[str, Any]:
    return {**worlds.order_record(reference=str(number)).model_dump(mode="json"), **more}


@pytest.mark.slow
def test_a_batch_of_orders_is_taken_in_proportion(shop):
    _, secret = issue_token(name="shop", scopes=list(Scope))
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    sound = [order(number) for number in range(1_000, 1_200)]
    bad = [each if index % 2 else {**each, "customer": "nobody"} for index, each in enumerate(sound)]

    def put(rows: list[dict[str, Any]]) -> None:
        answer = undone(
            lambda: program.put("/v1/orders?partial=true", json.dumps(rows), content_type="application/json")
        )
        assert (answer.status_code, len(answer.json()["rows"])) == (200, len(rows))

    assert about_linear(put, sound[:50], sound)
    assert about_linear(put, bad[:50], bad)


@pytest.mark.slow
def test_a_file_of_orders_is_imported_in_proportion(shop, tmp_path):
    for count in (100, 400):
        lines = [json.dumps(order(number)) for number in range(1_000, 1_000 + count)]
        (tmp_path / f"{count}.jsonl").write_text("\n".join(lines))
        (tmp_path / f"bad-{count}.jsonl").write_text("\n".join([*lines, "{" * 99]))

    def load(name: str) -> None:
        report = undone(lambda: import_rows("orders", [tmp_path / f"{name}.jsonl"]))
        assert bool(report.error_count) is name.startswith("bad")

    assert about_linear(load, "100", "400")
    assert about_linear(load, "bad-100", "bad-400")


@pytest.mark.slow
def test_a_pick_list_is_written_in_proportion(shop, monkeypatch):
    lost = worlds.lost()
    grant_remedy(order_id=lost.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=worlds.LEAD, now=clock.now())
    (dispatch,) = pick_list()

    def write(count: int) -> None:
        monkeypatch.setattr(pick_csv, "pick_list", lambda **_bounds: [dispatch] * count)
        assert pick_csv.pick_csv(dispatch.place).content.count(b"\n") == count + 1

    assert about_linear(write, 500, 2_000)
