"""Requests nobody thought of: made up from the document itself, none may find a fault of ours."""

import os
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from makegood.faces.api.document import document
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
# More: MAKEGOOD_API_EXAMPLES=200 .venv/bin/pytest tests/faces/api/test_any_request.py
EXAMPLES = int(os.environ.get("MAKEGOOD_API_EXAMPLES", "5"))


def in_process(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The product as a WSGI application that leaves the test's transaction open."""
    response: Any = ClientHandler(enforce_csrf_checks=False)(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


schema = schemathesis.openapi.from_dict(document())
schema.app = in_process


@pytest.fixture
def secret(db, settings):
    settings.MOVABLE_CLOCK = True
    settings.ALLOWED_HOSTS = ["*"]
    worlds.open_shop()
    worlds.customer("1")
    worlds.lost("1", by="1")
    worlds.settle()
    return issue_token(name="anybody", scopes=list(Scope))[1]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
    deadline=None,
)
@pytest.mark.slow
def test_no_request_finds_a_fault(case, secret):
    case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() == "acting-for"}
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)
        transaction.set_rollback(True)
