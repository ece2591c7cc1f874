"""The product behind its own server, and whoever sends too much, too slowly, or to nobody: over raw sockets."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
import uvicorn
from django.core.asgi import get_asgi_application

from makegood.faces.bodies import BOUNDS, MIB, Bounded
from makegood.faces.desk.picking import LARGEST_FILE
from makegood.faces.inlets import scans, signed
from makegood.serving import OPTIONS, PatientProtocol
from tests.committed import committed
from tests.waiting import until

__all__ = ["committed"]
pytestmark = [
    pytest.mark.slow,
    # As `makegood web` has it: WhiteNoise hands files over without waiting.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]
FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"


class Web:
    """A server of its own, as patient as a test is."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.lines: list[socket.socket] = []

    def line(self) -> "socket.socket":
        self.lines.append(socket.create_connection(("127.0.0.1", self.port), timeout=10))
        return self.lines[-1]

    def asks(self, method: str, path: str, *lines: str, body: bytes = b"") -> "socket.socket":
        """A connection on which this was sent."""
        line = self.line()
        head = "\r\n".join((f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *lines, "", ""))
        line.sendall(head.encode() + body)
        return line


def all_of(line: socket.socket) -> bytes:
    """What is said until the line is closed."""
    said = b""
    with closing(line):
        while piece := line.recv(65536):
            said += piece
    return said


def heard(line: socket.socket) -> tuple[int, str]:
    """The status and the whole of what is answered, until the line is closed."""
    said = all_of(line)
    head, _, rest = said.partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, (head + rest).decode()


@pytest.fixture
def serve(committed: None) -> Iterator[Callable[..., Web]]:
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket, Web]] = []

    def start(*, head_seconds: float = 20, most_connections: int = 640, **bounds: Any) -> Web:
        class Hasty(PatientProtocol):
            pass

        Hasty.head_seconds, Hasty.most_connections = head_seconds, most_connections
        application = Bounded(get_asgi_application(), **bounds)
        server = uvicorn.Server(uvicorn.Config(application, **{**OPTIONS, "http": Hasty}))
        ours = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[ours])))
        thread.start()
        web = Web(ours.getsockname()[1])
        running.append((server, thread, ours, web))
        until(lambda: server.started, what="the web server")
        return web

    yield start
    for server, thread, ours, web in running:
        for line in web.lines:
            line.close()
        server.should_exit = True
        thread.join()
        ours.close()


@pytest.fixture
def web(serve):
    return serve()


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("/help", (FORM,)),
        ("/desk/sign-in", (FORM,)),
        ("/inlets/scans/usps", (JSON,)),
        ("/inlets/orders/shop", (JSON,)),
        ("/v1/orders", (JSON, "Authorization: Bearer mg_x")),
    ],
)
def test_a_body_that_is_said_to_be_too_large_is_refused_before_any_of_it_is_sent(web, path, lines):
    """Nothing follows the head, so the answer can have waited for nothing."""
    status, said = heard(web.asks("POST", path, *lines, f"Content-Length: {100 * MIB}"))
    assert (status, "connection: close" in said.lower()) == (413, True), said
    assert ("problem+json" in said) is path.startswith(("/v1/", "/inlets/"))


def test_who_asks_whether_to_send_is_told_no_and_never_to_go_on(web):
    lines = (JSON, f"Content-Length: {100 * MIB}", "Expect: 100-continue")
    status, said = heard(web.asks("POST", "/inlets/scans/usps", *lines))
    assert status == 413
    assert "100 Continue" not in said


def test_a_body_in_chunks_is_read_no_further_than_its_bound(web):
    line = web.asks("POST", "/help", FORM, "Transfer-Encoding: chunked")
    chunk = b"%x\r\n" % MIB + b"a" * MIB + b"\r\n"
    for _ in range(BOUNDS["/"] // MIB + 1):
        line.sendall(chunk)
    assert heard(line)[0] == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/there/is/nothing", 404),
        ("PUT", "/v1/nothing", 404),
        ("POST", "/inlets/nothing", 404),
        ("POST", "/static/makegood/app.css", 405),
        ("GET", "/help", 200),
        ("POST", "/v1/customers/ada/sign-in-links", 401),
        ("PUT", "/v1/orders", 401),
    ],
)
def test_what_no_address_takes_is_not_read(web, method, path, status):
    """The rest of the body never comes, and the answer does."""
    line = web.asks(method, path, JSON, f"Content-Length: {MIB}", body=b"{")
    answered, said = heard(line)
    assert (answered, "connection: close" in said.lower()) == (status, True), said


def test_a_body_that_comes_a_byte_now_and_then_is_not_waited_for(serve):
    web = serve(grace_seconds=0.2)
    status, said = heard(web.asks("POST", "/help", FORM, "Content-Length: 1000", body=b"message=a"))
    assert (status, "That took too long" in said) == (408, True)
    assert heard(web.asks("POST", "/inlets/scans/usps", JSON, "Content-Length: 9", body=b"{"))[0] == 408


def test_bodies_are_bounded_together(serve):
    web = serve(together=MIB)
    first = web.asks("POST", "/help", FORM, f"Content-Length: {2 * MIB}", body=b"a" * MIB)
    lines = (JSON, "Connection: close", "Content-Length: 2")

    def answered() -> tuple[int, bool]:
        status, said = heard(web.asks("POST", "/inlets/scans/usps", *lines, body=b"{}"))
        return status, "retry-after: 5" in said.lower()

    until(lambda: answered() == (503, True), what="too much at once")
    first.close()
    until(lambda: answered() == (401, False), what="room")


def test_a_head_that_never_ends_is_not_waited_for(serve):
    web = serve(head_seconds=0.2)
    silent = web.line()
    assert silent.recv(1) == b""
    halting = web.line()
    halting.sendall(b"GET /help HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ")
    assert heard(halting) == (0, "")
    later = web.asks("GET", "/help", "Connection: keep-alive")
    assert later.recv(12) == b"HTTP/1.1 200"
    later.sendall(b"GET /help HT")
    assert b"HTTP/1.1" not in all_of(later)


def test_who_asks_in_time_is_answered_however_long_that_takes(serve):
    web = serve(head_seconds=0.2)
    line = web.asks("POST", "/help", FORM, "Content-Length: 9", "Connection: close", body=b"message")
    assert web.line().recv(1) == b""  # who says nothing is given up by now
    line.sendall(b"=a")
    assert heard(line)[0] == 403


def test_connections_beyond_the_most_are_not_heard(serve):
    web = serve(most_connections=3)
    lines = [web.line() for _ in range(3)]
    with suppress(ConnectionResetError):
        assert web.asks("GET", "/help", "Connection: close").recv(1) == b""
    lines.pop().close()

    def is_heard() -> bool:
        try:
            return heard(web.asks("GET", "/help", "Connection: close"))[0] == 200
        except ConnectionResetError:
            return False

    until(is_heard, what="room for another")


def test_what_is_taken_in_one_place_is_not_refused_before_it():
    assert max(scans.LARGEST, signed.LARGEST) <= BOUNDS["/inlets/"]
    assert BOUNDS["/"] > LARGEST_FILE
