"""Programs that call the API, with all scopes or with some."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from makegood.faces.problems import MEDIA_TYPE
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from tests import worlds
from tests.committed import committed

__all__ = ["committed"]


class Program:
    """Somebody with a token, acting for somebody or for itself."""

    def __init__(self, *scopes: Scope, acting_for: str = "", secret: str = "") -> None:
        self.secret = secret or issue_token(name="tests", scopes=scopes or tuple(Scope))[1]
        headers = {"Authorization": f"Bearer {self.secret}"}
        if acting_for:
            headers["Acting-For"] = quote(acting_for)
        self.client = Client(headers=headers)

    def acting_for(self, somebody: str) -> "Program":
        return Program(secret=self.secret, acting_for=somebody)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer as it is; `If_Match="…"` is the header If-Match."""
        sent = b"" if body is None else json.dumps(body, default=str)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, f"/v1{path}", sent, content_type="application/json", headers=named)

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """What is answered, which must have this status; problems must be told as such."""
        answer = self.send(method, path, body)
        assert answer.status_code == status, answer.content.decode()
        if status >= 400:
            assert answer.headers["Content-Type"] == MEDIA_TYPE
            assert answer.json()["status"] == status
        return answer.json() if answer.content else None

    def get(self, path: str, *, status: int = 200) -> Any:
        return self.ask("GET", path, status=status)

    def items(self, path: str) -> Any:
        return self.get(path)["items"]

    def put(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        return self.ask("PUT", path, body, status=status)

    def post(self, path: str, body: Any = None, *, status: int = 201) -> Any:
        return self.ask("POST", path, body, status=status)


@pytest.fixture
def shop(db):
    worlds.open_shop()


@pytest.fixture
def program(shop):
    return Program()


@pytest.fixture
def program_with(shop):
    return Program


@pytest.fixture
def ada(shop):
    return worlds.customer()


@pytest.fixture
def asked(program, ada):
    """The address of the case of Ada, who wrote and waits for an answer."""
    return f"/cases/{program.acting_for('customer:ada').post('/messages', {'body': 'Hello.'})['case']}"


@pytest.fixture
def lost(ada):
    """Order 100 of Ada's, whose label was never scanned, after its promise broke."""
    parcel = worlds.shipped(lines={"BIRDS": 1, "TIDES": 1})
    worlds.live_until(worlds.DUE + worlds.HOUR)
    parcel.refresh_from_db()
    return parcel
