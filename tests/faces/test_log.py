"""The log of a run in which every address fails, however it is asked: it says where, and nothing of whom.

Each request carries whatever the shop knows of somebody, and the database fails under it with all of that in its words.
"""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from makegood.catalog.models import Place
from makegood.channels.addresses import reply_address
from makegood.customers.links import Purpose, sign_in_token
from makegood.faces.api.document import document
from makegood.logging import quieten
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests.everything import Everything, open_everything
from tests.faces.test_hostile_values import HOST, body_of, told
from tests.routes import operations, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PASSWORD = "correct horse battery"
# What PostgreSQL, psycopg, Python and pydantic write of a value that they can't take.
WORDS = (
    'duplicate key value violates unique constraint "x"\nDETAIL:  Key (name)=({0}) already exists.',
    'invalid input syntax for type integer: "{0}"\nCONTEXT:  COPY makegood_arrived, line 1, column name: "{0}"',
    'null value in column "x"\nDETAIL:  Failing row contains (7, {0}, en, UTC, 2020-03-14).',
    "no such thing: {0!r}",
    "1 validation error\nname\n  Value error [type=value_error, input_value={0!r}, input_type=str]",
    "{{'name': {0!r}}}",
)


@pytest.fixture
def shop(settings) -> Everything:
    settings.MOVABLE_CLOCK = settings.DEMO = True
    settings.API_CALLS_A_MINUTE = settings.API_STRANGERS_CALLS_A_MINUTE = 0
    return open_everything()


class Failing:
    """Lets so many statements through, and fails at the next with one of `values` in its words."""

    def __init__(self, values: list[str]) -> None:
        self.values, self.turns, self.left = values, count(), 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.left == 0 and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            turn = next(self.turns)
            self.left = -1
            value = self.values[turn % len(self.values)]
            raise OperationalError(WORDS[turn // len(self.values) % len(WORDS)].format(value))
        self.left -= 1
        return execute(sql, params, many, context)


def requests(shop: Everything, values: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every address, each with what is known of somebody in its gaps, its query, its headers, its body and its form."""
    for place, operation in enumerate(operations()):
        value = values[place % len(values)]
        body = json.dumps(body_of(operation) or {"name": value})
        yield operation.method, operation.at(told(shop, operation)), {"data": body, "content_type": "application/json"}
        gaps = {**told(shop, operation), **dict.fromkeys(["reference", "sku", "place"], value)}
        address = f"{operation.at(gaps)}?{urlencode({'q': value, 'customer': value, 'order': value})}"
        headers = {"Idempotency-Key": quote(value), "Acting-For": f"customer:{quote(value)}"}
        yield operation.method, address, {"data": body, "content_type": "application/json", "headers": headers}
    for place, route in enumerate(pages()):
        if route.pattern == "desk/events":
            continue
        value = values[place % len(values)]
        gaps = {**shop.gaps, "reference": "100", "token": quote(value, safe=""), "source": "usps"}
        address = f"{route.at(gaps)}?{urlencode({'q': value, 'to': value, 'next': value})}"
        yield "GET", address, {"headers": HOST}
        form = urlencode(dict.fromkeys(["email", "name", "body", "password", "lines", "note", "reason"], value))
        yield "POST", address, {"data": form, "content_type": "application/x-www-form-urlencoded", "headers": HOST}


def test_it_holds_no_secret_no_address_and_no_name(shop, capfd):
    document()
    _, token = issue_token(name="anybody", scopes=list(Scope))
    secret = Place.objects.exclude(dispatch_secret="").values_list("dispatch_secret", flat=True)[0]
    link = sign_in_token(shop.ada, purpose=Purpose.LETTER)
    answers_to = reply_address(customer_id=shop.ada.pk, case_number=shop.case.pk)
    values = ["Ada Marsh", "ada@marsh.example", "12 Orchard Street", PASSWORD, token, f"/enter/{link}", answers_to]
    browser = Client(raise_request_exception=False)
    browser.force_login(shop.lena)
    browser.get(f"/enter/{link}")
    session = browser.cookies["sessionid"].value
    program = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    failing = Failing(values)
    quieten()
    capfd.readouterr()
    faults = 0
    for turn, (method, address, more) in enumerate(requests(shop, values)):
        client = program if address.startswith(("/v1/", "/inlets/")) else browser
        for let_through in (turn % 3, 3 + turn % 4):
            failing.left = let_through
            with transaction.atomic():
                with connection.execute_wrapper(failing):
                    faults += client.generic(method, address, **more).status_code >= 500
                transaction.set_rollback(True)
    log = capfd.readouterr().err
    assert faults > 200
    assert log.count("Traceback") > 200
    hidden = {
        *values, link, secret, "Marsh", "ada@", "Orchard", "horse battery", "bob@marsh.example", "lena@shop.example",
        session, quote("Ada Marsh"), quote("12 Orchard Street"),
    }  # fmt: skip
    found = {each: next(line for line in log.splitlines() if each in line) for each in hidden if each in log}
    assert not found, "\n".join(f"{each!r}: {line[:300]}" for each, line in found.items())
