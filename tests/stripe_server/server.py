"""Stripe on loopback: stateful, as strict with keys, sums and reasons as it publishes, and as faulty as life is.

What a test makes happen at Stripe's side (a payment, a dispute, a refund that comes back) stands in `books` and its
neighbours; what goes wrong on the way is put into `faults`.
"""

import copy
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

import httpx
from stripe import WebhookSignature

from tests.listening import Server
from tests.stripe_server.books import Books, Object
from tests.stripe_server.forms import decoded, nested
from tests.stripe_server.keys import Answer, Keys
from tests.stripe_server.refusals import Refusal
from tests.stripe_server.routes import answer

KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
SECRET = "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH"
HELD_SECONDS = 10


class Fault(Enum):
    """What happens to one call. What Stripe answers with 500 is kept under the call's key, like any answer."""

    ANSWER_LOST = auto()
    REQUEST_LOST = auto()
    ANSWER_SLOW = auto()
    WORK_SLOW = auto()
    BROKEN_BEFORE = auto()
    BROKEN_AFTER = auto()
    TOO_BUSY = auto()
    PROXY_PAGE = auto()


@dataclass(frozen=True, kw_only=True)
class Call:
    method: str
    path: str
    key: str
    said: Object
    is_replay: bool = False


BROKEN = (500, {"error": {"type": "api_error", "message": "An unknown error occurred"}})


class StripeServer:
    """`calls`: what was asked, in order. What is slow waits until the test sets `goes_on`."""

    def __init__(self) -> None:
        self.books, self.keys = Books(), Keys()
        self.faults: deque[tuple[str, Fault]] = deque()
        self.calls: list[Call] = []
        self.goes_on, self.is_waiting = threading.Event(), threading.Event()
        self.url = ""

    def breaks(self, fault: Fault, *, at: str = "POST") -> None:
        """Let the next call whose method and path begin so go wrong."""
        self.faults.append((at, fault))

    def posted(self, path: str = "/v1/refunds") -> list[Call]:
        return [each for each in self.calls if (each.method, each.path) == ("POST", path)]

    def fault_of(self, method: str, path: str) -> Fault | None:
        for place, (at, fault) in enumerate(self.faults):
            if f"{method} {path}".startswith(at):
                del self.faults[place]
                return fault
        return None

    def hold(self) -> None:
        self.is_waiting.set()
        self.goes_on.wait(HELD_SECONDS)

    def respond(self, method: str, path: str, key: str, said: Object, fault: Fault | None) -> tuple[Answer, bool]:
        """The answer, and whether it was given before."""
        if method != "POST" or not key:
            return self._work(method, path, said), False
        with self.books.lock:
            known = self.keys.claim(key, path, said, now=self.books.now)
        if known is not None:
            return known, True
        if fault is Fault.WORK_SLOW:
            self.hold()
        try:
            result = BROKEN if fault is Fault.BROKEN_BEFORE else self._work(method, path, said)
        except Refusal as refusal:
            if not refusal.is_kept:
                self.keys.forget(key)
                raise
            result = refusal.status, refusal.body
        kept = BROKEN if fault is Fault.BROKEN_AFTER else result
        self.keys.keep(key, kept)
        return kept, False

    def _work(self, method: str, path: str, said: Object) -> Answer:
        with self.books.lock:
            return 200, copy.deepcopy(answer(self.books, method, path, said))

    def signed(self, event: Object, *, secret: str = SECRET, at: int | None = None) -> tuple[bytes, dict[str, str]]:
        """A webhook's body and headers. Each delivery is written anew, and says how many are still to come."""
        raw = json.dumps(event, separators=(",", ":"))
        event["pending_webhooks"] = max(event["pending_webhooks"] - 1, 0)
        signature = WebhookSignature.generate_signature_header(raw, secret, at or int(time.time()))
        return raw.encode(), {"Stripe-Signature": signature, "Content-Type": "application/json"}

    def deliver(self, url: str, events: list[Object] | None = None, *, secret: str = SECRET) -> list[int]:
        """Push events to `url`, all there are unless the test chooses; what was answered."""
        answered = []
        for event in self.books.events if events is None else events:
            raw, headers = self.signed(event, secret=secret)
            answered.append(httpx.post(url, content=raw, headers=headers, timeout=HELD_SECONDS).status_code)
        return answered


class _Handler(BaseHTTPRequestHandler):
    stripe: StripeServer

    def _any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = nested(parts.query) | decoded(self.headers.get("Content-Type", ""), body)
        key, method = self.headers.get("Idempotency-Key", ""), self.command
        fault = self.stripe.fault_of(method, parts.path)
        if fault is Fault.REQUEST_LOST:
            self.close_connection = True
            return
        try:
            self._let_in(fault)
            (status, answered), is_replay = self.stripe.respond(method, parts.path, key, said, fault)
            headers = {"Idempotent-Replayed": "true"} if is_replay else {}
        except Refusal as refusal:
            status, answered, headers, is_replay = refusal.status, refusal.body, refusal.headers, False
        self.stripe.calls.append(Call(method=method, path=parts.path, key=key, said=said, is_replay=is_replay))
        if fault is Fault.ANSWER_SLOW:
            self.stripe.hold()
        if fault is Fault.ANSWER_LOST:
            self.close_connection = True
        elif fault is Fault.PROXY_PAGE:
            self._say(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})
        else:
            self._say(status, json.dumps(answered).encode(), {"Content-Type": "application/json", **headers})

    def _let_in(self, fault: Fault | None) -> None:
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            message = f"Invalid API Key provided: {self.headers.get('Authorization', '')[-12:]}"
            raise Refusal(message, status=401, is_kept=False)
        if fault is Fault.TOO_BUSY:
            raise Refusal("Too many requests", code="rate_limit", status=429, headers={"Retry-After": "2"})

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Request-Id": "req_1"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _any  # noqa: N815  named by http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  named by http.server
        """Say nothing: the test says what it expects."""


@contextmanager
def running() -> Iterator[StripeServer]:
    """Stripe while it listens on loopback."""
    stripe = StripeServer()
    server = Server(type("Handler", (_Handler,), {"stripe": stripe}))
    stripe.url = f"http://{server.host}"
    try:
        yield stripe
    finally:
        stripe.goes_on.set()
        server.close()
