"""What holds of every operation: who is let in, how problems are told, that pages go on to the end."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from makegood.faces.api.document import document
from makegood.faces.problems import MEDIA_TYPE
from makegood.faces.sweeping import SWEEPER
from makegood.kit import clock
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds

OPERATIONS = [
    (method.upper(), address, operation["x-scope"])
    for address, methods in document()["paths"].items()
    for method, operation in methods.items()
]


def concrete(address: str) -> str:
    """An address with something in its gaps."""
    return re.sub(r"{(\w+)}", "1", address)


@pytest.mark.parametrize(("method", "address", "scope"), OPERATIONS)
def test_nobody_gets_in_without_the_scope(shop, method, address, scope):
    assert scope
    plain = Client().generic(method, concrete(address), "{}", content_type="application/json")
    assert (plain.status_code, plain.headers["WWW-Authenticate"]) == (401, 'Bearer realm="makegood"')
    _, secret = issue_token(name="others", scopes=set(Scope) - {Scope(scope)})
    other = Client(headers={"Authorization": f"Bearer {secret}"})
    refused = other.generic(method, concrete(address), "{}", content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith(f"this needs the scope “{scope}”")
    assert {plain.headers["Content-Type"], refused.headers["Content-Type"]} == {MEDIA_TYPE}


def test_tokens_end(program):
    token = program.post("/tokens", {"name": "till", "scopes": ["read"]})
    client = Client(headers={"Authorization": f"Bearer {token['secret']}"})
    assert client.get("/v1/orders").status_code == 200
    assert program.items("/tokens")[-1]["last_used_at"] is not None
    assert "secret" not in program.items("/tokens")[-1]
    program.ask("DELETE", f"/tokens/{token['id']}", status=204)
    assert client.get("/v1/orders").status_code == 401
    _, secret = issue_token(name="old", scopes=[Scope.READ], expires_at=clock.system_now() - timedelta(seconds=1))
    assert Client(headers={"Authorization": f"bearer {secret}"}).get("/v1/orders").status_code == 401
    late = {"name": "late", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}
    program.post("/tokens", late, status=422)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "mg_nothing", "Bearer mg_nothing"])
def test_what_is_no_token(shop, header):
    assert Client(headers={"Authorization": header}).get("/v1/orders").status_code == 401


def test_addresses_and_methods_that_are_none(program):
    program.get("/nothing", status=404)
    program.get("/", status=404)
    program.get("/orders/nothing", status=404)
    program.get("/orders/%00", status=404)
    program.get("/cases/99999999999999999999999", status=404)
    program.ask("DELETE", "/orders", status=405)
    program.post("/openapi.json", {}, status=405)
    answer = program.client.delete("/v1/orders")
    assert answer.headers["Allow"] in {"GET, PUT", "PUT, GET"}


def test_what_is_wrong_is_named(program):
    problem = program.get("/orders?limit=0&cursor=x", status=422)
    assert problem["errors"] == [{"field": "limit", "reason": "Input should be greater than or equal to 1"}]
    assert program.get("/orders?cursor=x", status=422)["errors"][0]["field"] == "cursor"
    assert program.get("/promises?state=nope", status=422)["errors"][0]["field"] == "state"
    problem = program.post("/orders/1/remedies", {"remedy": "magic", "speed": 1}, status=422)
    assert [each["field"] for each in problem["errors"]] == ["remedy", "speed"]
    answer = program.client.post("/v1/contact", "{", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, MEDIA_TYPE)


def test_filters_by_nobody_find_nothing(program):
    for path in (
        "/orders?customer=x",
        "/dispatches?order=x",
        "/promises?order=x",
        "/messages?case=9",
        "/cases?order=x",
    ):
        assert program.get(path) == {"items": [], "next": None}


@pytest.mark.parametrize("path", ["/orders", "/parcels", "/promises", "/customers", "/facts"])
def test_pages_tell_everything_once(program, ada, path):
    for number in range(5):
        worlds.shipped(str(100 + number), serial=10 + number)
        worlds.customer(f"c{number}")
    whole = program.items(f"{path}?limit=200")
    seen, cursor = [], ""
    while cursor is not None:
        page = program.get(f"{path}?limit=2{cursor and f'&cursor={cursor}'}")
        seen += page["items"]
        cursor = page["next"]
    assert seen == whole
    assert len(whole) >= 5


def test_a_fault_of_ours_is_told_as_one(program, monkeypatch):
    monkeypatch.setattr(SWEEPER, "sweep", lambda: 1 / 0)
    assert program.post("/sweep", status=500)["detail"] == "it has been written down"


def test_the_document_and_its_page(client, db):
    assert client.get("/v1/openapi.json").json()["openapi"].startswith("3.1")
    page = client.get("/v1/docs").content.decode()
    assert "/v1/orders/{reference}/remedies" in page
    assert 'id="problem-already-made-good"' in page
    assert re.findall(r"""(?:src|href)=["']?(https?:|//)""", page) == []
    shapes = set(document()["components"]["schemas"])
    assert {"OrderRecord", "OrderNowOut", "Problem", "ScanRecord"} <= shapes
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', client.get("/v1/openapi.json").content.decode()))
    assert named <= shapes
