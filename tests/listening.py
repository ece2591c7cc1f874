"""Web servers on loopback that tests start, and one that answers webhooks as the test says."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


class Server(ThreadingHTTPServer):
    """A server whose visitors may leave when they like; what else goes wrong in it fails the test that closes it."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.wrong: list[Exception] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, ConnectionError):
            self.wrong.append(error)

    def close(self) -> None:
        """Answer what has been asked, and end."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        if self.wrong:
            raise ExceptionGroup("a server that a test started", self.wrong)


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

    server = Server(Handler)
    listener.url = f"http://{server.host}/hooks?shop=1"
    try:
        yield listener
    finally:
        listener.holds.set()
        server.close()
