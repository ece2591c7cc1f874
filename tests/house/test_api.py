"""Whatever is added to the API is limited, repeatable and comparable: read off its own document."""

from typing import Any

import pytest
from ninja.operation import Operation

from makegood.faces.api.api import api
from makegood.faces.api.document import document
from makegood.faces.api.repeats import HEADER, WRITES
from makegood.faces.api.versions import edited_row, read_of
from makegood.staff.models import Helper

# Writes that edit nothing that stands at an address of its own, and why: all of them only add.
ADDS = {
    "POST /v1/contact": "words from nobody we know",
    "POST /v1/dispatch-notices/{notice}/retry": "a place is told again; one that was accepted can't be",
    "POST /v1/grants/{grant}/undoing": "what has left meanwhile is refused",
    "POST /v1/messages": "a customer's words",
    "POST /v1/scans": "what carriers said",
    "POST /v1/sweep": "what is due",
    "POST /v1/tokens": "a new token",
    "PUT /v1/announcements": "what left",
    "PUT /v1/announcements/{reference}": "what left; said otherwise is refused",
    **{f"PUT /v1/{kind}": "many rows at once; each has an address of its own" for kind in
       ("customers", "orders", "places", "postage-rates", "products", "services", "staff", "stock")},
    "PUT /v1/receipts": "money that came in; said otherwise is refused",
    "PUT /v1/tenders": "many rows at once, each by a number of its customer's own",
}  # fmt: skip


def described() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {address}": operation
        for address, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def headers(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation["parameters"] if each["in"] == "header"}


def bound() -> list[Operation]:
    return [
        operation
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    ]


def writes() -> dict[str, dict[str, Any]]:
    return {name: operation for name, operation in described().items() if name.split()[0] in WRITES}


def test_every_write_can_be_repeated() -> None:
    assert [name for name, operation in writes().items() if HEADER not in headers(operation)] == []


def test_every_write_of_what_stands_takes_if_match() -> None:
    assert {name for name, operation in writes().items() if "If-Match" not in headers(operation)} == set(ADDS)


def test_every_read_has_an_etag() -> None:
    reads = {name: operation for name, operation in described().items() if name.startswith("GET ")}
    assert [name for name, each in reads.items() if "ETag" not in each["responses"]["200"]["headers"]] == []
    assert [name for name, each in reads.items() if "304" not in each["responses"]] == []


def test_whatever_is_edited_says_which_row_its_editors_lock() -> None:
    """Where this fails, put `@edited_row(Model, field="part_of_the_address")` on the function that reads it."""
    edited = [
        read for operation in bound() if not WRITES.isdisjoint(operation.methods) and (read := read_of(operation))
    ]
    assert [read.path for read in edited if not hasattr(read.view_func, "edited_row")] == []


def test_every_answer_tells_what_is_left() -> None:
    told = [
        answer["headers"].keys() for operation in described().values() for answer in operation["responses"].values()
    ]
    assert all({"RateLimit", "RateLimit-Policy"} <= headers for headers in told)


@pytest.mark.parametrize("fields", [{}, {"reference": "helper"}])
def test_a_mark_is_seen(fields: dict[str, str]) -> None:
    marked = edited_row(Helper, **fields)(lambda: None)
    assert (marked.edited_row.model, marked.edited_row.fields) == (Helper, fields)  # type: ignore[attr-defined]
