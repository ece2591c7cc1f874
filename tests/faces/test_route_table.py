"""Every address, asked by nobody, the wrong customer, the wrong role and each scope; what is new fails here."""

import pytest
from django.test import Client

from makegood.customers.links import Purpose, sign_in_token
from makegood.customers.models import Customer
from makegood.staff.actions import issue_token
from makegood.staff.models import Helper
from makegood.staff.rules import Scope
from tests.everything import Everything, open_everything
from tests.faces.route_table import API, PAGES
from tests.routes import Operation, Route, operations, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OPERATIONS = {(each[0], each[1]): each[2:] for each in map(str.split, API.strip().splitlines())}
WHO = {each[0]: each[1] for each in map(str.split, PAGES.strip().splitlines())}
# Whose things stand at an address, by the word after /v1/.
ADAS = {"customers": "ada", "orders": "100", "parcels": "P100"}


@pytest.fixture
def shop(settings) -> Everything:
    settings.MOVABLE_CLOCK = settings.DEMO = True
    settings.API_CALLS_A_MINUTE = settings.API_STRANGERS_CALLS_A_MINUTE = 0
    return open_everything()


def key_of(operation: Operation) -> tuple[str, str]:
    return operation.method, operation.pattern.removeprefix("v1")


def asked(secret: str, operation: Operation, shop: Everything, **headers: str):
    client = Client(headers={"Authorization": f"Bearer {secret}", **headers} if secret else {})
    gaps = {**shop.gaps, "reference": ADAS.get(operation.pattern.split("/")[1], "900")}
    return client.generic(operation.method, operation.at(gaps), "{}", content_type="application/json")


def test_every_operation_stands_in_the_table_with_its_scope():
    there = {key_of(each): each.told["x-scope"] for each in operations()}
    assert {key: row[0] for key, row in OPERATIONS.items()} == there


def test_every_page_stands_in_the_table():
    assert list(WHO) == ["/" + each.pattern for each in pages()]


def test_nobody_and_no_other_scope_is_let_in_to_the_api(shop):
    secrets = {scope: issue_token(name=scope, scopes=[scope])[1] for scope in Scope}
    wrong = []
    for operation in operations():
        needed = OPERATIONS[key_of(operation)][0]
        told = {"nobody": asked("", operation, shop).status_code}
        told |= {scope.value: asked(secret, operation, shop).status_code for scope, secret in secrets.items()}
        let_in = {who for who, status in told.items() if status not in {401, 403}}
        if told["nobody"] != 401 or not let_in <= {needed} or 500 in told.values():
            wrong.append((str(operation), told))
    assert wrong == []


def test_a_customer_reaches_nothing_of_anybody_elses_over_the_api(shop):
    _, secret = issue_token(name="acts", scopes=list(Scope))
    wrong = []
    for operation in operations():
        # What can be paid back and what is to be sent is Bob's; all else that an address names is Ada's.
        who, other = ("ada", "bob") if {"refund", "dispatch"} & {*operation.gaps} else ("bob", "ada")
        answer = asked(secret, operation, shop, **{"Acting-For": f"customer:{who}"})
        is_own = OPERATIONS[key_of(operation)][1:] == ["own"]
        if not is_own and answer.status_code != 403:
            wrong.append((str(operation), answer.status_code))
        if is_own and (
            (operation.gaps and answer.status_code not in {404, 422, 428}) or f'"{other}"'.encode() in answer.content
        ):
            wrong.append((str(operation), answer.status_code, answer.content[:80]))
    assert wrong == []


def visits(route: Route, shop: Everything) -> str:
    return route.at({**shop.gaps, "reference": "100", "token": "x"})


def entered(customer: Customer) -> Client:
    """Somebody's browser, signed in as a customer."""
    browser = Client()
    customer.refresh_from_db()
    browser.get(f"/enter/{sign_in_token(customer, purpose=Purpose.LETTER)}")
    return browser


def signed_in(helper: Helper) -> Client:
    browser = Client()
    browser.force_login(helper)
    return browser


def test_pages_let_in_only_whom_they_are_for(shop):
    wrong = []
    for route in pages():
        who, address = WHO["/" + route.pattern], visits(route, shop)
        # The stream of the desk never ends for whoever is let in.
        if who == "anyone" or route.pattern == "desk/events":
            continue
        browsers = {"nobody": Client(), "bob": entered(shop.bob), "maya": signed_in(shop.maya)}
        for name, browser in browsers.items():
            told = {browser.get(address).status_code, browser.post(address, FORM).status_code}
            wrong += [(address, who, name, status) for status in told - MAY[who][name]]
    assert wrong == []


def test_the_stream_of_the_desk_is_for_helpers(shop):
    assert [each.get("/desk/events").status_code for each in (Client(), entered(shop.bob))] == [401, 401]


# Sound enough for a form to be looked at by whoever it is for.
FORM = {"standpoint": "helper", "remedy": "refund", "currency": "USD", "sum": "1"}
OUT = {302, 401, 405}
IN = {200, 302, 400, 404, 405, 409, 422}
NO = {401, 403, 404, 405}
# What each is told at an address, by whom the table says it is for; Ada's things are not there for Bob.
MAY = {
    "helper": {"nobody": OUT, "bob": OUT, "maya": IN},
    "lead": {"nobody": OUT, "bob": OUT, "maya": {403, 405}},
    "customer": {"nobody": OUT, "bob": IN, "maya": OUT},
    "proof": {"nobody": NO, "bob": NO, "maya": NO},
}


def test_the_wrong_customer_finds_no_order_of_anybody_elses(shop):
    for route in pages():
        if WHO["/" + route.pattern] == "customer":
            bob = entered(shop.bob)
            for answer in (bob.get(visits(route, shop)), bob.post(visits(route, shop))):
                assert answer.status_code in {404, 405} or not route.gaps, route
                assert b"Ada" not in answer.content, route
