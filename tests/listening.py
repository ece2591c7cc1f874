"""A web server on loopback that a test starts, and that answers webhooks as the test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


class Listener:
    """What was heard, verified with `secret`; `answers` are given one after the other, then 204."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.heard: list[tuple[str, Any]] = []
        self.hosts: list[str] = []
        self.holds = threading.Event()
        self.url = ""

    def take(self, headers: dict[str, str], raw: bytes) -> tuple[int, dict[str, str], bytes]:
        Webhook(self.secret).verify(raw, headers)
        lower = {name.lower(): value for name, value in headers.items()}
        self.heard.append((lower["webhook-id"], json.loads(raw)))
        self.hosts.append(lower["host"])
        return self.answers.pop(0) if self.answers else (204, {}, b"")


@contextmanager
def listening(secret: str) -> Iterator[Listener]:
    """A listener on a port of its own, for the time of a test."""
    listener = Listener(secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, body = listener.take(dict(self.headers), raw)
            if status == 0:
                listener.holds.wait(10)
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Tests say what was heard."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    listener.url = f"http://127.0.0.1:{server.server_port}/hooks?shop=1"
    try:
        yield listener
    finally:
        listener.holds.set()
        server.shutdown()
        server.server_close()
        thread.join()
