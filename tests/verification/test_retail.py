"""A shop that nobody here made up: a sample of its requests and of sequences by chance. All: docs/policy.md."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from makegood.staging import ProductStage
from verification.retail.alike import Pair
from verification.retail.carrying_out import Shop, carry_out_all, users_of
from verification.retail.comparing import compare, differences, in_cents, unlike
from verification.retail.files import Files, Row, read_tasks, without_answers
from verification.retail.product import POLICY
from verification.retail.reference import Reference, Refused
from verification.retail.sequences import Sequences, numbered, varied
from verification.retail.state import difference

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "retail"
EVERY = 40
SEQUENCES = 25
# So many of its customers are enough for them.
CUSTOMERS = 25


@pytest.fixture(scope="module")
def files():
    if not SOURCE.is_dir():
        pytest.skip(f"{SOURCE} is not here: the retail benchmark's files are not part of this repository")
    return Files.read(SOURCE)


@pytest.fixture(scope="module")
def tasks(files):
    return read_tasks(SOURCE / "requests.jsonl")


@pytest.fixture
def stage(db, settings):
    settings.POLICY = str(POLICY)
    with closing(ProductStage()) as stage:
        yield stage


@pytest.mark.slow
def test_requests_end_as_they_are_to(stage, files, tasks, capsys):
    some = tasks[::EVERY]
    assert len(some) == 13
    shop = Shop(stage, files)
    shop.load_catalogue()
    results = list(carry_out_all(shop, without_answers(some)))
    missing = compare(some, json.loads(json.dumps(results)))
    assert (missing, capsys.readouterr().out) == (0, "13 of 13\n")


@pytest.mark.slow
def test_calls_by_chance_end_as_the_rules_say(stage, files):
    users = dict(list(files.users.items())[:CUSTOMERS])
    orders = {order["order_id"]: order for order in files.orders_of(users)}
    some = varied(Files(users=users, products=files.products, orders=orders), seed=1)
    pair = Pair(Shop(stage, some))
    found = {
        number: faults
        for number, user, calls in numbered(Sequences(some, seed=1), range(1, SEQUENCES + 1))
        if (faults := pair.faults_of(user, calls))
    }
    assert found == {}
    carried_out = Counter(name for (name, was_done), count in pair.calls.items() if was_done for _ in range(count))
    refused = Counter(name for (name, was_done), count in pair.calls.items() if not was_done for _ in range(count))
    assert min(sum(carried_out.values()), sum(refused.values())) > SEQUENCES


def test_the_reference_ends_every_request_as_it_is_to(files, tasks):
    ended = {}
    for task in tasks:
        reference = Reference(files, users_of(task, files))
        before = json.loads(json.dumps(reference.state()))
        refused = []
        for call in task["calls"]:
            try:
                reference.carry_out(call)
            except Refused:
                refused.append(call["name"])
        wanted = in_cents(task["changes"])
        found = [*unlike(wanted, difference(before, reference.state()), "")]
        if found or refused != [name for name, *_ in task["refused"]]:
            ended[task["id"]] = found or refused
    assert ended == {}


TASK: Row = {
    "id": "one",
    "calls": [],
    "refused": [["modify_pending_order_payment", "Error: insufficient gift card balance to pay for the order"]],
    "changes": {"orders": {"#W1": {"status": "cancelled", "payment_history": [{"amount": 66.9}]}}, "users": {}},
}
RESULT: Row = {
    "id": "one",
    "refused": [{"name": "modify_pending_order_payment", "reason": "no", "rules": ["gift-card-covers-order"]}],
    "changes": TASK["changes"],
}


def with_changes(**orders):
    return RESULT | {"changes": {"orders": orders, "users": {}}}


def test_what_ended_as_it_was_to_differs_in_nothing():
    assert differences(TASK, RESULT) == []


CANCELLED = TASK["changes"]["orders"]["#W1"]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (None, "it was not carried out"),
        ({"id": "one", "failed": "GET /v1: 500"}, "it could not be carried out: GET /v1: 500"),
        (with_changes(), 'orders.#W1: to be {"status": "cancelled", "payment_history": [{"amount": 6690}]}'),
        (with_changes(**{"#W1": CANCELLED | {"status": "pending"}}), 'orders.#W1.status: to be "cancelled"'),
        (with_changes(**{"#W1": CANCELLED | {"payment_history": [{"amount": 66.91}]}}), "orders.#W1.payment_history"),
        (with_changes(**{"#W1": CANCELLED | {"cancel_reason": ""}}), 'orders.#W1.cancel_reason: to stay, and is ""'),
        (with_changes(**{"#W1": CANCELLED, "#W2": {"status": "cancelled"}}), "orders.#W2: to stay"),
        (RESULT | {"refused": []}, "refused: to be [['modify_pending_order_payment'"),
        (RESULT | {"refused": [RESULT["refused"][0] | {"rules": ["another-tender"]}]}, "for ['another-tender']"),
    ],
)
def test_what_ended_otherwise_is_told(result, said):
    (line,) = differences(TASK, result)
    assert said in line


def test_who_carries_out_is_not_shown_the_end():
    assert without_answers([TASK]) == [{"id": "one", "calls": []}]
