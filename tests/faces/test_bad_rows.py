"""A row that no door would take today, stored long ago or by other hands, breaks no page and no list."""

import pytest
from django.db import connection
from django.test import Client

from makegood.customers.links import Purpose, sign_in_token
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests.everything import open_everything
from tests.routes import operations, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BAD = {
    "a currency": ["UPDATE makegood_order SET currency = 'ZZZ' WHERE reference = '200'"],
    "a country": ["UPDATE makegood_delivery SET country = 'ZZ'"],
    "a day": ["UPDATE makegood_delivery SET by_date = '9999-12-31'"],
    "the first day": ["UPDATE makegood_delivery SET by_date = '0001-01-01'"],
    "an instant": ["UPDATE makegood_promise SET due_at = '9999-12-31T23:59:59Z'"],
    "the first instant": ["UPDATE makegood_order SET placed_at = '0001-01-01T00:00:00Z'"],
    "a birthday": ["UPDATE makegood_customer SET since_date = '0001-01-01'"],
    "a language": ["UPDATE makegood_customer SET language = 'tlh'"],
    "a service's currency": ["UPDATE makegood_service SET currency = 'ZZZ'"],
    "a place": ["UPDATE makegood_place SET country = 'ZZ'"],
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_one_bad_row_breaks_nothing_that_is_only_read(what, settings):
    shop = open_everything()
    settings.API_CALLS_A_MINUTE = 0
    with connection.cursor() as cursor:
        for statement in BAD[what]:
            cursor.execute(statement)
    browser = Client(raise_request_exception=False)
    browser.force_login(shop.lena)
    _, secret = issue_token(name="reads", scopes=list(Scope))
    program = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
    broken = set()
    for who, reference in ((shop.ada, "100"), (shop.bob, "200"), (shop.bob, "300")):
        browser.get(f"/enter/{sign_in_token(who, purpose=Purpose.LETTER)}")
        for route in pages():
            if route.pattern.startswith("inlets/") or route.pattern == "desk/events":
                continue
            address = route.at({**shop.gaps, "reference": reference, "token": "x"})
            if browser.get(address, headers={"host": "127.0.0.1:8000"}).status_code >= 500:
                broken.add(address)
    for operation in operations():
        if operation.method == "GET":
            reference = "bob" if "customers" in operation.pattern else "200"
            address = operation.at({**shop.gaps, "reference": reference})
            if program.get(address).status_code >= 500:
                broken.add(address)
    assert not broken, "\n".join(sorted(broken))
