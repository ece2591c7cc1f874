"""A carrier's API on loopback, as strict as the real one: tokens that end, limits that are enforced, batches, pages."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.listening import Server

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
HOURS = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def decoded(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer: JSON, or raw bytes; `None` as body cuts the line off."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cuts_off: bool = False


class Host:
    """A carrier: tokens at `token_path`, and about parcels whatever `answer` says, unless `instead` comes first.

    It counts as carriers do: beyond `allowed` calls in as many seconds it answers 429. `now` is moved by the test, and
    tokens last `lasts` from it.
    """

    def __init__(
        self, answer: Callable[[Request], Said], *, token_path: str = "", now: datetime = NOON, lasts: timedelta = HOURS
    ) -> None:
        self.answer, self.token_path, self.now, self.lasts = answer, token_path, now, lasts
        self.allowed: tuple[int, int] | None = None
        self.requests: list[Request] = []
        self.instead: deque[Said] = deque()
        self.tokens: dict[str, datetime] = {}
        self.called: list[datetime] = []
        self.refused = 0
        self.gives_tokens = True

    def asked(self) -> list[Request]:
        """What was asked about parcels."""
        return [request for request in self.requests if request.path != self.token_path]

    def asked_for_tokens(self) -> list[Request]:
        return [request for request in self.requests if request.path == self.token_path]

    def respond(self, request: Request) -> Said:
        self.requests.append(request)
        if request.path == self.token_path:
            return self._token()
        if self.token_path and self.now >= self.tokens.get(request.headers.get("authorization", ""), self.now):
            return Said(status=401, body={"error": {"code": "401", "message": "the token is not valid"}})
        if self.allowed and (wait := self._too_often(*self.allowed)):
            self.refused += 1
            return Said(status=429, headers={"Retry-After": str(wait)}, body={"error": {"code": "429"}})
        self.called.append(self.now)
        return self.instead.popleft() if self.instead else self.answer(request)

    def _token(self) -> Said:
        if not self.gives_tokens:
            return Said(status=401, body={"error": "invalid_client"})
        text = f"token-{len(self.tokens) + 1}"
        self.tokens[f"Bearer {text}"] = self.now + self.lasts
        return Said(body={"access_token": text, "token_type": "Bearer", "expires_in": int(self.lasts.total_seconds())})

    def _too_often(self, calls: int, seconds: int) -> int:
        recent = [at for at in self.called if at > self.now - timedelta(seconds=seconds)]
        return seconds - int((self.now - recent[-calls]).total_seconds()) if len(recent) >= calls else 0


class _Handler(BaseHTTPRequestHandler):
    host: Host

    def _any(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=parts.path,
            query={name: values[0] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        said = self.host.respond(request)
        if said.cuts_off:
            self.close_connection = True
            return
        body = said.raw if said.raw is not None else json.dumps(said.body).encode()
        self.send_response(said.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **said.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _any  # noqa: N815  named by http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  named by http.server
        """Say nothing: the test says what it expects."""


@contextmanager
def serving(host: Host) -> Iterator[str]:
    """The address of `host` while it listens on loopback."""
    handler = type("Handler", (_Handler,), {"host": host})
    server = Server(handler)
    try:
        yield f"http://{server.host}"
    finally:
        server.close()
