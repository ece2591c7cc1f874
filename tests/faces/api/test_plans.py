"""Every list finds its page by an index, however many orders, parcels, scans and facts there are."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from makegood.bench import scans as bench
from makegood.bench.histories import number_of
from makegood.customers.models import Customer
from makegood.kit import sql
from tests import worlds
from tests.faces.api.test_costs import LISTS

PARCELS = 20_000
GROWN = {
    f"makegood_{name}"
    for name in ("customer", "promise", "order", "delivery", "parcel", "statusestimate", "scan", "fact", "case")
}
# So many rows may be read or sorted for a page of 50, its joins and what belongs to it.
PLENTY = 3000

FILL = """
INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)
SELECT id, customer_id, 'A' || n, 'moved', label_at + n * interval '1 hour', '', '', %(now)s
FROM makegood_parcel, generate_series(1, 3) AS n;
INSERT INTO makegood_fact (kind, version, customer_id, ordering_key, happened_at, content)
SELECT 'ParcelLabelled', 1, customer_id, 'parcel:' || id, label_at, jsonb_build_object('customer_id', customer_id,
    'parcel_id', id, 'order_id', id, 'label_at', label_at, 'is_replacement', false) FROM makegood_parcel;
INSERT INTO makegood_case (customer_id, case_type, state, subject, attention, origin, opened_at, closed_at)
SELECT id, 'delivery', 'closed', '', 'none', 'noticed', %(now)s, %(now)s FROM makegood_customer;
UPDATE makegood_statusestimate SET verdict = 'lost' WHERE parcel_id %% 40 = 0;
UPDATE makegood_promise SET at_risk_since = %(now)s WHERE id %% 40 = 0;
ANALYZE
"""


@pytest.fixture
def grown(shop: None) -> None:
    """A shop that has lived: set-based, since only the numbers count."""
    customers = PARCELS // 2 + 1
    Customer.objects.bulk_create([Customer(id=n, reference=f"c{n}", name="Ann") for n in range(1, customers + 1)])
    sql.run(sql.load(bench.HERE, "fill_parcels"), customers=customers, parcels=PARCELS, now=bench.NOW)
    sql.run(FILL, now=bench.NOW)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def planned(statement: str) -> Iterator[dict[str, Any]]:
    """Everything that PostgreSQL would do for a statement."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
        (found,) = cursor.fetchone()
    return nodes((found if isinstance(found, list) else json.loads(found))[0]["Plan"])


def dear(statement: str) -> list[str]:
    """What a statement does with all rows of a table that grows."""
    return [
        f"{node['Node Type']} on {node.get('Relation Name', 'rows')}: {node['Plan Rows']}"
        for node in planned(statement)
        if (node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWN)
        or (node["Node Type"] in {"Sort", "Incremental Sort"} and node["Plan Rows"] > PLENTY)
    ]


def statements_of(client_get: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        client_get()
    return [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "WITH"))]


def dear_queries(client_get: Any) -> list[tuple[list[str], str]]:
    return [(found, statement[:2000]) for statement in statements_of(client_get) if (found := dear(statement))]


NARROWED = (
    "/parcels?in_danger=true",
    "/parcels?verdict=lost",
    "/parcels?customer=c7",
    "/parcels?order=O7",
    f"/parcels?number={number_of(7)}",
    "/promises?customer=c7",
    "/orders?customer=c7",
    "/cases?customer=c7",
)


@pytest.mark.slow
@pytest.mark.usefixtures("grown")
def test_every_list_of_the_api_finds_its_pages_by_an_index(program):
    found = {}
    # What is being asked of carriers is counted afresh, and bounded by how long a parcel is asked after.
    for path in ({*LISTS} - {"/carriers"}) | {*NARROWED}:
        then = "&" if "?" in path else "?"
        first = program.get(path)
        found[path] = dear_queries(lambda path=path: program.get(path))
        if first.get("next"):
            following = f"{path}{then}cursor={first['next']}"
            found[following] = dear_queries(lambda path=following: program.get(path))
    assert {path: each for path, each in found.items() if each} == {}
    assert len(found) > len(LISTS) + len(NARROWED)


@pytest.mark.slow
@pytest.mark.usefixtures("grown")
def test_parcels_in_danger_are_found_by_an_index_of_their_own(program):
    for path in ("/parcels?in_danger=true", "/parcels?verdict=lost"):
        first = program.get(path)
        for page in (path, f"{path}&cursor={first['next']}"):
            statements = statements_of(lambda page=page: program.get(page))
            indexes = {node.get("Index Name") for statement in statements for node in planned(statement)}
            assert "estimate_in_danger" in indexes, page
    following = program.get(f"/parcels?in_danger=true&cursor={first['next']}")
    labels = [parcel["label_at"] for parcel in first["items"] + following["items"]]
    assert labels == sorted(labels)
    assert len(labels) == len({parcel["id"] for parcel in first["items"] + following["items"]}) == 100


SCREENS = (
    "/desk/",
    "/desk/inbox",
    "/desk/parcels",
    "/desk/refunds",
    "/desk/disputes",
    "/desk/pick-list",
    "/desk/messages",
    "/desk/stuck-work",
    "/desk/unmatched",
    "/desk/unmatched-money",
)


@pytest.mark.slow
@pytest.mark.usefixtures("grown")
def test_every_list_of_the_desk_finds_its_rows_by_an_index(client):
    worlds.helper()
    client.post("/desk/sign-in", {"email": "maya@shop.example", "password": "correct horse battery"})
    screens = [*SCREENS]
    assert {path: client.get(path).status_code for path in screens} == dict.fromkeys(screens, 200)
    found = {path: dear_queries(lambda path=path: client.get(path)) for path in screens}
    assert {path: each for path, each in found.items() if each} == {}
