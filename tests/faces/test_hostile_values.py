"""No value, in whatever part of whatever request, finds a fault of ours."""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core import signing
from django.db import transaction
from django.test import Client
from django.urls import resolve

from makegood.channels.file_links import SALT as FILES
from makegood.customers.links import SALT as SIGN_IN
from makegood.customers.links import Purpose, sign_in_token
from makegood.faces.api.document import document
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests.everything import Everything, open_everything
from tests.hostile_values import PLAIN, TEXTS, sample, some, spoilt
from tests.routes import Operation, Route, operations, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCHEMAS = document()["components"]["schemas"]
HOST = {"host": "127.0.0.1:8000"}
NEW_ORDER = {
    "id": "900", "customer": "bob", "currency": "USD", "zone": "America/New_York", "country": "US", "sku": "BIRDS",
    "email": "x@y.example", "phone": "+12025550143", "line": "L1", "place": "reno", "service": "ground",
    "carrier": "usps", "number": "9400100000000000000013", "cancelled_at": None, "delivered_at": None,
    "version_at": None, "units": [{"line": "L1", "quantity": 1}], "helper": "maya", "url": "", "way": "page",
    "secret": None, "dispatch": None, "deliver_by_date": "2026-10-16", "password": "correct horse battery",
    "remedy": "send_again", "lines": [{"id": "L1", "sku": "BIRDS", "title": "Birds", "quantity": 2,
    "unit_price_minor": 10, "discount_minor": 0, "tax_minor": 0}],
}  # fmt: skip


@pytest.fixture
def shop(settings) -> Everything:
    settings.MOVABLE_CLOCK = settings.DEMO = True
    settings.API_CALLS_A_MINUTE = settings.API_STRANGERS_CALLS_A_MINUTE = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return open_everything()


@pytest.fixture
def client() -> Client:
    _, secret = issue_token(name="anybody", scopes=list(Scope))
    return Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)


def undone(client: Client, method: str, address: str, **more):
    """The answer to a request whose effects are taken back."""
    with transaction.atomic():
        answer = client.generic(method, address, **more)
        transaction.set_rollback(True)
    return answer


def told(shop: Everything, operation: Operation) -> dict[str, str]:
    names = {
        "customers": "ada",
        "orders": "100",
        "parcels": "P100",
        "staff": "maya",
        "places": "reno",
        "services": "ground",
    }
    kind = operation.pattern.split("/")[1]
    return {
        **shop.gaps,
        "carrier": "usps",
        "stop": "1",
        "reference": names.get(kind, "BIRDS" if kind == "products" else "900"),
    }


def spoilt_requests(shop: Everything, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is spoilt, and the request: each gap, parameter and header in turn."""
    gaps = told(shop, operation)
    for value in some(TEXTS):
        text = value.encode("utf-8", "surrogatepass")
        for gap in operation.gaps:
            spoiled = operation.at({**gaps, gap: "GAP"}).replace("GAP", quote(text, safe=""))
            yield f"{gap}={value[:20]!r}", {"address": spoiled}
        for each in operation.told["parameters"]:
            if each["in"] == "query":
                yield (
                    f"?{each['name']}={value[:20]!r}",
                    {"address": f"{operation.at(gaps)}?{each['name']}={quote(text, safe='')}"},
                )
            if each["in"] == "header":
                for shown in {value, f"customer:{value}", f"helper:{quote(text)}"}:
                    line = shown.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", "").replace("\n", "")
                    yield (
                        f"{each['name']}: {value[:20]!r}",
                        {"address": operation.at(gaps), "headers": {each["name"]: line}},
                    )


def body_of(operation: Operation) -> object:
    content = operation.told.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else sample(schema, SCHEMAS, NEW_ORDER)


def test_no_parameter_of_the_api_finds_a_fault(shop, client):
    found, count = [], 0
    for operation in operations():
        body = json.dumps(body_of(operation)).encode()
        for where, request in spoilt_requests(shop, operation):
            count += 1
            answer = undone(
                client,
                operation.method,
                request["address"],
                data=body,
                content_type="application/json",
                headers=request.get("headers"),
            )
            if answer.status_code >= 500:
                found.append(f"{operation}: {where}: {answer.status_code}")
    assert not found, "\n".join(found)
    assert count > 500


def test_no_field_of_a_body_finds_a_fault(shop, client):
    found, count = [], 0
    for operation in operations():
        body = body_of(operation)
        if body is None:
            continue
        for where, value, whole in spoilt(body):
            count += 1
            with transaction.atomic():
                answer = client.generic(
                    operation.method,
                    operation.at(told(shop, operation)),
                    json.dumps(whole),
                    content_type="application/json",
                )
                if answer.status_code >= 500:
                    found.append(f"{operation}: {where}={str(value)[:20]!r}: {answer.status_code}")
                transaction.set_rollback(True)
    assert not found, "\n".join(found)
    assert count > 500


READS = re.compile(r"\b(GET|POST)(?:\.get(?:list)?\(\s*|\[)[\"'](\w+)[\"']")
SOUND = {
    "body": "Hello", "note": "Hello", "reason": "because", "email": "ada@marsh.example", "name": "Ada", "order": "100",
    "customer": "ada", "carrier": "usps", "number": "9400100000000000000013", "currency": "USD", "sum": "10",
    "standpoint": "helper", "remedy": "refund", "password": "correct horse battery", "subject": "Hello", "steps": "1",
    "step": "hour", "parcel": "P100", "to": "/orders",
}  # fmt: skip


def fields_of(route: Route) -> dict[str, list[str]]:
    """The names that the view behind an address reads, by where from: read off its own file."""
    view = resolve(route.at(dict.fromkeys(route.gaps, "1"))).func
    found: dict[str, list[str]] = {"GET": [], "POST": []}
    for where, name in READS.findall(inspect.getsource(sys.modules[view.__module__])):
        found[where] += [name] if name not in found[where] else []
    return found


def spoilt_visits(route: Route, gaps: dict[str, str]) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """What is spoilt, the method, the address and the form."""
    fields = fields_of(route)
    form = {name: SOUND.get(name, "1") for name in fields["POST"]}
    for value in some(TEXTS):
        text = value.encode("utf-8", "surrogatepass")
        for gap in route.gaps:
            for method in ("GET", "POST"):
                address = route.at({**gaps, gap: "GAP"}).replace("GAP", quote(text, safe=""))
                yield f"{gap}={value[:20]!r}", method, address, form
        for name in fields["GET"]:
            yield f"?{name}={value[:20]!r}", "GET", f"{route.at(gaps)}?{name}={quote(text, safe='')}", {}
        for name in fields["POST"]:
            yield f"{name}={value[:20]!r}", "POST", route.at(gaps), {**form, name: text.decode("latin-1")}


@pytest.mark.parametrize("face", ["desk", "account"])
def test_no_page_and_no_form_finds_a_fault(shop, face):
    browser = Client(raise_request_exception=False)
    browser.force_login(shop.lena)
    browser.get(f"/enter/{sign_in_token(shop.ada, purpose=Purpose.LETTER)}")
    cookies = deepcopy(browser.cookies)
    found, count = [], 0
    for route in pages():
        is_desk = route.pattern.startswith("desk/")
        if is_desk is not (face == "desk") or route.pattern.startswith("inlets/") or route.pattern == "desk/events":
            continue
        gaps = {**shop.gaps, "reference": "100", "token": "x"}
        for where, method, address, form in spoilt_visits(route, gaps):
            count += 1
            browser.cookies = deepcopy(cookies)
            body = urlencode(form, encoding="latin-1") if method == "POST" else ""
            answer = undone(
                browser, method, address, data=body, content_type="application/x-www-form-urlencoded", headers=HOST
            )
            if answer.status_code >= 500:
                found.append(f"{method} /{route.pattern}: {where}: {answer.status_code}")
    assert not found, "\n".join(found)
    assert count > 200


def test_links_that_say_something_else_are_refused(shop):
    browser = Client(raise_request_exception=False)
    for salt, path in ((SIGN_IN, "/enter/"), (FILES, "/attachments/")):
        for value in PLAIN:
            for says in (
                value,
                [value],
                ["letter", value, 0, "/orders"],
                ["letter", shop.ada.pk, 0, value],
                ["file", value],
                [value, 1],
            ):
                token = signing.TimestampSigner(salt=salt).sign_object(says)
                assert browser.get(path + token).status_code < 500, (path, says)
